"""The scorecard C931 of every open deal, as the last review left it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.win_probability.card_levels import RULE_CLEARS, RULE_FIRSTS, levels
from salesops.win_probability.confirmations import ticked_columns

if TYPE_CHECKING:
    from salesops.win_probability.learn import DealModel


@passes_not_enough_data
def open_cards(learned: DealModel, deals: pd.DataFrame) -> pd.DataFrame | NotEnoughData:
    """Return the scorecard of every open deal, in the order of `deals`.

    Parameters
    ----------
    learned
        From `salesops.win_probability.learn.learn`.
    deals
        From `salesops.win_probability.open_deals.open_deals`.

    Returns
    -------
    DataFrame
        opportunity_id, account, rep, stage (as far as known), clears, firsts and win (how many are ticked),
        days_since_review, unticked ("C3, C6, F1"), at_rule (1 at 8 Clears and 1 First or above), win_probability,
        next_confirmation, next_gain, then each confirmation of the table (1 ticked, 0 not). A deal that nobody has
        reviewed has an empty card.
    """
    today = learned.today.set_index("opportunity_id")
    if "confirmed" not in today.columns:
        return NotEnoughData("scorecards")
    ticks = ticked_columns(today.columns)
    cards = today.loc[deals["opportunity_id"], [*ticks, "days_since_review"]].reset_index()
    reviewed = cards["days_since_review"].notna()
    if not reviewed.any():
        return NotEnoughData("a review of an open deal", "no open deal has a scorecard")
    counts = levels(cards)
    at_rule = (counts["clears"] >= RULE_CLEARS) & (counts["firsts"] >= RULE_FIRSTS)
    told = [name for name in ("account", "rep", "stage") if name in deals.columns]
    chances = deals[["win_probability", "next_confirmation", "next_gain"]]
    found = pd.DataFrame(
        {
            **counts,
            "days_since_review": cards["days_since_review"],
            "unticked": _unticked(cards[ticks]).where(reviewed, ""),
            "at_rule": at_rule.astype(int),
        }
    )
    beside = [part.reset_index(drop=True) for part in (deals[told], chances)]
    return pd.concat([cards["opportunity_id"], beside[0], found, beside[1], cards[ticks]], axis=1)


def _unticked(ticks: pd.DataFrame) -> pd.Series:
    """Return the places of open confirmations on the card, such as "C3, C6, F1"."""
    text = pd.Series("", ticks.index, dtype=object)
    for tick in ticks.columns:
        text = text + (ticks[tick] == 0).map({True: f"{tick.upper()}, ", False: ""})
    return text.str.removesuffix(", ")

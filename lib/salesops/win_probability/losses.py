"""Where deals are lost: to whom, why, at which price, and which of them looked like wins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.win_probability.closings import closed_within
from salesops.win_probability.deal_facts import usual_spelling
from salesops.win_probability.expected_wins import chances_before_closing
from salesops.win_probability.shrunk_means import EIGHTY_PERCENT
from salesops.win_probability.wilson import wilson_interval

if TYPE_CHECKING:
    from datetime import date

    from salesops.win_probability.deal_tables import DealTables
    from salesops.win_probability.learn import DealModel

REASON, PRICE_GAP = "reason", "price gap"
DIMENSIONS = {
    "competitor": "competitor",
    REASON: "loss_reason",
    PRICE_GAP: "price_gap",
    "product line": "product_line",
    "region": "region",
}
# Our price over the competitor's, less one.
GAP_ENDS = (-np.inf, -0.05, 0.0, 0.05, 0.10, np.inf)
GAP_NAMES = ("over 5% below", "up to 5% below", "up to 5% above", "5 to 10% above", "over 10% above")
NOT_KNOWN = "not known"
WHEN_EMPTY = {"competitor": "none named", "loss_reason": "no reason given"}
# More likely than not, a quarter before it closed.
WINNABLE = 0.5
COUNTED = [
    "lost", "lost_amount", "won", "winnable", "winnable_amount", "expected_deals",
    "won_of_these", "expected_wins", "expected_variance",
]  # fmt: skip
RATES = ["win_rate", "low", "high", "expected", "gap", "gap_low", "gap_high"]
# Fewer deals with a chance say nothing about wins against expectation.
FEWEST_EXPECTED = 10


def closed_deals(
    tables: DealTables, learned: DealModel | NotEnoughData, as_of: date, quarters: int
) -> pd.DataFrame | NotEnoughData:
    """Return the deals that closed lately, with what is known of how they were lost.

    Parameters
    ----------
    tables
        Tables of the input contract, cut to `as_of`; accounts, for the region, may be absent.
    learned
        From `salesops.win_probability.learn.learn`; without it no deal has a chance.
    as_of, quarters
        Last day, and quarters back from it.

    Returns
    -------
    DataFrame
        The columns of `opportunities` with won (0 or 1), price_gap (its band), region, and chance and expected (see
        `chances_before_closing`; empty where not known); names in their usual spelling. A lost deal without a reason,
        or a deal without a competitor, says so.
    """
    closed = closed_within(tables.opportunities, as_of, quarters)
    if isinstance(closed, NotEnoughData):
        return closed
    closed = closed.assign(won=(closed["status"] == "won").astype(float), amount=closed["amount"].fillna(0.0))
    if {"our_price", "competitor_price"} <= set(closed.columns):
        closed["price_gap"] = price_bands(closed["our_price"], closed["competitor_price"])
    if not isinstance(tables.accounts, NotEnoughData) and "region" in tables.accounts.columns:
        closed["region"] = closed["account_id"].map(tables.accounts.set_index("account_id")["region"])
    for column in (c for c in DIMENSIONS.values() if c in closed.columns and c != "price_gap"):
        closed[column] = usual_spelling(closed[column]).fillna(WHEN_EMPTY.get(column, NOT_KNOWN))
    chances = chances_before_closing(learned, quarters)
    if isinstance(chances, NotEnoughData):
        return closed.assign(chance=np.nan, expected=np.nan)
    return closed.join(chances.set_index("opportunity_id")[["chance", "expected"]], on="opportunity_id")


def price_bands(our_price: pd.Series, competitor_price: pd.Series) -> pd.Series:
    """Return how far our price lay from the competitor's, in words; empty unless both are known and above zero.

    Examples
    --------
    >>> price_bands(pd.Series([103.0, 100.0]), pd.Series([100.0, 0.0])).tolist()
    ['up to 5% above', None]
    """
    known = (our_price > 0) & (competitor_price > 0)
    gap = (our_price / competitor_price.where(known) - 1).astype(float)
    # Prices as far apart as 5.0000001% by the computer's arithmetic are 5% apart.
    bands = pd.cut(gap.round(9), GAP_ENDS, labels=GAP_NAMES)
    return bands.astype(object).where(known, None)


@passes_not_enough_data
def losses(closed: pd.DataFrame) -> pd.DataFrame | NotEnoughData:
    """Return losses by competitor, reason, price gap, product line and region.

    Parameters
    ----------
    closed
        From `closed_deals`.

    Returns
    -------
    DataFrame
        by, value, lost, lost_amount, share and cumulative_share (of the money lost, largest first; of the deals lost
        where no amounts are known), won, winnable and winnable_amount (lost, though more likely than not to be won a
        quarter before), expected_deals (whose chance then is known), win_rate with low and high (Wilson, 80%), expected
        (mean expectation of those deals), gap (their share won less that) with gap_low and gap_high (80%). Reasons are
        those of lost deals, so that they have no win rate. Columns that are absent have no rows.
    """
    if not (closed["won"] == 0).any():
        return NotEnoughData("a lost deal", f"all {len(closed)} deals that closed were won")
    there = {name: column for name, column in DIMENSIONS.items() if column in closed.columns}
    if not there:
        return NotEnoughData("competitor, loss_reason, prices or product_line of opportunities")
    facts = _counted(closed)
    return pd.concat([_one_dimension(name, column, facts) for name, column in there.items()], ignore_index=True)


def _one_dimension(name: str, column: str, facts: pd.DataFrame) -> pd.DataFrame:
    facts = facts[facts["lost"] == 1] if name == REASON else facts
    rows = facts.groupby(column)[COUNTED].sum()
    measure = "lost_amount" if rows["lost_amount"].sum() > 0 else "lost"
    rows = rows.sort_values(by=measure, ascending=False, kind="stable")
    rows["share"] = rows[measure] / max(float(rows[measure].sum()), 1.0)
    rows["cumulative_share"] = rows["share"].cumsum()
    rows = with_rates(rows)
    if name == REASON:
        rows[["won", *RATES]] = np.nan
    if name == PRICE_GAP:
        rows = rows.reindex([band for band in GAP_NAMES if band in rows.index])
    table = rows.rename_axis("value").reset_index().assign(by=name)
    return table[["by", "value", *COUNTED[:2], "share", "cumulative_share", *COUNTED[2:6], *RATES]]


def _counted(closed: pd.DataFrame) -> pd.DataFrame:
    """Add to each closed deal what is summed up of it."""
    lost, known = closed["won"] == 0, closed["expected"].notna()
    winnable = lost & (closed["chance"] >= WINNABLE)
    expected = closed["expected"].fillna(0.0)
    return closed.assign(
        lost=lost.astype(float), lost_amount=closed["amount"].where(lost, 0.0),
        winnable=winnable.astype(float), winnable_amount=closed["amount"].where(winnable, 0.0),
        expected_deals=known.astype(float), expected_wins=expected, expected_variance=expected * (1 - expected),
        won_of_these=closed["won"].where(known, 0.0),
    )  # fmt: skip


def with_rates(sums: pd.DataFrame) -> pd.DataFrame:
    """Return sums of closed deals with win rates, what was expected, and the gap between them.

    The gap's interval is the normal one of independent deals of differing chances: variance Σ p (1 − p) / n².

    Parameters
    ----------
    sums
        won, lost, expected_deals, won_of_these, expected_wins and expected_variance (Σ p and Σ p (1 − p) of the deals
        with a chance), one row per group.

    Examples
    --------
    >>> of = {"won": 6.0, "lost": 4.0, "expected_deals": 10.0, "won_of_these": 6.0, "expected_wins": 5.0}
    >>> found = with_rates(pd.DataFrame([{**of, "expected_variance": 2.5}])).iloc[0]
    >>> found[["win_rate", "expected", "gap", "gap_low", "gap_high"]].astype(float).round(3).tolist()
    [0.6, 0.5, 0.1, -0.103, 0.303]
    """
    closed = sums["won"] + sums["lost"]
    low, high = wilson_interval(sums["won"], closed)
    known = sums["expected_deals"].where(sums["expected_deals"] >= FEWEST_EXPECTED)
    gap = (sums["won_of_these"] - sums["expected_wins"]) / known
    error = EIGHTY_PERCENT * np.sqrt(sums["expected_variance"]) / known
    return sums.assign(
        win_rate=sums["won"] / closed, low=low, high=high, expected=sums["expected_wins"] / known,
        gap=gap, gap_low=gap - error, gap_high=gap + error,
    )  # fmt: skip


def winnable_losses(closed: pd.DataFrame) -> pd.DataFrame:
    """Return the lost deals that were more likely than not to be won a quarter before, largest first."""
    return closed[(closed["won"] == 0) & (closed["chance"] >= WINNABLE)].sort_values(
        "amount", ascending=False, kind="stable", ignore_index=True
    )

"""The next step with each customer, in words: the first rule that fits says what to do."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from salesops.report import money

if TYPE_CHECKING:
    from salesops.customer_segmentation.parameters import Parameters

LOST, NEW, AT_RISK = ("lost",), ("new",), ("at risk", "declining")
LARGE_SHARE, MUCH_HEADROOM = 0.6, 0.5
UPPER_TIERS = ("A", "B")


def next_steps(table: pd.DataFrame, parameters: Parameters) -> pd.Series:
    """Return the next step with each customer, from whatever is known of it.

    Parameters
    ----------
    table
        One row per customer; of buys, lifecycle_stage, offer_pays (whether a save offer pays), weeks_overdue,
        decider (level with the decider, 0 or empty if unknown), value_tier, wallet_share and headroom, those that are
        there count.
    parameters
        Currency and the level of relationships wanted.

    Examples
    --------
    >>> from salesops.customer_segmentation.parameters import Parameters
    >>> two = pd.DataFrame({"lifecycle_stage": ["new", "mature"], "wallet_share": [None, 0.2], "headroom": [None, 9e5]})
    >>> next_steps(two, Parameters()).tolist()
    ['welcome: visit within the month and agree the next order', 'win the CNY 900 k a year that goes elsewhere']
    """
    get = functools.partial(_column, table)
    stage, tier = get("lifecycle_stage", None), get("value_tier", None)
    late, wallet, room = get("weeks_overdue", np.nan), get("wallet_share", np.nan), get("headroom", np.nan)
    upper, decider = tier.isin(UPPER_TIERS), get("decider", np.nan)
    rules: list[tuple[Any, Any]] = [
        (~get("buys", True).astype(bool), "check why there are returns and no purchase"),
        (get("offer_pays", False).eq(True), "make a save offer this week, by a visit"),
        (stage.isin(LOST) & upper, "win back: ask the decider why the orders stopped"),
        (stage.isin(LOST), "one message, then leave it"),
        ((late > 0) & upper, "call this week: the next order is overdue"),
        (stage.isin(AT_RISK) & upper, "visit, and ask what has changed"),
        (stage.isin(NEW), "welcome: visit within the month and agree the next order"),
        (late > 0, "remind by message: the next order is overdue"),
        (upper & ("decider" in table) & ~(decider > 0), "find the decider and get an introduction"),
        (
            (wallet < MUCH_HEADROOM) & (room > 0),
            "win the " + _amounts(room, parameters.currency) + " a year that goes elsewhere",
        ),
        (upper & (decider < parameters.relationship_target), "raise the relationship with the decider: bring support"),
        (wallet >= LARGE_SHARE, "hold: keep the rhythm of visits, offer a frame contract"),
    ]
    said = np.select([rule for rule, _ in rules], [words for _, words in rules], "keep in contact as the band asks")
    return pd.Series(said, table.index)


def _column(table: pd.DataFrame, name: str, default: object) -> pd.Series[Any]:
    return table[name] if name in table.columns else pd.Series(default, table.index)


def _amounts(values: pd.Series, currency: str) -> pd.Series:
    return values.map(lambda value: money(value, currency), na_action="ignore").astype(object).fillna("")

"""The scorecard C931: nine Clears, three Firsts and one Win, as the last review up to each look had ticked them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.win_probability.deal_history import known_then
from salesops.win_probability.marks import days_of, whole_days

if TYPE_CHECKING:
    import pandas as pd

# What each confirmation says, short enough for a table.
CONFIRMATIONS = {
    "c1": "our own process",
    "c2": "the buyer's process",
    "c3": "the buying organisation",
    "c4": "how the decision is made",
    "c5": "the exact need",
    "c6": "funds",
    "c7": "the competitors",
    "c8": "strengths against them",
    "c9": "our strategy",
    "f1": "first rank with the deciders",
    "f2": "first rank on value",
    "f3": "first rank on relationship",
    "w1": "the decider's choice",
}
# What to do to have it confirmed, as the next step of a deal.
ASKS = {
    "c1": "Agree our own steps for this deal",
    "c2": "Get the buyer's steps and dates",
    "c3": "Map the people, their leanings and ties",
    "c4": "Learn how the decision is made, and by whom",
    "c5": "Settle the exact need with the users",
    "c6": "Confirm budget and payment terms",
    "c7": "Find out who else offers, and what",
    "c8": "Compare us with them point by point",
    "c9": "Settle our strategy",
    "f1": "Have the deciders rank us first",
    "f2": "Have them rank us first on value for money",
    "f3": "Have them rank us first on relationship",
    "w1": "Get the decider's choice",
}
# Whom or what it usually takes.
RESOURCES = {
    "c1": "sales manager's time",
    "c2": "visit to purchasing",
    "c3": "visits to map the people",
    "c4": "talk with the decider",
    "c5": "technical visit",
    "c6": "finance on payment terms",
    "c7": "market knowledge",
    "c8": "technical comparison",
    "c9": "sales manager's time",
    "f1": "manager's visit to the deciders",
    "f2": "price approval",
    "f3": "manager's visit to the deciders",
    "w1": "manager's visit to the deciders",
}
CLEARS, FIRSTS, WIN = tuple(CONFIRMATIONS)[:9], tuple(CONFIRMATIONS)[9:12], tuple(CONFIRMATIONS)[12:]
# The Win is what Clears and Firsts lead to, and goes with most of all: named first, it would hide what can be done.
COMES_LAST = "w1"
REVIEW_COLUMNS = ("confirmed", "days_since_review")


def in_words(confirmation: str) -> str:
    """Return a confirmation as people say it, with its place on the card.

    Examples
    --------
    >>> in_words("c6")
    'funds (C6)'
    """
    return f"{CONFIRMATIONS[confirmation]} ({confirmation.upper()})"


def ticked_columns(columns: pd.Index) -> list[str]:
    """Return the confirmations that a table holds, in the order of the card."""
    return [name for name in CONFIRMATIONS if name in columns]


def last_review(rows: pd.DataFrame, scorecards: pd.DataFrame) -> pd.DataFrame:
    """Return what the last review up to each look had confirmed.

    Parameters
    ----------
    rows
        Snapshots with opportunity_id and snapshot, n rows.
    scorecards
        Table of the input contract.

    Returns
    -------
    DataFrame
        One column per confirmation of the table (1 ticked, 0 not), confirmed (how many are ticked) and
        days_since_review; n rows, indexed like `rows`. All are empty where nobody had reviewed the deal yet.
    """
    ticks = ticked_columns(scorecards.columns)
    reviews = scorecards.sort_values(["opportunity_id", "scored_at"], kind="stable", ignore_index=True)
    state = reviews[["opportunity_id", *ticks]].fillna(dict.fromkeys(ticks, 0)).astype(dict.fromkeys(ticks, float))
    state["entered_at"] = reviews["scored_at"]
    looked = days_of(rows["snapshot"])
    then = known_then(state, rows["opportunity_id"], looked)
    then["confirmed"] = then[ticks].sum(axis=1, min_count=1)
    then["days_since_review"] = whole_days(looked - days_of(then["entered_at"]))
    return then[[*ticks, *REVIEW_COLUMNS]]

"""What changed at each deal since the last review, from the tables that carry days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData
from salesops.report import money, plural
from salesops.report.numbers import day
from salesops.win_probability.confirmations import last_review, ticked_columns
from salesops.win_probability.deal_history import known_then, running_state
from salesops.win_probability.marks import days_of, whole_days
from salesops.win_probability.phrases import joined
from salesops.win_probability.time_words import days

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from salesops.win_probability.deal_tables import DealTables

# What a table with days would tell, for the sentence that names the absent ones.
TOLD_BY = {
    "stage_history": "moves of stage, amount and expected closing",
    "scorecards": "new confirmations",
    "activities": "visits and commitments",
}
VISIT = "visit"


def changes_since(ids: pd.Series, tables: DealTables, since: date, as_of: date, currency: str) -> pd.Series:
    """Return what changed after one day and up to another, joined by `SEPARATOR`; empty where nothing did.

    Parameters
    ----------
    ids
        opportunity_id of each deal, n rows.
    tables
        Tables of the input contract, cut to `as_of`; what an absent one would tell is left out.
    since
        Day of the last review.
    as_of
        Day of this one.
    currency
        What money is called.
    """
    parts = [_born(ids, tables, since)]
    if not isinstance(tables.stage_history, NotEnoughData):
        parts += _moves(ids, tables.stage_history, since, as_of, currency)
    if not isinstance(tables.scorecards, NotEnoughData):
        parts.append(_confirmations(ids, tables.scorecards, since, as_of))
    if not isinstance(tables.activities, NotEnoughData) and "opportunity_id" in tables.activities.columns:
        parts.append(_activities(ids, tables.activities, since))
    return joined(parts)


def untold(tables: DealTables) -> str:
    """Return which changes cannot be told, and the tables that would tell them; empty if all can.

    Examples
    --------
    >>> from salesops.win_probability.deal_tables import DealTables
    >>> history = pd.DataFrame({"opportunity_id": []})
    >>> untold(DealTables(history, stage_history=history, activities=history))
    'Not told, for want of tables: new confirmations (scorecards).'
    """
    absent = [name for name in TOLD_BY if isinstance(getattr(tables, name), NotEnoughData)]
    said = "; ".join(f"{TOLD_BY[name]} ({name})" for name in absent)
    return f"Not told, for want of tables: {said}." if said else ""


def _born(ids: pd.Series, tables: DealTables, since: date) -> pd.Series:
    deals = tables.opportunities
    if isinstance(deals, NotEnoughData):
        return pd.Series("", ids.index)
    created = pd.to_datetime(deals.set_index("opportunity_id")["created_at"].reindex(ids).set_axis(ids.index))
    return ("new on " + created.map(day)).where(created > pd.Timestamp(since), "")


def _moves(ids: pd.Series, history: pd.DataFrame, since: date, as_of: date, currency: str) -> list[pd.Series]:
    state = running_state(history[history["opportunity_id"].isin(ids)])
    then, now = (known_then(state, ids, np.full(len(ids), np.datetime64(d))) for d in (since, as_of))
    said = [_moved(then["stage"], now["stage"], "", str)]
    if "amount" in now:
        said.append(_moved(then["amount"], now["amount"], "amount ", lambda amount: money(float(amount), currency)))
    if "expected_close" in now:
        said.append(_put_off(then["expected_close"], now["expected_close"]))
    return said


def _moved(then: pd.Series, now: pd.Series, what: str, words: Callable[[Any], str]) -> pd.Series:
    """Return "comparison → decision" where both are known and differ."""
    differs = then.notna() & now.notna() & (then != now)
    pairs = zip(then, now, differs, strict=True)
    return pd.Series(
        [f"{what}{words(a)} → {words(b)}" if told else "" for a, b, told in pairs], then.index, dtype=object
    )


def _put_off(then: pd.Series, now: pd.Series) -> pd.Series:
    """Return "closing 27 days later, 16 Oct 2026"."""
    later = pd.Series(whole_days(days_of(now) - days_of(then)), then.index)
    said = "closing " + days(later) + np.where(later > 0, " later, ", " earlier, ") + now.map(day)
    return said.where(later.notna() & (later != 0), "")


def _confirmations(ids: pd.Series, scorecards: pd.DataFrame, since: date, as_of: date) -> pd.Series:
    ticks = ticked_columns(scorecards.columns)
    cards = scorecards[scorecards["opportunity_id"].isin(ids)]
    if not ticks or cards.empty:
        return pd.Series("", ids.index)
    looks = [pd.DataFrame({"opportunity_id": ids, "snapshot": pd.Timestamp(day_)}) for day_ in (since, as_of)]
    then, now = (last_review(rows, cards) for rows in looks)
    first = then["confirmed"].isna() & now["confirmed"].notna()
    gained = _places(ticks, (now[ticks] == 1) & (then[ticks] == 0), "confirmed ")
    lost = _places(ticks, (now[ticks] == 0) & (then[ticks] == 1), "no longer confirmed ")
    count = now["confirmed"].fillna(0).astype(int).astype(str)
    return joined([gained, lost]).where(~first, "first review: " + count + f" of {len(ticks)} confirmed")


def _places(ticks: list[str], which: pd.DataFrame, what: str) -> pd.Series:
    named = joined([which[tick].map({True: tick.upper(), False: ""}) for tick in ticks], ", ")
    return (what + named).where(named != "", "")


def _activities(ids: pd.Series, activities: pd.DataFrame, since: date) -> pd.Series:
    late = activities[
        (days_of(activities["occurred_at"]) > np.datetime64(since)) & activities["opportunity_id"].isin(ids)
    ]
    of_deal = late.groupby("opportunity_id")
    counts = pd.DataFrame({"all": of_deal.size()})
    counts["visits"] = (late["kind"] == VISIT).groupby(late["opportunity_id"]).sum()
    counts["commitments"] = of_deal["commitment"].sum() if "commitment" in late.columns else 0
    return ids.map(counts.apply(_activity_words, axis=1) if len(counts) else {}).astype(object).fillna("")


def _activity_words(counts: pd.Series) -> str:
    visits, others = int(counts["visits"]), int(counts["all"] - counts["visits"])
    named = [plural(visits, "visit")] if visits else []
    named += (
        [plural(others, "other activity" if visits else "activity", "other activities" if visits else "activities")]
        if others
        else []
    )
    ending = f" with {plural(int(counts['commitments']), 'commitment')}" if counts["commitments"] else ""
    return " and ".join(named) + ending

"""What was known of each deal at each past look: its stage, amount and closing day, and what had been done for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import pandas as pd

from salesops.not_enough_data import passes_not_enough_data
from salesops.tables.queries.parts import column_or_null, days_between
from salesops.tables.sources import LINE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import ibis.expr.types as ir

LOOK = ("opportunity_id", "mark")


@passes_not_enough_data
def deal_looks(opportunities: ir.Table, marks: Sequence[date]) -> ir.Table:
    """Return one row per deal and mark at which it was open: born by that day, and not closed by it.

    Parameters
    ----------
    opportunities
        Table opportunities with closed_at.
    marks
        Days at which the pipeline is looked at.

    Returns
    -------
    Table
        opportunity_id, mark (position in `marks`), snapshot (day).
    """
    return _looks(opportunities, marks)


def _looks(opportunities: ir.Table, marks: Sequence[date]) -> ir.Table:
    days = pd.DataFrame({"mark": range(len(marks)), "snapshot": pd.to_datetime(list(marks))})
    at = ibis.memtable(days).mutate(snapshot=ibis._.snapshot.date())
    still_open = opportunities.closed_at.isnull() | (at.snapshot < opportunities.closed_at)
    found = opportunities.inner_join(at, [opportunities.created_at <= at.snapshot, still_open])
    return found.select("opportunity_id", "mark", "snapshot")


@passes_not_enough_data
def stage_at_looks(stage_history: ir.Table, opportunities: ir.Table, marks: Sequence[date]) -> ir.Table:
    """Return what the history knew of each open deal at each look; a look before any entry has no row.

    Parameters
    ----------
    stage_history
        Table stage_history; a row that repeats the stage before is a change of amount or closing day.
    opportunities, marks
        As in `deal_looks`.

    Returns
    -------
    Table
        opportunity_id, mark, stage, stage_since (day), amount and expected_close as last noted, slips (times the
        expected closing was put off) and slipped_days (by how much in all).

    Examples
    --------
    >>> from datetime import date
    >>> from salesops.tables.queries import collect
    >>> history = {"opportunity_id": ["D"] * 2, "stage": ["need", "need"], "amount": [9.0, None]}
    >>> history["entered_at"] = [date(2026, 1, 5), date(2026, 2, 5)]
    >>> history["expected_close"] = [date(2026, 3, 31), date(2026, 4, 10)]
    >>> deals = {"opportunity_id": ["D"], "created_at": [date(2026, 1, 1)], "closed_at": [date(2026, 3, 1)]}
    >>> marks = [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]
    >>> found = stage_at_looks(ibis.memtable(history), ibis.memtable(deals), marks)
    >>> collect(found, "mark")[["mark", "stage", "amount", "slips", "slipped_days"]].values.tolist()
    [[0, 'need', 9.0, 0, 0], [1, 'need', 9.0, 1, 10]]
    """
    looks, entries = _looks(opportunities, marks), _entries(stage_history)
    known = looks.inner_join(entries, [looks.opportunity_id == entries.deal, entries.entered_at <= looks.snapshot])
    return known.group_by(LOOK).aggregate(
        stage=known.stage.argmax(known.nth),
        stage_since=known.entered_at.max(where=known.moved),
        amount=known.amount.argmax(known.nth, where=known.amount.notnull()),
        expected_close=known.expected_close.argmax(known.nth, where=known.expected_close.notnull()),
        slips=(known.put_off > 0).sum(),
        slipped_days=known.put_off.sum(),
    )


def _entries(history: ir.Table) -> ir.Table:
    """Return the entries numbered in time, those of one day as the file has them, with how far the closing moved."""
    order = ["entered_at", LINE if LINE in history.columns else "stage"]
    rows = history.select(
        *(column for column in (LINE, "stage") if column in history.columns),
        "entered_at",
        deal="opportunity_id",
        amount=column_or_null(history, "amount", "float64"),
        expected_close=column_or_null(history, "expected_close", "date"),
    )
    window = ibis.window(group_by="deal", order_by=order)
    # A row that leaves the day blank keeps the one before, so each day is held against the last that was noted.
    dated = ibis.window(group_by=["deal", rows.expected_close.isnull()], order_by=order)
    put_off = days_between(rows.expected_close.lag().over(dated), rows.expected_close)
    before = rows.stage.lag().over(window)
    return rows.mutate(
        nth=ibis.row_number().over(window),
        moved=before.isnull() | (before != rows.stage),
        put_off=ibis.greatest(put_off, 0).fill_null(0),
    )


@passes_not_enough_data
def activity_at_looks(
    activities: ir.Table, opportunities: ir.Table, marks: Sequence[date], recent_days: int = 90
) -> ir.Table:
    """Return what had been done for each open deal up to each look; a look before anything was done has no row.

    Parameters
    ----------
    activities
        Table activities with opportunity_id.
    opportunities, marks
        As in `deal_looks`.
    recent_days
        Days up to a look that count as recent.

    Returns
    -------
    Table
        opportunity_id, mark, activities, recent_activities, commitments, recent_commitments (empty where the table
        has no column commitment) and last_activity (day).

    Examples
    --------
    >>> from datetime import date
    >>> from salesops.tables.queries import collect
    >>> done = {"opportunity_id": ["D", "D"], "occurred_at": [date(2026, 1, 1), date(2026, 6, 1)]}
    >>> deals = {"opportunity_id": ["D"], "created_at": [date(2026, 1, 1)], "closed_at": [date(2026, 9, 1)]}
    >>> found = activity_at_looks(ibis.memtable(done), ibis.memtable(deals), [date(2026, 6, 30)])
    >>> collect(found)[["activities", "recent_activities"]].values.tolist()
    [[2, 1]]
    """
    looks = _looks(opportunities, marks)
    commitment = column_or_null(activities, "commitment", "float64")
    if "commitment" in activities.columns:
        commitment = commitment.fill_null(0.0)
    done = activities.select(deal="opportunity_id", occurred_at="occurred_at", commitment=commitment)
    known = looks.inner_join(done, [looks.opportunity_id == done.deal, done.occurred_at <= looks.snapshot])
    recent = days_between(known.occurred_at, known.snapshot) < recent_days
    return known.group_by(LOOK).aggregate(
        activities=known.count(),
        recent_activities=recent.sum(),
        commitments=known.commitment.sum(),
        recent_commitments=recent.ifelse(known.commitment, 0.0).sum(),
        last_activity=known.occurred_at.max(),
    )

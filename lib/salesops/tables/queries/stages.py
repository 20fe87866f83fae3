"""How long each deal stayed in each stage, and how often its closing day slipped there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from salesops.not_enough_data import passes_not_enough_data
from salesops.tables.queries.parts import column_or_null, days_between
from salesops.tables.sources import LINE

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir

DEAL_AND_STAGE = ("opportunity_id", "stage")


@passes_not_enough_data
def stage_entries(stage_history: ir.Table, opportunities: ir.Table, as_of: date) -> ir.Table:
    """Return one row per deal and stage that it was in.

    Parameters
    ----------
    stage_history
        Table stage_history; a row that repeats the stage before is a change of amount or closing day, not an entry.
    opportunities
        Table opportunities, as known on `as_of`; a deal's last stage ends when it was closed.
    as_of
        Last day that is known; the stage of an open deal is counted up to it.

    Returns
    -------
    Table
        opportunity_id, stage, first_entered, last_entered (days), entries (more than one where the deal came back),
        days_in_stage (all stays together), last_stage (whether it is the stage that the deal is in or closed in),
        slips and slip_days (how often, and by how many days in all, the expected closing was put off: a change noted
        with the entry into a stage counts in that stage; empty where the history has no expected_close).

    Examples
    --------
    >>> from datetime import date
    >>> from salesops.tables.queries import collect
    >>> history = {"opportunity_id": ["D"] * 3, "stage": ["need", "offer", "offer"]}
    >>> history["entered_at"] = [date(2026, 1, 1), date(2026, 1, 11), date(2026, 1, 21)]
    >>> history["expected_close"] = [date(2026, 3, 31), date(2026, 3, 31), date(2026, 4, 10)]
    >>> deals = ibis.memtable({"opportunity_id": ["D"]})
    >>> found = collect(stage_entries(ibis.memtable(history), deals, date(2026, 1, 31)), "first_entered")
    >>> found[["stage", "entries", "days_in_stage", "slips", "slip_days"]].values.tolist()
    [['need', 1, 10, 0, 0], ['offer', 1, 20, 1, 10]]
    """
    known = stage_history.filter(stage_history.entered_at <= as_of)
    stays = _stays(known, opportunities, as_of)
    slips = _slips(known)
    found = stays.left_join(slips, list(DEAL_AND_STAGE))
    dated = "expected_close" in stage_history.columns
    counts = {name: found[name].fill_null(0) if dated else found[name] for name in ("slips", "slip_days")}
    return found.mutate(**counts).drop([f"{name}_right" for name in DEAL_AND_STAGE])


def _in_order(history: ir.Table) -> ibis.expr.builders.WindowBuilder:
    """Return the rows of one deal in time; those of one day in the order of the file."""
    order = ["entered_at", LINE] if LINE in history.columns else ["entered_at"]
    return ibis.window(group_by="opportunity_id", order_by=order)


def _stays(history: ir.Table, opportunities: ir.Table, as_of: date) -> ir.Table:
    window = _in_order(history)
    closed = opportunities.select(__deal__="opportunity_id", closed_at=_closed_at(opportunities, as_of))
    rows = history.mutate(
        before=history.stage.lag().over(window), left_at=history.entered_at.lead().over(window)
    ).left_join(closed, history.opportunity_id == closed["__deal__"])
    until = ibis.coalesce(rows.left_at, rows.closed_at, ibis.literal(as_of))
    # An entry noted after the closing day adds no time.
    days = ibis.greatest(days_between(rows.entered_at, until), 0)
    entered = rows.before.isnull() | (rows.before != rows.stage)
    return rows.group_by(DEAL_AND_STAGE).aggregate(
        first_entered=rows.entered_at.min(),
        last_entered=rows.entered_at.max(where=entered),
        entries=entered.sum(),
        days_in_stage=days.sum(),
        last_stage=rows.left_at.isnull().any(),
    )


def _closed_at(opportunities: ir.Table, as_of: date) -> ir.Value:
    day = column_or_null(opportunities, "closed_at", "date")
    return (day <= as_of).ifelse(day, ibis.null("date"))


def _slips(history: ir.Table) -> ir.Table:
    dated = history.mutate(expected_close=column_or_null(history, "expected_close", "date"))
    # A row that leaves the day blank keeps the one before, so blanks are passed over.
    dated = dated.filter(dated.expected_close.notnull())
    before = dated.expected_close.lag().over(_in_order(dated))
    moved = dated.mutate(put_off=days_between(before, dated.expected_close))
    later = moved.put_off > 0
    return moved.group_by(DEAL_AND_STAGE).aggregate(slips=later.sum(), slip_days=moved.put_off.sum(where=later))

"""Deals as they stood on a day: open then, with what they showed then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from salesops.tables.schemas import CLOSED
from salesops.tables.sources import LINE

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir

KNOWN_AFTER_CLOSING = ("closed_at", "loss_reason")
KEPT_IN_HISTORY = ("stage", "amount", "expected_close")
# Filled in while a deal goes on, or when it closes, and no table says when. Left as they are today, a replay of the
# past would see in them how its open deals went on.
FILLED_ON_THE_WAY = (
    "competitor",
    "our_price",
    "competitor_price",
    "delivery_at",
    "solution_rep_id",
    "fulfilment_rep_id",
)


def not_yet_a_deal(deals: ir.Table, as_of: date, *, today_holds: bool) -> ir.BooleanValue:
    """Return which deals were not known, or not known to be open or closed, at the end of the day."""
    later = (deals.created_at > as_of).fill_null(False)
    if today_holds:
        return later
    undated = deals.closed_at.isnull() if "closed_at" in deals.columns else ibis.literal(True)
    return later | (deals.status.isin(CLOSED) & undated)


def deals_then(deals: ir.Table, history: ir.Table | None, as_of: date, *, today_holds: bool) -> ir.Table:
    """Return known deals as they stood at the end of the day.

    Parameters
    ----------
    deals
        Deals known on the day, as they stand today.
    history
        Entries of `stage_history` up to the day, if there are any.
    as_of
        The day.
    today_holds
        Whether today's values stand for the day, because the data does not go on after it.
    """
    reopened = (deals.closed_at > as_of).fill_null(False) if "closed_at" in deals.columns else ibis.literal(False)
    was_open = reopened | (deals.status == "open")
    emptied = dict.fromkeys(KNOWN_AFTER_CLOSING, reopened)
    if not today_holds:
        emptied |= dict.fromkeys((*KEPT_IN_HISTORY, *FILLED_ON_THE_WAY), was_open)
    values = {name: empty_where(empty, deals[name]) for name, empty in emptied.items() if name in deals.columns}
    then = deals.mutate(status=reopened.ifelse("open", deals.status), **values)
    return then if today_holds or history is None else _as_history_tells(then, history)


def empty_where(condition: ir.BooleanValue, value: ir.Value) -> ir.Value:
    """Return `value`, empty where the condition is true."""
    return condition.ifelse(ibis.null(value.type()), value)


def _as_history_tells(deals: ir.Table, history: ir.Table) -> ir.Table:
    """Fill what open deals showed then from the last entry of their history that holds it."""
    columns = [name for name in KEPT_IN_HISTORY if name in deals.columns and name in history.columns]
    # Entries of one day keep the order in which the file lists them.
    in_order = [history.entered_at, history[LINE]]
    last = history.group_by(__deal__=history.opportunity_id).aggregate(
        **{f"__then__{c}": _newest(history[c], in_order) for c in columns}
    )
    joined = deals.left_join(last, deals.opportunity_id == last["__deal__"])
    was_open = joined.status == "open"
    shown = {c: was_open.ifelse(joined[f"__then__{c}"], joined[c]) for c in columns}
    return joined.mutate(**shown).select(*deals.columns)


def _newest(value: ir.Value, order: list[ir.Value]) -> ir.Value:
    if value.get_backend().name == "duckdb":
        return value.last(where=value.notnull(), order_by=order)
    # LAST is DuckDB's own; arrays are what other databases share.
    return value.collect(where=value.notnull(), order_by=[ibis.desc(column) for column in order])[0]

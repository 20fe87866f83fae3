"""The time machine: every table as it was known at the end of a given day.

The rules, table by table, are the whole of this module, so that nothing later than the day can leak through another
door. A present value stands for the day only where the day is not before the data's end; otherwise a value that may
have changed since (stage, amount, expected closing of a deal) is taken from the history, or is empty.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import ibis
import pandas as pd

from salesops.errors import InputError
from salesops.parameters import LAST_COMPLETE_QUARTER
from salesops.tables.sources import LINE

if TYPE_CHECKING:
    import ibis.expr.types as ir

Tables = dict[str, "ir.Table"]

EVENTS = {
    "orders": (("orders", "ordered_at"),),
    "opportunities": (
        ("opportunities", "created_at"),
        ("opportunities", "closed_at"),
        ("stage_history", "entered_at"),
    ),
}
LONGEST_QUIET_DAYS = 4

# Columns of an open deal that are known only once it has closed.
KNOWN_AFTER_CLOSING = ("closed_at", "loss_reason")

APPEARS = {
    "accounts": "created_at",
    "products": "launched_at",
    "reps": "hired_at",
    "partners": "started_at",
    "leads": "created_at",
    "stage_history": "entered_at",
    "scorecards": "scored_at",
    "activities": "occurred_at",
    "feedback": "given_at",
    "staff_survey": "surveyed_at",
}
NOT_YET_KNOWN = {"orders": ("paid_at",), "reps": ("left_at",)}


def resolve_as_of(as_of: str, tables: Tables) -> date:
    """Return the day that `as_of` means for these tables.

    Parameters
    ----------
    as_of
        A day written as 2026-09-30, or `last_complete_quarter`: the end of the last quarter that the data reaches,
        not the clock. Orders and deals must both reach it, where both are there.
    tables
        Typed tables by name.

    Raises
    ------
    InputError
        If the data holds no event by which a quarter could be found, or none up to the day asked for.
    """
    days = {group: _event_days(columns, tables) for group, columns in EVENTS.items()}
    days = {group: series for group, series in days.items() if len(series)}
    if not days:
        raise InputError("as_of cannot be found: orders and opportunities hold no date")
    if as_of == LAST_COMPLETE_QUARTER:
        return min(last_complete_quarter(series) for series in days.values())
    day = date.fromisoformat(as_of)
    first = min(series.iloc[0] for series in days.values()).date()
    if day < first:
        raise InputError(f"as_of is {day}, but the data begins on {first}: choose a later day")
    return day


def data_reaches(tables: Tables) -> date:
    """Return the day of the last event in orders and deals."""
    days = [_event_days(columns, tables) for columns in EVENTS.values()]
    last: date = max(series.iloc[-1] for series in days if len(series)).date()
    return last


def last_complete_quarter(days: pd.Series) -> date:
    """Return the end of the last quarter that a series of event days reaches.

    A quarter is complete when the next event is not due before its end: businesses rest at weekends, so the last
    event may lie before the last day by as much as events usually do, but never by more than four days.

    Parameters
    ----------
    days
        Distinct days with at least one event, ascending, datetime64.

    Examples
    --------
    >>> last_complete_quarter(pd.Series(pd.date_range("2026-05-01", "2026-09-29")))
    datetime.date(2026, 6, 30)
    >>> last_complete_quarter(pd.Series(pd.date_range("2026-05-01", "2026-09-30")))
    datetime.date(2026, 9, 30)
    """
    gaps = days.tail(180).diff().dt.days.dropna()
    quiet = int(min(gaps.quantile(0.95) - 1 if len(gaps) else 0, LONGEST_QUIET_DAYS))
    reached = days.iloc[-1] + pd.Timedelta(days=quiet + 1)
    end: date = (reached.to_period("Q").start_time - pd.Timedelta(days=1)).date()
    return end


def _event_days(columns: tuple[tuple[str, str], ...], tables: Tables) -> pd.Series:
    there = [tables[t].select(day=tables[t][c]) for t, c in columns if t in tables and c in tables[t].columns]
    if not there:
        return pd.Series([], dtype="datetime64[us]")
    days = ibis.union(*there, distinct=True) if len(there) > 1 else there[0].distinct()
    found: pd.Series = pd.to_datetime(days.filter(days.day.notnull()).order_by("day").to_pandas()["day"])
    return found


def cut(tables: Tables, as_of: date) -> Tables:
    """Return every table as it was known at the end of `as_of`.

    Parameters
    ----------
    tables
        Typed tables by name, as of the day of the export.
    as_of
        The day; what happened on it is known.
    """
    known = {name: _cut_rows(name, table, as_of) for name, table in tables.items()}
    if "opportunities" in tables:
        today_holds = as_of >= data_reaches(tables)
        known["opportunities"] = _opportunities(known["opportunities"], known.get("stage_history"), as_of, today_holds)
    return known


def _cut_rows(name: str, table: ir.Table, as_of: date) -> ir.Table:
    appears = {**APPEARS, "orders": "ordered_at", "opportunities": "created_at"}.get(name)
    if appears in table.columns:
        # Without a day of appearance a row of reference data is taken as always known.
        table = table.filter((table[appears] <= as_of) | table[appears].isnull())
    columns = [column for column in NOT_YET_KNOWN.get(name, ()) if column in table.columns]
    return table.mutate(**{c: (table[c] <= as_of).ifelse(table[c], ibis.null(table[c].type())) for c in columns})


def _opportunities(deals: ir.Table, history: ir.Table | None, as_of: date, today_holds: bool) -> ir.Table:
    reopened = (deals.closed_at > as_of).fill_null(False) if "closed_at" in deals.columns else ibis.literal(False)
    deals = deals.mutate(
        __then_open__=reopened | (deals.status == "open"),
        status=reopened.ifelse("open", deals.status),
        **{
            column: reopened.ifelse(ibis.null(deals[column].type()), deals[column])
            for column in KNOWN_AFTER_CLOSING
            if column in deals.columns
        },
    )
    if not today_holds:
        deals = _as_then(deals, history)
    return deals.drop("__then_open__")


def _as_then(deals: ir.Table, history: ir.Table | None) -> ir.Table:
    """Put what an open deal showed then in place of what it shows today."""
    changing = [column for column in ("stage", "amount", "expected_close") if column in deals.columns]
    then = _last_known(history, changing) if history is not None else None
    if then is not None:
        deals = deals.left_join(then, deals.opportunity_id == then["__deal__"])
    shown: dict[str, ir.Value] = {}
    for column in changing:
        name = f"__then__{column}"
        value = deals[name] if name in deals.columns else ibis.null(deals[column].type())
        shown[column] = deals["__then_open__"].ifelse(value, deals[column])
    deals = deals.mutate(**shown)
    return deals.drop(*[c for c in deals.columns if c == "__deal__" or c.startswith("__then__")])


def _last_known(history: ir.Table, columns: list[str]) -> ir.Table:
    """Return one row per deal with the last value of each column that its history holds up to the day."""
    there = [column for column in columns if column in history.columns]
    return history.group_by(__deal__=history.opportunity_id).aggregate(
        **{f"__then__{column}": _newest(history[column], _in_order(history)) for column in there}
    )


def _newest(value: ir.Value, order: list[ir.Value]) -> ir.Value:
    if value.get_backend().name == "duckdb":
        return value.last(where=value.notnull(), order_by=order)
    # LAST is DuckDB's own; arrays are what other databases share.
    return value.collect(where=value.notnull(), order_by=[ibis.desc(column) for column in order])[0]


def _in_order(history: ir.Table) -> list[ir.Value]:
    # Entries of one day keep the order in which the file lists them.
    return [history.entered_at, history[LINE]]


def quarter_end(day: date) -> date:
    """Return the last day of the quarter that `day` lies in.

    Examples
    --------
    >>> quarter_end(date(2026, 11, 3))
    datetime.date(2026, 12, 31)
    """
    month = 3 * ((day.month - 1) // 3) + 4
    return date(day.year + month // 13, (month - 1) % 12 + 1, 1) - timedelta(days=1)

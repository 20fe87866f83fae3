"""Which day `as_of` means, and how far the data reaches."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import ibis
import pandas as pd

from salesops.errors import InputError
from salesops.parameters import LAST_COMPLETE_QUARTER

if TYPE_CHECKING:
    import ibis.expr.types as ir

EVENTS = {
    "orders": (("orders", "ordered_at"),),
    "opportunities": (
        ("opportunities", "created_at"),
        ("opportunities", "closed_at"),
        ("stage_history", "entered_at"),
    ),
}
LONGEST_QUIET_DAYS = 4


def event_days(tables: dict[str, ir.Table]) -> dict[str, pd.Series]:
    """Return the days on which something happened: one series for orders, one for deals, where there are any.

    Parameters
    ----------
    tables
        Typed tables by name.

    Returns
    -------
    dict
        Distinct days, ascending, datetime64; never empty series.

    Raises
    ------
    InputError
        If orders and deals hold no day at all.
    """
    there = [
        tables[t].select(kind=ibis.literal(kind), day=tables[t][column])
        for kind, columns in EVENTS.items()
        for t, column in columns
        if t in tables and column in tables[t].columns
    ]
    if not there:
        raise InputError(_NO_DAY)
    days = ibis.union(*there, distinct=True) if len(there) > 1 else there[0].distinct()
    found = days.filter(days.day.notnull()).order_by("day").to_pandas()
    if found.empty:
        raise InputError(_NO_DAY)
    return {kind: pd.to_datetime(rows["day"]).reset_index(drop=True) for kind, rows in found.groupby("kind")}


_NO_DAY = (
    "as_of cannot be found: orders and opportunities hold no row with a date: `salesops check` shows what they hold, "
    "and the report of an import what it left out"
)


def resolve_as_of(as_of: str, days: dict[str, pd.Series]) -> date:
    """Return the day that `as_of` means for this data.

    Parameters
    ----------
    as_of
        A day written as 2026-09-30, or `last_complete_quarter`: the end of the last quarter that the data reaches,
        not the clock. Orders and deals must both reach it, where both are there.
    days
        What `event_days` found.

    Raises
    ------
    InputError
        If the data holds no event up to the day asked for, or no quarter's end.

    Examples
    --------
    >>> resolve_as_of("last_complete_quarter", {"orders": pd.Series(pd.date_range("2026-05-01", "2026-08-09"))})
    datetime.date(2026, 6, 30)
    """
    first = min(series.iloc[0] for series in days.values()).date()
    if as_of == LAST_COMPLETE_QUARTER:
        day = min(last_complete_quarter(series) for series in days.values())
        if day < first:
            raise InputError(
                f"as_of is {as_of}, but the data begins on {first} and ends on {data_reaches(days)}, before a quarter "
                "has ended in it: give a day, as --as-of or as as_of in the plan"
            )
        return day
    day = date.fromisoformat(as_of)
    if day < first:
        raise InputError(f"as_of is {day}, but the data begins on {first}: choose a later day")
    return day


def data_reaches(days: dict[str, pd.Series]) -> date:
    """Return the day of the last event in orders and deals."""
    last: date = max(series.iloc[-1] for series in days.values()).date()
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


def quarter_end(day: date) -> date:
    """Return the last day of the quarter that `day` lies in.

    Examples
    --------
    >>> quarter_end(date(2026, 11, 3))
    datetime.date(2026, 12, 31)
    """
    month = 3 * ((day.month - 1) // 3) + 4
    return date(day.year + month // 13, (month - 1) % 12 + 1, 1) - timedelta(days=1)

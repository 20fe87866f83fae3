"""Faults that a row shows by itself: values that cannot be read, are not allowed, or contradict each other."""

from __future__ import annotations

import functools
import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from salesops.errors import did_you_mean
from salesops.tables.checks.fault import Fault, examples
from salesops.tables.sources import AS_WRITTEN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    import ibis.expr.types as ir

    from salesops.tables.contract import Column, TableContract


@dataclass(frozen=True)
class RowsFound:
    """What the rows of one table hold.

    Parameters
    ----------
    rows
        How many there are.
    first, last
        The first and the last of all their days, if they have any.
    faults
        What is wrong with them, each row looked at by itself.
    """

    rows: int
    first: date | None
    last: date | None
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class _Predicate:
    column: str
    broken: ir.BooleanValue
    shown: tuple[str, ...]
    found: str
    wanted: str


def missing_columns(contract: TableContract, table: ir.Table) -> Iterator[Fault]:
    """Yield a fault for each required column that is not there."""
    others = [name for name in table.columns if name not in contract.names and not name.startswith("__")]
    for column in contract.columns:
        if column.required and column.name not in table.columns:
            hint = f" ({did_you_mean(column.name, others)})" if others else ""
            yield Fault(contract.name, column.name, 0, f"no such column{hint}", f"{column.description}")


def look_at_rows(contract: TableContract, table: ir.Table, as_of: date) -> RowsFound:
    """Return what the rows of a conformed table hold, with each kind of fault that they have."""
    predicates = list(_predicates(contract, table, as_of))
    days = [column.name for column in contract.columns if column.type == "date" and column.name in table.columns]
    # One scan counts all kinds of fault; only kinds that occur are then looked up.
    counts = {str(i): table.count(where=predicate.broken) for i, predicate in enumerate(predicates)}
    bounds = {f"{bound}_{day}": getattr(table[day], bound)() for day in days for bound in ("min", "max")}
    (found,) = table.aggregate(rows=table.count(), **counts, **bounds).to_pyarrow().to_pylist()
    return RowsFound(
        rows=found["rows"],
        first=min((found[f"min_{day}"] for day in days if found[f"min_{day}"]), default=None),
        last=max((found[f"max_{day}"] for day in days if found[f"max_{day}"]), default=None),
        faults=tuple(_fault(contract, table, p, n) for i, p in enumerate(predicates) if (n := found[str(i)])),
    )


def _fault(contract: TableContract, table: ir.Table, predicate: _Predicate, count: int) -> Fault:
    found = examples(contract, table.filter(predicate.broken), predicate.shown, predicate.found)
    return Fault(contract.name, predicate.column, count, found, predicate.wanted)


def _predicates(contract: TableContract, table: ir.Table, as_of: date) -> Iterator[_Predicate]:
    for column in contract.columns:
        if column.name in table.columns:
            yield from _column_predicates(column, table, as_of)
    for rule in contract.rules:
        if set(rule.columns) <= set(table.columns):
            yield _Predicate(rule.columns[-1], rule.broken(table), rule.columns, "", rule.wanted)


def _column_predicates(column: Column, table: ir.Table, as_of: date) -> Iterator[_Predicate]:
    value, written = table[column.name], table[AS_WRITTEN + column.name]
    filled = value.notnull() if column.type == "text" else is_filled(written)
    shown = (AS_WRITTEN + column.name,)
    if column.type != "text":
        yield _Predicate(column.name, filled & value.isnull(), shown, "not readable", column.wanted)
    if column.required:
        yield _Predicate(column.name, ~filled.fill_null(False), (), "empty", f"{column.wanted} in every row")
    if column.values:
        yield _Predicate(column.name, filled & value.notin(column.values), shown, "not allowed", column.wanted)
    bounds = [value < column.low] if column.low is not None else []
    bounds += [value > column.high] if column.high is not None else []
    if bounds:
        yield _Predicate(column.name, functools.reduce(operator.or_, bounds), shown, "out of range", column.wanted)
    if column.happened:
        wanted = f"a day up to {as_of}, since what has not happened yet is no record"
        yield _Predicate(column.name, value > as_of, shown, "in the future", wanted)


def is_filled(written: ir.Value) -> ir.BooleanValue:
    """Return whether a value is there, as it was written; blanks are none."""
    return written.strip().length() > 0 if written.type().is_string() else written.notnull()

"""Whether tables keep the contract: every kind of fault at once, with its place and the cure."""

from __future__ import annotations

import functools
import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from salesops.errors import InputError, did_you_mean
from salesops.tables.schemas import CONTRACT
from salesops.tables.sources import AS_WRITTEN, LINE, conform, open_source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import ibis.expr.types as ir

    from salesops.tables.contract import Column, TableContract

EXAMPLES = 3


@dataclass(frozen=True)
class Fault:
    """One kind of fault in one table.

    Parameters
    ----------
    table, column
        Where; the column is empty for a fault of the whole table.
    count
        How many rows have it.
    found
        The first rows that have it, with line, key and value.
    wanted
        What should be there instead.
    """

    table: str
    column: str
    count: int
    found: str
    wanted: str

    def __str__(self) -> str:
        """Return the fault as one sentence."""
        place = f"{self.table}.{self.column}" if self.column else self.table
        rows = f"{self.count:,} row{'s' if self.count != 1 else ''}: " if self.count else ""
        return f"{place}: {rows}{self.found}; wanted: {self.wanted}"


@dataclass(frozen=True)
class TableSummary:
    """What one table holds."""

    table: str
    rows: int
    first_day: str
    last_day: str
    more_columns: tuple[str, ...]


@dataclass(frozen=True)
class CheckReport:
    """What a source holds, and what is wrong with it."""

    place: str
    summaries: tuple[TableSummary, ...]
    faults: tuple[Fault, ...]
    notes: tuple[str, ...]

    def raise_if_faulty(self) -> None:
        """Raise an `InputError` that lists all faults, if there are any."""
        if self.faults:
            raise InputError(*map(str, self.faults))


def check(data: str | Path) -> CheckReport:
    """Hold the tables at `data` against the contract.

    Parameters
    ----------
    data
        A folder of CSV or Parquet files.

    Raises
    ------
    InputError
        If the source cannot be read at all.
    """
    source = open_source(data)
    tables = {name: conform(table, CONTRACT[name]) for name, table in source.tables.items()}
    faults = [fault for name in tables for fault in _table_faults(CONTRACT[name], tables)]
    if not {"orders", "opportunities"} & set(tables):
        faults.insert(0, Fault("source", "", 0, f"tables {', '.join(tables)}", "orders or opportunities"))
    return CheckReport(
        place=source.place,
        summaries=tuple(_summary(CONTRACT[name], tables[name]) for name in tables),
        faults=tuple(faults),
        notes=source.notes,
    )


def _summary(contract: TableContract, table: ir.Table) -> TableSummary:
    days = [c.name for c in contract.columns if c.type == "date" and c.name in table.columns]
    totals = {f"{bound}_{d}": getattr(table[d], bound)() for d in days for bound in ("min", "max")}
    row = table.aggregate(rows=table.count(), **totals).to_pandas().iloc[0]
    first, last = ([row[f"{bound}_{d}"] for d in days if pd.notna(row[f"{bound}_{d}"])] for bound in ("min", "max"))
    known = {*contract.names, LINE}
    return TableSummary(
        table=contract.name,
        rows=int(row["rows"]),
        first_day=f"{min(first):%Y-%m-%d}" if first else "",
        last_day=f"{max(last):%Y-%m-%d}" if last else "",
        more_columns=tuple(c for c in table.columns if c not in known and not c.startswith(AS_WRITTEN)),
    )


def _table_faults(contract: TableContract, tables: dict[str, ir.Table]) -> Iterator[Fault]:
    table = tables[contract.name]
    yield from _missing_columns(contract, table)
    predicates = list(_row_predicates(contract, table))
    yield from _row_faults(contract, table, predicates)
    yield from _duplicate_keys(contract, table)
    yield from _dangling_references(contract, tables)


def _missing_columns(contract: TableContract, table: ir.Table) -> Iterator[Fault]:
    others = [name for name in table.columns if name not in contract.names and not name.startswith("__")]
    for column in contract.columns:
        if column.required and column.name not in table.columns:
            hint = f" ({did_you_mean(column.name, others)})" if others else ""
            yield Fault(contract.name, column.name, 0, f"no such column{hint}", f"{column.description}")


@dataclass(frozen=True)
class _Predicate:
    column: str
    broken: ir.BooleanValue
    shown: tuple[str, ...]
    found: str
    wanted: str


def _row_predicates(contract: TableContract, table: ir.Table) -> Iterator[_Predicate]:
    for column in contract.columns:
        if column.name in table.columns:
            yield from _column_predicates(column, table)
    for rule in contract.rules:
        if set(rule.columns) <= set(table.columns):
            yield _Predicate(rule.columns[-1], rule.broken(table), rule.columns, "", rule.wanted)


def _column_predicates(column: Column, table: ir.Table) -> Iterator[_Predicate]:
    value, written = table[column.name], table[AS_WRITTEN + column.name]
    filled = value.notnull() if column.type == "text" else _is_filled(written)
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


def _is_filled(written: ir.Value) -> ir.BooleanValue:
    return written.strip().length() > 0 if written.type().is_string() else written.notnull()


def _row_faults(contract: TableContract, table: ir.Table, predicates: list[_Predicate]) -> Iterator[Fault]:
    # One scan counts all kinds of fault; only kinds that occur are then looked up.
    counts = table.aggregate(
        **{str(i): predicate.broken.cast("int64").sum().fill_null(0) for i, predicate in enumerate(predicates)}
    ).to_pandas()
    for i, predicate in enumerate(predicates):
        count = int(counts[str(i)].iloc[0])
        if count:
            first = [LINE] if LINE in table.columns else [name for name in contract.key if name in table.columns]
            broken = table.filter(predicate.broken)
            rows = (broken.order_by(first) if first else broken).limit(EXAMPLES).to_pandas().to_dict("records")
            found = "; ".join(_example(contract, row, predicate) for row in rows)
            yield Fault(contract.name, predicate.column, count, found, predicate.wanted)


def _example(contract: TableContract, row: dict[str, Any], predicate: _Predicate) -> str:
    line = f"line {row[LINE]}" if LINE in row else ""
    key = ", ".join(f"{name} {row[name]}" for name in contract.key if name in row and pd.notna(row[name]))
    values = " and ".join(f"{name.removeprefix(AS_WRITTEN)} {_shown(row[name])}" for name in predicate.shown)
    has = ", ".join(part for part in (values, predicate.found) if part)
    place = " ".join(part for part in (line, f"({key})" if key else "") if part)
    return f"{place}: {has}" if place else has


def _shown(value: Any) -> str:
    if not pd.api.types.is_scalar(value) or pd.isna(value):
        return "empty"
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else f'"{value}"'


def _duplicate_keys(contract: TableContract, table: ir.Table) -> Iterator[Fault]:
    key = list(contract.key)
    if not key or not set(key) <= set(table.columns):
        return
    doubles = table.group_by(key).aggregate(times=table.count())
    doubles = doubles.filter(doubles.times > 1, *[doubles[name].notnull() for name in key])
    count = int(doubles.count().to_pandas())
    if count:
        first = doubles.order_by(key).limit(EXAMPLES).to_pandas().to_dict("records")
        found = "; ".join(f"{', '.join(str(row[k]) for k in key)} comes {row['times']} times" for row in first)
        yield Fault(contract.name, ", ".join(key), count, found, "each only once")


def _dangling_references(contract: TableContract, tables: dict[str, ir.Table]) -> Iterator[Fault]:
    table = tables[contract.name]
    for column, other in contract.references:
        key = CONTRACT[other].key[0]
        if other not in tables or column not in table.columns or key not in tables[other].columns:
            continue
        known = tables[other].select(__known__=tables[other][key]).distinct()
        lost = table.filter(table[column].notnull()).anti_join(known, table[column] == known["__known__"])
        lost = lost.group_by(value=lost[column]).aggregate(rows=lost.count())
        totals = lost.aggregate(rows=lost.rows.sum().fill_null(0), values=lost.count()).to_pandas().iloc[0]
        if totals["rows"]:
            first = lost.order_by("value").limit(EXAMPLES).to_pandas()["value"]
            found = f"{totals['values']:,} unknown: {', '.join(map(str, first))}"
            yield Fault(contract.name, column, int(totals["rows"]), found, f"the {key} of a row in {other}")

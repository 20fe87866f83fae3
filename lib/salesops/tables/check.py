"""Whether tables keep the contract: every kind of fault at once, with its place and the cure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from salesops.errors import InputError
from salesops.tables.checks.fault import Fault
from salesops.tables.checks.keys import broken_links, dangling_references, duplicate_keys
from salesops.tables.checks.rows import look_at_rows, missing_columns
from salesops.tables.checks.sums import target_sums
from salesops.tables.schemas import CONTRACT
from salesops.tables.sources import AS_WRITTEN, LINE, open_conformed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import ibis.expr.types as ir

    from salesops.tables.checks.rows import RowsFound
    from salesops.tables.contract import TableContract
    from salesops.tables.sources import Conformed

__all__ = ["CheckReport", "Fault", "TableSummary", "check", "today"]


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

    def lines(self) -> Iterator[str]:
        """Yield what the source holds, a line per table, and the notes."""
        for table in self.summaries:
            span = f"  {table.first_day} to {table.last_day}" if table.first_day else ""
            yield f"{table.table:<16}{table.rows:>12,} rows{span}"
            if table.more_columns:
                yield f"{'':<16}  columns beyond the contract: {', '.join(table.more_columns)}"
        yield from (f"note: {note}" for note in self.notes)

    def raise_if_faulty(self) -> None:
        """Raise an `InputError` that lists all faults, if there are any."""
        if self.faults:
            raise InputError(*map(str, self.faults))


def check(data: str | Path | Conformed, as_of: date | None = None) -> CheckReport:
    """Hold the tables at `data` against the contract.

    Parameters
    ----------
    data
        Any source that `salesops.tables.sources.open_source` takes, or what `open_conformed` has opened.
    as_of
        Day up to which things can have happened; today if not given.

    Raises
    ------
    InputError
        If the source cannot be read at all.
    """
    source = open_conformed(data)
    tables = source.tables
    found = {name: look_at_rows(CONTRACT[name], table, as_of or today()) for name, table in tables.items()}
    faults = [fault for name in tables for fault in _table_faults(CONTRACT[name], tables, found[name])]
    if not {"orders", "opportunities"} & set(tables):
        faults.insert(0, Fault("source", "", 0, f"tables {', '.join(tables)}", "orders or opportunities"))
    return CheckReport(
        place=source.place,
        summaries=tuple(_summary(CONTRACT[name], tables[name], found[name]) for name in tables),
        faults=tuple(faults),
        notes=source.notes,
    )


def today() -> date:
    """Return the latest day that it is anywhere, so that no order of this morning in another country is a fault."""
    return (datetime.now(UTC) + timedelta(hours=14)).date()


def _summary(contract: TableContract, table: ir.Table, found: RowsFound) -> TableSummary:
    known = {*contract.names, LINE}
    return TableSummary(
        table=contract.name,
        rows=found.rows,
        first_day=found.first.isoformat() if found.first else "",
        last_day=found.last.isoformat() if found.last else "",
        more_columns=tuple(c for c in table.columns if c not in known and not c.startswith(AS_WRITTEN)),
    )


def _table_faults(contract: TableContract, tables: dict[str, ir.Table], found: RowsFound) -> Iterator[Fault]:
    table = tables[contract.name]
    yield from missing_columns(contract, table)
    yield from found.faults
    yield from duplicate_keys(contract, table)
    yield from dangling_references(contract, tables)
    yield from broken_links(contract, tables)
    if contract.name == "targets":
        yield from target_sums(tables)

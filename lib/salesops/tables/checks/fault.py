"""A fault, and the first rows that have it, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from salesops.tables.sources import AS_WRITTEN, LINE

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from salesops.tables.contract import TableContract

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


def examples(contract: TableContract, broken: ir.Table, shown: tuple[str, ...], found: str = "") -> str:
    """Return the first of the broken rows, each with its line, its key and the values of `shown`."""
    rows = first_rows(contract, broken).to_pandas().to_dict("records")
    return "; ".join(_example(contract, row, shown, found) for row in rows)


def first_rows(contract: TableContract, broken: ir.Table) -> ir.Table:
    """Return the first rows: of a file by their line, of another table by its key."""
    order = [LINE] if LINE in broken.columns else [name for name in contract.key if name in broken.columns]
    return (broken.order_by(order) if order else broken).limit(EXAMPLES)


def _example(contract: TableContract, row: dict[str, Any], shown: tuple[str, ...], found: str) -> str:
    line = f"line {row[LINE]}" if LINE in row else ""
    key = ", ".join(f"{name} {row[name]}" for name in contract.key if name in row and pd.notna(row[name]))
    values = " and ".join(f"{name.removeprefix(AS_WRITTEN)} {_shown(row[name])}" for name in shown)
    has = ", ".join(part for part in (values, found) if part)
    place = " ".join(part for part in (line, f"({key})" if key else "") if part)
    return f"{place}: {has}" if place else has


def _shown(value: Any) -> str:
    if not pd.api.types.is_scalar(value) or pd.isna(value):
        return "empty"
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else f'"{value}"'

"""How many rows tables hold, and from which day to which: one query for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from salesops.tables.schemas import CONTRACT

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir


@dataclass(frozen=True)
class Span:
    """What one table holds: rows, and its first and last day where its rows have one.

    Examples
    --------
    >>> Span(1200, None, None).words()
    '1,200 rows'
    """

    rows: int
    first: date | None
    last: date | None

    def words(self) -> str:
        """Return it as a page shows it."""
        span = f", {self.first} to {self.last}" if self.first else ""
        return f"{self.rows:,} rows{span}"


def spans(tables: dict[str, ir.Table]) -> dict[str, Span]:
    """Return what each table holds, by name, in the order given.

    The days are those of the first date that the contract requires of the table.
    """
    import ibis

    if not tables:
        return {}
    found = ibis.union(*(_measured(name, table) for name, table in tables.items())).to_pyarrow().to_pylist()
    by_name = {row["name"]: Span(row["rows"], row["first"], row["last"]) for row in found}
    return {name: by_name[name] for name in tables}


def _measured(name: str, table: ir.Table) -> ir.Table:
    import ibis

    days = [c.name for c in CONTRACT[name].columns if c.type == "date" and c.required and c.name in table.columns]
    first, last = (table[days[0]].min(), table[days[0]].max()) if days else (ibis.null("date"), ibis.null("date"))
    return table.aggregate(name=ibis.literal(name), rows=table.count(), first=first, last=last)

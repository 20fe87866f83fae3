"""What an import did, in numbers and in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["dropped", "merged", "default", "fallback", "spelling", "mapped", "unmatched"]

SENTENCES: dict[Kind, str] = {
    "dropped": "{rows} left out, because they lack {column}",
    "merged": "{rows} left out, because they repeat another in all columns",
    "default": "{column}: {detail} set in {rows} without a value",
    "fallback": "{column}: taken from {detail} in {rows}",
    "spelling": "{column}: spelling corrected in {rows}",
    "mapped": "{column}: value translated in {rows}",
    "unmatched": "{column}: no match in {detail} for {rows}",
}


def rows_in_words(rows: int) -> str:
    """Return a number of rows as it stands in a sentence.

    Examples
    --------
    >>> rows_in_words(1), rows_in_words(8800)
    ('1 row', '8,800 rows')
    """
    return f"{rows:,} row{'' if rows == 1 else 's'}"


@dataclass(frozen=True)
class Change:
    """Something that was done to some rows.

    Parameters
    ----------
    kind
        dropped (a required value is missing), merged (equal to another row), default, fallback (a later one of
        `first_of`), spelling, mapped (by `values`) or unmatched (a join found nothing).
    column
        Contract column, source column, or file of a join.
    detail
        The default, or where the value was taken from.
    rows
        How many rows.

    Examples
    --------
    >>> print(Change("default", "account_id", '"unknown"', 1425))
    account_id: "unknown" set in 1,425 rows without a value
    """

    kind: Kind
    column: str
    detail: str
    rows: int

    def __str__(self) -> str:
        """Return the change as a sentence."""
        return SENTENCES[self.kind].format(column=self.column, detail=self.detail, rows=rows_in_words(self.rows))


@dataclass(frozen=True)
class TableReport:
    """What was done for one contract table.

    Parameters
    ----------
    table
        Name of the table.
    rows_read
        Rows found in the files that its blocks come from, and rows written out in the mapping.
    rows_written
        Rows in the table.
    changes
        What was done on the way.
    """

    table: str
    rows_read: int
    rows_written: int
    changes: tuple[Change, ...]

    def rows(self, kind: Kind, column: str | None = None) -> int:
        """Return how many rows were changed in one way (in one column)."""
        return sum(c.rows for c in self.changes if c.kind == kind and column in (None, c.column))

    @property
    def lines(self) -> list[str]:
        """Return the report as lines of text."""
        head = f"{self.table}: {rows_in_words(self.rows_written)} written, {self.rows_read:,} read"
        return [head, *(f"  {change}" for change in self.changes)]


@dataclass(frozen=True)
class ImportReport:
    """What an import did; its text is what the command prints.

    Parameters
    ----------
    tables
        By table, in the contract's order.
    spellings
        By file: cells whose spelling was corrected.
    unused_files
        Files in the source folder that the mapping does not name.
    unused_columns
        By file: columns that the mapping does not use.
    currency
        Currency of all money, if the mapping says it.
    notes
        What the mapping says a reader has to know.
    """

    tables: dict[str, TableReport]
    spellings: dict[str, tuple[Change, ...]]
    unused_files: tuple[str, ...]
    unused_columns: dict[str, tuple[str, ...]]
    currency: str | None
    notes: tuple[str, ...]

    @property
    def lines(self) -> list[str]:
        """Return the report as lines of text."""
        tables = [line for table in self.tables.values() for line in table.lines]
        corrected = [f"{path}, {change}" for path, changes in self.spellings.items() for change in changes]
        columns = [f"  {path}: {', '.join(names)}" for path, names in self.unused_columns.items()]
        unused = [f"  whole files: {', '.join(self.unused_files)}"] if self.unused_files else []
        money = [f"Money is in {self.currency}."] if self.currency else []
        left = ["Left unused:", *unused, *columns] if unused or columns else []
        return [*tables, *corrected, *left, *money, *(f"Note: {note}" for note in self.notes)]

    def __str__(self) -> str:
        """Return the report as one text."""
        return "\n".join(self.lines)

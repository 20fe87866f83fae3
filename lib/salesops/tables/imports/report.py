"""What an import did, in numbers and in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "dropped", "filtered", "merged", "default", "fallback", "earlier", "spelling", "mapped", "unmatched", "several"
]

SENTENCES: dict[Kind, str] = {
    "dropped": "{rows} left out, because they lack {column}",
    "filtered": "{rows} left out, because {column} {detail}",
    "merged": "{rows} left out, because they repeat another in all columns",
    "default": "{column}: {detail} set in {rows} without a value",
    "fallback": "{column}: taken from {detail} in {rows}",
    "earlier": "{column}: {detail} taken in {rows}, because it is earlier",
    "spelling": "{column}: spelling corrected in {rows}",
    "mapped": "{column}: value translated in {rows}",
    "unmatched": "{column}: no match in {detail} for {rows}",
    "several": "{column}: {detail} taken for {rows}",
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
        dropped (a required value is missing), filtered (by `lacking`, `only` or `skip`), merged (equal to another
        row), default, fallback (a later one of `first_of`), earlier (a later one of `earliest`), spelling, mapped (by
        `values`), unmatched (a join found nothing) or several (a join found more than one).
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
    missing_files
        Optional files that the export does not have.
    missing_columns
        By file: optional columns that it does not have.
    currency
        Currency of all money, if the mapping says it.
    notes
        What the mapping says a reader has to know.
    """

    tables: dict[str, TableReport]
    spellings: dict[str, tuple[Change, ...]]
    unused_files: tuple[str, ...]
    unused_columns: dict[str, tuple[str, ...]]
    missing_files: tuple[str, ...]
    missing_columns: dict[str, tuple[str, ...]]
    currency: str | None
    notes: tuple[str, ...]

    @property
    def lines(self) -> list[str]:
        """Return the report as lines of text."""
        tables = [line for table in self.tables.values() for line in table.lines]
        corrected = [f"{path}, {change}" for path, changes in self.spellings.items() for change in changes]
        money = [f"Money is in {self.currency}."] if self.currency else []
        missing = _listed("Not in the export, and left empty:", self.missing_files, self.missing_columns)
        left = _listed("Left unused:", self.unused_files, self.unused_columns)
        return [*tables, *corrected, *missing, *left, *money, *(f"Note: {note}" for note in self.notes)]

    def __str__(self) -> str:
        """Return the report as one text."""
        return "\n".join(self.lines)


def _listed(head: str, files: tuple[str, ...], columns: dict[str, tuple[str, ...]]) -> list[str]:
    whole = [f"  whole files: {', '.join(files)}"] if files else []
    lines = [*whole, *(f"  {path}: {', '.join(names)}" for path, names in columns.items())]
    return [head, *lines] if lines else []

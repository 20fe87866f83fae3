"""Customers and people that other files name and their own file lacks: blocks that add them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from salesops.tables.schemas import CONTRACT

if TYPE_CHECKING:
    from salesops.tables.imports.drafts.profiles import ColumnProfile, FileProfile

TABLES = ("accounts", "reps")
LEAST_KNOWN = 0.5
"""Where fewer values are found, the column is more likely a wrong guess than a list with gaps."""


@dataclass(frozen=True)
class Strays:
    """Values of one column that are not in the file that they refer to.

    Parameters
    ----------
    table
        The contract's table of that other file.
    file, column
        Where the values stand.
    other, key
        The file that lacks them, and its column.
    """

    table: str
    file: FileProfile
    column: ColumnProfile
    other: FileProfile
    key: ColumnProfile

    @property
    def count(self) -> int:
        """Return how many values are meant."""
        return len(set(self.column.values) - set(self.key.values))

    @property
    def doubt(self) -> str:
        """Return what the draft says about it."""
        one, several = ("customer", "customers") if self.table == "accounts" else ("person", "people")
        who = f"{self.count:,} {one if self.count == 1 else several}"
        return f"{who} whom {self.other.spec.shown} lacks: the identifier stands for the name"

    @property
    def block(self) -> dict[str, Any]:
        """Return the block of rows that adds them."""
        join: dict[str, Any] = {"file": self.other.name, "match": {self.key.name: self.column.name}}
        return {
            "distinct": True,
            "require": [self.column.name],
            "join": [join if self.key.is_unique else {**join, "take": "first"}],
            "lacking": [f"{self.other.name}.{self.key.name}"],
            "columns": dict.fromkeys([CONTRACT[self.table].key[0], "name"], self.column.name),
        }


def strays_of(
    table: str, file: FileProfile, column: ColumnProfile, other: FileProfile, key: ColumnProfile
) -> list[Strays]:
    """Return the values that `key` lacks, if they are few enough for the rest to be right."""
    if table not in TABLES or file is other or not LEAST_KNOWN <= column.share_in(key) < 1:
        return []
    return [Strays(table, file, column, other, key)]

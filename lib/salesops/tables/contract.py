"""The language in which the input contract is written: tables, columns, and rules between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    import ibis.expr.types as ir

ColumnType = Literal["text", "integer", "number", "money", "date"]


@dataclass(frozen=True)
class Column:
    """One column of the input contract.

    Parameters
    ----------
    name
        Name in the table.
    type
        text, integer, number, money (in the plan's currency) or date (written 2026-09-30).
    description
        What a value means, with its unit.
    required
        A required column must be there and filled in every row; any other may be absent or empty.
    values
        The only values allowed, if the list is closed.
    low, high
        Bounds of a number, both included.
    happened
        The date is that of an event, so that none can lie in the future; other dates may be planned.
    """

    name: str
    type: ColumnType
    description: str
    required: bool = False
    values: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    happened: bool = False

    @property
    def wanted(self) -> str:
        """Return what a value must look like, in words."""
        if self.values:
            return f"one of {', '.join(self.values)}"
        if self.type == "date":
            return "a date written as 2026-09-30"
        kind = {"text": "text", "integer": "a whole number", "number": "a number", "money": "an amount of money"}[
            self.type
        ]
        if self.low is not None and self.high is not None:
            return f"{kind} from {self.low:g} to {self.high:g}"
        return kind if self.low is None else f"{kind} of at least {self.low:g}"


@dataclass(frozen=True)
class Rule:
    """A condition that rows must not meet, over several columns of one table.

    Parameters
    ----------
    columns
        Columns the rule looks at; it is left out where one of them is absent.
    broken
        From the table to a Boolean column that is true where a row breaks the rule.
    wanted
        What was wanted instead, as a sentence.
    """

    columns: tuple[str, ...]
    broken: Callable[[ir.Table], ir.BooleanValue]
    wanted: str


@dataclass(frozen=True)
class LinkRule:
    """A condition that rows must not meet against the row of another table that they refer to.

    Parameters
    ----------
    column
        Column of this table that is at fault.
    key
        Column that both tables share.
    other
        The other table.
    other_column
        Column of the other table that is compared with.
    broken
        From both columns to whether the rule is broken.
    sound
        From the other table to whether its row can be relied on; a fault there is not told twice.
    wanted
        What was wanted instead, as a sentence.
    """

    column: str
    key: str
    other: str
    other_column: str
    broken: Callable[[ir.Value, ir.Value], ir.BooleanValue]
    sound: Callable[[ir.Table], ir.BooleanValue]
    wanted: str


@dataclass(frozen=True)
class TableContract:
    """One table of the input contract.

    Parameters
    ----------
    name
        Name of the table, and of its file.
    description
        What one row is.
    key
        Columns that together are unique; empty where rows may repeat.
    columns
        The columns known; further ones are carried along untouched.
    references
        From a column to the table whose first key column must hold its values (checked where both are there).
    rules
        Conditions over several columns.
    links
        Conditions against another table.
    """

    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    references: tuple[tuple[str, str], ...] = ()
    rules: tuple[Rule, ...] = ()
    links: tuple[LinkRule, ...] = ()

    def column(self, name: str) -> Column:
        """Return the column called `name`."""
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> list[str]:
        """Return the names of all columns, in order."""
        return [column.name for column in self.columns]


def text(name: str, description: str, *, required: bool = False, values: tuple[str, ...] = ()) -> Column:
    """Return a column of text."""
    return Column(name, "text", description, required, values)


def money(name: str, description: str, *, required: bool = False, low: float | None = None) -> Column:
    """Return a column of money in the plan's currency."""
    return Column(name, "money", description, required, low=low)


def day(name: str, description: str, *, required: bool = False) -> Column:
    """Return a column of dates that may be planned."""
    return Column(name, "date", description, required)


def event(name: str, description: str, *, required: bool = False) -> Column:
    """Return a column of days on which something happened."""
    return Column(name, "date", description, required, happened=True)


def number(
    name: str, description: str, *, required: bool = False, low: float | None = None, high: float | None = None
) -> Column:
    """Return a column of numbers between `low` and `high`."""
    return Column(name, "number", description, required, low=low, high=high)


def integer(
    name: str, description: str, *, required: bool = False, low: float | None = None, high: float | None = None
) -> Column:
    """Return a column of whole numbers between `low` and `high`."""
    return Column(name, "integer", description, required, low=low, high=high)

"""Tables on a page: they sort and filter, and become cards on a phone where they are too wide for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from salesops.report import numbers
from salesops.report.markup import fill
from salesops.report.text_width import longest_word_px, width_px

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

Kind = Literal["text", "money", "share", "bar", "number", "date"]
FILTERED_FROM = 9
"""A table of fewer rows is read at a glance and needs no filter."""
LONG_TEXT = 32
PHONE_PX, GAP_PX, NAME_PX = 350, 10, 120
"""Width of a table on a phone, of what parts its columns, and of a name before it is broken into lines."""
BOLD = 1.1


@dataclass(frozen=True)
class Col:
    """A column of a table.

    Parameters
    ----------
    name
        The frame's column.
    label
        What its head says; the name in words if empty.
    kind
        text, money, share (0 to 1), bar (a share with a small bar), number or date.
    unit
        Said in the head: the currency of money, or a noun (`days`).
    digits
        Decimals of numbers and shares; chosen for the whole column if not given.
    below
        Another of the frame's columns, of text, said in small below each value.
    """

    name: str
    label: str = ""
    kind: Kind = "text"
    unit: str = ""
    digits: int | None = None
    below: str = ""


@dataclass(frozen=True)
class Cell:
    """A cell as it is shown, with what it sorts by."""

    text: str
    sort: str = ""
    bar: float | None = None
    below: str = ""


@dataclass(frozen=True)
class Column:
    """A column with its cells, ready to be shown."""

    label: str
    unit: str
    kind: Kind
    cells: Sequence[Cell]

    @cached_property
    def is_long(self) -> bool:
        """Whether it holds sentences, or facts on lines: they need more of the width than names and figures."""
        lengths = sorted(len(cell.text) for cell in self.cells if cell.text not in ("", numbers.ABSENT))
        return self.kind == "text" and bool(lengths) and lengths[len(lengths) // 2] > LONG_TEXT

    @cached_property
    def least_px(self) -> float:
        """About how narrow it can be: names break between words, heads into three lines, figures not at all."""
        texts = [part for cell in self.cells for part in (cell.text, cell.below)]
        widest = max(map(width_px, texts), default=0.0)
        if self.kind == "text":
            widest = max(max(map(longest_word_px, texts), default=0.0), min(widest, NAME_PX))
        return max(widest, BOLD * max(longest_word_px(f"{self.label}, {self.unit}"), width_px(self.label) / 3))


@dataclass(frozen=True)
class DataTable:
    """A table that sorts and filters.

    Parameters
    ----------
    frame
        The rows, in the order they are first shown; up to about 500.
    columns
        What to show, in order; names alone are taken as text.
    caption
        Said below the table.
    filter_label
        What the filter searches, such as "customer or product"; a filter is there from nine rows on.
    shown
        Rows that are seen before "Show all" is pressed, and on paper.

    Raises
    ------
    KeyError
        For a column that the frame lacks.
    """

    frame: pd.DataFrame
    columns: Sequence[Col | str]
    caption: str = ""
    filter_label: str = ""
    shown: int = 20

    def _repr_html_(self) -> str:
        cols = map(_as_col, self.columns)
        columns = [_with_below(_column(self.frame[col.name], col), self.frame, col) for col in cols]
        rows = [list(cells) for cells in zip(*(column.cells for column in columns), strict=True)]
        filter_label = (self.filter_label or "any column") if len(rows) >= FILTERED_FROM else ""
        look = "so-slim" if fits_a_phone(columns) else "so-cards"
        return fill("table.html", table=self, columns=columns, rows=rows, filter_label=filter_label, look=look)


def fits_a_phone(columns: Sequence[Column]) -> bool:
    """Tell whether a table stays one on a phone, so that figures can be compared; otherwise each row is a card."""
    gaps = GAP_PX * (len(columns) - 1)
    return not any(column.is_long for column in columns) and sum(c.least_px for c in columns) + gaps <= PHONE_PX


def _as_col(column: Col | str) -> Col:
    return Col(column) if isinstance(column, str) else column


def _column(values: pd.Series[Any], col: Col) -> Column:
    label = col.label or col.name.replace("_", " ").capitalize()
    items = values.tolist()
    if col.kind == "money":
        divisor, suffix = _column_scale(items)
        unit = " ".join(part for part in (col.unit, suffix) if part)
        return Column(label, unit, "money", _numbers([_divided(value, divisor) for value in items], col.digits))
    if col.kind == "number":
        return Column(label, col.unit, "number", _numbers(items, col.digits))
    if col.kind == "text":
        cells = [Cell(numbers.ABSENT if gone else str(value)) for value, gone in zip(items, values.isna(), strict=True)]
        return Column(label, col.unit, "text", cells)
    makers = {"share": _share_cell, "bar": _bar_cell, "date": _date_cell}
    return Column(label, col.unit, col.kind, [makers[col.kind](value, col.digits or 0) for value in items])


def _with_below(column: Column, frame: pd.DataFrame, col: Col) -> Column:
    if not col.below:
        return column
    said = ["" if gone else str(value) for value, gone in zip(frame[col.below], frame[col.below].isna(), strict=True)]
    cells = [replace(c, below=below, sort=c.sort or c.text) for c, below in zip(column.cells, said, strict=True)]
    return replace(column, cells=cells)


def _column_scale(items: Sequence[Any]) -> tuple[float, str]:
    """One scale for the whole column, so that its figures can be compared: that of its typical larger value."""
    sizes = sorted(abs(value) for value in items if numbers.is_finite(value) and value)
    return numbers.money_scale(sizes[3 * len(sizes) // 4] if sizes else 0.0)


def _divided(value: Any, divisor: float) -> Any:
    return value / divisor if numbers.is_finite(value) else value


def _numbers(items: Sequence[Any], digits: int | None) -> list[Cell]:
    """Write numbers with the same decimals, so that their points stand below each other."""
    known = [float(value) for value in items if numbers.is_finite(value)]
    if digits is None:
        whole = all(value == round(value) for value in known) or max(map(abs, known), default=0) >= 1000
        digits = 0 if whole else 1
    return [Cell(_written(value, digits), _sort_key(value)) for value in items]


def _written(value: Any, digits: int) -> str:
    """Return a number; with three decimals or more, as p-values have, one that would read 0.000 as what it is below."""
    least: float = 10.0**-digits
    if digits >= 3 and numbers.is_finite(value) and 0 < value < least / 2:
        return f"<{least:.{digits}f}"
    return numbers.number(value, digits)


def _sort_key(value: Any) -> str:
    return f"{float(value):.10g}" if numbers.is_finite(value) else ""


def _share_cell(value: Any, digits: int) -> Cell:
    return Cell(numbers.share(value, digits), _sort_key(value))


def _bar_cell(value: Any, digits: int) -> Cell:
    length = min(max(float(value), 0.0), 1.0) if numbers.is_finite(value) else None
    return Cell(numbers.share(value, digits), _sort_key(value), length)


def _date_cell(value: Any, _: int) -> Cell:
    text = numbers.day(value)
    return Cell(text, "" if text == numbers.ABSENT else str(value)[:10])

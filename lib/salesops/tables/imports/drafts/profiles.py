"""What the columns of an unknown export hold: dates, numbers, few or many values."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import pandas as pd

from salesops.errors import InputError
from salesops.tables.imports.decimals import MONEY_SIGNS, SIGNED
from salesops.tables.imports.files import ROW, connect, open_files
from salesops.tables.imports.mapping import FileSpec, Mapping
from salesops.tables.imports.sheets import WORKBOOK, is_workbook, sheet_names

if TYPE_CHECKING:
    from pathlib import Path

SAMPLE_ROWS = 50_000
CLOSED_SET = 30
READABLE = (".csv", ".tsv", ".txt", ".parquet", WORKBOOK)
ISO_DAY = r"\d{4}-\d{2}-\d{2}(?:[ T].*)?"
NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
# Day first and month first stand side by side: where both fit, the draft says so.
DATE_FORMATS = (
    "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%m/%d/%Y", "%d/%m/%y",
    "%m/%d/%y", "%d-%m-%Y", "%m-%d-%Y", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%b %d, %Y",
)  # fmt: skip


class Comma(IntEnum):
    """Whether numbers are written with a decimal comma, as far as they tell."""

    none = 0
    perhaps = 1
    surely = 2


@dataclass(frozen=True)
class ColumnProfile:
    """One column, from the first rows of its file.

    Parameters
    ----------
    name
        Header.
    values
        Its values as text, without empty ones.
    rows
        Rows looked at.
    date_formats
        How its values are written as dates: none if they are no dates, "" for 2026-09-30, several if it is not clear.
    is_number
        Whether all values are numbers or money.
    comma
        Whether its numbers have a decimal comma: none of them, perhaps (1.234), or surely (1.234,56).
    """

    name: str
    values: pd.Series
    rows: int
    date_formats: tuple[str, ...]
    is_number: bool
    comma: Comma = Comma.none

    @property
    def is_filled(self) -> bool:
        """Return whether every row has a value."""
        return 0 < self.rows == len(self.values)

    @property
    def is_unique(self) -> bool:
        """Return whether no value occurs twice."""
        return len(self.values) > 0 and bool(self.values.is_unique)

    @property
    def closed_set(self) -> list[str]:
        """Return its values if they are few, the most frequent first."""
        counts = self.values.value_counts()
        return [str(value) for value in counts.index] if len(counts) <= CLOSED_SET else []

    def share_in(self, other: ColumnProfile) -> float:
        """Return the share of its distinct values that another column holds."""
        own = self.values.drop_duplicates()
        return float(own.isin(set(other.values)).mean()) if len(own) else 0.0


@dataclass(frozen=True)
class FileProfile:
    """One readable file of the export; `repeated` counts rows that are equal to an earlier one in all columns."""

    name: str
    spec: FileSpec
    columns: dict[str, ColumnProfile]
    repeated: int = 0

    def decimal_commas(self, *, others: bool) -> dict[str, Comma]:
        """Return the columns whose numbers are taken to have a decimal comma, and how sure that is.

        Where one column of an export surely has it (`others` for those of other files), it is the way of all.
        """
        found = {name: column.comma for name, column in self.columns.items() if column.comma}
        return found if others or Comma.surely in found.values() else {}


def profile(source: Path) -> tuple[list[FileProfile], list[str]]:
    """Return what the files in a folder hold, and a sentence about each file that cannot be drafted from.

    Raises
    ------
    InputError
        If the folder is not there, or holds no file that can be read.
    """
    if not source.is_dir():
        raise InputError(f"source {source} is not a folder: give the folder that holds the export")
    paths = sorted(path for path in source.rglob("*") if path.is_file() and not path.name.startswith("."))
    files: list[FileProfile] = []
    left: list[str] = []
    for path in paths:
        place = path.relative_to(source).as_posix()
        try:
            for sheet in _sheets(path):
                files.append(_profiled(source, place, sheet, {file.name for file in files}))
        except InputError as error:
            left.append(f"{place}: {error.faults[0]}")
    if not files:
        raise InputError(f"{source} holds no CSV, Parquet or Excel (.xlsx) file that could be read", *left)
    return files, left


def _sheets(path: Path) -> list[str | None]:
    """Return the sheets of a workbook that has several, or none once for any other file."""
    if not path.name.lower().endswith(READABLE):
        raise InputError("not read; save it as CSV or .xlsx if it holds data")
    names = sheet_names(path) if is_workbook(path.name) else []
    return [*names] if len(names) > 1 else [None]


def _profiled(source: Path, place: str, sheet: str | None, taken: set[str]) -> FileProfile:
    name = _short_name(sheet or place, taken)
    spec = FileSpec(path=place, delimiter=_delimiter(source / place), sheet=sheet)
    mapping = Mapping.model_construct(files={name: spec}, tables={})
    connection = connect()
    try:
        opened, faults = open_files(connection, mapping, source, {})
        if faults:
            raise InputError(*faults)
        table = opened[name].table
        if len(opened[name].columns) < 2:
            raise InputError("one column only, so it is no table")
        rows: pd.DataFrame = connection.execute(table.order_by(ROW).limit(SAMPLE_ROWS).drop(ROW))
    finally:
        connection.disconnect()
    columns = {column: _column(rows[column]) for column in rows.columns}
    return FileProfile(name, spec, columns, int(rows.duplicated().sum()))


def _short_name(place: str, taken: set[str]) -> str:
    stem = place.rsplit("/", 1)[-1].rsplit(".", 1)[0].casefold()
    name = "".join(sign if sign.isalnum() else "_" for sign in stem).strip("_") or "file"
    name = f"file_{name}" if name[0].isdigit() else name
    return name if name not in taken else f"{name}_{len(taken) + 1}"


def _delimiter(path: Path) -> str:
    if path.suffix.lower() in (".parquet", WORKBOOK):
        return ","
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline()
    except UnicodeDecodeError:
        raise InputError("not UTF-8: save it again as UTF-8") from None
    widths = {sign: len(next(csv.reader([first], delimiter=sign), [])) for sign in (",", ";", "\t", "|")}
    best = max(widths, key=lambda sign: widths[sign])
    return best if widths[best] > 1 or len(first.split()) < 2 else "blanks"


def _column(cells: pd.Series) -> ColumnProfile:
    values = cells.dropna().astype(str)
    distinct = values.drop_duplicates()
    comma = _comma(distinct)
    is_number = comma == Comma.surely or _is_number(distinct)
    return ColumnProfile(str(cells.name), values, len(cells), _formats(distinct), is_number, comma)


def _is_number(values: pd.Series) -> bool:
    bare = values.str.replace(r"[\s$€£¥￥]", "", regex=True)
    grouped = bare.str.fullmatch(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
    return len(values) > 0 and bool((bare.str.fullmatch(NUMBER) | grouped).all())


def _comma(values: pd.Series) -> Comma:
    """Return whether numbers have a decimal comma; 1,234 alone does not tell, and 12 says nothing."""
    bare = values.str.replace(MONEY_SIGNS, "", regex=True)
    signed = bare.str.contains(SIGNED, regex=True)
    if not len(values) or not (signed | bare.str.fullmatch(NUMBER)).all():
        return Comma.none
    told = signed & bare.str.contains(r",(?!\d{3}-?$)|\..*,|-$", regex=True)
    return Comma.surely if told.any() else Comma(bool((signed & bare.str.contains("[.,]", regex=True)).any()))


def _formats(values: pd.Series) -> tuple[str, ...]:
    if not len(values):
        return ()
    if values.str.fullmatch(ISO_DAY).all():
        return ("",)
    day = values.str.extract(r"^([^ T,]+)", expand=False).fillna("")
    return tuple(written for written in DATE_FORMATS if _fits(values if " " in written else day, written))


def _fits(values: pd.Series, written: str) -> bool:
    if written == "%Y%m%d" and not values.str.fullmatch(r"(?:19|20)\d{6}").all():
        return False
    days = pd.to_datetime(values, format=written, errors="coerce", exact=True)
    return bool(days.dt.year.between(1900, 2100).all())

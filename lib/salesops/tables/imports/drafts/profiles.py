"""What the columns of an unknown export hold: dates, numbers, few or many values."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from salesops.errors import InputError
from salesops.tables.imports.files import ROW, connect, open_files
from salesops.tables.imports.mapping import FileSpec, Mapping

if TYPE_CHECKING:
    from pathlib import Path

SAMPLE_ROWS = 50_000
CLOSED_SET = 30
READABLE = (".csv", ".tsv", ".txt", ".parquet")
ISO_DAY = r"\d{4}-\d{2}-\d{2}(?:[ T].*)?"
NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
# Day first and month first stand side by side: where both fit, the draft says so.
DATE_FORMATS = (
    "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%m/%d/%Y", "%d/%m/%y",
    "%m/%d/%y", "%d-%m-%Y", "%m-%d-%Y", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%b %d, %Y",
)  # fmt: skip


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
    """

    name: str
    values: pd.Series
    rows: int
    date_formats: tuple[str, ...]
    is_number: bool

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
    """One readable file of the export."""

    name: str
    spec: FileSpec
    columns: dict[str, ColumnProfile]


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
            files.append(_profiled(source, place, {file.name for file in files}))
        except InputError as error:
            left.append(f"{place}: {error.faults[0]}")
    if not files:
        raise InputError(f"{source} holds no CSV or Parquet file that could be read", *left)
    return files, left


def _profiled(source: Path, place: str, taken: set[str]) -> FileProfile:
    if not place.lower().endswith(READABLE):
        raise InputError("not read; save it as CSV if it holds data")
    name = _short_name(place, taken)
    spec = FileSpec(path=place, delimiter=_delimiter(source / place))
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
    return FileProfile(name, spec, {column: _column(rows[column]) for column in rows.columns})


def _short_name(place: str, taken: set[str]) -> str:
    stem = place.rsplit("/", 1)[-1].rsplit(".", 1)[0].casefold()
    name = "".join(sign if sign.isalnum() else "_" for sign in stem).strip("_") or "file"
    name = f"file_{name}" if name[0].isdigit() else name
    return name if name not in taken else f"{name}_{len(taken) + 1}"


def _delimiter(path: Path) -> str:
    if path.suffix.lower() == ".parquet":
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
    return ColumnProfile(str(cells.name), values, len(cells), _formats(distinct), _is_number(distinct))


def _is_number(values: pd.Series) -> bool:
    bare = values.str.replace(r"[\s$€£¥￥]", "", regex=True)
    grouped = bare.str.fullmatch(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
    return len(values) > 0 and bool((bare.str.fullmatch(NUMBER) | grouped).all())


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

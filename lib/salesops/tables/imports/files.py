"""The files of an export as tables of text: trimmed, under the names that the mapping uses, spellings corrected."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import duckdb
import ibis

from salesops.errors import InputError, did_you_mean
from salesops.tables.imports.decimals import decimal_commas_read
from salesops.tables.imports.pivoting import pivoted
from salesops.tables.imports.reading import find_file, is_parquet, read_text
from salesops.tables.imports.sheets import is_workbook, read_sheet

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import ibis.expr.types as ir

    from salesops.tables.imports.mapping import FileSpec, Mapping

ROW = "__row__"
FLAGS = {
    "1": ("1", "1.0", "true", "t", "yes", "y", "x", "checked", "on", "是"),
    "0": ("0", "0.0", "false", "f", "no", "n", "unchecked", "off", "否"),
}


@dataclass(frozen=True)
class SourceFile:
    """One opened file of an export.

    Parameters
    ----------
    spec
        What the mapping says about it, with the path it was found at.
    table
        Its rows: text, trimmed, empty where there is no value; `__row__` counts them from 0.
    headers
        By column: how the file itself calls it, where that differs.
    absent
        Whether the export lacks this file, so that it has no rows.
    missing
        Optional columns that it lacks, so that they are empty.
    set_aside
        Columns that a pivot leaves out.
    """

    spec: FileSpec
    table: ir.Table
    headers: dict[str, str] = field(default_factory=dict)
    absent: bool = False
    missing: tuple[str, ...] = ()
    set_aside: tuple[str, ...] = ()

    @property
    def columns(self) -> list[str]:
        """Return the names of the columns, as the mapping uses them."""
        return [name for name in self.table.columns if name != ROW]

    @property
    def corrected(self) -> ir.Table:
        """Return the rows with spellings corrected."""
        there = {column: words for column, words in self.spec.spellings.items() if column in self.columns}
        return self.table.mutate(**{column: replaced(self.table[column], words) for column, words in there.items()})

    @property
    def line_of_row_0(self) -> int:
        """Return the line on which a spreadsheet shows the first row."""
        return 1 if self.spec.columns or is_parquet(self.spec) else 2


def connect(database: Path | str = ":memory:") -> ibis.BaseBackend:
    """Return a DuckDB database that prints nothing of its own: a bar would stand amid what a command prints."""
    connection = ibis.duckdb.connect(database)
    connection.raw_sql("SET enable_progress_bar = false")
    return connection


def replaced(value: ir.StringValue, words: dict[str, str]) -> ir.StringValue:
    """Return `value` with each key of `words` replaced; other values stay."""
    return value.cases(*words.items(), else_=value) if words else value


def without(value: ir.StringValue, empty: list[str]) -> ir.StringValue:
    """Return `value`, empty where it is one of `empty`."""
    return value.isin(empty).ifelse(ibis.null("string"), value) if empty else value


def open_files(
    connection: ibis.BaseBackend, mapping: Mapping, source: Path, used: dict[str, list[str]]
) -> tuple[dict[str, SourceFile], list[str]]:
    """Open every file that a mapping names.

    Parameters
    ----------
    connection
        DuckDB; the rows are copied into it, so that each file is read once and a broken line shows at once.
    mapping
        The mapping.
    source
        Folder of the export.
    used
        By file: columns that the mapping reads, which a file that is not there gets.

    Returns
    -------
    tuple
        The files by their name in the mapping, and one sentence per file that cannot be read.
    """
    files: dict[str, SourceFile] = {}
    faults: list[str] = []
    for name, spec in mapping.files.items():
        try:
            path = find_file(source, spec)
            if path is None:
                files[name] = absent_file(connection, name, spec, used.get(name, []))
            else:
                found = spec.model_copy(update={"path": path.relative_to(source).as_posix()})
                files[name] = _opened(connection, name, path, found, mapping.date_formats)
        except InputError as error:
            faults += error.faults
    return files, faults


def absent_file(connection: ibis.BaseBackend, name: str, spec: FileSpec, columns: Iterable[str]) -> SourceFile:
    """Return a file without rows in the place of one that the export lacks."""
    schema = ibis.schema(dict.fromkeys(columns, "string") | {ROW: "int64"})
    return SourceFile(spec, connection.create_table(f"source_{name}", schema=schema), absent=True)


def _opened(connection: ibis.BaseBackend, name: str, path: Path, spec: FileSpec, date_formats: list[str]) -> SourceFile:
    table, headers = _stored(connection, name, path, spec)
    missing = tuple(column for column in spec.optional_columns if column not in table.columns)
    at = SourceFile(spec, table).line_of_row_0
    table = decimal_commas_read(connection, table, spec.decimal_comma, ROW, spec.shown, at)
    table = _with_flags(connection, table, spec).mutate(**{column: ibis.null("string") for column in missing})
    if spec.pivot is None:
        return SourceFile(spec, table, headers, missing=missing)
    pivot = spec.pivot
    _refuse_missing(spec, [pivot.of, pivot.at, pivot.name, pivot.value], table.columns)
    aside = tuple(c for c in table.columns if c not in (pivot.of, pivot.at, pivot.name, pivot.value, ROW))
    rows = connection.create_table(f"pivot_{name}", pivoted(table, pivot, date_formats, ROW))
    return SourceFile(spec, rows, headers, set_aside=aside)


def _stored(connection: ibis.BaseBackend, name: str, path: Path, spec: FileSpec) -> tuple[ir.Table, dict[str, str]]:
    """Return a file's rows, copied into the database under the mapping's names, and the headers that were renamed."""
    if path.stat().st_size == 0:
        raise InputError(f"{spec.shown} is empty: export it again")
    try:
        raw = read_sheet(connection, path, spec, ROW) if is_workbook(spec.path) else read_text(connection, path, spec)
        headers = _headers(spec, [name for name in raw.columns if name != ROW])
        return connection.create_table(f"source_{name}", _cleaned(_renamed(raw, headers), spec)), headers
    except UnicodeDecodeError:
        raise InputError(f"{spec.shown} is not UTF-8: save it again as UTF-8") from None
    except duckdb.Error as error:
        raise InputError(f"{spec.shown} cannot be read: {'; '.join(str(error).splitlines()[:3])}") from None


def _headers(spec: FileSpec, columns: list[str]) -> dict[str, str]:
    """Return, by the mapping's name of a column, the header that stands for it where they differ; case is ignored."""
    there = {column.strip().casefold(): column for column in reversed(columns)}
    found = {
        name: next((there[word.casefold()] for word in (name, *others) if word.casefold() in there), None)
        for name, others in spec.names.items()
        if name not in columns
    }
    return {name: header for name, header in found.items() if header is not None}


def _renamed(table: ir.Table, headers: dict[str, str]) -> ir.Table:
    kept = {column: table[column] for column in table.columns if column not in headers.values()}
    # A report without identifiers has one column for two: an account's name is all it is known by.
    return table.select(**kept, **{name: table[header] for name, header in headers.items()})


def _cleaned(table: ir.Table, spec: FileSpec) -> ir.Table:
    empty = ["", *spec.empty]
    cleaned = {name: without(table[name].cast("string").strip(), empty) for name in table.columns if name != ROW}
    # A sheet brings the number of each row, because its empty lines are left out.
    return table.mutate(**cleaned, **({} if ROW in table.columns else {ROW: ibis.row_number()}))


def _with_flags(connection: ibis.BaseBackend, table: ir.Table, spec: FileSpec) -> ir.Table:
    for column in (name for name in spec.flags if name in table.columns):
        word = table[column].lower()
        wrong = table.filter(word.notin([*FLAGS["1"], *FLAGS["0"]])).order_by(ROW).limit(1)
        found = connection.execute(wrong.select(row=wrong[ROW], value=wrong[column]))
        if len(found):
            line = int(found["row"].iloc[0]) + SourceFile(spec, table).line_of_row_0
            value = found["value"].iloc[0]
            raise InputError(f'{spec.shown}, column {column}, line {line}: "{value}" is neither yes nor no; correct it')
        table = table.mutate(**{column: word.isin(FLAGS["1"]).fill_null(False).ifelse("1", "0")})
    return table


def _refuse_missing(spec: FileSpec, wanted: list[str], columns: Iterable[str]) -> None:
    missing = [name for name in wanted if name not in columns]
    if missing:
        raise InputError(*(f'{spec.shown} has no column "{c}": {did_you_mean(c, columns)}' for c in missing))

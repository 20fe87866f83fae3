"""Opening the files of an export, every cell as text."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb
import ibis

from salesops.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    import ibis.expr.types as ir

    from salesops.tables.imports.mapping import FileSpec, Mapping

ROW = "__row__"
PARQUET = ".parquet"


@dataclass(frozen=True)
class SourceFile:
    """One opened file of an export.

    Parameters
    ----------
    spec
        What the mapping says about it.
    table
        Its rows: text, trimmed, empty where there is no value; `__row__` counts them from 0.
    """

    spec: FileSpec
    table: ir.Table

    @property
    def columns(self) -> list[str]:
        """Return the names of the columns, as the file has them."""
        return [name for name in self.table.columns if name != ROW]

    @property
    def corrected(self) -> ir.Table:
        """Return the rows with spellings corrected."""
        there = {column: words for column, words in self.spec.spellings.items() if column in self.columns}
        return self.table.mutate(**{column: replaced(self.table[column], words) for column, words in there.items()})

    @property
    def line_of_row_0(self) -> int:
        """Return the line on which a spreadsheet shows the first row."""
        return 1 if self.spec.columns or _is_parquet(self.spec) else 2


def replaced(value: ir.StringValue, words: dict[str, str]) -> ir.StringValue:
    """Return `value` with each key of `words` replaced; other values stay."""
    return value.cases(*words.items(), else_=value) if words else value


def without(value: ir.StringValue, empty: list[str]) -> ir.StringValue:
    """Return `value`, empty where it is one of `empty`."""
    return value.isin(empty).ifelse(ibis.null("string"), value) if empty else value


def open_files(connection: ibis.BaseBackend, mapping: Mapping, source: Path) -> tuple[dict[str, SourceFile], list[str]]:
    """Open every file that a mapping names.

    Parameters
    ----------
    connection
        DuckDB; the rows are copied into it, so that each file is read once and a broken line shows at once.
    mapping
        The mapping.
    source
        Folder of the export.

    Returns
    -------
    tuple
        The files by their name in the mapping, and one sentence per file that cannot be read.
    """
    files: dict[str, SourceFile] = {}
    faults: list[str] = []
    for name, spec in mapping.files.items():
        try:
            files[name] = SourceFile(spec, _read(connection, name, source, spec))
        except InputError as error:
            faults += error.faults
    return files, faults


def _read(connection: ibis.BaseBackend, name: str, source: Path, spec: FileSpec) -> ir.Table:
    path = source / spec.path
    if not path.is_file():
        raise InputError(f"{spec.path}: no such file in {source}; add it, or change its path in the mapping")
    if path.stat().st_size == 0:
        raise InputError(f"{spec.path} is empty: export it again")
    try:
        table = connection.read_parquet(path) if _is_parquet(spec) else _csv(connection, path, spec)
        return connection.create_table(f"source_{name}", _cleaned(table, spec))
    except UnicodeDecodeError:
        raise InputError(f"{spec.path} is not UTF-8: save it again as UTF-8") from None
    except duckdb.Error as error:
        raise InputError(f"{spec.path} cannot be read: {'; '.join(str(error).splitlines()[:3])}") from None


def _is_parquet(spec: FileSpec) -> bool:
    return spec.path.lower().endswith(PARQUET)


def _csv(connection: ibis.BaseBackend, path: Path, spec: FileSpec) -> ir.Table:
    # Nothing is guessed from the content: a guess that takes a row for the header loses it without a word.
    first = _first_line(path, spec.delimiter)
    names = spec.columns or first
    _refuse_bad_names(names, spec)
    if len(first) != len(names):
        wanted = f"the mapping names {len(names)} columns"
        raise InputError(f"{spec.path} has {len(first)} columns in line 1, but {wanted}: correct columns or delimiter")
    layout = {"delim": spec.delimiter, "header": spec.columns is None, "quote": '"', "escape": '"'}
    return connection.read_csv(path, columns=dict.fromkeys(names, "VARCHAR"), auto_detect=False, **layout)


def _first_line(path: Path, delimiter: str) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [name.strip() for name in next(csv.reader(file, delimiter=delimiter))]


def _refuse_bad_names(names: list[str], spec: FileSpec) -> None:
    lower = [name.lower() for name in names]
    doubles = sorted({name for name in names if lower.count(name.lower()) > 1})
    if doubles:
        raise InputError(f"{spec.path} has two columns called {doubles[0]}: rename one")
    if "" in names:
        raise InputError(f"{spec.path} has no name for column {names.index('') + 1}: name it in line 1")


def _cleaned(table: ir.Table, spec: FileSpec) -> ir.Table:
    empty = ["", *spec.empty]
    cleaned = {name: without(table[name].cast("string").strip(), empty) for name in table.columns}
    return table.mutate(**cleaned).mutate(**{ROW: ibis.row_number()})

"""Finding the files of an export and reading each as text, before anything is made of it."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import ibis

from salesops.errors import InputError
from salesops.tables.imports.file_spec import BLANKS, BLANKS_PATTERN

if TYPE_CHECKING:
    from pathlib import Path

    import ibis.expr.types as ir

    from salesops.tables.imports.file_spec import FileSpec

PARQUET = ".parquet"
NEVER = "\x1f"  # stands in no text: a line read with it as the delimiter is one cell


def find_file(source: Path, spec: FileSpec) -> Path | None:
    """Return where a file of the export is, or None if it is not there and may be absent.

    Raises
    ------
    InputError
        If it is not there but has to be, or if two files are it.
    """
    if (source / spec.path).is_file():
        return source / spec.path
    found = sorted({path for name in spec.also for path in source.glob(name) if path.is_file()})
    if len(found) > 1:
        names = ", ".join(path.relative_to(source).as_posix() for path in found)
        raise InputError(f"{spec.shown}: {names} could all be it; keep one, or name it as path in the mapping")
    if not found and not spec.optional:
        names = f" (nor one called {' or '.join(spec.also)})" if spec.also else ""
        raise InputError(f"{spec.shown}: no such file in {source}{names}; add it, or change its path in the mapping")
    return found[0] if found else None


def read_text(connection: ibis.BaseBackend, path: Path, spec: FileSpec) -> ir.Table:
    """Return the rows of one file with the columns that it has.

    Raises
    ------
    InputError
        For a header or a line that is not as the mapping says.
    """
    if is_parquet(spec):
        return _parquet(connection, path, spec)
    return _blanks(connection, path, spec) if spec.delimiter == BLANKS else _csv(connection, path, spec)


def is_parquet(spec: FileSpec) -> bool:
    """Return whether a file is Parquet, by its name."""
    return spec.path.lower().endswith(PARQUET)


def _parquet(connection: ibis.BaseBackend, path: Path, spec: FileSpec) -> ir.Table:
    table = connection.read_parquet(path)
    # An identifier that pandas kept as 17850.0, because some rows have none, is 17850.
    floats = {name: table[name] for name, kind in table.schema().items() if kind.is_floating()}
    plain = {
        name: number.isnan().ifelse(ibis.null("string"), number.cast("string").re_replace(r"\.0$", ""))
        for name, number in floats.items()
    }
    decimals = {name: table[name].cast("string") for name, kind in table.schema().items() if kind.is_decimal()}
    numbers = {**decimals, **plain}
    # A number that the file holds as one is written as the others of its column are.
    commas = {
        name: numbers[name].replace(".", ",") for name in numbers if name.casefold() in spec.decimal_comma_headers
    }
    return table.mutate(**{**numbers, **commas}) if numbers else table


def _csv(connection: ibis.BaseBackend, path: Path, spec: FileSpec) -> ir.Table:
    # Nothing is guessed from the content: a guess that takes a row for the header loses it without a word.
    first = _first_line(path, spec.delimiter)
    names = _checked_names(spec, first)
    layout = {"delim": spec.delimiter, "header": spec.columns is None, "quote": '"', "escape": '"'}
    return connection.read_csv(path, columns=dict.fromkeys(names, "VARCHAR"), auto_detect=False, **layout)


def _first_line(path: Path, delimiter: str) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        if delimiter == BLANKS:
            return file.readline().split()
        return [name.strip() for name in next(csv.reader(file, delimiter=delimiter))]


def _blanks(connection: ibis.BaseBackend, path: Path, spec: FileSpec) -> ir.Table:
    """Return a file whose columns are set apart by blanks, in which no value holds one."""
    names = _checked_names(spec, _first_line(path, BLANKS))
    layout = {"delim": NEVER, "header": spec.columns is None, "quote": "", "escape": ""}
    lines = connection.read_csv(path, columns={"line": "VARCHAR"}, auto_detect=False, **layout)
    lines = connection.create_table(f"lines_{path.stem}", lines.mutate(line=lines.line.strip(), at=ibis.row_number()))
    lines = lines.filter(lines.line != "")
    cells = lines.mutate(cells=lines.line.re_split(BLANKS_PATTERN))
    _refuse_ragged(connection, cells, names, spec)
    return cells.order_by("at").select(**{name: cells.cells[i] for i, name in enumerate(names)})


def _refuse_ragged(connection: ibis.BaseBackend, cells: ir.Table, names: list[str], spec: FileSpec) -> None:
    wrong = cells.filter(cells.cells.length() != len(names)).order_by("at").limit(1)
    found = connection.execute(wrong.select("at", "line"))
    if len(found):
        at = int(found["at"].iloc[0]) + (1 if spec.columns else 2)
        raise InputError(f'{spec.shown}, line {at}: "{found["line"].iloc[0]}" has not {len(names)} columns; correct it')


def _checked_names(spec: FileSpec, first: list[str]) -> list[str]:
    names = spec.columns or first
    lower = [name.lower() for name in names]
    doubles = sorted({name for name in names if lower.count(name.lower()) > 1})
    if doubles:
        raise InputError(f"{spec.shown} has two columns called {doubles[0]}: rename one")
    if "" in names:
        raise InputError(f"{spec.shown} has no name for column {names.index('') + 1}: name it in line 1")
    if len(first) != len(names):
        wanted = f"the mapping names {len(names)} columns"
        raise InputError(f"{spec.shown} has {len(first)} columns in line 1, but {wanted}: correct columns or delimiter")
    return names

"""Where tables come from: a folder of CSV or Parquet files, read through Ibis on DuckDB."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from salesops.errors import InputError, did_you_mean
from salesops.paths import resolve
from salesops.tables.schemas import CONTRACT

if TYPE_CHECKING:
    from pathlib import Path

    import ibis.expr.types as ir

    from salesops.tables.contract import Column, TableContract

FILE_TYPES = (".csv", ".parquet")
ISO_DAY = r"^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}(:?\d{2})?)?)?$"
AS_WRITTEN = "__as_written__"
LINE = "__line__"


@dataclass(frozen=True)
class Source:
    """Tables as they were found, before any check.

    Parameters
    ----------
    place
        Folder that was opened.
    tables
        From the table's name to its rows; a CSV's columns are all text, and `__line__` is their line in the file.
    files
        From the table's name to its file.
    unknown
        Files that are no table of the contract, each with a hint.
    """

    place: Path
    tables: dict[str, ir.Table]
    files: dict[str, Path]
    unknown: tuple[str, ...]


def open_source(data: str | Path) -> Source:
    """Open the tables at `data`.

    Parameters
    ----------
    data
        A folder; a relative one counts from the project's root. Files named after tables are read
        (orders.csv, orders.parquet); others are listed in `unknown`.

    Raises
    ------
    InputError
        If there is no such folder, it holds no table, a file is empty or cannot be read, or a table comes twice.
    """
    place = resolve(data)
    if not place.is_dir():
        raise InputError(f"data source {place} is not a folder: give a folder of CSV or Parquet files")
    files = [path for path in sorted(place.iterdir()) if path.suffix.lower() in FILE_TYPES]
    known = [path for path in files if path.stem.lower() in CONTRACT]
    if not known:
        raise InputError(f"data source {place} holds no table: it needs orders.csv or opportunities.csv (or .parquet)")
    _refuse_doubles(known)
    connection = ibis.duckdb.connect()
    return Source(
        place=place,
        tables={path.stem.lower(): _read(connection, path) for path in known},
        files={path.stem.lower(): path for path in known},
        unknown=tuple(
            f"{path.name} is not a table of the contract and is not read: {did_you_mean(path.stem.lower(), CONTRACT)}"
            for path in files
            if path not in known
        ),
    )


def _refuse_doubles(files: list[Path]) -> None:
    stems = [path.stem.lower() for path in files]
    faults = [
        f"table {stem} comes twice, as {' and '.join(p.name for p in files if p.stem.lower() == stem)}: remove one"
        for stem in sorted(set(stems))
        if stems.count(stem) > 1
    ]
    if faults:
        raise InputError(*faults)


def _read(connection: ibis.BaseBackend, path: Path) -> ir.Table:
    if path.stat().st_size == 0:
        raise InputError(f"{path.name} is empty: export it again, or remove it")
    try:
        return connection.read_parquet(path) if path.suffix.lower() == ".parquet" else _read_csv(connection, path)
    except InputError:
        raise
    except UnicodeDecodeError:
        raise InputError(f'{path.name} is not UTF-8: save it again as "CSV UTF-8"') from None
    except Exception as error:
        raise InputError(f"{path.name} cannot be read as {path.suffix[1:].upper()}: {_reason(error)}") from error


def _read_csv(connection: ibis.BaseBackend, path: Path) -> ir.Table:
    # Text first: the contract says what each column is, so that 00123 stays an identifier
    # and a value that is not what it should be can be shown as it was written.
    view = connection.read_csv(
        path,
        columns=dict.fromkeys(_header(path), "VARCHAR"),
        auto_detect=False,
        header=True,
        delim=",",
        quote='"',
        escape='"',
    )
    return connection.create_table(path.stem.lower(), view.mutate(**{LINE: ibis.row_number() + 2}), temp=True)


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        names = [name.strip() for name in next(csv.reader(file))]
    doubles = sorted({name for name in names if names.count(name) > 1})
    if doubles:
        raise InputError(f"{path.name} has column {doubles[0]} twice: rename or remove one")
    if not names or "" in names:
        raise InputError(f"{path.name} has no name for column {[*names, ''].index('') + 1} in its first line: name it")
    return names


def _reason(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return "; ".join(lines[:3]) or type(error).__name__


def conform(table: ir.Table, contract: TableContract) -> ir.Table:
    """Return `table` with the contract's columns cast to their types, and beside each the value as it was written.

    A value that cannot be cast becomes empty; its text stays in `__as_written__<column>`. Columns that the contract
    does not know are carried along.
    """
    there = [column for column in contract.columns if column.name in table.columns]
    return table.mutate(
        **{AS_WRITTEN + column.name: table[column.name] for column in there},
        **{column.name: _typed(table[column.name], column, padded=LINE in table.columns) for column in there},
    )


def typed_columns(table: ir.Table, contract: TableContract) -> ir.Table:
    """Return a conformed table without its bookkeeping; only a table without a key keeps `__line__`, its order."""
    table = table.drop(*[name for name in table.columns if name.startswith(AS_WRITTEN)])
    if contract.key:
        return table.drop(LINE) if LINE in table.columns else table
    return table if LINE in table.columns else table.mutate(**{LINE: ibis.row_number()})


def _typed(value: ir.Value, column: Column, *, padded: bool) -> ir.Value:
    if value.type().is_string():
        # Only text files pad their values with blanks; trimming ten million typed ones would take longer than all else.
        value = (value.strip() if padded or column.type != "text" else value).nullif("")
    if column.type == "text":
        return value.cast("string")
    if column.type == "date":
        if value.type().is_string():
            value = value.re_search(ISO_DAY).ifelse(value.substr(0, 10), ibis.null("string"))
        return value.try_cast("date")
    number = value.try_cast("float64")
    number = (number.isnan() | number.isinf()).ifelse(ibis.null("float64"), number)
    if column.type == "integer":
        return (number == number.floor()).ifelse(number, ibis.null("float64")).cast("int64")
    return number

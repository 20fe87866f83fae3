"""Where tables come from: a folder or file, here or behind a URL, or any database that Ibis reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from salesops.tables.reading.databases import DUCKDB_FILES, read_database, read_duckdb
from salesops.tables.reading.fetched import read_fetched
from salesops.tables.reading.folders import is_ours, read_files, read_folder
from salesops.tables.reading.places import absolute, find_place
from salesops.tables.reading.source import LINE, Source
from salesops.tables.reading.typed import AS_WRITTEN, conform, typed_columns
from salesops.tables.schemas import CONTRACT

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "AS_WRITTEN",
    "LINE",
    "Conformed",
    "Source",
    "absolute",
    "conform",
    "conformed",
    "open_conformed",
    "open_source",
    "typed_columns",
]


@dataclass(frozen=True)
class Conformed(Source):
    """A source whose columns have the contract's types: text has been read once, for all that look at it."""


def open_conformed(data: str | Path | Conformed) -> Conformed:
    """Open the tables at `data`, in the contract's order and with its types; what is open already is handed back.

    Raises
    ------
    InputError
        As `open_source` does.
    """
    return data if isinstance(data, Conformed) else conformed(open_source(data))


def conformed(source: Source) -> Conformed:
    """Return a source's tables in the contract's order and with its types."""
    tables = {name: conform(source.tables[name], CONTRACT[name]) for name in CONTRACT if name in source.tables}
    return Conformed(source.place, tables, source.files, source.notes)


def open_source(data: str | Path) -> Source:
    """Open the tables at `data`.

    Parameters
    ----------
    data
        A folder of CSV, Parquet or Excel files named after tables, one such file, a workbook whose sheets are (.xlsx),
        a DuckDB file (.duckdb or .db), the URL of any of these that fsspec opens, or of any database that Ibis
        connects to, with `${NAME}` for what the environment holds. A relative path counts from the project's root.
        What is no table of the contract is listed in `notes`.

    Raises
    ------
    InputError
        If there is no such place, it holds no table, one cannot be read, or one comes twice; and for a URL
        with a secret written into it.
    """
    place = find_place(data)
    if place.path is None:
        return read_fetched(place) if place.holds_files else read_database(place)
    if place.path.suffix.lower() in DUCKDB_FILES and not place.path.is_dir():
        return read_duckdb(place.path)
    if is_ours(place.path.name) and place.path.is_file():
        return read_files(str(place.path), [place.path])
    return read_folder(place.path)

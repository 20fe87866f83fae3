"""Where tables come from: a folder or file, here or behind a URL, or any database that Ibis reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.tables.reading.databases import DUCKDB_FILES, read_database, read_duckdb
from salesops.tables.reading.fetched import read_fetched
from salesops.tables.reading.folders import is_ours, read_files, read_folder
from salesops.tables.reading.places import absolute, find_place
from salesops.tables.reading.source import LINE, Source
from salesops.tables.reading.typed import AS_WRITTEN, conform, typed_columns

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["AS_WRITTEN", "LINE", "Source", "absolute", "conform", "open_source", "typed_columns"]


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

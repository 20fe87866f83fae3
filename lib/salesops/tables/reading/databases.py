"""DuckDB files, and any database that Ibis connects to by URL: queries run where the tables are."""

from __future__ import annotations

import importlib.metadata
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import ibis

from salesops.errors import InputError, did_you_mean
from salesops.paths import resolve
from salesops.tables.reading.engine import embedded
from salesops.tables.reading.source import Source, is_table, not_a_table, refuse_doubles

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from salesops.tables.reading.places import Place

DUCKDB_FILES = (".duckdb", ".db")
FILE_SCHEMES = ("s3", "gs", "abfs", "https", "file")
OWN_EXTRAS = {"postgres": "pip install 'salesops[postgres]'"}
NAMED = 5
LOST = {"OperationalError", "InterfaceError"}
SQLITE_MARK = b"SQLite format 3\x00"


def read_duckdb(file: Path, shown: str = "") -> Source:
    """Return the tables of a DuckDB file, which is opened for reading alone.

    Parameters
    ----------
    file
        The file.
    shown
        Where it comes from, if that is not its path.

    Raises
    ------
    InputError
        If there is no such file, it is no DuckDB file, another program writes to it, or it holds no table.
    """
    shown = shown or str(file)
    if not file.is_file():
        raise InputError(f"data source {shown} is not there: give the path of a DuckDB file")
    with file.open("rb") as start:
        if start.read(len(SQLITE_MARK)) == SQLITE_MARK:
            raise InputError(f"data source {shown} is an SQLite file: write it as sqlite://{file}")
    try:
        connection = embedded(file)
    except InputError:
        raise
    except Exception as error:
        raise InputError(f"data source {shown} cannot be opened as a DuckDB file: {_first_line(error)}") from None
    source = _tables(connection, shown)
    return Source(source.place, source.tables, dict.fromkeys(source.tables, file), source.notes)


def read_database(place: Place) -> Source:
    """Return the tables of the database at a URL.

    Raises
    ------
    InputError
        If the kind of database is not known, its driver is not installed, it cannot be reached, or holds no table.
    """
    scheme = urlsplit(place.url).scheme.lower().replace("postgresql", "postgres")
    if scheme == "duckdb":
        return read_duckdb(resolve(unquote(place.url.partition("://")[2].partition("?")[0])))
    known = {entry.name for entry in importlib.metadata.entry_points(group="ibis.backends")}
    if scheme not in known:
        hint = did_you_mean(scheme, {*known, *FILE_SCHEMES})
        raise InputError(f"data source {place.shown}: no database is called {scheme}: {hint}")
    try:
        return _tables(ibis.connect(place.url), place.shown)
    except InputError:
        raise
    except ImportError as error:
        cure = OWN_EXTRAS.get(scheme, f"pip install 'ibis-framework[{scheme}]'")
        raise InputError(
            f"data source {place.shown} needs a driver that is not installed ({error.name or error}): {cure}"
        ) from None
    except Exception as error:
        # The cause is left out on purpose: it may show the URL, and with it the password.
        raise InputError(f"data source {place.shown} cannot be read: {place.hidden(_first_line(error))}") from None


@contextmanager
def answering(place: Place) -> Iterator[None]:
    """Tell in a sentence that a database went away while its tables were read.

    Raises
    ------
    InputError
        For an error of the connection; those of a query stay what they are.
    """
    try:
        yield
    except Exception as error:
        # By name, as every driver of Python's database interface (PEP 249) calls them.
        if place.path is not None or not LOST & {kind.__name__ for kind in type(error).__mro__}:
            raise
        reason = place.hidden(_first_line(error))
        cure = "see whether the database runs, and run again"
        raise InputError(f"data source {place.shown} stopped answering while it was read ({reason}): {cure}") from None


def _tables(connection: ibis.BaseBackend, shown: str) -> Source:
    names = _duckdb_names(connection) if connection.name == "duckdb" else connection.list_tables()
    known = sorted(name for name in names if is_table(name))
    refuse_doubles((name, name) for name in known)
    if not known:
        there = ", ".join(sorted(names)[:NAMED]) or "none"
        raise InputError(
            f"data source {shown} holds no table of the contract: it needs orders or opportunities, has {there}"
        )
    tables = {name.strip().lower(): connection.table(name) for name in known}
    return Source(shown, tables, {}, tuple(_notes([name for name in sorted(names) if not is_table(name)])))


def _duckdb_names(connection: ibis.BaseBackend) -> list[str]:
    # Ibis 12 asks in a way that DuckDB 2 no longer answers.
    tables = "SELECT table_name FROM information_schema.tables WHERE table_catalog = current_database()"
    found = connection.raw_sql(f"{tables} AND table_schema = current_schema()").fetchall()
    return [name for (name,) in found]


def _notes(others: list[str]) -> list[str]:
    """Return one note: a database may hold hundreds of tables that have nothing to do with sales."""
    if len(others) == 1:
        return [not_a_table(f"table {others[0]}", others[0])]
    more = ", …" if len(others) > NAMED else ""
    named = ", ".join(others[:NAMED]) + more
    return [f"{len(others)} other tables are not of the contract and are not read: {named}"] if others else []


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__

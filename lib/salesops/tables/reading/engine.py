"""The embedded engine: DuckDB, in this process."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import ibis
from ibis.expr import operations as ops

from salesops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import ibis.expr.types as ir

THREADS = "SALESOPS_THREADS"


def embedded(file: Path | None = None) -> ibis.BaseBackend:
    """Return a DuckDB connection: in memory, or to a file that is opened for reading alone.

    It computes on as many threads as the environment variable `SALESOPS_THREADS` says, on all cores without it.

    Raises
    ------
    InputError
        If the variable holds no whole number of at least 1.

    Examples
    --------
    >>> embedded().raw_sql("SELECT 1").fetchall()
    [(1,)]
    """
    threads = _threads()
    connection = ibis.duckdb.connect() if file is None else ibis.duckdb.connect(file, read_only=True)
    if threads:
        connection.raw_sql(f"SET threads = {threads}")
    return connection


def create_table(connection: ibis.BaseBackend, name: str, query: str, types: Mapping[str, str]) -> ir.Table:
    """Write the rows of a query into a temporary table of the embedded engine, and return it.

    Ibis would take the query through its own compiler, and ask for the types that are known already: on small tables
    that takes many times longer than the work itself.

    Parameters
    ----------
    connection
        DuckDB.
    name
        Name of the table.
    query
        DuckDB's SQL.
    types
        From each column of the query, in its order, to its type as Ibis calls it.

    Examples
    --------
    >>> create_table(embedded(), "numbers", "SELECT 2 AS n", {"n": "int32"}).n.sum().to_pandas()
    2
    """
    connection.raw_sql(f"CREATE TEMP TABLE {quoted(name)} AS {query}")
    return _temporary(connection, name, ibis.schema(types))


def named(table: ir.Table, name: str) -> ir.Table:
    """Return an expression under a name of its own, so that what is built on it is compiled from there.

    That is a view in the memory of the embedded engine. Nothing is written to a database server: there the expression
    stays as it is.

    Examples
    --------
    >>> numbers = create_table(embedded(), "numbers", "SELECT 2 AS n", {"n": "int32"})
    >>> named(numbers.filter(numbers.n > 1), "large").n.sum().to_pandas()
    2
    """
    backend = table.get_backend()
    if backend.name != "duckdb":
        return table
    name = ibis.util.gen_name(name)
    backend.raw_sql(f"CREATE TEMP VIEW {quoted(name)} AS {ibis.to_sql(table, dialect='duckdb')}")
    return _temporary(backend, name, table.schema())


def quoted(name: str) -> str:
    """Return a name as SQL writes it, whatever it holds.

    Examples
    --------
    >>> quoted('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as SQL writes it, whatever it holds.

    Examples
    --------
    >>> literal("O'Neill")
    "'O''Neill'"
    """
    return "'" + text.replace("'", "''") + "'"


def _temporary(connection: ibis.BaseBackend, name: str, schema: ibis.Schema) -> ir.Table:
    place = ops.Namespace(catalog="temp", database="main")
    return ops.DatabaseTable(name, schema=schema, source=connection, namespace=place).to_expr()


def _threads() -> int:
    """Return the number asked for; 0 if none is."""
    written = os.environ.get(THREADS, "").strip()
    if written and not (written.isdecimal() and int(written) >= 1):
        raise InputError(f"environment variable {THREADS} is {written}: give a whole number of at least 1, or unset it")
    return int(written or 0)

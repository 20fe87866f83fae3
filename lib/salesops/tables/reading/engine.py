"""The embedded engine: DuckDB, in this process."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import ibis

from salesops.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

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


def _threads() -> int:
    """Return the number asked for; 0 if none is."""
    written = os.environ.get(THREADS, "").strip()
    if written and not (written.isdecimal() and int(written) >= 1):
        raise InputError(f"environment variable {THREADS} is {written}: give a whole number of at least 1, or unset it")
    return int(written or 0)

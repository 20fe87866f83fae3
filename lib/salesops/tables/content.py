"""What a table holds as one hash, computed where the table lies."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import ibis.expr.types as ir

    from salesops.tables.reading.source import Source

# Both add up the hashes of rows, since a database keeps them in no order of its own.
SUM_OF_ROW_HASHES = {
    "duckdb": "SELECT count(*), sum(hash(t)) FROM {table} AS t",
    "postgres": "SELECT count(*), sum(('x' || substr(md5(t::text), 1, 15))::bit(60)::bigint) FROM {table} AS t",
}


def content_hashes(source: Source) -> dict[str, str]:
    """Return a hash of each table's content; it changes with every value, and for databases not with the rows' order.

    Parameters
    ----------
    source
        Tables of files are hashed as the bytes of their file, others by a query where they are.
    """
    files = {path: file_hash(path) for path in set(source.files.values()) if not _is_database(path)}
    return {
        name: files[path] if (path := source.files.get(name)) in files else table_hash(table)
        for name, table in source.tables.items()
    }


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def table_hash(table: ir.Table) -> str:
    """Return a hash of the rows of a database's table, whatever their order, and of its columns and types."""
    backend = table.get_backend()
    query = SUM_OF_ROW_HASHES.get(backend.name)
    rows = _hash_there(backend, query, table) if query else _hash_here(table)
    return hashlib.sha256(f"{table.schema()} {rows}".encode()).hexdigest()


def _is_database(path: Path) -> bool:
    from salesops.tables.reading.databases import DUCKDB_FILES

    return path.suffix.lower() in DUCKDB_FILES


def _hash_there(backend: object, query: str, table: ir.Table) -> tuple[int, int]:
    raw_sql: Callable[[str], object] = backend.raw_sql  # type: ignore[attr-defined]
    name = table.get_name().replace('"', '""')
    cursor = raw_sql(query.format(table=f'"{name}"'))
    try:
        count, total = cursor.fetchone()  # type: ignore[attr-defined]
    finally:
        if hasattr(cursor, "close") and backend.name != "duckdb":  # type: ignore[attr-defined]
            cursor.close()
    return int(count), int(total or 0)


def _hash_here(table: ir.Table) -> tuple[int, int]:
    """Fetch the rows in batches and add up their hashes, for engines that have no hash of a row."""
    from pandas.util import hash_pandas_object

    count = total = 0
    for batch in table.to_pyarrow_batches():
        frame = batch.to_pandas()
        count += len(frame)
        total += int(hash_pandas_object(frame.astype(str), index=False).astype(object).sum())
    return count, total

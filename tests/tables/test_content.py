"""A table's hash changes with every value in it, and with nothing else."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import duckdb
import ibis

from salesops.tables.content import content_hashes, table_hash
from salesops.tables.sources import open_source

if TYPE_CHECKING:
    from pathlib import Path

ORDERS = [("1", "A", "2026-03-30", 10.0), ("2", "A", "2026-03-31", None)]
COLUMNS = "order_id VARCHAR, account_id VARCHAR, ordered_at DATE, amount DOUBLE"


def write_duckdb(path: Path, rows: list[tuple[Any, ...]], name: str = "Hefei") -> Path:
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"CREATE TABLE orders ({COLUMNS})")
        connection.executemany("INSERT INTO orders VALUES (?, ?, ?, ?)", rows)
        connection.execute("CREATE TABLE accounts AS SELECT 'A' AS account_id, ? AS name", [name])
    return path


def test_one_value_of_one_table_changes_that_tables_hash_alone(tmp_path: Path) -> None:
    path = tmp_path / "company.duckdb"
    before = content_hashes(open_source(write_duckdb(path, ORDERS)))
    after = content_hashes(open_source(write_duckdb(path, [ORDERS[0], ("2", "A", "2026-03-31", 0.0)])))
    assert after["orders"] != before["orders"], "a nought is not an empty cell"
    assert after["accounts"] == before["accounts"]


def test_the_order_of_a_databases_rows_has_no_say(tmp_path: Path) -> None:
    path = tmp_path / "company.duckdb"
    before = content_hashes(open_source(write_duckdb(path, ORDERS)))
    assert content_hashes(open_source(write_duckdb(path, ORDERS[::-1]))) == before


def test_a_row_that_comes_twice_counts_twice(tmp_path: Path) -> None:
    path = tmp_path / "company.duckdb"
    once = content_hashes(open_source(write_duckdb(path, ORDERS)))
    assert content_hashes(open_source(write_duckdb(path, [*ORDERS, ORDERS[0]])))["orders"] != once["orders"]


def test_files_are_hashed_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("order_id,account_id,ordered_at,amount\n1,A,2026-03-30,10\n")
    before = content_hashes(open_source(tmp_path))
    (tmp_path / "orders.csv").write_text("order_id,account_id,ordered_at,amount\n1,A,2026-03-30,11\n")
    assert content_hashes(open_source(tmp_path)) != before


def test_engines_without_a_hash_of_a_row_are_hashed_here(tmp_path: Path) -> None:
    def hashed(rows: list[tuple[Any, ...]]) -> str:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.db"
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE orders (order_id TEXT, account_id TEXT, ordered_at TEXT, amount REAL)")
            connection.executemany("INSERT INTO orders VALUES (?, ?, ?, ?)", rows)
        return table_hash(ibis.sqlite.connect(path).table("orders"))

    assert hashed(ORDERS) == hashed(ORDERS[::-1])
    assert hashed(ORDERS) != hashed([ORDERS[0], ("2", "A", "2026-03-31", 0.0)])
    assert hashed(ORDERS) != hashed([*ORDERS, ORDERS[0]])


def test_a_postgres_server_hashes_its_own_tables(postgres: str, postgres_password: str) -> None:
    host, port = postgres.split(":")
    there = ibis.postgres.connect(
        host=host, port=int(port), user="owner", password=postgres_password, database="postgres"
    )
    there.raw_sql("CREATE SCHEMA content; SET search_path TO content").close()
    columns = COLUMNS.replace("DOUBLE", "DOUBLE PRECISION")
    there.raw_sql(f"CREATE TABLE orders ({columns})").close()
    there.raw_sql("INSERT INTO orders VALUES ('1', 'A', '2026-03-30', 10), ('2', 'A', '2026-03-31', NULL)").close()
    before = table_hash(there.table("orders"))
    there.raw_sql("UPDATE orders SET amount = 10 WHERE order_id = '1'").close()
    assert table_hash(there.table("orders")) == before, "the same rows, in another order on the disk"
    there.raw_sql("UPDATE orders SET amount = 11 WHERE order_id = '1'").close()
    assert table_hash(there.table("orders")) != before
    there.raw_sql("DROP SCHEMA content CASCADE").close()

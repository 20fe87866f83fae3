"""A database server holds the same tables as a folder: the same rows, the same faults, and no password anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from salesops.errors import InputError
from salesops.tables import load
from salesops.tables.check import check

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import psycopg

PASSWORD = "p@ss:w/rd?"

DEALS = """opportunity_id,account_id,amount,created_at,stage,status,closed_at
O1,H1,"¥1,200.50",2026-01-02,decision,won,2026-03-01
O2,H2,3.5万,2026-02-02,comparison,open,
O3,H2,(20),2026-02-29,comparison,lost,2026-01-15
"""
HISTORY = """opportunity_id,stage,entered_at,amount
O1,interest,2026-01-02,900
O1,decision,2026-02-10,1200.50
O2,interest,2026-02-02,35000
O2,comparison,2026-03-20,35000
"""
ORDERS = "order_id,account_id,ordered_at,amount,paid_at\n001,H1,2026-01-05,100,2026-02-01\n002,H1,2026-03-06,-20.25,\n"
TEXT = {"opportunities": DEALS.replace("(20)", "20").replace("2026-02-29", "2026-01-10"), "stage_history": HISTORY}
FAULTY = {"opportunities": DEALS, "stage_history": HISTORY.replace("O2,c", "O9,c")}


@pytest.fixture
def owner(postgres: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[psycopg.Connection]:
    import psycopg

    monkeypatch.setenv("SALES_DB_PASSWORD", PASSWORD)
    host, port = postgres.split(":")
    with psycopg.connect(host=host, port=int(port), user="owner", password=PASSWORD, dbname="postgres") as connection:
        connection.autocommit = True
        connection.execute("drop schema if exists public cascade; create schema public")
        yield connection


def url(postgres: str) -> str:
    return f"postgres://owner:${{SALES_DB_PASSWORD}}@{postgres}/postgres"


def fill(owner: psycopg.Connection, tables: dict[str, str]) -> None:
    """Put CSV text into tables of text columns, as an export that was loaded without a thought would stand there."""
    for name, text in tables.items():
        header, rows = text.split("\n", 1)
        owner.execute(f"create table {name} ({', '.join(f'{c} text' for c in header.split(','))})")  # type: ignore[arg-type]
        with owner.cursor().copy(f"copy {name} from stdin with (format csv)") as copy:  # type: ignore[arg-type]
            copy.write(rows)


def write(folder: Path, tables: dict[str, str]) -> Path:
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("as_of", ["2026-03-31", "2026-02-15"])
def test_tables_of_a_server_are_those_of_a_folder(
    owner: psycopg.Connection, postgres: str, tmp_path: Path, as_of: str
) -> None:
    fill(owner, TEXT)
    owner.execute(
        "create table orders (order_id text, account_id text, ordered_at timestamp, amount numeric(12,2), paid_at date)"
    )
    owner.execute(
        "insert into orders values ('001', 'H1', '2026-01-05 10:00', 100, '2026-02-01'),"
        " ('002', 'H1', '2026-03-06', -20.25, null)"
    )
    there, here = load(url(postgres), as_of), load(write(tmp_path, {**TEXT, "orders": ORDERS}), as_of)
    assert there.reaches == here.reaches
    assert sorted(there.expressions) == ["opportunities", "orders", "stage_history"]
    for name in there.expressions:
        pd.testing.assert_frame_equal(there.frame(name), here.frame(name), check_dtype=False)  # type: ignore[arg-type]


def test_faults_in_a_server_are_those_in_a_folder(owner: psycopg.Connection, postgres: str, tmp_path: Path) -> None:
    fill(owner, FAULTY)
    there = [(f.table, f.column, f.count, f.wanted) for f in check(url(postgres)).faults]
    assert there == [(f.table, f.column, f.count, f.wanted) for f in check(write(tmp_path, FAULTY)).faults]
    assert ("opportunities", "created_at", 1, "a date written as 2026-09-30") in there
    assert ("stage_history", "opportunity_id", 1, "the opportunity_id of a row in opportunities") in there


def test_tables_of_another_schema_are_read_and_others_are_noted(owner: psycopg.Connection, postgres: str) -> None:
    owner.execute("drop schema if exists sales cascade; create schema sales")
    owner.execute("create table sales.oders (x int)")
    owner.execute("create table sales.orders as select '1' as order_id, 'A' as account_id,"
                  " date '2026-01-01' as ordered_at, 10 as amount")  # fmt: skip
    report = check(f"{url(postgres)}/sales")
    assert report.faults == ()
    assert [s.table for s in report.summaries] == ["orders"]
    assert 'did you mean "orders"' in report.notes[0]


@pytest.mark.parametrize("wrong", ["server", "password", "database"])
def test_no_message_shows_the_password(
    owner: psycopg.Connection, postgres: str, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    del owner
    if wrong == "password":
        monkeypatch.setenv("SALES_DB_PASSWORD", "not-the-right-one")
    place = url("127.0.0.1:1" if wrong == "server" else postgres)
    with pytest.raises(InputError, match="cannot be read") as error:
        check(place.replace("/postgres", "/nowhere") if wrong == "database" else place)
    assert "${SALES_DB_PASSWORD}" in str(error.value)
    assert not [secret for secret in (PASSWORD, "not-the-right-one", "p%40ss") if secret in str(error.value)]
    assert error.value.__cause__ is None


def test_a_whole_url_may_come_from_the_environment(
    owner: psycopg.Connection, postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from urllib.parse import quote

    fill(owner, TEXT)
    monkeypatch.setenv("SALES_DB", f"postgresql://owner:{quote(PASSWORD, safe='')}@{postgres}/postgres")
    report = check("${SALES_DB}")
    assert report.place == "${SALES_DB}"
    assert {s.table for s in report.summaries} == {"opportunities", "stage_history"}

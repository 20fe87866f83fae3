"""The same company, however it was saved: every encoding, separator and kind of file gives the same tables."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from typing import TYPE_CHECKING

import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from workbooks import write_workbook

from salesops.errors import InputError
from salesops.tables import load
from salesops.tables.check import check
from salesops.tables.reading.databases import answering
from salesops.tables.reading.numbers import as_number
from salesops.tables.reading.places import Place
from salesops.tables.sources import absolute, open_source

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ACCOUNTS = 'account_id,name,region\n001,湖州第一医院,华东\n002,"Hefei; Binhu, Hospital",华北\n'
ORDERS = "order_id,account_id,ordered_at,amount,quantity\n7,001,2026-01-05,1234.5,2\n8,002,2026-03-31,-20,\n"


def write(folder: Path, encoding: str = "utf-8", **tables: str) -> Path:
    for name, text in ({"accounts": ACCOUNTS, "orders": ORDERS} | tables).items():
        (folder / f"{name}.csv").write_bytes(text.encode(encoding))
    return folder


def separated(text: str, by: str) -> str:
    import csv
    import io

    out = io.StringIO()
    csv.writer(out, delimiter=by, lineterminator="\r\n").writerows(csv.reader(io.StringIO(text)))
    return out.getvalue()


def frames(place: object) -> dict[str, pd.DataFrame]:
    tables = load(str(place), "2026-03-31")
    return {name: tables.frame(name) for name in tables.expressions}  # type: ignore[misc]


def assert_same(place: object, expected: dict[str, pd.DataFrame]) -> None:
    found = frames(place)
    assert set(found) == set(expected)
    for name, frame in expected.items():
        pd.testing.assert_frame_equal(found[name], frame, check_dtype=False)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    found = frames(write(tmp_path_factory.mktemp("company")))
    assert found["accounts"]["name"].tolist() == ["湖州第一医院", "Hefei; Binhu, Hospital"]
    assert found["orders"]["account_id"].tolist() == ["001", "002"]
    assert found["orders"]["amount"].tolist() == [1234.5, -20]
    return found


@pytest.mark.parametrize("by", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_reads_alike_in_every_encoding_and_with_every_separator(
    tmp_path: Path, company: dict[str, pd.DataFrame], encoding: str, by: str
) -> None:
    texts = {"accounts": separated(ACCOUNTS, by), "orders": separated(ORDERS, by)}
    assert_same(write(tmp_path, encoding, **texts), company)
    notes = open_source(tmp_path).notes
    assert notes == (("accounts.csv is read as GB18030: it is not UTF-8",) if encoding == "gb18030" else ())


def test_one_wrong_byte_far_into_a_file_is_not_read_as_something_else(tmp_path: Path) -> None:
    rows = "".join(f"{i},001,2026-01-05,1\n" for i in range(60_000)).encode()
    (write(tmp_path) / "orders.csv").write_bytes(b"order_id,account_id,ordered_at,amount\n" + rows + b"x,\xff,,\n")
    with pytest.raises(InputError, match=r"orders.csv is neither UTF-8 \(line 60002\) nor GB18030 \(line 60002\)"):
        check(tmp_path)


def test_the_separator_is_the_one_that_yields_known_columns(tmp_path: Path) -> None:
    text = 'account_id;name;"note, with, many, commas"\n001;a;x\n002;b;y\n'
    assert frames(write(tmp_path, accounts=text))["accounts"]["name"].tolist() == ["a", "b"]


def test_a_folder_whose_name_looks_like_a_pattern_is_a_folder(tmp_path: Path, company: dict[str, pd.DataFrame]) -> None:
    folder = tmp_path / "Q[1-4] *2026?"
    folder.mkdir()
    assert_same(write(folder), company)


SHEETS: dict[str, list[list[object]]] = {
    "Accounts": [
        ["account_id", "name", "region"],
        ["001", "湖州第一医院", "华东"],
        ["002", "Hefei; Binhu, Hospital", "华北"],
    ],
    "orders": [
        ["order_id", "account_id", "ordered_at", "amount", "quantity", None],
        [7, "001", date(2026, 1, 5), 1234.5, 2],
        [None, None, None],
        [8.0, "002", "2026-03-31", "(20)", None],
    ],
}


def test_a_workbook_with_a_sheet_per_table_is_a_company(tmp_path: Path, company: dict[str, pd.DataFrame]) -> None:
    place = write_workbook(tmp_path / "company.xlsx", **{**SHEETS, "cover": [["Hello"]]})
    assert_same(place, company)
    (note,) = open_source(place).notes
    assert "sheet cover of company.xlsx is not a table" in note
    assert open_source(place).files == {"accounts": place, "orders": place}


def test_a_workbook_per_table_and_other_files_make_one_company(
    tmp_path: Path, company: dict[str, pd.DataFrame]
) -> None:
    write_workbook(tmp_path / "orders.xlsx", **{"Sheet1": SHEETS["orders"]})
    (tmp_path / "~$orders.xlsx").write_bytes(b"lock")
    company["accounts"].to_parquet(tmp_path / "accounts.parquet")
    assert_same(tmp_path, company)


def test_a_fault_in_a_workbook_is_named_with_its_line(tmp_path: Path) -> None:
    rows = [*SHEETS["orders"], [9, "009", "3/4/2026", "#N/A", None]]
    faults = [str(fault) for fault in check(write_workbook(tmp_path / "c.xlsx", **{**SHEETS, "orders": rows})).faults]
    assert len(faults) == 3
    assert all("line 5 (order_id 9)" in fault for fault in faults)
    assert any('"#N/A", not readable' in fault for fault in faults)


@pytest.mark.parametrize(
    ("sheets", "said"),
    [
        ({"a": [["x"]], "b": [["x"]]}, "orders.xlsx has sheets a, b: name the one to be read orders"),
        ({"orders": [[], ["order_id"]]}, "sheet orders has no header"),
        ({"orders": [["order_id", None, "amount"]]}, "no name for column 2"),
        ({"orders": [["order_id", "order_id"]]}, "order_id twice"),
    ],
)
def test_a_sheet_that_leaves_doubt_is_refused(tmp_path: Path, sheets: dict[str, list[list[object]]], said: str) -> None:
    write_workbook(tmp_path / "orders.xlsx", **sheets)
    with pytest.raises(InputError, match="orders") as error:
        check(tmp_path)
    assert said in str(error.value)


def test_what_is_no_workbook_is_named(tmp_path: Path) -> None:
    (tmp_path / "orders.xlsx").write_text("no")
    with pytest.raises(InputError, match=r"orders\.xlsx cannot be read as an Excel workbook"):
        check(tmp_path)


def test_a_table_twice_in_two_kinds_of_file_is_refused(tmp_path: Path) -> None:
    write_workbook(write(tmp_path) / "company.xlsx", **{"orders": SHEETS["orders"]})
    with pytest.raises(InputError, match=r"orders comes twice, as orders\.csv and sheet orders of company\.xlsx"):
        check(tmp_path)


@pytest.fixture
def database(tmp_path: Path, company: dict[str, pd.DataFrame]) -> Path:
    path = tmp_path / "company.duckdb"
    connection = ibis.duckdb.connect(path)
    connection.create_table("Accounts", company["accounts"])
    connection.create_table("orders", company["orders"])
    connection.create_table("notes", pd.DataFrame({"x": [1]}))
    connection.disconnect()
    return path


def test_a_duckdb_file_is_a_company_and_stays_as_it_was(database: Path, company: dict[str, pd.DataFrame]) -> None:
    before = database.read_bytes()
    assert_same(database, company)
    assert_same(f"duckdb://{database}", company)
    assert check(database).faults == ()
    assert database.read_bytes() == before
    assert open_source(database).files == {"accounts": database, "orders": database}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.duckdb", None, "is not there"),
        ("text.db", b"hello, this is no database at all" * 200, "cannot be opened as a DuckDB file"),
        ("lite.db", b"SQLite format 3\x00" + b"\x00" * 100, "write it as sqlite://"),
    ],
)
def test_what_is_no_duckdb_file_is_named(tmp_path: Path, name: str, content: bytes | None, said: str) -> None:
    if content:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=name) as error:
        check(tmp_path / name)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("written", "shown", "cure"),
    [
        ("postgres://me:geheim@db:5432/s", "postgres://me:***@db:5432/s", "me:${SALESOPS_PASSWORD}@db"),
        ("mysql://me:ge/he@im@db/s", "mysql://me:***@db/s", "me:${SALESOPS_PASSWORD}@db"),
        ("postgres://me:geheim${X}@db/s", "postgres://me:***@db/s", "${SALESOPS_PASSWORD}"),
        ("snowflake://db?user=me&password=geheim&x=1", "snowflake://db?user=me&password=***&x=1", "password=${"),
        ("duckdb://md:x?motherduck_token=geheim", "duckdb://md:x?motherduck_token=***", "motherduck_token=${"),
    ],
)
def test_a_secret_in_a_url_is_refused_with_the_cure_and_never_shown(written: str, shown: str, cure: str) -> None:
    with pytest.raises(InputError, match="has a secret written into it") as error:
        open_source(written)
    assert shown in str(error.value)
    assert cure in str(error.value)
    assert not [secret for secret in ("geheim", "ge/he", "he@im") if secret in str(error.value)]


def test_a_variable_that_is_not_set_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_SUCH_PASSWORD", raising=False)
    with pytest.raises(InputError, match="environment variable NO_SUCH_PASSWORD is not set") as error:
        open_source("postgres://me:${NO_SUCH_PASSWORD}@db/sales")
    assert "${NO_SUCH_PASSWORD}@db" in str(error.value)


@pytest.mark.parametrize("port", ["postgres://db:5432/sales", "postgres://me@db:5432/sales?sslmode=disable"])
def test_a_port_is_no_password(port: str) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        open_source(port.replace("db:5432", "127.0.0.1:1"))


def test_an_unknown_kind_of_database_is_named_with_the_nearest() -> None:
    with pytest.raises(InputError, match=r'no database is called postgrs: did you mean "postgres"\?'):
        open_source("postgrs://db/sales")


def test_a_driver_that_is_missing_is_named_with_its_extra() -> None:
    code = """
import sys
sys.modules["psycopg"] = None
from salesops.tables.sources import open_source
open_source("postgres://db/sales")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "pip install 'salesops[postgres]'" in done.stderr


def test_a_url_means_the_same_from_every_folder(tmp_path: Path) -> None:
    assert absolute("postgres://db/sales", tmp_path) == "postgres://db/sales"
    assert absolute("${SALES_DB}", tmp_path) == "${SALES_DB}"
    assert absolute("data", tmp_path) == str(tmp_path / "data")


CLEAR = {
    "1,234.50": 1234.5, "1 234.50": 1234.5,
    "1\u00a0234": 1234, "¥1,234.50": 1234.5, "￥ 1,234": 1234, "$5": 5, "US$5": 5,
    "€ 7.5": 7.5, "CNY 100": 100, "RMB100": 100, "100元": 100, "¥100元": 100, "人民币12万元": 120_000, "100 USD": 100,
    "12.5万": 125_000, "1.1万": 11_000, "5萬": 50_000, "3亿": 3e8, "1.2亿元": 1.2e8, "5万亿": 5e12,
    "(1,234.50)": -1234.5, "(¥12)": -12, "¥(12)": -12, "-¥12": -12, "¥-12": -12, "−5": -5, "－５": -5,
    "１２３４．５０": 1234.5, "（１２）": -12, "１，２３４": 1234, "1e5": 1e5, "+5": 5,
    ".5": 0.5, "cny 5": 5, "1,234,567": 1_234_567,
}  # fmt: skip
UNCLEAR = [
    "1,23", "1234,50", "1.234,50", "1 234,50", "12,34", "1,2345", "1,234 567", "12 345 6", "1'234", "1_000", "12%",
    "abc",
    "¥", "万", "1万2", "1亿2000万", "--5", "-(5)", "(-5)", "-¥-5", "(5", "5)", "5-", "5-3", "1.2.3", "$5元",
    "¥5$", "€5£",
    "nan", "inf", "1e400", "0x1F", "9" * 400, "5k",
]  # fmt: skip


def numbers(texts: list[str], *, money: bool = True, duckdb: bool = True) -> list[float]:
    table = ibis.memtable({"text": texts})
    read = ibis.duckdb.connect().execute(table.select(n=as_number(table.text, money=money, duckdb=duckdb)))
    found: list[float] = read["n"].tolist()
    return found


@pytest.mark.parametrize("duckdb", [True, False])
def test_clear_amounts_are_read_as_they_are_meant(duckdb: bool) -> None:
    assert dict(zip(CLEAR, numbers(list(CLEAR), duckdb=duckdb), strict=True)) == CLEAR


@pytest.mark.parametrize("duckdb", [True, False])
def test_an_amount_that_could_mean_two_things_is_never_guessed(duckdb: bool) -> None:
    read = dict(zip(UNCLEAR, numbers(UNCLEAR, duckdb=duckdb), strict=True))
    assert {text: n for text, n in read.items() if not np.isnan(n)} == {}


def test_a_number_that_is_no_money_takes_neither_currency_nor_ten_thousands() -> None:
    assert numbers(["1,234", "１２", "12.5"], money=False) == [1234, 12, 12.5]
    assert all(np.isnan(numbers(["¥5", "5万", "(5)", "5元"], money=False)))


@settings(deadline=None, max_examples=20)
@given(st.lists(st.integers(-(10**13), 10**13), min_size=1, max_size=50))
def test_every_amount_in_fen_survives_being_written_as_an_accountant_would(fen: list[int]) -> None:
    forms: list[Callable[[float], str]] = [
        lambda x: f"{x:,.2f}",
        lambda x: f"({-x:,.2f})" if x < 0 else f"¥{x:,.2f}",
        lambda x: f"{x:,.2f}元".replace(",", " "),
        lambda x: f"{x:.2f}".translate(str.maketrans("0123456789.-", "０１２３４５６７８９．－")),
    ]
    written = [form(n / 100) for form in forms for n in fen]
    assert numbers(written) == pytest.approx([n / 100 for n in fen] * len(forms), rel=1e-15)


def threads_of(place: Path) -> int:
    connection = open_source(place).tables["orders"].get_backend()
    ((number,),) = connection.raw_sql("SELECT current_setting('threads')").fetchall()
    return int(number)


def test_the_embedded_engine_takes_as_many_threads_as_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import ibis

    ibis.duckdb.connect(tmp_path / "sales.duckdb").raw_sql("CREATE TABLE orders AS SELECT 1 AS order_id")
    for threads in (1, 3):
        monkeypatch.setenv("SALESOPS_THREADS", str(threads))
        assert [threads_of(place) for place in (write(tmp_path), tmp_path / "sales.duckdb")] == [threads] * 2


@pytest.mark.parametrize("written", ["0", "two", "1.5", "-1"])
def test_a_number_of_threads_that_is_none_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    monkeypatch.setenv("SALESOPS_THREADS", written)
    with pytest.raises(InputError, match=f"SALESOPS_THREADS is {written}: give a whole number of at least 1"):
        open_source(write(tmp_path))


def test_a_parquet_file_that_was_written_only_in_part_says_so_without_our_query(tmp_path: Path) -> None:
    place = tmp_path / "orders.parquet"
    pd.DataFrame({"order_id": ["1"] * 500, "amount": range(500)}).to_parquet(place)
    place.write_bytes(place.read_bytes()[:-40])
    with pytest.raises(
        InputError, match=r"orders\.parquet cannot be read as Parquet: .*; correct it, or export it"
    ) as told:
        check(tmp_path)
    assert "SELECT" not in str(told.value)


def test_a_database_that_goes_away_amid_the_reading_is_told_without_its_password() -> None:
    class OperationalError(Exception): ...

    place = Place("postgres://owner:${PASSWORD}@db/sales", url="postgres://owner:s3cret@db/sales", secrets=("s3cret",))
    with pytest.raises(InputError, match="sales stopped answering while it was read") as told, answering(place):
        raise OperationalError("server closed the connection of owner:s3cret")
    assert "s3cret" not in str(told.value)
    with pytest.raises(KeyError), answering(place):
        raise KeyError("a fault of ours")

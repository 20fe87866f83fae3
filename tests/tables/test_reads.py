"""Which tables a notebook has read: what it asked for, what that depends on, and the file it is kept in."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, timedelta
from typing import TYPE_CHECKING

import ibis
import pandas as pd
import pytest
from ibis.expr import operations as ops

from salesops.not_enough_data import NotEnoughData
from salesops.tables import load
from salesops.tables.as_of import cut, depends_on
from salesops.tables.schemas import CONTRACT
from salesops.tables.sources import LINE

if TYPE_CHECKING:
    from pathlib import Path

DAY = "2026-03-31"
TYPES = {"text": "string", "date": "date", "integer": "int64", "number": "float64", "money": "float64"}


@pytest.fixture
def company(tmp_path: Path) -> Path:
    folder = tmp_path / "company"
    folder.mkdir()
    (folder / "orders.csv").write_text("order_id,account_id,ordered_at,amount\n1,H1,2026-03-31,5\n", encoding="utf-8")
    (folder / "accounts.csv").write_text("account_id,name\nH1,First\n", encoding="utf-8")
    (folder / "products.csv").write_text("product_id,name\nX1,Pump\n", encoding="utf-8")
    return folder


def kept(file: Path) -> list[str]:
    names: list[str] = json.loads(file.read_text(encoding="utf-8"))["tables"]
    return names


def test_nothing_is_read_before_something_is_asked_for(company: Path) -> None:
    tables = load(company, DAY)
    assert tables.rows() == {"accounts": 1, "orders": 1, "products": 1}
    assert tables.read() == ()
    assert list(tables.described()) == ["source", "as of"]


def test_a_table_counts_as_read_with_those_that_its_rows_depend_on(company: Path) -> None:
    tables = load(company, DAY)
    assert isinstance(tables.frame("orders"), pd.DataFrame)
    assert tables.read() == ("orders", "partners", "products", "reps")


def test_an_absent_table_counts_as_read_since_its_coming_would_change_the_answer(company: Path) -> None:
    tables = load(company, DAY)
    assert isinstance(tables.frame("targets"), NotEnoughData)
    assert not tables.has("market")
    assert not tables.has("products", "unit_cost")
    assert tables.read() == ("market", "products", "targets")


def test_an_expression_counts_as_read_when_it_is_looked_up(company: Path) -> None:
    tables = load(company, DAY)
    assert tables.expressions.get("competition") is None
    assert int(tables.expressions["products"].count().to_pandas()) == 1
    assert tables.read() == ("competition", "products")


def test_a_list_of_all_tables_depends_on_all_of_them(company: Path) -> None:
    tables = load(company, DAY)
    assert list(tables.expressions) == ["accounts", "products", "orders"]
    assert {"accounts", "orders", "products"} <= set(tables.read())


def test_only_what_was_asked_for_is_described(company: Path) -> None:
    tables = load(company, DAY)
    tables.frame("orders")
    tables.has("targets")
    assert list(tables.described()) == ["source", "as of", "orders"]
    assert tables.described()["orders"] == "1 rows, 2026-03-31 to 2026-03-31"


@pytest.fixture(scope="module")
def leaves() -> dict[str, set[str]]:
    """From each table, cut to a day before the data's end, to the tables in its query, where every column is there."""
    connection = ibis.duckdb.connect()
    columns = {name: {c.name: TYPES[c.type] for c in contract.columns} for name, contract in CONTRACT.items()}
    lines = {name: {} if contract.key else {LINE: "int64"} for name, contract in CONTRACT.items()}
    tables = {name: connection.create_table(name, schema=columns[name] | lines[name]) for name in CONTRACT}
    then = cut(tables, date.fromisoformat(DAY), date.fromisoformat(DAY) + timedelta(days=9))
    return {name: {leaf.name for leaf in table.op().find(ops.PhysicalTable)} for name, table in then.items()}


@pytest.mark.parametrize("name", CONTRACT)
def test_a_table_depends_on_those_that_its_query_reads(name: str, leaves: dict[str, set[str]]) -> None:
    assert depends_on(name) == leaves[name]


def test_the_names_are_kept_in_the_file_that_the_environment_names(
    company: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "reads.json"
    monkeypatch.setenv("SALESOPS_READS", str(file))
    tables = load(company, DAY)
    tables.rows()
    assert not file.exists()
    tables.frame("products")
    assert kept(file) == ["products"]
    tables.has("targets")
    assert kept(file) == ["products", "targets"]
    load(company, DAY).frame("market")
    assert kept(file) == ["market", "products", "targets"]
    assert list(file.parent.glob("reads.json*")) == [file]


def test_names_that_cannot_be_kept_do_not_stop_the_notebook(
    company: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SALESOPS_READS", str(tmp_path / "no such folder" / "reads.json"))
    assert isinstance(load(company, DAY).frame("orders"), pd.DataFrame)


@pytest.mark.parametrize("torn", ['{"tables": ["orders"', "[]", '{"tables": 3}'])
def test_a_file_that_cannot_be_continued_is_removed_since_a_short_list_would_lie(
    company: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, torn: str
) -> None:
    file = tmp_path / "reads.json"
    file.write_text(torn, encoding="utf-8")
    monkeypatch.setenv("SALESOPS_READS", str(file))
    load(company, DAY).frame("products")
    assert not file.exists()


HEAVY = {"ibis", "duckdb", "pandas", "numpy", "pyarrow", "sqlglot"}
LIGHT = ["salesops.tables", "salesops.tables.published", "salesops.tables.reading.places", "salesops.tables.schemas"]


@pytest.mark.parametrize("module", LIGHT)
def test_a_run_that_finds_nothing_changed_imports_no_library_of_tables(module: str) -> None:
    code = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert module in done.stdout.split()
    assert not HEAVY & set(done.stdout.split())


def test_the_function_of_a_name_stays_there_once_its_module_has_been_imported() -> None:
    code = "import salesops.tables.load, salesops.tables.published; from salesops import tables; "
    code += "print(callable(tables.load), callable(tables.published))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True"]

"""Each fault in the data is named with its table, column, line and cure; good data raises none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from salesops.errors import InputError
from salesops.tables.check import check

if TYPE_CHECKING:
    from pathlib import Path

GOOD = {
    "accounts": "account_id,name\nH1,湖州第一医院\nH2,Hefei Binhu Hospital\n",
    "reps": (
        "rep_id,name,role,hired_at,left_at,manager_id\nR1,Li,manager,2020-01-01,,\nR2,Wu,AR,2021-01-01,2022-01-01,R1\n"
    ),
    "opportunities": (
        "opportunity_id,account_id,amount,created_at,stage,status,closed_at,rep_id\n"
        "O1,H1,100,2026-01-02,decision,won,2026-03-01,R1\n"
        "O2,H2,200.50,2026-02-02,comparison,open,,R2\n"
    ),
    "orders": "order_id,account_id,ordered_at,amount\n001,H1,2026-03-05,100\n002,H1,2026-03-06 10:30:00,-20\n",
    "targets": "period,level,key,measure,target\n2026Q1,company,all,sales,1000\n2026-01,region,East,sales,10\n",
}


def write(folder: Path, **changes: str) -> Path:
    for name, text in {**GOOD, **changes}.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def faults(folder: Path) -> list[str]:
    return [str(fault) for fault in check(folder).faults]


def test_good_data_raises_no_fault(tmp_path: Path) -> None:
    report = check(write(tmp_path))
    assert report.faults == ()
    assert {s.table: s.rows for s in report.summaries} == {
        "accounts": 2,
        "reps": 2,
        "opportunities": 2,
        "orders": 2,
        "targets": 2,
    }
    deals = next(s for s in report.summaries if s.table == "opportunities")
    assert (deals.first_day, deals.last_day) == ("2026-01-02", "2026-03-01")


@pytest.mark.parametrize(
    ("table", "old", "new", "named"),
    [
        ("orders", "002,", "001,", ["orders.order_id", "001 comes 2 times"]),
        ("orders", "-20", "twenty", ["orders.amount", "line 3", "order_id 002", '"twenty"', "an amount of money"]),
        ("orders", "-20", "inf", ["orders.amount", '"inf"']),
        ("orders", "2026-03-05", "05/03/2026", ["orders.ordered_at", "line 2", '"05/03/2026"', "2026-09-30"]),
        ("orders", "2026-03-05", "2026-02-30", ["orders.ordered_at", '"2026-02-30"']),
        ("orders", "001,H1", "001,", ["orders.account_id", "line 2", "empty"]),
        ("orders", "001,H1", "001,H9", ["orders.account_id", "H9", "the account_id of a row in accounts"]),
        ("orders", ",amount", ",amont", ["orders.amount", "no such column", 'did you mean "amont"']),
        ("opportunities", "won", "Won", ["opportunities.status", '"Won"', "open, won, lost"]),
        ("opportunities", "2026-03-01", "", ["opportunities.closed_at", "won", "a closed_at for every won"]),
        ("opportunities", "2026-03-01", "2025-03-01", ["opportunities.closed_at", "on or after created_at"]),
        ("opportunities", "open,,", "open,2026-04-01,", ["opportunities.closed_at", "no closed_at on an open deal"]),
        ("opportunities", "200.50", "-1", ["opportunities.amount", '"-1"', "at least 0"]),
        ("opportunities", ",R2", ",R7", ["opportunities.rep_id", "R7"]),
        ("reps", "AR", "boss", ["reps.role", '"boss"', "AR, SR, FR, manager"]),
        ("reps", "2022-01-01", "2020-06-01", ["reps.left_at", "on or after hired_at"]),
        ("reps", ",R1\n", ",R5\n", ["reps.manager_id", "R5"]),
        ("targets", "2026Q1", "2026Q5", ["targets.period", "2026Q5", "2026Q4"]),
        ("targets", ",1000", ",", ["targets.target", "empty"]),
        ("targets", "region", "area", ["targets.level", '"area"']),
        ("accounts", "name\n", "name,employees\n", ["accounts.csv"]),
    ],
)
def test_a_planted_fault_is_named_and_nothing_else_is(
    tmp_path: Path, table: str, old: str, new: str, named: list[str]
) -> None:
    assert old in GOOD[table]
    folder = write(tmp_path, **{table: GOOD[table].replace(old, new, 1)})
    try:
        found = faults(folder)
    except InputError as error:
        found = list(error.faults)
    assert len(found) == 1, found
    for part in named:
        assert part in found[0]


def test_all_faults_are_listed_at_once(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        orders="order_id,account_id,ordered_at,amount\n1,H9,someday,x\n1,H1,2026-01-01,1\n",
        reps="rep_id,role\nR1,boss\nR2,AR\n",
    )
    assert len(faults(folder)) == 5


def test_a_fault_in_many_rows_is_counted_and_shown_by_its_first_rows(tmp_path: Path) -> None:
    rows = "".join(f"{i},H1,2026-01-01,bad{i}\n" for i in range(1000))
    (found,) = faults(write(tmp_path, orders=f"order_id,account_id,ordered_at,amount\n{rows}"))
    assert "1,000 rows" in found
    assert "bad0" in found
    assert "bad500" not in found


def test_a_folder_without_orders_and_deals_says_what_it_needs(tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text(GOOD["accounts"], encoding="utf-8")
    (found,) = faults(tmp_path)
    assert "orders or opportunities" in found


def test_identifiers_keep_their_leading_zeros(tmp_path: Path) -> None:
    from salesops.tables import load

    orders = load(write(tmp_path), "2026-03-31").frame("orders")
    assert orders["order_id"].tolist() == ["001", "002"]  # type: ignore[union-attr]


def test_columns_beyond_the_contract_are_carried_along_and_named(tmp_path: Path) -> None:
    report = check(write(tmp_path, accounts="account_id,name,beds\nH1,a,100\nH2,b,200\n"))
    assert next(s for s in report.summaries if s.table == "accounts").more_columns == ("beds",)


def test_a_file_that_is_no_table_is_noted_with_the_nearest_name(tmp_path: Path) -> None:
    (write(tmp_path) / "oders.csv").write_text("a\n1\n", encoding="utf-8")
    (note,) = check(tmp_path).notes
    assert "oders.csv" in note
    assert 'did you mean "orders"' in note


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "orders.csv is empty"),
        (b"order_id,account_id,order_id\n", "order_id twice"),
        (b"order_id,account_id\n1\n2,3,4\n", "Line: 2"),
        (b"order_id,\xff\xff\n", "neither UTF-8 (line 1) nor GB18030 (line 1)"),
        ("order_id,account_id\n".encode("utf-16"), "UTF-16"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_the_reason(tmp_path: Path, content: bytes, said: str) -> None:
    (write(tmp_path) / "orders.csv").write_bytes(content)
    with pytest.raises(InputError, match=r"orders\.csv") as error:
        check(tmp_path)
    assert said in str(error.value)


def test_a_wrong_folder_and_a_folder_without_tables_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not a folder"):
        check(tmp_path / "nowhere")
    with pytest.raises(InputError, match="holds no table"):
        check(tmp_path)


def test_a_table_that_comes_twice_is_refused(tmp_path: Path) -> None:
    (write(tmp_path) / "orders.parquet").write_bytes(b"x")
    with pytest.raises(InputError, match=r"orders\.csv and orders\.parquet"):
        check(tmp_path)


def test_parquet_is_held_against_the_same_contract(tmp_path: Path) -> None:
    import pandas as pd

    pd.DataFrame(
        {
            "order_id": [1, 2],
            "account_id": ["A", None],
            "ordered_at": pd.to_datetime(["2026-01-01"] * 2),
            "amount": [1.5, float("nan")],
        }
    ).to_parquet(tmp_path / "orders.parquet")
    found = faults(tmp_path)
    assert len(found) == 2
    assert "(order_id 2): empty" in found[0]
    assert "orders.amount" in found[1]


def test_a_source_that_is_open_already_is_checked_and_loaded_as_from_its_place(tmp_path: Path) -> None:
    from salesops.tables import load
    from salesops.tables.sources import open_conformed

    place = write(tmp_path, accounts="account_id,name\nH1,a\nH1,b\n")
    opened = open_conformed(place)
    assert open_conformed(opened) is opened
    assert check(opened) == check(place)
    assert check(opened).faults
    assert load(opened, "2026-03-31").rows() == load(place, "2026-03-31").rows()

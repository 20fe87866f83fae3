"""A draft for an unknown export is a mapping that loads, finds what names and contents tell, and marks its doubts."""

import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from salesops.cli import app
from salesops.errors import InputError
from salesops.tables.imports import Mapping, draft_mapping, import_tables, load_mapping

ENGLISH = {
    "customers.csv": "CustomerKey,Customer Name,Country\n1,Acme,France\n2,Beta,Spain\n3,Gamma,Italy\n",
    "sales_pipeline.csv": "Deal ID,Customer,Sales Agent,Deal Stage,Close Date,Created,Deal Value\n"
    "D1,Acme,Ann,Won,31/01/2026,05/01/2026,100\nD2,Beta,Bo,Lost,15/02/2026,06/01/2026,200\n"
    "D3,Acme,Ann,Offer,30/06/2026,07/01/2026,300\n",
}
CHINESE = {
    "客户.csv": "客户编号;客户名称;省份;床位数\nK1;协和医院;北京;2000\nK2;仁济医院;上海;1500\n",
    "商机.csv": "商机编号,客户编号,负责人,预计金额,创建日期,阶段,结果,关闭日期\n"
    "S1,K1,王芳,¥1200,2026年1月5日,方案,进行中,\nS2,K2,李伟,300,2026年2月10日,谈判,赢单,2026年3月1日\n"
    "S3,K1,王芳,50,2026年3月15日,方案,丢单,2026年4月1日\n",
    "订单.csv": "单号,客户编号,下单日期,金额,数量\nX1,K1,2026-01-05,100.5,2\nX2,K2,2026-01-06,-20,1\n",
}


def drafted(folder: Path, files: dict[str, str]) -> tuple[str, Mapping]:
    source = folder / "source"
    source.mkdir()
    for name, text in files.items():
        (source / name).write_text(text, encoding="utf-8")
    text = draft_mapping(source)
    (folder / "draft.yml").write_text(text, encoding="utf-8")
    return text, load_mapping(folder / "draft.yml")


def line_of(text: str, table: str, column: str) -> str:
    block = re.search(rf"^  {table}:\n((?:    .*\n)+)", text.split("\ntables:\n")[1], re.MULTILINE)
    assert block is not None, f"no {table} in the draft"
    found = re.search(rf"^        {column}: (.*)$", block[1], re.MULTILINE)
    assert found is not None, f"no {column} in {block[1]}"
    return found[1]


def test_a_draft_of_english_headers_finds_deals_customers_and_the_way_between_them(tmp_path: Path) -> None:
    text, _ = drafted(tmp_path, ENGLISH)
    assert line_of(text, "accounts", "account_id") == "CustomerKey"
    assert line_of(text, "accounts", "name").startswith("Customer Name")
    assert line_of(text, "opportunities", "account_id").startswith(
        "customers.CustomerKey   # unsure: Customer holds names"
    )
    assert line_of(text, "opportunities", "amount") == "Deal Value"
    assert line_of(text, "opportunities", "rep_id") == "Sales Agent"
    status = line_of(text, "opportunities", "status")
    assert "{Won: won, Lost: lost, Offer: open}" in status
    assert "check that Offer mean open" in status
    closing = line_of(text, "opportunities", "closed_at")
    assert "if: {status: [won, lost]}" in closing
    assert "CloseDate" not in closing


def test_a_draft_that_is_right_imports_as_it_is(tmp_path: Path) -> None:
    drafted(tmp_path, ENGLISH)
    import_tables(tmp_path / "draft.yml", tmp_path / "source", tmp_path / "out")
    deals = pd.read_parquet(tmp_path / "out" / "opportunities.parquet")
    assert deals["status"].tolist() == ["won", "lost", "open"]
    assert [str(day)[:10] for day in deals["created_at"]] == ["2026-01-05", "2026-01-06", "2026-01-07"]
    assert deals["account_id"].tolist() == ["1", "2", "1"]
    assert deals["closed_at"].notna().tolist() == [True, True, False]


def test_a_draft_of_chinese_headers_finds_customers_deals_and_orders(tmp_path: Path) -> None:
    text, mapping = drafted(tmp_path, CHINESE)
    assert list(mapping.tables) == ["accounts", "opportunities", "orders"]
    assert line_of(text, "accounts", "employees") == "床位数"
    assert line_of(text, "opportunities", "created_at") == "{column: 创建日期, date_format: '%Y年%m月%d日'}"
    assert "{进行中: open, 赢单: won, 丢单: lost}" in line_of(text, "opportunities", "status")
    assert line_of(text, "orders", "ordered_at") == "下单日期"
    import_tables(tmp_path / "draft.yml", tmp_path / "source", tmp_path / "out")
    assert pd.read_parquet(tmp_path / "out" / "orders.parquet")["amount"].tolist() == [100.5, -20]


def test_a_date_that_could_be_two_days_is_marked(tmp_path: Path) -> None:
    lines = "order_id,customer,date,amount\n1,a,03/04/2026,1\n2,b,05/06/2026,2\n"
    text, _ = drafted(tmp_path, {"orders.csv": lines})
    assert "# unsure: could as well be %m/%d/%Y" in line_of(text, "orders", "ordered_at")


def test_values_that_are_not_in_the_file_they_should_be_in_are_marked(tmp_path: Path) -> None:
    files = {
        "customers.csv": "customer_id,name\n1,x\n2,y\n",
        "orders.csv": "order_id,customer_id,date,amount\n1,1,2026-01-05,1\n2,9,2026-01-05,2\n",
    }
    text, _ = drafted(tmp_path, files)
    assert "only 50% of its values are in customers.csv" in line_of(text, "orders", "account_id")


def test_what_is_required_and_not_found_stops_the_import_and_says_so(tmp_path: Path) -> None:
    text, _ = drafted(tmp_path, {"orders.csv": "order_id,customer,colour\n1,a,red\n2,b,blue\n"})
    assert line_of(text, "orders", "amount").startswith("{todo:")
    with pytest.raises(InputError, match=r"orders.amount is still to be decided: nothing in orders.csv looks like"):
        import_tables(tmp_path / "draft.yml", tmp_path / "source", tmp_path / "out")


def test_what_found_no_place_is_listed(tmp_path: Path) -> None:
    files = {
        "orders.csv": "order_id,customer,date,amount,colour\n1,a,2026-01-05,1,red\n",
        "weather.csv": "station,rain\n1,2\n",
        "picture.png": "no table",
    }
    left = drafted(tmp_path, files)[0].split("# What found no place:\n")[1]
    for place in (
        "orders.csv: colour",
        "weather.csv: like no table of the contract (station, rain)",
        "picture.png: not",
    ):
        assert place in left


def test_rows_without_an_identifier_or_a_customer_get_one_and_it_is_said(tmp_path: Path) -> None:
    lines = "invoice,customer,date,qty,price\nI1,a,2026-01-05,2,1.5\nI1,,2026-01-05,1,4\n"
    text, _ = drafted(tmp_path, {"sales.csv": lines})
    assert "row_number" in line_of(text, "orders", "order_id")
    assert "1 of 2 rows have none" in line_of(text, "orders", "account_id")
    assert line_of(text, "orders", "amount").startswith("{multiply: [qty, price]}   # unsure")
    import_tables(tmp_path / "draft.yml", tmp_path / "source", tmp_path / "out")
    assert pd.read_parquet(tmp_path / "out" / "accounts.parquet")["account_id"].tolist() == ["a", "unknown"]


HEADERS = st.lists(
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12)
    | st.sampled_from(["order_id", "amount", "date", "客户", "金额", "yes", "#x", "a: b", "{x}", "-"]),
    min_size=2, max_size=6, unique_by=str.casefold,
)  # fmt: skip


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    headers=HEADERS, cells=st.lists(st.sampled_from(["1", "x", "won", "2026-01-05", "03/04/26", "", "¥1"]), min_size=6)
)
def test_every_draft_loads_whatever_the_export_holds(tmp_path: Path, headers: list[str], cells: list[str]) -> None:
    pd.DataFrame([cells[: len(headers)] + [""] * (len(headers) - len(cells))], columns=headers).to_csv(
        tmp_path / "any.csv", index=False
    )
    try:
        text = draft_mapping(tmp_path)
    except InputError:
        return
    (tmp_path / "draft.txt.yml").write_text(text, encoding="utf-8")
    load_mapping(tmp_path / "draft.txt.yml")


def test_an_empty_folder_and_a_missing_one_are_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no CSV, Parquet or Excel"):
        draft_mapping(tmp_path)
    with pytest.raises(InputError, match="is not a folder"):
        draft_mapping(tmp_path / "gone")


def test_the_command_prints_a_draft_and_nothing_else(tmp_path: Path) -> None:
    drafted(tmp_path, ENGLISH)
    result = CliRunner().invoke(app, ["import", "--draft", str(tmp_path / "source")])
    assert result.exit_code == 0
    assert result.stdout == (tmp_path / "draft.yml").read_text(encoding="utf-8")


def test_the_command_says_what_it_wants(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["import", str(tmp_path)])
    assert result.exit_code == 2
    assert "give either MAPPING SOURCE OUT, or --draft SOURCE alone" in result.stderr

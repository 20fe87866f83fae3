"""Exports as companies have them: Excel sheets with German and Chinese headers, 1.234,56, empty lines, rows twice."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from workbooks import write_workbook

from salesops.errors import InputError
from salesops.tables.check import check
from salesops.tables.imports import draft_mapping, import_tables

CUSTOMERS = [["Kundennummer", "客户名称", "行业"], ["007", "协和医院", "医院"], ["008", "Klinik Süd", "Praxis"]]
ORDERS = [
    ["Auftragsnummer", "Kundennummer", "Auftragsdatum", "Nettobetrag", "Menge"],
    ["A1", "007", "31.12.2025", "1.234,56", "1.000"],
    [None] * 5,
    ["A2", "008", "02.01.2026", "-20,5", "2"],
    ["A2", "008", "02.01.2026", "-20,5", "2"],
    ["A3", "009", date(2026, 1, 3), 7.25, 3],
    ["Summe", None, None, "1.221,31", None],
]
MAPPING = """
    files: {orders: {path: export.xlsx, sheet: Aufträge, decimal_comma: [Nettobetrag, Menge]}}
    date_formats: ["%d.%m.%Y"]
    tables:
      orders:
        from: orders
        distinct: true
        require: [Auftragsdatum]
        columns: {order_id: Auftragsnummer, account_id: Kundennummer, ordered_at: Auftragsdatum, amount: Nettobetrag,
                  quantity: Menge}
"""


def workbook(folder: Path, **sheets: list[list[object]]) -> Path:
    folder.mkdir()
    write_workbook(folder / "export.xlsx", **sheets)
    return folder


def imported(folder: Path, mapping: str = MAPPING, **sheets: list[list[object]]) -> pd.DataFrame:
    source = workbook(folder / "source", **(sheets or {"Kunden": CUSTOMERS, "Aufträge": ORDERS}))
    (folder / "mapping.yml").write_text(mapping, encoding="utf-8")
    import_tables(folder / "mapping.yml", source, folder / "out")
    return pd.read_parquet(folder / "out" / "orders.parquet")


def test_a_sheet_with_decimal_commas_keeps_every_number_whichever_way_excel_holds_it(tmp_path: Path) -> None:
    orders = imported(tmp_path)
    assert orders["amount"].tolist() == [1234.56, -20.5, 7.25]
    assert orders["quantity"].tolist() == [1000, 2, 3]
    assert [str(day)[:10] for day in orders["ordered_at"]] == ["2025-12-31", "2026-01-02", "2026-01-03"]
    assert orders["account_id"].tolist() == ["007", "008", "009"]


def test_a_number_written_otherwise_is_a_fault_with_the_line_that_excel_shows(tmp_path: Path) -> None:
    rows = [*ORDERS[:4], ["A4", "008", "03.01.2026", "1,234.56", "12.5"]]
    with pytest.raises(InputError) as error:
        imported(tmp_path, Aufträge=rows)
    amount, quantity = error.value.faults
    assert "export.xlsx, sheet Aufträge, column Nettobetrag: 1 value is not written with a decimal comma" in amount
    assert 'line 5: "1,234.56"' in amount
    assert 'column Menge: 1 value is not written with a decimal comma, as 1.234,56 (line 5: "12.5")' in quantity


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("path: export.xlsx", "export.xlsx has sheets Kunden, Aufträge: name one as sheet in the mapping"),
        ("path: export.xlsx, sheet: Auftrage", 'export.xlsx has no sheet "Auftrage": did you mean "Aufträge"'),
        ("path: orders.csv, sheet: Kunden", "only a workbook"),
        ("path: export.xlsx, sheet: Kunden, columns: [a]", "the first line of a sheet names its columns"),
        ("path: export.xlsx, sheet: Aufträge, decimal_comma: [Netto]", "Netto"),
    ],
)
def test_what_a_mapping_says_wrongly_of_a_workbook_is_said(tmp_path: Path, told: str, said: str) -> None:
    told_now = "path: export.xlsx, sheet: Aufträge, decimal_comma: [Nettobetrag, Menge]"
    with pytest.raises(InputError, match=said):
        imported(tmp_path, MAPPING.replace(told_now, told))


def test_a_draft_of_a_german_workbook_needs_one_line_from_a_person(tmp_path: Path) -> None:
    source = workbook(tmp_path / "source", Kunden=CUSTOMERS, Aufträge=[*ORDERS[:2], *ORDERS[3:5], *ORDERS[6:]])
    mapping, out = tmp_path / "draft.yml", tmp_path / "out"
    text = draft_mapping(source)
    assert "1 row repeats another in all columns" in text
    assert "1.234 in Menge is taken as 1234, as other columns have a decimal comma" in text
    mapping.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"ordered_at \(line 5: empty\).*require a source column"):
        import_tables(mapping, source, out)
    mapping.write_text(
        text.replace("distinct: true", "distinct: true\n      require: [Auftragsdatum]", 1), encoding="utf-8"
    )
    import_tables(mapping, source, out)
    assert pd.read_parquet(out / "orders.parquet")["amount"].sum() == 1234.56 - 20.5
    assert pd.read_parquet(out / "accounts.parquet")["name"].tolist()[:2] == ["协和医院", "Klinik Süd"]


def test_a_draft_adds_customers_whom_their_own_list_lacks(tmp_path: Path) -> None:
    more = [["A4", "007", "03.01.2026", "1,5", "1"], ["A5", "010", "03.01.2026", "2,5", "1"]]
    source = workbook(tmp_path / "source", Kunden=CUSTOMERS, Aufträge=[*ORDERS[:2], ORDERS[3], *more])
    text = draft_mapping(source)
    assert "1 customer whom export.xlsx, sheet Kunden lacks" in text
    (tmp_path / "draft.yml").write_text(text, encoding="utf-8")
    import_tables(tmp_path / "draft.yml", source, tmp_path / "out")
    assert pd.read_parquet(tmp_path / "out" / "accounts.parquet")["account_id"].tolist() == ["007", "008", "010"]
    assert not check(tmp_path / "out").faults


def test_data_of_another_form_is_sent_to_the_draft(tmp_path: Path) -> None:
    source = workbook(tmp_path / "source", Kunden=CUSTOMERS, Aufträge=ORDERS)
    with pytest.raises(InputError, match="salesops import --draft") as error:
        check(source)
    assert "export.xlsx (sheets Kunden, Aufträge) is not a table" in str(error.value)

"""An import makes contract tables of an export as the mapping says, and counts what it changed."""

import textwrap
from pathlib import Path

import pandas as pd
import pytest

from salesops.tables.imports import ImportReport, Mapping, import_tables

ORDERS = """
    files:
      lines: {path: lines.csv}
    tables:
      orders:
        from: lines
        columns:
          order_id: id
          account_id: customer
          ordered_at: day
          amount: value
"""


def run(folder: Path, mapping: str, **files: str) -> tuple[ImportReport, dict[str, pd.DataFrame]]:
    """Import files given as name_extension="text" and return the report and the tables."""
    source = folder / "source"
    source.mkdir()
    for name, text in files.items():
        (source / ".".join(name.rsplit("_", 1))).write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
    (folder / "mapping.yml").write_text(textwrap.dedent(mapping), encoding="utf-8")
    report = import_tables(folder / "mapping.yml", source, folder / "out")
    return report, {path.stem: pd.read_parquet(path) for path in (folder / "out").iterdir()}


def order_lines(folder: Path, columns: str, lines: str, more: str = "") -> tuple[ImportReport, pd.DataFrame]:
    """Import orders whose columns beyond the identifier are given as YAML in one line each."""
    mapping = (
        "files:\n  lines: {path: lines.csv}\n"
        + textwrap.dedent(more)
        + "tables:\n  orders:\n    from: lines\n    columns:\n      order_id: id\n"
        + textwrap.indent(textwrap.dedent(columns).strip("\n"), " " * 6)
    )
    report, tables = run(folder, mapping, lines_csv=lines)
    return report, tables["orders"]


PLAIN = """
    account_id: {constant: a}
    ordered_at: {constant: 2026-01-05}
"""


def test_plain_columns_become_typed_and_keep_the_order_of_the_file(tmp_path: Path) -> None:
    report, tables = run(
        tmp_path, ORDERS, lines_csv="id,customer,day,value\n2, 007 ,2026-01-05,10.50\n1,008,2026-01-04 13:45:00,-3\n"
    )
    orders = tables["orders"]
    assert orders["order_id"].tolist() == ["2", "1"]
    assert orders["account_id"].tolist() == ["007", "008"], "an identifier keeps its zeros and loses its blanks"
    assert orders["amount"].tolist() == [10.5, -3.0]
    assert [str(day) for day in orders["ordered_at"]] == ["2026-01-05", "2026-01-04"]
    assert (report.tables["orders"].rows_read, report.tables["orders"].rows_written) == (2, 2)


@pytest.mark.parametrize(
    ("written", "amount"),
    [("1234.5", 1234.5), ('"1,234.50"', 1234.5), ("$12", 12.0), ("¥ 3", 3.0), ("-0.5", -0.5), ("1e3", 1000.0)],
)
def test_money_is_read_as_people_write_it(tmp_path: Path, written: str, amount: float) -> None:
    _, orders = order_lines(tmp_path, PLAIN + "    amount: value\n", f"id,value\n1,{written}\n")
    assert orders["amount"].tolist() == [amount]


def test_multiplied_money_has_no_noise_of_binary_fractions(tmp_path: Path) -> None:
    columns = PLAIN + "    amount: {multiply: [price, units]}\n    cost: {multiply: [price, 1000000]}\n"
    _, orders = order_lines(tmp_path, columns, "id,price,units\n1,1898.09,3\n2,1.1,1\n")
    assert orders["amount"].tolist() == [5694.27, 1.1]
    assert orders["cost"].tolist() == [1898090000.0, 1100000.0]


def test_first_of_takes_the_next_where_there_is_none_and_says_how_often(tmp_path: Path) -> None:
    columns = PLAIN + "    amount: {first_of: [{column: paid, empty: [0]}, listed]}\n"
    report, orders = order_lines(tmp_path, columns, "id,paid,listed\n1,9,10\n2,0,20\n3,,30\n")
    assert orders["amount"].tolist() == [9, 20, 30]
    assert report.tables["orders"].rows("fallback", "amount") == 2


def test_concat_leaves_out_what_is_empty(tmp_path: Path) -> None:
    columns = PLAIN + "    amount: {constant: 1}\n    region: {concat: [a, b, c], separator: ' '}\n"
    _, orders = order_lines(tmp_path, columns, "id,a,b,c\n1,x,y,z\n2,x,,z\n")
    assert orders["region"].tolist() == ["x y z", "x z"]


def test_defaults_and_translated_values_are_counted(tmp_path: Path) -> None:
    columns = (
        PLAIN + "    amount: {constant: 1}\n    channel: {column: c, values: {D: direct, P: partner}, default: none}\n"
    )
    report, orders = order_lines(tmp_path, columns, "id,c\n1,D\n2,P\n3,\n4,D\n")
    assert orders["channel"].tolist() == ["direct", "partner", "none", "direct"]
    assert report.tables["orders"].rows("default", "channel") == 1
    assert report.tables["orders"].rows("mapped", "channel") == 3


def test_spellings_are_corrected_for_columns_and_joins_alike_and_others_stay(tmp_path: Path) -> None:
    mapping = """
    files:
      lines: {path: lines.csv, spellings: {item: {GTXPro: GTX Pro}}}
      items: {path: items.csv}
    tables:
      orders:
        from: lines
        join: [{file: items, match: {name: item}}]
        columns:
          order_id: id
          account_id: {constant: a}
          ordered_at: {constant: 2026-01-05}
          amount: items.price
          product_line: item
    """
    report, tables = run(
        tmp_path, mapping, lines_csv="id,item\n1,GTXPro\n2,GTX Pro\n3,MG\n", items_csv="name,price\nGTX Pro,7\nMG,2\n"
    )
    assert tables["orders"]["amount"].tolist() == [7, 7, 2]
    assert tables["orders"]["product_line"].tolist() == ["GTX Pro", "GTX Pro", "MG"]
    assert report.spellings["lines.csv"][0].rows == 1


def test_a_row_without_a_match_stays_and_is_counted(tmp_path: Path) -> None:
    mapping = """
    files: {lines: {path: lines.csv}, people: {path: people.csv}}
    tables:
      reps:
        from: lines
        join:
          - {file: people, match: {id: person}}
          - {file: people, as: bosses, match: {id: people.boss}}
        columns: {rep_id: person, name: people.name, manager_id: bosses.id}
    """
    report, tables = run(tmp_path, mapping, lines_csv="person\n1\n2\n3\n", people_csv="id,name,boss\n1,Ann,2\n2,Bo,\n")
    reps = tables["reps"]
    assert reps["name"].tolist()[:2] == ["Ann", "Bo"]
    assert reps["manager_id"].notna().tolist() == [True, False, False]
    assert report.tables["reps"].rows("unmatched", "person") == 1


def test_a_key_can_be_translated_before_a_join(tmp_path: Path) -> None:
    mapping = """
    files: {lines: {path: lines.csv}, people: {path: people.csv}}
    tables:
      reps:
        from: lines
        join: [{file: people, match: {id: {column: key, values: {272: 1, 281: 2}}}}]
        columns: {rep_id: key, name: people.name}
    """
    _, tables = run(tmp_path, mapping, lines_csv="key\n281\n272\n", people_csv="id,name\n1,Ann\n2,Bo\n")
    assert tables["reps"]["name"].tolist() == ["Bo", "Ann"]


def test_rows_without_what_is_required_are_left_out_and_counted_once(tmp_path: Path) -> None:
    mapping = ORDERS.replace("columns:", "require: [customer, day]\n        columns:")
    report, tables = run(tmp_path, mapping, lines_csv="id,customer,day,value\n1,,,1\n2,c,,1\n3,c,2026-01-05,1\n")
    assert tables["orders"]["order_id"].tolist() == ["3"]
    assert report.tables["orders"].rows("dropped", "customer") == 1
    assert report.tables["orders"].rows("dropped", "day") == 1


def test_blocks_are_stacked_and_equal_rows_written_once(tmp_path: Path) -> None:
    mapping = """
    files: {teams: {path: teams.csv}}
    tables:
      reps:
        - {from: teams, columns: {rep_id: agent, manager_id: boss}}
        - {from: teams, distinct: true, columns: {rep_id: boss, role: {constant: manager}}}
        - rows: [{rep_id: house, name: House account}, {rep_id: web}]
    """
    report, tables = run(tmp_path, mapping, teams_csv="agent,boss\nann,zoe\nbob,zoe\ncy,yan\n")
    reps = tables["reps"]
    assert reps["rep_id"].tolist() == ["ann", "bob", "cy", "zoe", "yan", "house", "web"]
    assert reps["role"].isna().tolist() == [True, True, True, False, False, True, True]
    assert report.tables["reps"].rows("merged") == 1
    assert (report.tables["reps"].rows_read, report.tables["reps"].rows_written) == (8, 7)


@pytest.mark.parametrize(
    ("written", "steps", "period"),
    [
        ("2010-12-29", "shift_months: 81, period: quarter", "2017Q3"),
        ("2011-07-01", "shift_days: -1, shift_months: 81, period: quarter", "2018Q1"),
        ("20240229", "date_format: '%Y%m%d', shift_months: 12, period: month", "2025-02"),
        ("31.12.2025", "date_format: '%d.%m.%Y', period: year", "2025"),
    ],
)
def test_a_date_becomes_the_period_it_lies_in(tmp_path: Path, written: str, steps: str, period: str) -> None:
    mapping = f"""
    files: {{quotas: {{path: quotas.csv}}}}
    tables:
      targets:
        from: quotas
        columns:
          period: {{column: day, {steps}}}
          level: {{constant: company}}
          key: {{constant: all}}
          measure: {{constant: sales}}
          target: quota
    """
    _, tables = run(tmp_path, mapping, quotas_csv=f"day,quota\n{written},100\n")
    assert tables["targets"]["period"].tolist() == [period]


def test_a_file_without_header_takes_the_names_of_the_mapping(tmp_path: Path) -> None:
    mapping = """
    files: {t: {path: territory.csv, delimiter: "\\t", columns: [id, name, code], empty: ["NULL"]}}
    tables:
      products: {from: t, columns: {product_id: id, name: name, product_line: code}}
    """
    report, tables = run(tmp_path, mapping, territory_csv="1\tNorth, east\tNE\n2\tSouth\tNULL\n")
    assert tables["products"]["name"].tolist() == ["North, east", "South"]
    assert tables["products"]["product_line"].isna().tolist() == [False, True]
    assert not report.unused_columns


def test_parquet_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    days = pd.to_datetime(["2026-01-05 10:00"])
    pd.DataFrame({"id": [1], "day": days, "value": [2.5]}).to_parquet(source / "lines.parquet")
    (source / "names.csv").write_bytes(b"\xef\xbb\xbfid,name\r\n1,Jos\xc3\xa9\r\n")
    (tmp_path / "m.yml").write_text(
        "files: {lines: {path: lines.parquet}, names: {path: names.csv}}\n"
        "tables:\n  orders:\n    from: lines\n    join: [{file: names, match: {id: id}}]\n"
        "    columns: {order_id: id, account_id: names.name, ordered_at: day, amount: value}\n"
    )
    import_tables(tmp_path / "m.yml", source, tmp_path / "out")
    row = pd.read_parquet(tmp_path / "out" / "orders.parquet").iloc[0]
    assert (row["order_id"], row["account_id"], str(row["ordered_at"]), row["amount"]) == (
        "1",
        "José",
        "2026-01-05",
        2.5,
    )


def test_what_the_mapping_leaves_unused_is_listed(tmp_path: Path) -> None:
    report, _ = run(
        tmp_path, ORDERS, lines_csv="id,customer,day,value,colour\n1,c,2026-01-05,1,red\n", notes_txt="hello\n"
    )
    assert report.unused_files == ("notes.txt",)
    assert report.unused_columns == {"lines.csv": ("colour",)}
    assert "lines.csv: colour" in str(report)


def test_an_import_again_replaces_all_tables_of_the_first(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "products.parquet").write_bytes(b"old")
    run(tmp_path, ORDERS, lines_csv="id,customer,day,value\n1,c,2026-01-05,1\n")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["orders.parquet"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mapping.yml", "out", "source"], "nothing is left aside"


def test_the_same_export_gives_the_same_bytes(tmp_path: Path) -> None:
    lines = "id,customer,day,value\n" + "".join(f"{i},c{i % 7},2026-01-05,{i}\n" for i in range(5000))
    run(tmp_path, ORDERS, lines_csv=lines)
    first = (tmp_path / "out" / "orders.parquet").read_bytes()
    import_tables(tmp_path / "mapping.yml", tmp_path / "source", tmp_path / "out")
    assert (tmp_path / "out" / "orders.parquet").read_bytes() == first


def test_the_language_has_a_json_schema_that_knows_the_short_forms() -> None:
    schema = Mapping.model_json_schema()
    kinds = [part.get("type") for part in schema["$defs"]["Value"]["anyOf"]]
    assert kinds[:2] == ["string", "number"]

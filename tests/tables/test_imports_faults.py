"""An import that cannot be right stops before anything is written, and names every place with what to do there."""

import textwrap
from pathlib import Path

import pytest

from salesops.errors import InputError
from salesops.tables.imports import import_tables

MAPPING = """
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
LINES = "id,customer,day,value\n1,c,2026-01-05,1\n2,d,2026-01-06,2\n"


def refusal(folder: Path, mapping: str = MAPPING, **files: str) -> str:
    """Return the text of the error that an import ends with; the folder for its tables must stay as it was."""
    source, out = folder / "source", folder / "out"
    source.mkdir()
    out.mkdir()
    (out / "orders.parquet").write_bytes(b"as it was")
    for name, text in ({"lines_csv": LINES} | files).items():
        (source / ".".join(name.rsplit("_", 1))).write_text(text, encoding="utf-8")
    (folder / "mapping.yml").write_text(textwrap.dedent(mapping), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        import_tables(folder / "mapping.yml", source, out)
    assert [path.name for path in out.iterdir()] == ["orders.parquet"]
    assert (out / "orders.parquet").read_bytes() == b"as it was"
    assert sorted(path.name for path in folder.iterdir()) == ["mapping.yml", "out", "source"]
    return str(caught.value)


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("from: lines", "form: lines", '"tables.orders.1.form" is not known: did you mean "from"?'),
        ("order_id: id", "order_id: {colum: id}", 'order_id.colum" is not known: did you mean "column"?'),
        ("{path: lines.csv}", "{path: lines.csv, delimeter: ;}", 'did you mean "delimiter"?'),
        ("tables:", "table:", 'did you mean "tables"?'),
        ("path: lines.csv", "path: ../lines.csv", "inside the source folder"),
        ("order_id: id", "order_id: {column: id, constant: 1}", "exactly one of column, constant"),
        ("amount: value", "amount: {column: value, shift_months: soon}", "shift_months"),
        ("amount: value", "amount: {column: value, values: {yes: 1}}", "quotes"),
        ("amount: value", "amount: value\n      amount: id", "line 12: \"amount\" is there twice"),
        ("from: lines", "from: [lines", "mapping.yml, line"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_mapping_is_named_with_its_place(tmp_path: Path, right: str, wrong: str, said: str) -> None:
    assert said in refusal(tmp_path, MAPPING.replace(right, wrong, 1))


def test_all_that_is_missing_is_said_at_once(tmp_path: Path) -> None:
    mapping = """
    files:
      lines: {path: lines.csv, spellings: {custmer: {a: b}}}
      gone: {path: gone.csv}
    tables:
      orders:
        from: lines
        join: [{file: nowhere, match: {id: id}}]
        columns: {order_id: id, account_id: custommer, ordered_at: day, colour: value}
      oders: {from: lines, columns: {order_id: id}}
    """
    said = refusal(tmp_path, mapping)
    for fault in (
        "gone.csv: no such file",
        'files.lines.spellings: lines.csv has no column "custmer": did you mean "customer"?',
        'tables.orders: lines.csv has no column "custommer": did you mean "customer"?',
        'tables.orders: "colour" is not a column of orders in the contract',
        "tables.orders: amount is required and not mapped",
        'tables.orders: "nowhere" is not one of files: known are: gone, lines',
        '"oders" is not a table of the contract: did you mean "orders"?',
    ):
        assert fault in said


def test_values_that_cannot_be_read_are_named_with_file_column_and_line(tmp_path: Path) -> None:
    lines = "id,customer,day,value\n1,c,2026-01-05,12\n2,d,06/01/2026,twelve\n3,d,2026-02-30,n/a\n"
    said = refusal(tmp_path, lines_csv=lines)
    assert (
        'lines.csv, column value: 2 values cannot be used for orders.amount (line 3: "twelve", line 4: "n/a")' in said
    )
    assert (
        'column day: 2 values cannot be used for orders.ordered_at (line 3: "06/01/2026", line 4: "2026-02-30")' in said
    )
    assert "wanted a date written as 2026-09-30" in said


@pytest.mark.parametrize("written", ['"1.234,50"', "12%", "nan", "inf", "1e999", '"1,23"', "0x10"])
def test_money_that_could_mean_two_things_is_not_guessed(tmp_path: Path, written: str) -> None:
    assert "orders.amount" in refusal(tmp_path, lines_csv=f"id,customer,day,value\n1,c,2026-01-05,{written}\n")


def test_a_factor_that_is_no_number_is_not_lost_in_the_product(tmp_path: Path) -> None:
    mapping = MAPPING + "      cost: {multiply: [value, customer]}\n"
    assert 'column customer: 2 values cannot be used for orders.cost (line 2: "c"' in refusal(tmp_path, mapping)


def test_a_value_outside_a_closed_list_is_an_error(tmp_path: Path) -> None:
    mapping = MAPPING + "      channel: {column: customer, values: {c: direct}, default: none}\n"
    said = refusal(tmp_path, mapping)
    assert 'column customer: 1 value cannot be used for orders.channel (line 3: "d"); wanted one of c' in said


def test_a_value_that_the_contract_does_not_allow_is_an_error(tmp_path: Path) -> None:
    mapping = (
        "files: {lines: {path: lines.csv}}\ntables: {reps: {from: lines, columns: {rep_id: id, role: customer}}}\n"
    )
    assert "wanted one of AR, SR, FR, manager; translate it with values" in refusal(tmp_path, mapping)


def test_an_empty_required_value_is_an_error_with_two_cures(tmp_path: Path) -> None:
    said = refusal(tmp_path, lines_csv="id,customer,day,value\n1,,2026-01-05,1\n")
    assert "1 value cannot be used for orders.account_id (line 2: empty)" in said
    assert "give a default, or require" in said


def test_a_join_never_multiplies_rows(tmp_path: Path) -> None:
    mapping = MAPPING.replace("    columns:", "    join: [{file: names, match: {id: customer}}]\n    columns:").replace(
        "tables:", "  names: {path: names.csv}\ntables:"
    )
    said = refusal(tmp_path, mapping, names_csv="id,name\nc,x\nc,y\nd,z\n")
    assert 'names.csv, column id: 1 key more than once ("c" 2 times)' in said


def test_a_key_that_is_not_unique_is_an_error(tmp_path: Path) -> None:
    lines = "id,customer,day,value\n7,c,2026-01-05,1\n7,d,2026-01-05,1\n"
    assert 'orders, key order_id: 1 key more than once ("7" 2 times)' in refusal(tmp_path, lines_csv=lines)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "lines.csv is empty"),
        ("id,customer,day,value\n1,c,2026-01-05\n", "lines.csv cannot be read"),
        ("id,customer,day,value\n1,c,2026-01-05,1,9\n", "lines.csv cannot be read"),
        ("id,id,day,value\n1,c,2026-01-05,1\n", "lines.csv has two columns called id"),
        ("id,,day,value\n1,c,2026-01-05,1\n", "lines.csv has no name for column 2"),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    assert said in refusal(tmp_path, lines_csv=text)


def test_a_file_without_header_needs_as_many_names_as_columns(tmp_path: Path) -> None:
    mapping = MAPPING.replace("lines.csv}", "lines.csv, columns: [id, customer, day]}")
    assert "lines.csv has 4 columns in line 1, but the mapping names 3" in refusal(tmp_path, mapping)


def test_a_folder_with_other_files_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "lines.csv").write_text(LINES)
    (tmp_path / "mapping.yml").write_text(MAPPING)
    with pytest.raises(InputError, match="which no import wrote"):
        import_tables(tmp_path / "mapping.yml", tmp_path, tmp_path)
    assert (tmp_path / "lines.csv").read_text() == LINES


def test_a_source_that_is_not_there_is_said(tmp_path: Path) -> None:
    (tmp_path / "mapping.yml").write_text(MAPPING)
    with pytest.raises(InputError, match="is not a folder"):
        import_tables(tmp_path / "mapping.yml", tmp_path / "gone", tmp_path / "out")
    with pytest.raises(InputError, match="cannot be read"):
        import_tables(tmp_path / "gone.yml", tmp_path, tmp_path / "out")

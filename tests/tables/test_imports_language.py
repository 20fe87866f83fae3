"""What the mapping language does for exports that vary: other headers, absent files, filters, changes over time."""

import textwrap
from pathlib import Path

import pandas as pd
import pytest

from salesops.errors import InputError
from salesops.tables.imports import ImportReport, import_tables

DEALS = """
    files:
      deals:
        path: deals.csv
        also: ["export-*.csv"]
        names: {Id: [Deal No], Value: [Amount]}
        optional_columns: [Owner, Deleted]
        flags: [Deleted, Won]
      people: {path: people.csv, optional: true}
    tables:
      opportunities:
        from: deals
        skip: {Deleted: [1]}
        join: [{file: people, match: {name: Owner}}]
        columns:
          opportunity_id: Id
          account_id: {constant: a}
          amount: Value
          created_at: {earliest: [Start, {column: End, if: {status: [won]}}]}
          stage: {constant: Offer}
          status: {column: Won, values: {1: won, 0: open}}
          closed_at: {column: End, if: {status: [won]}}
          expected_close: {column: End, if: {status: [open]}}
          rep_id: people.id
      reps:
        from: people
        columns: {rep_id: id}
"""


def run(folder: Path, mapping: str, *date_formats: str, **files: str) -> tuple[ImportReport, dict[str, pd.DataFrame]]:
    """Import files given as name_extension="text" and return the report and the tables."""
    source = folder / "source"
    source.mkdir()
    for name, text in files.items():
        (source / ".".join(name.rsplit("_", 1))).write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
    (folder / "mapping.yml").write_text(textwrap.dedent(mapping), encoding="utf-8")
    report = import_tables(folder / "mapping.yml", source, folder / "out", date_formats)
    return report, {path.stem: pd.read_parquet(path) for path in (folder / "out").iterdir()}


def days(column: pd.Series) -> list[str]:
    return ["" if pd.isna(day) else str(day)[:10] for day in column]


def test_other_headers_absent_files_and_flags_are_read_as_if_they_were_the_usual_ones(tmp_path: Path) -> None:
    deals = """
        DEAL NO,Amount,Start,End,Won,Deleted
        1,10,2026-01-05,2026-03-01,TRUE,no
        2,20,2026-01-06,2026-04-01,,
        3,30,2026-01-07,2026-05-01,yes,X
        4,40,2026-09-09,2026-02-02,1,0
    """
    report, tables = run(tmp_path, DEALS, deals_csv=deals)
    found = tables["opportunities"]
    assert found["opportunity_id"].tolist() == ["1", "2", "4"]
    assert found["status"].tolist() == ["won", "open", "won"]
    assert days(found["closed_at"]) == ["2026-03-01", "", "2026-02-02"]
    assert days(found["expected_close"]) == ["", "2026-04-01", ""]
    assert days(found["created_at"]) == ["2026-01-05", "2026-01-06", "2026-02-02"], "entered after it had closed"
    done = report.tables["opportunities"]
    assert (done.rows("filtered", "Deleted"), done.rows("earlier", "created_at"), done.rows("unmatched")) == (1, 1, 0)
    assert "reps" not in tables, "a table of an absent file is not written"
    assert report.missing_files == ("people.csv",)
    assert report.missing_columns == {"deals.csv": ("Owner",)}


def test_a_file_may_have_another_name_but_not_two_at_once(tmp_path: Path) -> None:
    lines = "Id,Value,Start,End,Won\n1,1,2026-01-05,2026-01-06,no\n"
    (tmp_path / "one").mkdir()
    _, tables = run(tmp_path / "one", DEALS, **{"export-deals_csv": lines})
    assert len(tables["opportunities"]) == 1
    (tmp_path / "two").mkdir()
    with pytest.raises(InputError, match="could all be it; keep one"):
        run(tmp_path / "two", DEALS, **{"export-a_csv": lines, "export-b_csv": lines})


def test_a_flag_that_is_neither_yes_nor_no_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match='column Won, line 3: "maybe" is neither yes nor no'):
        run(tmp_path, DEALS, deals_csv="Id,Value,Start,End,Won\n1,1,2026-01-05,,no\n2,1,2026-01-05,,maybe\n")


@pytest.mark.parametrize(
    ("written", "formats"),
    [
        ("2/3/24", ["%m/%d/%y"]),
        ("02/03/24 08:55 PM", ["%m/%d/%y"]),
        ('"2/3/2024, 8:55 PM"', ["%m/%d/%Y"]),
        ("3.2.2024", ["%m/%d/%Y", "%d.%m.%Y"]),
        ("2024年2月3日", ["%Y年%m月%d日"]),
        ("2024-02-03T16:14:25.000+0000", []),
        ("1706918400000", []),
    ],
)
def test_dates_are_read_as_the_export_writes_them_once_it_is_said_how(
    tmp_path: Path, written: str, formats: list[str]
) -> None:
    _, tables = run(tmp_path, DEALS, *formats, deals_csv=f"Id,Value,Start,End,Won\n1,1,{written},2026-01-06,no\n")
    assert days(tables["opportunities"]["created_at"]) == ["2024-02-03"]


def test_a_year_of_two_digits_is_not_taken_for_the_first_century(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"02/03/24.*--date-format") as caught:
        run(tmp_path, DEALS, "%m/%d/%Y", deals_csv="Id,Value,Start,End,Won\n1,1,02/03/24,,no\n")
    assert "empty" not in str(caught.value), "a date that cannot be read is not also called missing"


HISTORY = """
    files:
      deals: {path: deals.csv}
      changes:
        path: changes.csv
        pivot:
          {of: deal, at: time, name: property, value: new, properties: {stage: [Deal Stage], amount: [], close: []}}
    tables:
      opportunities:
        from: deals
        join: [{file: changes, match: {deal: id}, skip: {stage: [won]}, take: last, sort: time}]
        columns:
          opportunity_id: id
          account_id: {constant: a}
          amount: {constant: 1}
          created_at: {constant: 2026-01-01}
          closed_at: closed
          stage: {column: changes.stage, default: none}
          status: {constant: won}
      stage_history:
        from: changes
        join: [{table: opportunities, match: {opportunity_id: deal}}]
        require: [opportunities.opportunity_id, stage]
        sort: time
        columns:
          opportunity_id: deal
          stage: stage
          entered_at: {earliest: [time, opportunities.closed_at]}
          amount: amount
          expected_close: close
"""


def test_changes_of_one_property_become_the_whole_state_after_each_change(tmp_path: Path) -> None:
    changes = """
        time,deal,property,new
        2026-03-01 09:00:00,1,Deal Stage,won
        2026-02-01 10:00:00,1,amount,70
        2026-02-01 09:00:00,1,stage,offer
        2026-01-01 09:00:00,1,stage,visit
        2026-01-01 09:00:00,1,amount,50
        2026-01-01 09:00:00,1,colour,red
        2026-01-15 09:00:00,1,close,2026-06-30
        2026-01-01 09:00:00,2,amount,5
        2026-01-01 09:00:00,9,stage,visit
    """
    report, tables = run(tmp_path, HISTORY, deals_csv="id,closed\n1,2026-02-27\n2,2026-02-27\n", changes_csv=changes)
    history = tables["stage_history"]
    assert history["stage"].tolist() == ["visit", "visit", "offer", "offer", "won"]
    assert history["amount"].tolist() == [50, 50, 50, 70, 70]
    assert days(history["expected_close"]) == ["", *["2026-06-30"] * 4]
    assert days(history["entered_at"])[-1] == "2026-02-27", "what is entered after closing counts on the closing day"
    done = report.tables["stage_history"]
    assert done.rows("dropped", "opportunities.opportunity_id") == 1, "the change of a deal that is not in the export"
    assert done.rows("dropped", "stage") == 1, "the deal without a stage"


def test_the_stage_that_a_deal_closed_from_is_the_last_that_is_no_closing_stage(tmp_path: Path) -> None:
    changes = "time,deal,property,new\n2026-03-01,1,stage,won\n2026-02-01,1,stage,offer\n2026-01-01,1,stage,visit\n"
    report, tables = run(tmp_path, HISTORY, deals_csv="id,closed\n1,2026-03-01\n", changes_csv=changes)
    assert tables["opportunities"]["stage"].tolist() == ["offer"]
    assert report.tables["opportunities"].rows("several") == 1


def test_people_named_in_two_files_are_written_once(tmp_path: Path) -> None:
    mapping = """
    files: {deals: {path: deals.csv}, leads: {path: leads.csv}}
    tables:
      reps:
        - {from: deals, distinct: true, columns: {rep_id: owner}}
        - {from: leads, distinct: true, columns: {rep_id: owner}}
    """
    _, tables = run(tmp_path, mapping, deals_csv="id,owner\n1,ann\n2,bo\n3,ann\n", leads_csv="id,owner\n1,cy\n2,bo\n")
    assert tables["reps"]["rep_id"].tolist() == ["ann", "bo", "cy"]


def test_first_of_finds_no_fault_with_what_it_does_not_need(tmp_path: Path) -> None:
    mapping = """
    files: {people: {path: people.csv}}
    tables:
      reps:
        from: people
        columns:
          rep_id: id
          role: {first_of: [{column: role, empty: [none]}, {column: job, values: {boss: manager}, help: Ask HR}]}
    """
    people = "id,role,job\n1,AR,anything\n2,none,boss\n"
    (tmp_path / "good").mkdir()
    _, tables = run(tmp_path / "good", mapping, people_csv=people)
    assert tables["reps"]["role"].tolist() == ["AR", "manager"]
    (tmp_path / "bad").mkdir()
    with pytest.raises(InputError, match=r'1 value cannot be used for reps.role \(line 4: "cook"\).*Ask HR'):
        run(tmp_path / "bad", mapping, people_csv=people + "3,none,cook\n")


def test_columns_set_apart_by_blanks_and_rows_without_an_identifier_are_read(tmp_path: Path) -> None:
    mapping = """
    files: {lines: {path: lines.txt, delimiter: blanks}}
    tables:
      orders:
        from: lines
        columns:
          order_id: {concat: [who, {row_number: 1}], separator: "-"}
          account_id: who
          ordered_at: {column: day, date_format: "%Y%m%d"}
          amount: value
    """
    text = " who   day   value\r\n 007 20260105  1.50\r\n\r\n 007 20260105 12.00\r\n"
    (tmp_path / "good").mkdir()
    _, tables = run(tmp_path / "good", mapping, lines_txt=text)
    assert tables["orders"]["amount"].tolist() == [1.5, 12]
    assert tables["orders"]["order_id"].tolist() == ["007-1", "007-2"]
    (tmp_path / "bad").mkdir()
    with pytest.raises(InputError, match=r'lines.txt, line 5: "007 20260105 1 2" has not 3 columns'):
        run(tmp_path / "bad", mapping, lines_txt=text + " 007 20260105 1 2\r\n")


def test_an_identifier_that_parquet_holds_as_a_fraction_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    pd.DataFrame({"id": [17850.0, None], "v": [2.5, 3.0]}).to_parquet(tmp_path / "source" / "lines.parquet")
    (tmp_path / "m.yml").write_text(
        "files: {lines: {path: lines.parquet}}\ntables:\n  accounts:\n    from: lines\n    require: [id]\n"
        "    columns: {account_id: id, name: id, annual_revenue: v}\n"
    )
    import_tables(tmp_path / "m.yml", tmp_path / "source", tmp_path / "out")
    accounts = pd.read_parquet(tmp_path / "out" / "accounts.parquet")
    assert accounts.to_dict("records") == [{"account_id": "17850", "name": "17850", "annual_revenue": 2.5}]


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("{column: changes.stage, default: none}", "{todo: which}", "opportunities.stage is still to be decided"),
        ("closed_at: closed", "closed_at: {column: closed, if: {sttus: [won]}}", 'did you mean "status"?'),
        ("{table: opportunities, match", "{table: opportunites, match", 'did you mean "opportunities"?'),
        ("{table: opportunities, match", "{table: stage_history, match", "a table cannot look itself up"),
        ("opportunity_id: deal}", "opportunty_id: deal}", "the table opportunities, as mapped, has no column"),
        ("of: deal,", "of: dael,", 'changes.csv has no column "dael": did you mean "deal"?'),
        ("sort: time}]", "sort: tmie}]", 'did you mean "time"?'),
    ],
)  # fmt: skip
def test_what_a_mapping_names_wrongly_is_said_with_the_nearest_right_name(
    tmp_path: Path, right: str, wrong: str, said: str
) -> None:
    files = {"deals_csv": "id,closed\n1,2026-01-02\n", "changes_csv": "time,deal,property,new\n2026-01-01,1,stage,x\n"}
    with pytest.raises(InputError) as caught:
        run(tmp_path, HISTORY.replace(right, wrong, 1), **files)
    assert said in str(caught.value)


LEADS = """
    files:
      web: {path: web.csv}
      fair: {path: fair.csv}
    tables:
      opportunities:
        - from: web
          columns: &deal
            opportunity_id: id
            account_id: id
            amount: {constant: 0}
            created_at: day
            stage: {constant: Lead}
            status: {constant: open}
          further:
            visits: clicks
            mood: {column: mood, spellings: {hapy: happy}}
        - from: fair
          distinct: true
          columns: *deal
          further: {stand: stand, mood: {constant: unknown}}
"""
WEB = """
    id,day,clicks,mood
    1,2026-01-05,007,hapy
    2,2026-01-06,,sad
"""
FAIR = """
    id,day,stand
    3,2026-01-07,B
    3,2026-01-07,B
"""


def test_further_columns_are_kept_as_text_and_are_empty_where_a_block_lacks_them(tmp_path: Path) -> None:
    report, tables = run(tmp_path, LEADS, web_csv=WEB, fair_csv=FAIR)
    found = tables["opportunities"][["opportunity_id", "visits", "mood", "stand"]].astype(object)
    assert found.where(found.notna(), None).to_numpy().tolist() == [
        ["1", "007", "happy", None],
        ["2", None, "sad", None],
        ["3", None, "unknown", "B"],
    ]
    assert report.unused_columns == {}
    assert report.tables["opportunities"].rows("spelling") == 1


def test_a_further_column_that_the_contract_knows_or_the_file_lacks_is_refused(tmp_path: Path) -> None:
    mapping = LEADS.replace("visits: clicks", "source: mood").replace("stand: stand", "stand: hall")
    with pytest.raises(InputError) as caught:
        run(tmp_path, mapping, web_csv=WEB, fair_csv=FAIR)
    assert "source is a column of the contract; set it under columns" in str(caught.value)
    assert 'fair.csv has no column "hall"' in str(caught.value)

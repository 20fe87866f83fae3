"""Blocks say what they are given, in HTML and as data."""

from __future__ import annotations

import json
import math
import subprocess
import sys

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from salesops.not_enough_data import NotEnoughData
from salesops.report import About, Col, DataTable, Kpi, Message, Section, Summary, section
from salesops.report.blocks import SUMMARY_MIME
from salesops.report.summaries import from_json, to_json


def soup(block) -> BeautifulSoup:
    return BeautifulSoup(block._repr_html_(), "html.parser")


def words(element) -> str:
    return " ".join(element.get_text(" ").split())


def test_importing_the_blocks_is_light():
    heavy = "{'matplotlib', 'pandas', 'numpy', 'nbconvert', 'jinja2', 'seaborn'}"
    code = f"import sys, salesops.report; print({heavy} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


def test_a_summary_explains_arrows_and_intervals_once_and_only_where_there_are_any():
    plain, ranged = Kpi("deals", "Deals", 12.0, "deals"), Kpi("win", "Win rate", 0.5, "share", 0.4, 0.6)
    arrows, interval = "▲ ▼ change since the last run", "80%: in four of five cases the figure lies within"
    assert not {arrows, interval} & set(Summary("So.", (plain,))._how_to_read().split(" · "))
    assert Summary("So.", (plain, ranged))._how_to_read() == interval
    assert Summary("So.", (plain, ranged), previous={"deals": 10.0})._how_to_read() == f"{arrows} · {interval}"


def test_a_tile_shows_value_interval_and_change():
    kpi = Kpi("bookings", "Bookings expected", 142.3e6, "CNY", 128e6, 157e6, "up", "target CNY 139 m", (1, 2, 3))
    tile = soup(Summary("Yes.", [kpi], previous={"bookings": 138.2e6})).select_one(".so-tile")
    assert words(tile) == ("Bookings expected CNY 142 m 80%: 128 to 157 · target CNY 139 m ▲ 4.1 m since the last run")
    assert tile.select_one(".so-good")
    assert tile.select_one("svg.so-spark")


def test_a_first_run_has_tiles_without_changes():
    page = soup(Summary("Yes.", [Kpi("open", "Open deals", 295, "deals")]))
    assert words(page.select_one(".so-tiles")) == "Open deals 295 deals"
    assert page.select_one(".so-reading") is None


def test_messages_are_an_ordered_list_with_the_lead_in_front():
    page = soup(Summary("Yes.", messages=[Message("CNY 14 m hangs on funds.", "Call them."), Message("Go on.")]))
    assert [words(item) for item in page.select("ol > li")] == ["CNY 14 m hangs on funds. Call them.", "Go on."]
    assert [words(item) for item in page.select("ol > li > b")] == ["CNY 14 m hangs on funds.", "Go on."]


def test_no_line_of_a_page_ends_within_an_amount_of_money():
    page = soup(Summary("CNY 14 m more, or €2 bn in 2026 MWh 3.", messages=[Message("−1.5 k is 3 m.")]))
    assert "CNY\xa014\xa0m more, or €2\xa0bn in 2026 MWh 3." in page.text
    assert page.select_one("ol > li > b").text == "−1.5\xa0k is 3\xa0m."


def test_a_summary_survives_the_notebook_it_is_stored_in():
    before = Summary(
        "Yes.", (Kpi("a", "A", 1.5, "share", 0.0, 2.0, "down", "n", (1.0, 2.0)),), (Message("m", "t"),), {"a": 1.0}
    )
    stored = json.loads(json.dumps(before._repr_mimebundle_()[SUMMARY_MIME], allow_nan=False))
    assert from_json(stored) == before


def test_a_figure_that_is_not_known_is_stored_and_shown_as_such():
    summary = Summary("Unknown.", (Kpi("a", "A", math.nan, "CNY", math.nan, math.inf),))
    json.dumps(to_json(summary), allow_nan=False)
    assert math.isnan(from_json(to_json(summary)).kpis[0].value)
    assert words(soup(summary).select_one(".so-tile")) == "A –"


def test_numpy_figures_are_stored_as_plain_numbers():
    values = pd.Series([1, 2, 3])
    json.dumps(to_json(Summary("x", (Kpi("a", "A", values.sum(), "deals", values.min(), values.max(), trend=values),))))


def test_a_section_carries_its_title_for_the_contents():
    page = soup(Section("Can we trust it?", "Yes", "One.\n\nTwo.", ["plain words"])).section
    assert (page["id"], page["data-title"], page.h2.text) == ("can-we-trust-it", "Can we trust it?", "Yes")
    assert [p.text for p in page.select("p")] == ["One.", "Two.", "plain words"]


def test_a_section_without_data_says_what_it_needs():
    @section("Stages")
    def stages(conversion):
        raise AssertionError

    page = soup(stages(NotEnoughData("stage_history", "it has 3 rows")))
    assert page.section["data-title"] == "Stages"
    assert words(page.select_one(".so-statement")) == "This section needs stage_history . It has 3 rows"


def test_a_section_may_find_by_itself_that_data_is_missing():
    assert section("Stages")(lambda: NotEnoughData("orders"))().blocks == (NotEnoughData("orders"),)


FRAME = pd.DataFrame(
    {
        "customer": ["湖州第一医院", None],
        "amount": [8_400_000.0, math.nan],
        "win": [0.74, None],
        "closes": pd.to_datetime(["2026-12-12", None]),
        "orders": pd.array([12, None], dtype="Int64"),
    }
)
COLUMNS = (
    Col("customer", "Customer"),
    Col("amount", "Amount", "money", "CNY"),
    Col("win", "Win chance", "bar"),
    Col("closes", "Signing", "date"),
    Col("orders", "", "number"),
)


def test_a_table_has_units_in_its_head_and_what_it_sorts_by_in_its_cells():
    page = soup(DataTable(FRAME, COLUMNS, "Open deals."))
    assert [head.text for head in page.select("th")] == ["Customer", "Amount, CNY m", "Win chance", "Signing", "Orders"]
    cells = page.select("tbody tr")[0].select("td")
    assert [words(cell) for cell in cells] == ["湖州第一医院", "8.4", "74%", "12 Dec 2026", "12"]
    assert [cell.get("data-sort") for cell in cells] == [None, "8.4", "0.74", "2026-12-12", "12"]
    assert [cell["data-label"] for cell in cells][1] == "Amount, CNY\N{NO-BREAK SPACE}m"
    assert cells[2].select_one("i")["style"] == "width:74%"
    assert page.figcaption.text == "Open deals."


def test_what_a_table_does_not_know_is_a_dash_that_sorts_last():
    cells = soup(DataTable(FRAME, COLUMNS)).select("tbody tr")[1].select("td")
    assert [cell.text for cell in cells] == ["–"] * 5
    assert not any(cell.has_attr("data-sort") for cell in cells)


@pytest.mark.parametrize(("rows", "has_filter"), [(8, False), (9, True)])
def test_only_a_table_too_long_for_a_glance_has_a_filter(rows, has_filter):
    figure = soup(DataTable(pd.DataFrame({"a": range(rows)}), ["a"])).figure
    assert figure.has_attr("data-filter") == has_filter


def test_all_rows_are_in_the_page():
    assert len(soup(DataTable(pd.DataFrame({"a": range(500)}), ["a"])).select("tbody tr")) == 500


def test_an_empty_table_is_a_head():
    assert len(soup(DataTable(FRAME.iloc[:0], COLUMNS)).select("th")) == 5


def test_figures_of_one_column_share_scale_and_decimals():
    frame = pd.DataFrame({"amount": [46_700_000, 400_000, 2_000_000]})
    cells = soup(DataTable(frame, [Col("amount", "", "money", "CNY")])).select("td")
    assert [cell.text for cell in cells] == ["46.7", "0.4", "2.0"]


def test_about_shows_no_secret():
    page = soup(About({"source": "postgres://ann:hunter2@db/sales"}, {"api_token": "abc", "horizon_months": 6}))
    assert "hunter2" not in page.text
    assert "abc" not in page.text
    assert "postgres://ann:***@db/sales" in page.text
    assert "horizon_months" in page.text


def test_about_names_the_versions_at_work():
    assert {"Python", "pandas", "numpy"} <= {term.text for term in soup(About()).select("dt")}


def test_a_cell_may_say_more_in_small_below_its_value_and_still_sorts_by_the_value():
    frame = pd.DataFrame({"customer": ["Hefei", "Anqing"], "rep": ["Li & Wu", None]})
    html = DataTable(frame, [Col("customer", "Customer", below="rep")])._repr_html_()
    assert "<small>Li &amp; Wu</small>" in html
    assert html.count("<small>") == 1
    assert 'data-sort="Hefei"' in html


def test_a_small_p_value_is_never_written_as_nought():
    table = soup(DataTable(pd.DataFrame({"p": [0.0001, 0.02, 0.0]}), [Col("p", "p", "number", digits=3)]))
    assert [words(cell) for cell in table.find_all("td")] == ["<0.001", "0.020", "0.000"]


def test_a_table_that_fits_a_phone_stays_a_table_there_and_a_wider_one_becomes_cards():
    frame = pd.DataFrame({"region": ["East", "West"], "note": ["Call the buyer before the end of the month"] * 2})
    figures = [f"figure_{i}" for i in range(8)]
    frame = frame.assign(**dict.fromkeys(figures, 1234.5))

    def look(*columns):
        return set(soup(DataTable(frame, [*columns])).figure["class"]) & {"so-slim", "so-cards"}

    assert look("region", *(Col(name, "Sales", "number") for name in figures[:4])) == {"so-slim"}
    assert look("region", *(Col(name, "Sales", "number") for name in figures)) == {"so-cards"}
    assert look("region", "note") == {"so-cards"}


@pytest.mark.parametrize(("rows", "shown", "whole"), [(4, 20, True), (5, 20, False), (9, 3, True)])
def test_paper_keeps_a_short_table_on_one_sheet(rows, shown, whole):
    figure = soup(DataTable(pd.DataFrame({"a": range(rows)}), ["a"], shown=shown)).figure
    assert ("so-whole" in figure["class"]) is whole


def test_a_headline_is_no_sentence_with_a_full_stop():
    assert soup(Section("Sales", "Sales rise by 4%.")).h2.get_text() == "Sales rise by 4%"


def test_where_a_page_was_built_is_not_told():
    page = soup(About(parameters={"run_dir": "/tmp/reports/.base.building-1", "horizon_months": 12}))
    assert "building" not in page.get_text()
    assert "horizon_months" in page.get_text()

"""The pages above the notebooks': what a manager opens first."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from salesops.report import Kpi, Message, Summary
from salesops.report.pages import Scenario, TopicCard, index_page, plan_page

BOOKINGS = Kpi("bookings", "Bookings expected", 142e6, "CNY", 128e6, 157e6, "up")
OPEN = Kpi("open", "Open deals", 295, "deals")
SUMMARY = Summary("We will meet the target.", (BOOKINGS, OPEN), (Message("CNY 14 m hangs on funds."),), {"open": 283})
CARDS = [
    TopicCard("Win probability", "win_probability.html", SUMMARY),
    TopicCard("Sales forecasting", "sales_forecasting.html", SUMMARY, "reused"),
    TopicCard("Market sizing", "", None, "failed", "orders lacks amount"),
]


def words(element) -> str:
    return " ".join(element.get_text(" ").split())


@pytest.fixture(scope="module")
def index() -> BeautifulSoup:
    return BeautifulSoup(index_page("2026 Q4 plan", "base", "2026-09-30", CARDS, home="../index.html"), "html.parser")


@pytest.fixture(scope="module")
def plan() -> BeautifulSoup:
    more = replace(SUMMARY, kpis=(replace(BOOKINGS, value=157e6),))
    scenarios = [
        Scenario("base", "base/index.html", CARDS),
        Scenario("lean", "lean/index.html", [replace(CARDS[0], summary=more)], "two people fewer"),
    ]
    return BeautifulSoup(plan_page("2026 Q4 plan", "2026-09-30", scenarios), "html.parser")


def test_each_notebook_has_a_card_with_answer_figures_and_link(index):
    card = index.select_one("#win-probability")
    assert card.h2.a["href"] == "win_probability.html"
    assert "We will meet the target." in card.text
    assert len(card.select(".so-tile")) == 2
    assert "▲ 12" in words(card)


def test_a_failure_is_said_at_the_top_and_on_its_card(index):
    assert index.select_one(".so-answer").text == "1 of 3 pages could not be renewed: Market sizing."
    card = index.select_one("#market-sizing")
    assert words(card.h2) == "Market sizing failed in this run"
    assert card.h2.a is None
    assert "orders lacks amount" in card.text


def test_where_all_went_well_the_index_says_so():
    page = BeautifulSoup(index_page("p", "base", "2026-09-30", CARDS[:2]), "html.parser")
    assert page.select_one(".so-answer").text == "2 pages, all up to date."


def test_links_are_relative(index, plan):
    links = [a["href"] for soup in (index, plan) for a in soup.select("a[href]")]
    assert "../index.html" in links
    assert not [link for link in links if link.startswith(("/", "http", "file"))]


def test_scenarios_stand_side_by_side_with_differences_from_the_first(plan):
    assert [head.text for head in plan.select_one("thead").select("th")][1:] == ["base", "lean"]
    rows = {
        words(row.td): [words(cell) for cell in row.select("td")[1:]] for row in plan.select_one("tbody").select("tr")
    }
    assert rows["Bookings expected"] == ["CNY 142 m 80%: 128 to 157", "CNY 157 m ▲ 15 m 80%: 128 to 157"]
    assert rows["Open deals"] == ["295 deals", "–"]
    assert plan.select_one("tbody .so-good")


def test_a_notebook_without_figures_has_no_rows(plan):
    assert [head.text for head in plan.select("h2")] == ["Win probability", "Sales forecasting"]


def test_each_scenario_is_linked_with_what_it_is(plan):
    assert [words(item) for item in plan.select(".so-scenarios li")] == ["base", "lean two people fewer"]

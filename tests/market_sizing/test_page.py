"""The whole page of a sample company: what it says, and what it publishes."""

import re

import numpy as np
import pytest
from bs4 import BeautifulSoup
from notebook_cells import run_cells

from salesops.tables import published
from salesops.tables.published import OUTPUT_CONTRACT
from salesops.tables.sample import generate


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    folder = tmp_path_factory.mktemp("company")
    for name, table in generate(accounts=300, seed=11).tables.items():
        table.to_parquet(folder / f"{name}.parquet", index=False)
    run_dir = folder / "run"
    html, space = run_cells(
        "market_sizing",
        {"data": str(folder), "as_of": "2026-09-30", "run_dir": str(run_dir), "ledger": str(folder / "ledger")},
    )
    return html, space, {name: published(run_dir, "market_sizing", name) for name in OUTPUT_CONTRACT["market_sizing"]}


def test_charts_have_text_for_those_who_cannot_see_them_and_a_narrow_version(company):
    html, _, _ = company
    assert html.count('class="so-narrow"') == html.count('class="so-wide"') >= 8
    assert html.count("<desc") == html.count("<svg")


def test_a_part_is_never_larger_than_the_whole(company):
    _, _, tables = company
    sizes = tables["market_sizes"]
    together = sizes[sizes["method"] == "reconciled"].pivot(index="segment", columns="measure", values="p50")
    assert (together["SAM"] <= together["TAM"] * 1.001).all()
    assert (together["SOM"] <= together["SAM"] * 2).all()
    assert (np.diff(sizes[["p10", "p50", "p90"]].to_numpy(), axis=1) >= 0).all()
    # What is now is of the last whole year; what can be won is of years to come.
    assert dict(zip(sizes["measure"], sizes["period"], strict=True)) == {
        "TAM": "2025",
        "SAM": "2025",
        "SOM": "in 3 years",
    }


def test_shares_of_a_year_and_segment_add_up_to_one_and_make_its_index(company):
    _, _, tables = company
    by = tables["competition"].groupby(["year", "segment"])
    assert by["share"].sum().to_numpy() == pytest.approx(1.0)
    assert by["share"].apply(lambda part: (part**2).sum()).to_numpy() == pytest.approx(by["hhi"].first().to_numpy())


def test_the_growth_of_a_market_is_the_same_wherever_the_page_tells_it(company):
    html, _, _ = company
    page = BeautifulSoup(html, "html.parser")
    headline = page.select_one("#growth-and-season h2").get_text().replace("\N{NO-BREAK SPACE}", " ")
    segment, growth = re.search(r"grows fastest in (.+), (\d+%) a year", headline).groups()
    for section, column in (("what-we-can-win", "Market growth a year"), ("where-to-compete", "Growth")):
        rows = [row for row in page.select(f"#{section} tr") if row.td and row.td.get_text() == segment]
        cells = [cell.get_text() for row in rows for cell in row.select(f'td[data-label="{column}"]')]
        assert cells == [growth], section

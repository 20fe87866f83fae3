"""A page answers first, hides what is for analysts, and is the same however it is made."""

from __future__ import annotations

import base64
import copy
import hashlib
import re
import subprocess
import sys

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from salesops.report import Section, Summary
from salesops.report.compose import PageMeta
from salesops.report.render import TEMPLATES, render
from salesops.report.summaries import summary_of


def shown(block):
    data = block._repr_mimebundle_() if isinstance(block, Summary) else {"text/html": str(block._repr_html_())}
    return new_output("execute_result", data, execution_count=1)


def page_of(*cells, **meta) -> BeautifulSoup:
    title = new_markdown_cell("# Title\n\nWhat is asked?")
    return BeautifulSoup(render(new_notebook(cells=[title, *cells]), meta=PageMeta(**meta)), "html.parser")


@pytest.fixture(scope="module")
def soup(page) -> BeautifulSoup:
    return BeautifulSoup(page, "html.parser")


def test_the_page_answers_before_it_explains(page):
    order = [
        "so-eyebrow",
        "<h1>",
        "so-question",
        "so-answer",
        "so-tiles",
        "so-messages",
        "so-section",
        "so-about",
        "so-code",
    ]
    body = page[page.index("<main") :]
    places = [body.index(part) for part in order]
    assert places == sorted(places)


def test_the_summary_is_at_the_top_and_only_there(soup):
    assert len(soup.select(".so-summary")) == 1
    assert soup.select_one("main > .so-summary")


def test_where_and_when_stands_above_the_title(soup):
    assert soup.select_one(".so-eyebrow").text == "2026 Q4 plan · base scenario · as of 30 Sep 2026"
    assert soup.select_one(".so-eyebrow a")["href"] == "index.html"


def test_the_contents_lead_to_every_section(soup):
    links = soup.select(".so-nav li a")
    assert [link.text for link in links][-1] == "About these numbers"
    assert all(soup.find(id=link["href"][1:]) for link in links)
    assert len(links) == len(soup.select("section.so-section")) + 1


def test_what_is_for_trying_and_setting_up_is_left_out(soup):
    assert "slider" not in soup.text
    assert not soup.select(".so-look")


def test_warnings_are_folded_away_with_the_code(soup):
    assert "a warning nobody should see" in soup.select_one("details.so-code").text
    assert soup.text.count("a warning nobody should see") == 1


def test_the_policy_lets_the_page_fetch_nothing_and_run_its_own_script_alone(soup):
    policy = soup.find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
    script = soup.find("script").string
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; img-src data:;")
    assert len(soup.find_all("script")) == 1


def test_the_page_is_one_small_file(page):
    assert len(page.encode()) < 1_500_000
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)


def test_the_same_notebook_gives_the_same_page(notebook, page):
    assert render(notebook, meta=PageMeta("2026 Q4 plan", "base", "2026-09-30", home="index.html")) == page


def test_rendering_leaves_the_notebook_as_it_was(notebook):
    before = copy.deepcopy(notebook)
    render(notebook, meta=PageMeta(plan="x"))
    assert notebook == before


def test_changes_can_be_told_from_another_run_than_the_notebook_knew(notebook):
    page = render(notebook, meta=PageMeta(previous={"bookings": 150e6}))
    assert "▼ 7.7\xa0m" in page


def test_the_runner_can_read_the_summary_of_an_executed_notebook(notebook):
    stored = nbformat.reads(nbformat.writes(notebook), as_version=4)
    assert [kpi.kpi for kpi in summary_of(stored).kpis] == ["bookings", "p_target", "win_rate", "open_deals"]
    assert summary_of(new_notebook()) is None


def test_nbconvert_on_the_command_line_gives_the_same_page(notebook, page, tmp_path):
    path = tmp_path / "x.ipynb"
    stored = copy.deepcopy(notebook)
    stored.metadata["salesops"] = {
        "plan": "2026 Q4 plan",
        "scenario": "base",
        "as_of": "2026-09-30",
        "home": "index.html",
    }
    nbformat.write(stored, path)
    where = f"--TemplateExporter.extra_template_basedirs={TEMPLATES}"
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--template", "salesops", where, str(path)]
    subprocess.run(command, check=True, capture_output=True)
    assert path.with_suffix(".html").read_text(encoding="utf-8").strip() == page.strip()


def test_the_day_comes_from_the_parameters_where_nothing_else_says_it():
    book = new_notebook(
        cells=[new_markdown_cell("# T")], metadata={"papermill": {"parameters": {"as_of": "2026-06-30"}}}
    )
    assert "as of 30 Jun 2026" in render(book)


def test_a_failed_notebook_shows_what_it_has_and_where_it_stopped():
    good = new_code_cell("a", outputs=[shown(Section("Done", "This is done"))])
    error = new_output(
        "error", ename="InputError", evalue="orders lacks amount", traceback=["\x1b[31mInputError\x1b[0m"]
    )
    page = page_of(good, new_code_cell("b", outputs=[error]), new_code_cell("c"))
    assert page.select_one("#done h2").text == "This is done"
    assert "InputError orders lacks amount" in page.select_one(".so-error").text
    assert "\x1b" not in page.text


def test_an_error_in_the_summary_or_setup_is_shown_too():
    error = new_output("error", ename="KeyError", evalue="'x'", traceback=[])
    for tag in ("summary", "setup"):
        page = page_of(new_code_cell("b", outputs=[error], metadata={"tags": [tag]}))
        assert len(page.select(".so-error")) == 1


def test_a_notebook_without_title_summary_or_sections_is_still_a_page():
    page = BeautifulSoup(render(new_notebook(cells=[new_code_cell("1")])), "html.parser")
    assert page.h1.text == "Report"
    assert not page.select(".so-nav")


def test_two_sections_of_one_title_have_their_own_addresses():
    page = page_of(*[new_code_cell("s", outputs=[shown(Section("Same", f"Finding {i}"))]) for i in (1, 2)])
    targets = [link["href"] for link in page.select(".so-nav a")]
    assert targets == ["#same", "#same-2"]
    assert [page.select_one(target).h2.text for target in targets] == ["Finding 1", "Finding 2"]


def test_prose_in_front_of_a_section_goes_with_the_code():
    page = page_of(
        new_markdown_cell("## Method\n\nBy hand."), new_code_cell("s", outputs=[shown(Section("S", "Finding"))])
    )
    assert "By hand." in page.select_one(".so-code").text
    assert [h.text for h in page.select("main > section h2")] == ["Finding"]


def test_prose_in_front_of_another_output_stays_with_it():
    plain = new_output("execute_result", {"text/plain": "42"}, execution_count=1)
    page = page_of(
        new_markdown_cell("## Sum\n\nIt is:"), new_code_cell("s", outputs=[plain]), new_markdown_cell("The end.")
    )
    text = re.sub(r"\s+", " ", page.main.text)
    assert "Sum It is: 42 The end." in text
    assert not page.select(".so-code .so-prose")


def test_a_picture_from_elsewhere_is_shown_within_the_page():
    png = base64.b64encode(b"png").decode()
    picture = new_output("display_data", {"image/png": png, "text/plain": "<Figure>"})
    image = page_of(new_code_cell("s", outputs=[picture])).select_one("main img")
    assert (image["src"], image["alt"]) == (f"data:image/png;base64,{png}", "<Figure>")

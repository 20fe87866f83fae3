"""Names from data cannot carry HTML or script into a page."""

from __future__ import annotations

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from salesops.not_enough_data import NotEnoughData
from salesops.report import About, Chart, Col, DataTable, Kpi, Message, Pair, Section, Summary, theme
from salesops.report.compose import PageMeta
from salesops.report.pages import Scenario, TopicCard, index_page, plan_page
from salesops.report.render import render

EVIL = (
    "<img src=x onerror=\"window.stolen=1\"><script>window.stolen=1</script>\"' onmouseover='window.stolen=1' {{ 7*7 }}"
)


def draw(narrow):
    fig, ax = theme.figure(200, narrow=narrow)
    ax.barh([EVIL], [1])
    theme.direct_label(ax, 1, 0, EVIL)
    return fig


SUMMARY = Summary(EVIL, [Kpi(EVIL, EVIL, 1, "deals", note=EVIL), Kpi("u", "u", 1, EVIL)], [Message(EVIL, EVIL)])
CHART = Chart(draw, EVIL, EVIL, EVIL)
TABLE = DataTable(pd.DataFrame({EVIL: [EVIL] * 12}), [Col(EVIL, EVIL, unit=EVIL)], EVIL, EVIL)
SECTION = Section(EVIL, EVIL, EVIL, [CHART, Pair(CHART, TABLE), TABLE, EVIL, NotEnoughData(EVIL, EVIL)])
ABOUT = About({EVIL: EVIL}, {EVIL: EVIL}, [EVIL], {EVIL: EVIL}, [EVIL])


def output(block):
    data = {"text/html": str(block._repr_html_())}
    return new_output("execute_result", data, execution_count=1)


def notebook_page() -> str:
    foreign = new_output("execute_result", {"text/html": EVIL, "text/plain": EVIL}, execution_count=1)
    error = new_output("error", ename=EVIL, evalue=EVIL, traceback=[EVIL])
    stream = new_output("stream", name="stdout", text=EVIL)
    picture = new_output("display_data", {"image/png": '"><script>window.stolen=1</script>', "text/plain": EVIL})
    cells = [
        new_markdown_cell(
            f"# T {EVIL}\n\n{EVIL} [link](javascript:window.stolen=1) ![picture](https://example.org/x.png)"
        ),
        *[new_code_cell(f"# {EVIL}", outputs=[output(block)]) for block in (SECTION, ABOUT)],
        new_code_cell(
            "s",
            outputs=[new_output("execute_result", SUMMARY._repr_mimebundle_(), execution_count=1)],
            metadata={"tags": ["summary"]},
        ),
        new_code_cell("x", outputs=[foreign, stream, picture, error]),
    ]
    return render(new_notebook(cells=cells), meta=PageMeta(EVIL, EVIL, EVIL))


def pages() -> dict[str, str]:
    card = TopicCard(EVIL, "x.html", SUMMARY, "failed", EVIL)
    return {
        "notebook": notebook_page(),
        "run": index_page(EVIL, EVIL, EVIL, [card], home="../index.html"),
        "plan": plan_page(EVIL, EVIL, [Scenario(EVIL, "b/index.html", [card], EVIL), Scenario("c", "c.html", [card])]),
    }


@pytest.fixture(scope="module", params=["notebook", "run", "plan"])
def hostile(request) -> str:
    return pages()[request.param]


def test_no_element_or_handler_comes_from_data(hostile):
    soup = BeautifulSoup(hostile, "html.parser")
    assert len(soup.find_all("script")) == 1
    assert not [tag for tag in soup.find_all(True) for name in tag.attrs if name.startswith("on")]
    assert not soup.select('img[src="x"], img[src^="http"], a[href^="javascript"]')


def test_the_data_is_still_there_to_be_read(hostile):
    assert EVIL in BeautifulSoup(hostile, "html.parser").get_text()


@pytest.mark.browser
def test_nothing_runs_in_a_browser(hostile, browser, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(hostile, encoding="utf-8")
    tab = browser.open(path)
    assert tab.js("window.stolen") is None
    assert tab.js("document.querySelectorAll('[onmouseover], [onerror]').length") == 0
    assert tab.requests == [path.as_uri()]
    assert tab.complaints == []

"""The page in a real browser: laptop and phone, light and dark, screen and paper."""

from __future__ import annotations

import pandas as pd
import pytest

from salesops.report import Col, DataTable, Section, look
from salesops.report.render import render
from tests.report.conftest import META, demo_notebook

pytestmark = pytest.mark.browser

SIZES = pytest.mark.parametrize("width", [1440, 768, 390, 320])
SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])

WORST_CONTRAST = """() => {
  const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const ratio = (element) => {
    const style = getComputedStyle(element);
    const own = parse(element.closest("svg") ? style.fill : style.color);
    const pair = [own, ground(element)].map(luminance).sort((a, b) => b - a);
    return (pair[0] + 0.05) / (pair[1] + 0.05);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const worst = [99, ""];
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim(), element = walker.currentNode.parentElement;
    if (!text || !element.checkVisibility() || element.closest("script, style, desc, title")) continue;
    if (/^\\d+%$/.test(text) && element.closest("svg")) continue; /* on shaded cells: see the palette's tests */
    const found = ratio(element);
    if (found < worst[0]) worst.splice(0, 2, found, text);
  }
  return worst;
}"""

CLIPPED = """() => [...document.querySelectorAll("svg.so-svg")].filter((s) => s.checkVisibility()).flatMap((svg) => {
  const box = svg.getBoundingClientRect();
  return [...svg.querySelectorAll("text")].filter((text) => {
    const own = text.getBoundingClientRect();
    return own.left < box.left - 1 || own.right > box.right + 1 || own.top < box.top - 1 || own.bottom > box.bottom + 1;
  }).map((text) => text.textContent);
})"""


@SIZES
@SCHEMES
def test_the_page_asks_for_nothing_complains_of_nothing_and_fits(browser, page_file, width, scheme):
    tab = browser.open(page_file, width=width, scheme=scheme)
    assert tab.requests == [page_file.as_uri()]
    assert tab.complaints == []
    assert tab.js("document.documentElement.scrollWidth") <= width


@SCHEMES
@pytest.mark.parametrize("width", [1440, 390])
def test_every_text_can_be_read(browser, page_file, width, scheme):
    ratio, text = browser.open(page_file, width=width, scheme=scheme).js(WORST_CONTRAST)
    assert ratio >= 4.5, text


@pytest.mark.parametrize("width", [1440, 390])
def test_no_label_of_a_chart_is_cut_off_not_even_chinese_ones(browser, page_file, width):
    tab = browser.open(page_file, width=width)
    assert "Comparison 方案比较" in tab.js("document.body.textContent")
    assert tab.js(CLIPPED) == []


@pytest.mark.parametrize(("width", "shown"), [(1440, "wide"), (600, "wide"), (599, "narrow"), (390, "narrow")])
def test_phones_see_the_narrow_drawing(browser, page_file, width, shown):
    tab = browser.open(page_file, width=width)
    other = "narrow" if shown == "wide" else "wide"
    assert tab.js(f"[...document.querySelectorAll('.so-{shown}')].every((e) => e.checkVisibility())")
    assert not tab.js(f"[...document.querySelectorAll('.so-{other}')].some((e) => e.checkVisibility())")


def test_text_in_charts_is_13_px(browser, page_file):
    for width in (1440, 390):
        tab = browser.open(page_file, width=width)
        sizes = tab.js(
            """[...document.querySelectorAll('svg.so-svg')].filter((svg) => svg.checkVisibility()).flatMap((svg) =>
            [...svg.querySelectorAll('text')].map((text) =>
            parseFloat(getComputedStyle(text).fontSize) * svg.getScreenCTM().a))"""
        )
        assert min(sizes) == pytest.approx(13, abs=0.2)


def test_charts_change_their_colours_in_the_dark(browser, page_file):
    fill = "getComputedStyle(document.querySelector('.so-svg [style*=\"--so-accent\"]')).fill"
    colours = {scheme: browser.open(page_file, scheme=scheme).js(fill) for scheme in ("light", "dark")}
    assert colours == {"light": "rgb(37, 99, 166)", "dark": "rgb(125, 178, 236)"}


def visible_rows(tab) -> list[str]:
    rows = "[...document.querySelectorAll('.so-table tbody tr')].filter((row) => row.checkVisibility())"
    return tab.js(f"{rows}.map((row) => row.cells[0].textContent)")


def test_a_long_table_shows_its_first_rows_and_all_on_demand(browser, page_file):
    tab = browser.open(page_file)
    assert len(visible_rows(tab)) == 20
    tab.page.get_by_role("button", name="Show all 60 rows").click()
    assert len(visible_rows(tab)) == 60


def test_the_filter_searches_all_rows(browser, page_file):
    tab = browser.open(page_file)
    tab.page.get_by_role("searchbox").fill("decision 南昌")
    assert visible_rows(tab) == []
    tab.page.get_by_role("searchbox").fill("deciders tongling")
    assert visible_rows(tab) == []
    tab.page.get_by_role("searchbox").fill("DECIDERS hefei")
    assert visible_rows(tab) == [f"Hefei Binhu Hospital {i}" for i in range(1, 11)]
    assert tab.page.get_by_role("status").text_content() == "10 of 60"


def test_a_column_sorts_by_its_values_largest_first_then_smallest(browser, page_file):
    tab = browser.open(page_file)
    values = "[...document.querySelectorAll('.so-table tbody tr')].map((r) => Number(r.cells[1].dataset.sort))"
    head = tab.page.get_by_role("columnheader", name="Amount")
    head.get_by_role("button").click()
    assert tab.js(values) == sorted(tab.js(values), reverse=True)
    assert head.get_attribute("aria-sort") == "descending"
    head.get_by_role("button").click()
    assert tab.js(values) == sorted(tab.js(values))
    assert len(visible_rows(tab)) == 20


def test_the_keyboard_sorts_too(browser, page_file):
    tab = browser.open(page_file)
    tab.page.get_by_role("button", name="Signing").focus()
    tab.page.keyboard.press("Enter")
    assert tab.page.get_by_role("columnheader", name="Signing").get_attribute("aria-sort") == "ascending"


def test_what_is_absent_sorts_last_either_way(browser, page_file):
    tab = browser.open(page_file)
    last = "[...document.querySelectorAll('.so-table tbody tr')].at(-1).cells[5].textContent"
    for _ in range(2):
        tab.page.get_by_role("button", name="Next to confirm").click()
        assert tab.js(last) == "–"


def test_a_phone_sorts_from_a_list_and_keeps_every_column(browser, page_file):
    tab = browser.open(page_file, width=390)
    tab.page.get_by_label("Sort by").select_option(label="Win chance")
    first = tab.page.locator(".so-table tbody tr").first
    assert first.locator("td").count() == 6
    assert all(first.locator("td").nth(i).is_visible() for i in range(6))
    label = "getComputedStyle(document.querySelector('.so-table td:nth-child(2)'), '::before').content"
    assert tab.js(label) == '"Amount, CNY\N{NO-BREAK SPACE}m"'


def test_cards_are_still_a_table_for_screen_readers(browser, page_file):
    tab = browser.open(page_file, width=390)
    assert tab.page.get_by_role("table").count() == 1
    assert tab.page.get_by_role("row").count() == 1 + 3


@pytest.fixture(scope="session")
def tables_file(tmp_path_factory):
    """A section with a narrow table and two wide ones, twelve rows each."""
    frame = pd.DataFrame(
        {"region": [f"Region {i}" for i in range(12)], "note": ["Call the buyer before the end of May"] * 12}
    )
    frame = frame.assign(sales=1234.5, below="1.1 to 1.3")
    narrow = DataTable(frame, ("region", *(Col("sales", "They can carry", "number", below="below"),) * 3))
    wide = DataTable(frame, ("region", "note", Col("sales", "Sales", "money", "CNY")), "Largest first.")
    path = tmp_path_factory.mktemp("tables") / "page.html"
    path.write_text(render(demo_notebook([Section("Tables", "Three tables", "", (narrow, wide, wide))]), meta=META))
    return path


def rows_seen(tab) -> list[int]:
    return tab.js(
        """[...document.querySelectorAll('.so-table')].map((figure) =>
        [...figure.querySelector('tbody').rows].filter((row) => row.checkVisibility()).length)"""
    )


def test_a_phone_shows_a_narrow_table_as_such_and_asks_before_more_cards(browser, tables_file):
    assert rows_seen(browser.open(tables_file)) == [12, 12, 12]
    tab = browser.open(tables_file, width=390)
    assert rows_seen(tab) == [8, 0, 0]
    assert "Region · Note · Sales, CNY k" in tab.page.locator(".so-table").nth(1).inner_text()
    fits = "(() => { const box = document.querySelector('.so-scroll'); return box.scrollWidth <= box.clientWidth; })()"
    assert tab.js(fits)
    tab.page.get_by_role("button", name="Show all 12 rows").last.click()
    assert rows_seen(tab) == [8, 0, 12]
    tab.page.get_by_role("button", name="Show fewer rows").click()
    assert rows_seen(tab) == [8, 0, 0]


def test_a_phone_prints_as_many_rows_as_a_laptop(browser, tables_file):
    tab = browser.open(tables_file, width=390)
    tab.page.emulate_media(media="print")
    tab.wait_until("document.querySelectorAll('.so-table')[2].querySelector('tbody tr').checkVisibility()")
    assert rows_seen(tab) == [12, 12, 12]


def test_the_contents_follow_what_is_read(browser, page_file):
    tab = browser.open(page_file)
    current = tab.page.locator(".so-nav [aria-current]")
    assert current.text_content() == "Forecast against target"
    tab.js("document.getElementById('where').scrollIntoView()")
    tab.wait_until("document.querySelector('.so-nav [aria-current]').textContent === 'Where'")
    tab.js("scrollTo(0, document.documentElement.scrollHeight)")
    tab.wait_until("document.querySelector('.so-nav [aria-current]').textContent === 'About these numbers'")
    assert current.count() == 1


def test_the_first_stop_of_the_keyboard_skips_to_the_content(browser, page_file):
    tab = browser.open(page_file)
    tab.page.keyboard.press("Tab")
    assert tab.js("document.activeElement.hash") == "#content"
    assert tab.js("document.activeElement.getBoundingClientRect().left") >= 0


def test_paper_has_everything_but_what_is_for_the_screen(browser, page_file):
    tab = browser.open(page_file, width=680, scheme="dark", media="print")
    seen = "(s) => [...document.querySelectorAll(s)].some((e) => e.checkVisibility())"
    assert tab.js("document.querySelector('.so-about').open")
    assert tab.page.evaluate(seen, ".so-about dl")
    for gone in (".so-nav", ".so-filter", ".so-more", ".so-code", ".so-narrow"):
        assert not tab.page.evaluate(seen, gone), gone
    # Nobody reads three sheets of rows: paper holds what the screen shows first, and says how many more there are.
    assert len(visible_rows(tab)) == 20
    assert tab.page.evaluate(seen, ".so-rest")
    assert "20 of 60 rows" in tab.js("document.querySelector('.so-rest').textContent")
    assert tab.js("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert tab.js("document.documentElement.scrollWidth") <= 680


def test_after_printing_the_page_is_folded_again(browser, page_file):
    tab = browser.open(page_file)
    for media, is_open in (("print", True), ("screen", False)):
        tab.page.emulate_media(media=media)
        tab.wait_until(f"document.querySelector('.so-about').open === {str(is_open).lower()}")


@pytest.mark.parametrize(("theme", "ink"), [("true", "rgb(28, 36, 48)"), ("false", "rgb(230, 235, 242)")])
@SCHEMES
def test_in_jupyterlab_the_blocks_follow_its_theme_and_not_the_system(browser, tmp_path, notebook, theme, ink, scheme):
    section = notebook.cells[4].outputs[0].data["text/html"]
    path = tmp_path / "lab.html"
    html = f'<!doctype html><meta charset="utf-8"><body data-jp-theme-light="{theme}">{look()._repr_html_()}{section}'
    path.write_text(html, encoding="utf-8")
    tab = browser.open(path, scheme=scheme)
    assert tab.js("getComputedStyle(document.querySelector('.so-section')).color") == ink
    assert tab.js("document.querySelector('.so-wide').checkVisibility()")


def test_without_script_every_row_is_there(browser, page_file):
    context = browser.chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(page_file.as_uri())
    assert page.locator(".so-table tbody tr:visible").count() == 60
    context.close()

"""A chart is part of the page: real text, the page's colours, nothing that depends on the day it was drawn."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import matplotlib as mpl
import numpy as np
import pytest

from salesops.report import Chart, Pair, theme
from salesops.report.labels import apart
from salesops.report.svg import to_svg


def bars(names, values=None, **kinds):
    values = range(1, len(names) + 1) if values is None else values
    with theme.context():
        fig, ax = theme.figure(200, **kinds)
        ax.barh(list(names), list(values), color=theme.ACCENT)
    return fig


def texts(svg: str) -> list[str]:
    return [element.text for element in ET.fromstring(svg).iter() if element.tag.endswith("}text")]


def test_the_same_chart_gives_the_same_text():
    assert to_svg(bars("ab"), "t", "d") == to_svg(bars("ab"), "t", "d")


def test_the_chart_carries_title_and_description():
    root = ET.fromstring(to_svg(bars("ab"), "Deals & stages", 'He said "no" <now>'))
    held = {element.tag.split("}")[1]: element.text for element in root}
    assert root.get("role") == "img"
    assert (held["title"], held["desc"]) == ("Deals & stages", 'He said "no" <now>')
    assert root.get("aria-labelledby").split() == [element.get("id") for element in root[:2]]


@pytest.mark.parametrize(("kind", "width"), [({}, "890"), ({"half": True}, "430"), ({"narrow": True}, "350")])
def test_a_chart_is_as_wide_as_its_place_on_the_page(kind, width):
    root = ET.fromstring(to_svg(bars("ab", **kind), "t", "d"))
    assert (root.get("width"), root.get("height")) == (width, "200")


def test_names_stay_text_whatever_they_hold():
    names = ["湖州第一医院", "<script>x</script>", "$5 to $6", 'fill: #2563a6 url(#a) id="b"', "🙂"]
    assert set(names) <= set(texts(to_svg(bars(names), "t", "d")))


def test_colours_of_the_palette_follow_the_page_and_keep_a_fallback():
    svg = to_svg(bars("ab"), "t", "d")
    assert "fill: var(--so-accent, #2563a6)" in svg
    assert not re.search(r": #2563a6", svg)


def test_ids_of_two_charts_on_one_page_differ():
    ids = [re.findall(r' id="([^"]+)"', to_svg(bars(names), "t", "d")) for names in ("ab", "abc")]
    assert ids[0]
    assert not set(ids[0]) & set(ids[1])


def test_every_reference_inside_a_chart_is_met():
    svg = to_svg(bars("ab"), "t", "d")
    referred = set(re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', svg))
    assert {first or second for first, second in referred} <= set(re.findall(r' id="([^"]+)"', svg))


@pytest.mark.parametrize(("marks", "images"), [(300, 0), (5000, 1)])
def test_a_layer_of_many_marks_becomes_one_image(marks, images):
    with theme.context():
        fig, ax = theme.figure(200, half=True)
        ax.scatter(*np.random.default_rng(0).random((2, marks)), s=3, color=theme.ACCENT)
    svg = to_svg(fig, "t", "d")
    assert svg.count("<image") == images
    assert len(svg) < 300_000


def test_a_long_line_stays_a_line():
    with theme.context():
        fig, ax = theme.figure(200)
        ax.plot(np.arange(2000), np.sin(np.arange(2000) / 50), color=theme.INK)
    assert "<image" not in to_svg(fig, "t", "d")


def test_drawing_changes_nothing_global():
    before = dict(mpl.rcParams)
    Chart(lambda narrow: bars("ab", narrow=narrow), "alt")._repr_html_()
    assert dict(mpl.rcParams) == before


def test_chinese_names_get_the_room_that_they_take():
    room = {}
    for name in ("医" * 12, "m" * 12):
        fig = bars([name], half=True)
        to_svg(fig, "t", "d")
        room[name] = fig.axes[0].get_position().x0 * 430
    # Twelve full-width characters of 13 px, as every CJK font sets them.
    assert room["医" * 12] >= 12 * 13
    assert room["医" * 12] == pytest.approx(room["m" * 12], rel=0.1)


@pytest.mark.parametrize("name", ["医" * 60, "Very long hospital name " * 10])
def test_a_name_too_long_is_cut_and_leaves_half_of_the_chart(name):
    with theme.context():
        fig, ax = theme.figure(200, narrow=True)
        ax.barh(["short", name], [1, 2])
        theme.direct_label(ax, 2, 1, "end")
    written = texts(to_svg(fig, "t", "d"))
    assert {"short", "end"} <= set(written)
    assert any(text.endswith("…") and name.startswith(text[:-1]) for text in written)
    assert ax.get_position().x0 < 0.55


def test_a_chart_is_drawn_for_laptop_and_phone_within_the_theme():
    asked = []

    def draw(narrow):
        asked.append((narrow, mpl.rcParams["axes.spines.top"]))
        return bars("ab", narrow=narrow)

    html = Chart(draw, "alt")._repr_html_()
    assert asked == [(False, False), (True, False)]
    assert 'width="890"' in html
    assert 'width="350"' in html


def test_charts_in_a_pair_are_half():
    html = Pair(Chart(lambda narrow: bars("a", half=True), "alt"), "words")._repr_html_()
    assert "so-half" in html
    assert "<p>words</p>" in html


def test_names_of_lines_that_end_together_are_moved_apart():
    with theme.context():
        fig, ax = theme.figure(200)
        ax.plot([0, 1], [0, 100], [0, 1], [0, 101])
        theme.direct_label(ax, 1, 100, "forecast")
        theme.direct_label(ax, 1, 101, "target")
    svg = to_svg(fig, "t", "d")
    heights = {name: float(y) for y, name in re.findall(r'y="([\d.]+)"[^>]*>(forecast|target)<', svg)}
    assert heights["forecast"] - heights["target"] >= 11


def test_labels_far_apart_stay_where_they_are():
    assert apart(np.array([50.0, 0.0, 20.0]), 10).tolist() == [50.0, 0.0, 20.0]


def test_labels_keep_their_order_and_middle():
    moved = apart(np.array([5.0, 4.0, 6.0]), 10)
    assert moved.tolist() == [5.0, -5.0, 15.0]


def test_an_axis_of_money_names_its_scale_once():
    with theme.context():
        fig, ax = theme.figure(200)
        ax.plot([0, 1], [0, 42e6])
        theme.money_axis(ax, "CNY", "a month")
    written = texts(to_svg(fig, "t", "d"))
    assert "CNY m a month" in written
    assert {"0", "20", "40"} <= set(written)


@pytest.mark.parametrize(("months", "most"), [(3, 6), (12, 6), (14, 3), (48, 4), (120, 3)])
def test_an_axis_of_months_has_no_more_labels_than_fit(months, most):
    days = np.arange("2020-01", np.datetime64("2020-01") + months, dtype="datetime64[M]").astype("datetime64[D]")
    with theme.context():
        fig, ax = theme.figure(200)
        ax.plot(days, np.arange(months))
        theme.month_axis(ax, most=most)
    labels = [text for text in texts(to_svg(fig, "t", "d")) if re.fullmatch(r"[A-Z][a-z]{2} \d{4}", text)]
    assert 1 <= len(labels) <= most


def test_heatmap_cells_without_a_value_stay_blank():
    with theme.context():
        fig, ax = theme.figure(200, half=True)
        theme.heatmap(ax, [[1.0, np.nan], [2.0, 3.0]], ["a", "b"], ["c", "d"], [["one", "gap"], ["two", "three"]])
    written = texts(to_svg(fig, "t", "d"))
    assert "one" in written
    assert "gap" not in written


def test_keys_and_titles_too_wide_for_their_axes_are_moved_inside_the_chart():
    with theme.context():
        fig, ax = theme.figure(240, narrow=True)
        ax.barh(["distributors of laboratory equipment"], [1.0])
        theme.axis_title(ax, "a deal at 50% stands with it at")
        ax.set_xlabel("% of quantity for 1% of price")
        theme.legend_above(ax, {"share of accounts": theme.LINE, "share of spend": theme.ACCENT})
        to_svg(fig, "t", "d")
        words = [ax.get_legend(), ax._left_title, ax.xaxis.label]
        boxes = [word.get_window_extent() for word in words]
    assert all(box.x0 >= -0.5 and box.x1 <= fig.bbox.width + 0.5 for box in boxes)


def test_a_key_of_many_names_takes_more_rows_on_a_phone():
    names = {f"region {i} of four": theme.ACCENT for i in range(4)}
    columns = {}
    for narrow in (True, False):
        with theme.context():
            _, ax = theme.figure(240, narrow=narrow)
            theme.legend_above(ax, names)
            columns[narrow] = ax.get_legend()._ncols
    assert columns == {True: 2, False: 4}

"""Numbers are written so that a reader takes the right figure from them."""

from __future__ import annotations

import math
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesops.report.numbers import change, day, format_value, interval, money, number, plural, share, share_digits

AMOUNTS = st.floats(min_value=1.0, max_value=1e13)
FACTOR = {"": 1.0, "k": 1e3, "m": 1e6, "bn": 1e9}


def read(text: str) -> float:
    """Read an amount as a person would."""
    figure, suffix = re.fullmatch(r"(?:CNY )?(−?[\d,.]+) ?(k|m|bn)?", text).groups()
    return float(figure.replace(",", "").replace("−", "-")) * FACTOR[suffix or ""]


@given(AMOUNTS)
def test_an_amount_is_read_back_within_half_a_percent(amount):
    assert read(money(amount, "CNY")) == pytest.approx(amount, rel=0.005)


@given(AMOUNTS)
def test_an_amount_below_a_thousand_billions_shows_at_most_three_significant_digits(amount):
    digits = re.sub(r"[^\d]", "", money(min(amount, 9e11))).lstrip("0")
    assert len(digits) <= 3


@given(AMOUNTS)
def test_a_loss_is_written_as_the_gain_with_a_minus_sign(amount):
    assert money(-amount) == "−" + money(amount)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "CNY 0"),
        (3.5, "CNY 3.5"),
        (999.6, "CNY 1 k"),
        (999_999, "CNY 1 m"),
        (999_499, "CNY 999 k"),
        (14_000_000, "CNY 14 m"),
        (1_250_000_000, "CNY 1.25 bn"),
    ],
)
def test_amounts_as_people_write_them(amount, text):
    assert money(amount, "CNY") == text


@pytest.mark.parametrize("absent", [math.nan, math.inf, None, pd.NA, pd.NaT])
def test_what_is_not_known_is_a_dash_everywhere(absent):
    assert {money(absent), share(absent), number(absent), format_value(absent, "CNY")} == {"–"}


@given(st.floats(min_value=0, max_value=1, exclude_min=True, exclude_max=True))
def test_a_chance_is_never_rounded_to_certain_or_impossible(chance):
    assert share(chance) not in ("0%", "100%", "0.0%", "0.00%")


def test_a_zero_has_no_sign():
    assert (number(-0.0), number(-0.4, digits=0), share(-0.0)) == ("0", "0", "0%")


def test_an_interval_is_in_the_scale_of_the_value_beside_it():
    assert interval(980e6, 1.3e9, "CNY", 1.1e9) == "80%: 0.98 to 1.3"
    assert interval(98e6, 130e6, "CNY", 99e6) == "80%: 98 to 130"


def test_no_interval_without_both_ends():
    assert interval(None, 3.0) == interval(1.0, math.nan) == ""


def test_decimals_keep_the_ends_of_an_interval_apart_and_half_an_interval_asks_for_none():
    assert (share_digits(0.30, 0.33), share_digits(0.30, 0.50)) == (1, 0)
    assert share_digits(0.30, None) == share_digits(math.nan, 0.31) == 0


@given(st.floats(1, 1e9), st.floats(1, 1e9), st.sampled_from(["up", "down"]))
def test_more_is_good_news_exactly_where_more_is_better(now, before, better):
    told = change(now, before, "CNY", better)
    if told.text != "unchanged":
        assert (told.tone == "good") == ((now > before) == (better == "up"))
        assert told.text[0] == ("▲" if now > before else "▼")


def test_a_change_of_a_share_is_told_in_points():
    assert change(0.314, 0.31, "share", "up").text == "▲ 0.4 points"
    assert change(0.32, 0.31, "share", "up").text == "▲ 1 point"
    assert change(0.31, 0.31, "share").text == "unchanged"


def test_a_first_run_has_no_change():
    assert change(3.0, None, "CNY", "up").text == change(3.0, math.nan).text == ""


def test_one_of_a_thing_is_singular():
    assert (plural(1, "deal"), plural(0, "deal"), format_value(1, "opportunities")) == (
        "1 deal",
        "0 deals",
        "1 opportunity",
    )


def test_days_from_any_kind_of_date():
    assert day(pd.Timestamp("2026-09-30")) == day("2026-09-30") == day("2026-09-30T12:00") == "30 Sep 2026"
    assert day(pd.NaT) == "–"

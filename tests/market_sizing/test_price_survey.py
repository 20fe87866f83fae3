"""Van Westendorp's points and stated demand, by hand and by what must always hold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesops.market_sizing.price_points import price_points, purchase_intent
from salesops.market_sizing.price_survey import QUESTIONS, price_meter
from salesops.not_enough_data import NotEnoughData
from salesops.tables import load

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"

# Ten respondents, of whom two are out of order and one has two equal answers. With the seven that count:
# price         1    2    3    4    5    6    7    8    9   10   12
# too cheap    6/7  4/7  2/7  1/7   0    0    0    0    0    0    0     above the price
# not cheap     0   0    1/7  2/7  5/7  6/7   1    1    1    1    1     not above it
# cheap         1   1    6/7  5/7  2/7  1/7   0    0    0    0    0
# expensive     0   0     0    0   1/7  3/7  5/7  6/7   1    1    1
# not expens.   1   1     1    1   6/7  4/7  2/7  1/7   0    0    0
# too expens.   0   0     0    0    0    0   1/7  1/7  3/7  6/7   1
HAND_MADE = np.array(
    [
        [1, 3, 5, 7], [2, 4, 6, 9], [2, 5, 6, 9], [3, 5, 7, 10], [3, 5, 7, 10], [4, 6, 8, 10], [5, 7, 9, 12],
        [3, 2, 6, 9], [4, 6, 5, 9], [2, 4, 4, 9],
    ],
    dtype=float,
)  # fmt: skip

surveys = st.lists(
    st.lists(st.integers(1, 30), min_size=4, max_size=4, unique=True).map(sorted), min_size=1, max_size=40
)


def frame(answers: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(answers, columns=QUESTIONS).assign(product_line="gloves")


def test_a_survey_done_by_hand() -> None:
    """ "Not cheap" passes too cheap at 4, expensive cheap at 6; too expensive and too cheap are both nothing at 5; too
    expensive and not expensive are one seventh each at 8."""
    points = price_points(*HAND_MADE.T)
    assert (points.pmc, points.ipp, points.opp, points.pme) == (4, 6, 5, 8)


def test_who_answered_out_of_order_is_counted_and_left_out() -> None:
    found = price_meter(frame(np.vstack([HAND_MADE] * 2))).points.iloc[0]
    assert (found["respondents"], found["left_out"]) == (14, 6)
    assert (found["pmc"], found["ipp"], found["opp"], found["pme"]) == (4, 6, 5, 8)
    assert found["pmc_low"] <= found["pmc"] <= found["pmc_high"]


@given(surveys)
def test_the_range_holds_both_middle_points(answers: list[list[int]]) -> None:
    points = price_points(*np.array(answers, dtype=float).T)
    assert points.pmc <= min(points.ipp, points.opp)
    assert max(points.ipp, points.opp) <= points.pme


@given(surveys, st.randoms(use_true_random=False), st.floats(0.01, 1e5))
def test_order_of_respondents_and_unit_of_money_do_not_matter(
    answers: list[list[int]], order: st.DataObject, unit: float
) -> None:
    shuffled = sorted(answers, key=lambda _: order.random())
    one, other = price_points(*np.array(answers, dtype=float).T), price_points(*(unit * np.array(shuffled)).T)
    assert np.array(other) / unit == pytest.approx(np.array(one))


@given(surveys)
def test_a_second_copy_of_everybody_changes_nothing(answers: list[list[int]]) -> None:
    once, twice = (price_points(*np.array(answers * times, dtype=float).T) for times in (1, 2))
    assert once == twice


def test_nobody_in_order_is_refused_or_said() -> None:
    with pytest.raises(ValueError, match="no respondent"):
        price_points([4], [3], [2], [1])
    found = price_meter(frame(np.tile([4.0, 3, 2, 1], (30, 1)))).points.iloc[0]
    assert np.isnan(found["opp"])
    assert (found["respondents"], found["left_out"]) == (0, 30)


def test_a_few_answers_out_of_order_are_left_out_without_a_warning() -> None:
    answers = np.array([[10.0, 20.0, 30.0, 40.0]] * 30 + [[40.0, 30.0, 20.0, 10.0]] * 20)
    meter = price_meter(frame(answers))
    assert not isinstance(meter, NotEnoughData)
    assert meter.points[["respondents", "left_out", "warning"]].iloc[0].tolist() == [30, 20, ""]


def test_swapped_columns_are_named() -> None:
    answers = np.array([0.6, 0.8, 1.1, 1.4]) * np.linspace(80, 120, 40)[:, None]
    found = price_meter(frame(answers[:, [1, 0, 3, 2]])).points.iloc[0]
    assert "over half" in found["warning"]
    assert "cheap, too_cheap, too_expensive, expensive" in found["warning"]
    assert price_meter(frame(answers)).points["warning"].tolist() == [""]


def test_an_empty_survey_is_said() -> None:
    assert isinstance(price_meter(frame(np.full((3, 4), np.nan))), NotEnoughData)


def test_intent_runs_straight_between_the_four_prices_and_is_nothing_outside() -> None:
    intent = purchase_intent(np.array([[10.0, 20, 40, 60]]), np.array([0.8]), np.array([0.2]), np.arange(0.0, 80, 10))
    assert intent[0] == pytest.approx([0, 0, 0.8, 0.5, 0.2, 0.1, 0, 0])


@settings(max_examples=30)
@given(st.integers(0, 10_000))
def test_points_of_a_large_survey_come_close_to_where_true_curves_cross(seed: int) -> None:
    """Normal answers of one spread, 160, 180, 210 and 240 in the middle: curves cross half-way between two means."""
    fair = np.random.default_rng(seed).normal(0, 30, 20_000)
    points = price_points(*(mean + fair for mean in (160, 180, 210, 240)))
    assert np.array(points) == pytest.approx([170, 195, 200, 225], abs=2)


@pytest.mark.slow
def test_bootstrap_intervals_hold_the_true_point_in_about_80_percent() -> None:
    held = []
    for seed in range(150):
        rng = np.random.default_rng(seed)
        fair = rng.normal(0, 30, 100)
        points = price_meter(frame(np.array([160, 180, 210, 240]) + fair[:, None]), 200, seed).points.iloc[0]
        truth = {"pmc": 170, "ipp": 195, "opp": 200, "pme": 225}
        held += [points[f"{name}_low"] <= at <= points[f"{name}_high"] for name, at in truth.items()]
    assert np.mean(held) == pytest.approx(0.8, abs=0.07)


def test_the_sample_companys_buyers_find_todays_prices_acceptable() -> None:
    known = load(SAMPLE)
    points = price_meter(known.frame("price_survey")).points.set_index("product_line")
    products = known.frame("products").sort_values("product_id").drop_duplicates("product_line")
    today = products.set_index("product_line")["list_price"].reindex(points.index)
    assert ((points["pmc"] < today) & (today < points["pme"])).all()
    assert points["left_out"].between(0, 12).all()

"""What can be served and won: bounds that hold whatever the numbers, and figures worked out by hand."""

from dataclasses import replace
from time import process_time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesops.market_sizing.reach import INPUTS, Ground, Scores, drawn_scores, reach, summed

NOUGHT = Scores(*(np.zeros((1, 1)) for _ in range(5)))


def ground(**changes):
    """Two segments in one region with ten customers each; five reps who can carry thirty customers."""
    two = lambda one, other: np.array([one, other], dtype=float)  # noqa: E731
    base = Ground(
        low=two(800, 400), middle=two(1000, 500), high=two(1250, 625), fit=two(1, 1), fit_sd=two(0, 0),
        sales=two(100, 100), customers=two(10, 10), each=two(10, 10), share=two(0.1, 0.2), goal=two(0.2, 0.2),
        growth=two(0, 0), growth_sd=two(0, 0), growth_known=np.array([True, True]), region=np.array([0, 0]),
        reps=np.array([5.0]), per_rep=6.0, per_rep_sd=0.0, lag=0.0, years=2,
    )  # fmt: skip
    return replace(base, **changes)


def test_the_way_to_the_better_share_is_won_as_far_as_reps_carry_it():
    found = reach(ground(), NOUGHT)
    # A tenth of 1,000 more is wanted in the first segment: ten customers of 10 each, and ten more can be carried.
    assert found.wanted[0].tolist() == pytest.approx([200, 100])
    assert found.won[0].tolist() == pytest.approx([200, 100])


def test_half_the_people_carry_nothing_new_and_today_is_kept():
    assert reach(ground(reps=np.array([2.0])), NOUGHT).won[0].tolist() == pytest.approx([100, 100])


def test_people_for_five_more_customers_win_half_of_what_ten_would_bring():
    assert reach(ground(per_rep=5.0), NOUGHT).won[0].tolist() == pytest.approx([150, 100])


def test_half_of_the_years_make_half_of_the_way():
    assert reach(ground(), NOUGHT, ahead=1).wanted[0].tolist() == pytest.approx([150, 100])


def test_growth_carries_what_we_sell_along():
    grown = reach(ground(growth=np.log([1.1, 1.1])), NOUGHT)
    assert grown.won[0, 1] == pytest.approx(100 * 1.1**2)


@settings(max_examples=60, deadline=None)
@given(
    fit=st.floats(0, 1), reps=st.floats(0, 50), per_rep=st.floats(0.1, 100), growth=st.floats(-0.3, 0.3),
    share=st.floats(0, 0.3), seed=st.integers(0, 10_000),
)  # fmt: skip
def test_what_is_won_lies_between_what_is_kept_and_what_is_wanted(fit, reps, per_rep, growth, share, seed):
    both = lambda value: np.array([value, value])  # noqa: E731
    case = ground(
        fit=both(fit), fit_sd=both(0.1), reps=np.array([reps]), per_rep=per_rep, per_rep_sd=0.2, growth=both(growth),
        growth_sd=both(0.05), share=both(share),
    )  # fmt: skip
    scores = drawn_scores(50, 2, seed)
    found = reach(case, scores)
    kept = case.sales * np.exp(2 * (growth + 0.05 * scores.growth))
    assert (found.served <= found.total + 1e-9).all()
    assert (found.won >= kept - 1e-6).all()
    assert (found.won <= found.wanted + 1e-6).all()


@settings(max_examples=30, deadline=None)
@given(reps=st.floats(0, 40), more=st.floats(0, 40))
def test_more_reps_never_win_less(reps, more):
    scores = drawn_scores(50, 2, 1)
    few, many = (reach(ground(reps=np.array([count])), scores).won for count in (reps, reps + more))
    assert (many >= few - 1e-9).all()


def test_the_sum_over_all_segments_has_the_middle_of_its_parts():
    assert summed(ground(), np.zeros((1, len(INPUTS))))[0] == pytest.approx(reach(ground(), NOUGHT).won.sum())


def test_a_hundred_thousand_markets_of_fifty_segments_take_under_two_seconds():
    rng = np.random.default_rng(1)
    fifty = lambda low, high: rng.uniform(low, high, 50)  # noqa: E731
    middle = fifty(1e6, 1e8)
    case = Ground(
        low=middle * 0.8, middle=middle, high=middle * 1.3, fit=fifty(0.5, 1), fit_sd=fifty(0.02, 0.1),
        sales=middle * 0.1, customers=fifty(5, 50), each=middle * 0.01, share=fifty(0.05, 0.2),
        goal=np.full(50, 0.15), growth=fifty(-0.1, 0.2), growth_sd=fifty(0.01, 0.05),
        growth_known=np.ones(50, dtype=bool), region=np.arange(50) % 10, reps=fifty(2, 9)[:10], per_rep=20.0,
        per_rep_sd=0.15, lag=0.25, years=3,
    )  # fmt: skip
    began = process_time()
    won = reach(case, drawn_scores(100_000, 50, 7)).won
    np.quantile(won, [0.1, 0.5, 0.9], axis=0)
    # 1.6 s where it was written; a busy core is slower.
    assert process_time() - began < 3

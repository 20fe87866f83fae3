"""The growth formula by hand, and what its split has to keep whatever the numbers."""

from datetime import date
from itertools import pairwise, permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from salesops.not_enough_data import NotEnoughData
from salesops.win_probability.growth import growth_split
from salesops.win_probability.parameters import Parameters
from salesops.win_probability.sections_growth import growth_section
from salesops.win_probability.shapley import split_of_product, to_the_cent

AS_OF = date(2026, 9, 30)
LONG_AGO = ("2020-01-01", "2020-01-02", "lost", 0.0)


def deals(*rows):
    frame = pd.DataFrame([LONG_AGO, *rows], columns=["created_at", "closed_at", "status", "amount"])
    return frame.astype({"created_at": "datetime64[us]", "closed_at": "datetime64[us]"})


# Of 2025 Q3 (92 days): two deals in work for 46 days each, one of them won.
BEFORE = [("2025-07-01", "2025-08-15", "won", 600.0), ("2025-08-16", "2025-09-30", "lost", 600.0)]


def factor(growth, name):
    return growth.set_index("factor").loc[name]


def test_the_four_factors_by_hand():
    growth = growth_split(deals(*BEFORE), AS_OF)
    # One deal in work a day, one of two won, for 600, after 46 days of work per deal closed: 1 × 0.5 × 600 × 92 ÷ 46.
    assert growth["before"].tolist() == [1.0, 0.5, 600.0, 46.0, 600.0]
    assert growth["period_before"].unique().tolist() == ["2025Q3"]


@pytest.mark.parametrize(
    ("now", "named", "part"),
    [
        # The same two deals for twice the money.
        ([("2026-07-01", "2026-08-15", "won", 1200.0), ("2026-08-16", "2026-09-30", "lost", 9.0)], "deal_size", 600),
        # Both are won.
        ([("2026-07-01", "2026-08-15", "won", 600.0), ("2026-08-16", "2026-09-30", "won", 600.0)], "conversion", 600),
        # Twice the deals at a time, each as long.
        (
            [("2026-07-01", "2026-08-15", "won", 600.0), ("2026-08-16", "2026-09-30", "lost", 9.0)] * 2,
            "opportunities",
            600,
        ),
        # Four deals one after the other, each half as long.
        (
            [
                ("2026-07-01", "2026-07-23", "won", 600.0),
                ("2026-07-24", "2026-08-15", "lost", 600.0),
                ("2026-08-16", "2026-09-07", "won", 600.0),
                ("2026-09-08", "2026-09-30", "lost", 600.0),
            ],
            "sales_cycle",
            600,
        ),
    ],
)
def test_what_alone_has_changed_gets_the_whole_change(now, named, part):
    growth = growth_split(deals(*BEFORE, *now), AS_OF)
    parts = growth.set_index("factor")["part"]
    assert parts[named] == parts["sales"] == part
    assert parts.drop([named, "sales"]).tolist() == [0, 0, 0]


def test_two_factors_by_hand():
    # Conversion and size double: 600 to 2,400. Half of the orders give 600 and 1,200 to one, half the other way.
    growth = growth_split(
        deals(*BEFORE, ("2026-07-01", "2026-08-15", "won", 1200.0), ("2026-08-16", "2026-09-30", "won", 1200.0)), AS_OF
    )
    assert growth["part"].tolist() == [0.0, 900.0, 900.0, 0.0, 1800.0]


def test_a_quarter_without_any_win_owes_it_to_conversion():
    now = [("2026-07-01", "2026-08-15", "lost", 600.0), ("2026-08-16", "2026-09-30", "lost", 600.0)]
    growth = growth_split(deals(*BEFORE, *now), AS_OF)
    assert factor(growth, "conversion")["part"] == -600
    assert factor(growth, "deal_size")["now"] == 600


def test_a_quarter_without_any_closing_owes_it_to_the_sales_cycle():
    growth = growth_split(deals(*BEFORE, ("2026-07-01", None, "open", 600.0)), AS_OF)
    assert factor(growth, "sales_cycle")["part"] == -600
    assert np.isnan(factor(growth, "sales_cycle")["now"])


def test_a_quarter_without_deals_owes_it_to_their_number():
    growth = growth_split(deals(*BEFORE), AS_OF)
    assert growth["part"].tolist() == [-600, 0, 0, 0, -600]


def test_the_split_is_the_mean_over_all_orders_of_changing_the_factors():
    rng = np.random.default_rng(4)
    before, now = rng.uniform(0, 10, (2, 4))
    parts, orders = np.zeros(4), list(permutations(range(4)))
    for order in orders:
        states = [np.where(np.isin(range(4), order[:changed]), now, before).prod() for changed in range(5)]
        parts[list(order)] += [later - earlier for earlier, later in pairwise(states)]
    assert split_of_product(before, now) == pytest.approx(parts / len(orders))


FOUR = st.lists(st.floats(0, 1e4, allow_subnormal=False), min_size=4, max_size=4).map(np.array)


def rounding(before, now):
    """Return what floating point may be off by."""
    return 1e-12 * np.maximum(before, now).prod() + 1e-12


@given(FOUR, FOUR)
def test_the_parts_add_up_to_the_change(before, now):
    change = now.prod() - before.prod()
    assert split_of_product(before, now).sum() == pytest.approx(change, abs=rounding(before, now))


@given(FOUR)
def test_no_change_has_no_parts(factors):
    assert not split_of_product(factors, factors).any()


@given(FOUR, FOUR, st.permutations(range(4)))
def test_the_order_in_which_factors_are_named_does_not_matter(before, now, order):
    parts = split_of_product(before, now)
    assert split_of_product(before[order], now[order]) == pytest.approx(parts[order], abs=rounding(before, now))


@given(FOUR, FOUR)
def test_the_way_back_has_the_same_parts_with_the_other_sign(before, now):
    assert split_of_product(now, before) == pytest.approx(-split_of_product(before, now), abs=rounding(before, now))


@given(st.lists(st.integers(-(10**12), 10**12), min_size=4, max_size=4), st.lists(st.floats(-0.4, 0.4), min_size=3))
def test_rounded_parts_add_up_to_the_cent_and_none_moves_by_more_than_one(cents, shifts):
    shifts = np.array([*shifts[:3], -sum(shifts[:3])])
    parts = (np.array(cents) + shifts) / 100
    rounded = to_the_cent(parts, sum(cents) / 100)
    assert (rounded * 100).round().sum() == sum(cents)
    assert np.abs(rounded - parts).max() < 0.0101


DAY = st.dates(date(2025, 1, 1), date(2026, 9, 30))
DEAL = st.tuples(DAY, st.none() | DAY, st.booleans(), st.integers(0, 10**11).map(lambda cents: cents / 100))


@settings(max_examples=50)
@given(st.lists(DEAL, max_size=12))
def test_whatever_the_deals_the_parts_add_up_to_the_change_of_won_amounts_to_the_cent(rows):
    found = deals(
        *(
            (created, closed, "open" if closed is None else "won" if won else "lost", amount)
            for created, closed, won, amount in rows
        )
    )
    growth = growth_split(found, AS_OF)
    won = found[found["status"] == "won"]
    quarter = (
        won["closed_at"].where(won["closed_at"] >= won["created_at"], won["created_at"]).dt.to_period("Q").astype(str)
    )
    assume(not isinstance(growth, NotEnoughData) or not quarter.isin(["2025Q3", "2026Q3"]).any())
    if not isinstance(growth, NotEnoughData):
        cents = (growth["part"] * 100).round().astype(int).tolist()
        assert sum(cents[:4]) == cents[4]
        sums = [round(won["amount"][quarter == name].sum() * 100) for name in ("2025Q3", "2026Q3")]
        assert cents[4] == sums[1] - sums[0]
        assert "2026 Q3" in growth_section(growth, Parameters()).headline


def test_the_interval_of_the_change_is_that_of_a_sum_of_chance_many_amounts(pipeline, as_of):
    growth = growth_split(pipeline.opportunities, as_of)
    won = pipeline.opportunities.query("status == 'won'")
    both = won[won["closed_at"].dt.to_period("Q").astype(str).isin(["2025Q3", "2026Q3"])]
    # If each deal came up as often as chance has it (Poisson), the variance would be the sum of squares.
    deviation = np.sqrt((both["amount"] ** 2).sum())
    sales = factor(growth, "sales")
    assert sales["high"] - sales["low"] == pytest.approx(2 * norm.ppf(0.9) * deviation, rel=0.12)
    assert (growth["low"] < growth["high"]).all()


def test_a_day_within_a_quarter_looks_back_three_months():
    growth = growth_split(deals(*BEFORE), date(2026, 8, 15), 4)
    assert growth["period"].iloc[0] == "3 months to 15 Aug 2026"
    assert "won CNY 600 less than 3 months to 15 Aug 2025" in growth_section(growth, Parameters()).headline


@pytest.mark.parametrize(
    ("opportunities", "needs"),
    [
        (deals(*BEFORE).drop(columns="closed_at"), "opportunities.closed_at"),
        (deals(*BEFORE).iloc[1:], "deals from before 2025Q3"),
        (deals(), "a deal won in 2025Q3 or in 2026Q3"),
        (deals().head(0), "deals from before 2025Q3"),
        (NotEnoughData("opportunities"), "opportunities"),
    ],
)
def test_where_there_is_nothing_to_compare_it_says_so(opportunities, needs):
    assert f"needs {needs}" in str(growth_split(opportunities, AS_OF))

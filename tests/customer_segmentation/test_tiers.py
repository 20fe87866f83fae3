"""Value tiers: five dimensions weighed, whatever their units, and who stands on an edge."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import percentileofscore

from salesops.customer_segmentation.value_tiers import DIMENSIONS, TIERS, dimensions, tier_moves, value_tiers
from salesops.not_enough_data import NotEnoughData

AS_OF = date(2026, 9, 30)
SHARES = [0.1, 0.2, 0.3]
EVEN = dict.fromkeys(DIMENSIONS, 1.0)


def customers(count, seed=1):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "account_id": [f"A{i:04d}" for i in range(count)],
            "first_order": pd.Timestamp("2020-01-01"),
            "history_sales": rng.lognormal(10, 1, count),
            "potential_spend": rng.lognormal(12, 1, count),
            "technology_fit": rng.uniform(1, 5, count).round(1),
            "stability": rng.uniform(1, 5, count).round(1),
            "active_quarters": rng.integers(0, 9, count),
        }
    )


places_drawn = arrays(
    float, st.tuples(st.integers(5, 40), st.just(5)), elements=st.floats(0, 1, allow_nan=False) | st.just(np.nan)
)
weights_drawn = st.lists(st.floats(0.05, 10), min_size=5, max_size=5)


def framed(values):
    return pd.DataFrame(values, columns=list(DIMENSIONS), index=[f"A{i}" for i in range(len(values))])


def test_a_place_is_the_mean_percentile_of_the_field():
    found = customers(200)
    places = dimensions(found, AS_OF)
    for column, name in (("history_sales", "historical"), ("technology_fit", "technology")):
        values = found[column].to_numpy()
        assert np.allclose(places[name] * 100, percentileofscore(values, values, kind="mean"))


def test_scores_by_hand():
    places = framed([[0.9, 0.5, np.nan, np.nan, 0.1], [0.1, np.nan, np.nan, np.nan, 0.9]])
    found = value_tiers(places, {"historical": 0.3, "potential": 0.25, "loyalty": 0.2}, SHARES)
    assert found["value_score"].tolist() == pytest.approx(
        [100 * (0.27 + 0.125 + 0.02) / 0.75, 100 * (0.03 + 0.18) / 0.5]
    )
    assert found["known"].tolist() == [3, 2]


def test_loyalty_by_hand():
    """Two years with a purchase in each quarter; half of them; all of the two quarters since the first order."""
    found = customers(5).assign(
        active_quarters=[8, 4, 2, 0, 8],
        first_order=pd.to_datetime(["2020-01-01", "2020-01-01", "2026-05-01", "2020-01-01", "2020-01-01"]),
    )
    # 1, a half, a half (of four quarters at least), none, 1: places among five with ties shared.
    assert dimensions(found, AS_OF)["loyalty"].tolist() == pytest.approx([0.8, 0.4, 0.4, 0.1, 0.8])


def test_tiers_hold_the_shares_asked_for():
    weights = dict(zip(DIMENSIONS, [1.0, 0.71, 0.37, 0.29, 0.53], strict=True))  # no two customers score the same
    found = value_tiers(dimensions(customers(1000), AS_OF), weights, SHARES)
    assert found["value_tier"].value_counts()[list(TIERS)].tolist() == [100, 200, 300, 400]
    assert (
        found.groupby("value_tier")["value_score"].min()["A"] >= found.query("value_tier == 'B'")["value_score"].max()
    )


@given(places_drawn, weights_drawn, st.floats(0.01, 100))
def test_only_the_ratios_of_weights_matter(values, weights, factor):
    places = framed(values)
    one = value_tiers(places, dict(zip(DIMENSIONS, weights, strict=True)), SHARES)
    other = value_tiers(places, {n: w * factor for n, w in zip(DIMENSIONS, weights, strict=True)}, SHARES)
    assert np.allclose(one["value_score"], other["value_score"], equal_nan=True)
    assert one["value_tier"].equals(other["value_tier"])


@given(places_drawn, weights_drawn, st.randoms())
def test_no_customer_gets_its_tier_from_its_row(values, weights, random):
    places, weight = framed(values), dict(zip(DIMENSIONS, weights, strict=True))
    order = list(places.index)
    random.shuffle(order)
    found = value_tiers(places, weight, SHARES)
    pd.testing.assert_frame_equal(value_tiers(places.loc[order], weight, SHARES).loc[places.index], found)
    # Equal customers are never parted, wherever they stand.
    twins = value_tiers(pd.concat([places, places.set_axis(places.index + "'")]), weight, SHARES)["value_tier"]
    assert twins.iloc[: len(places)].tolist() == twins.iloc[len(places) :].tolist()


@given(places_drawn, weights_drawn)
def test_a_better_place_never_lowers_a_score(values, weights):
    places, weight = framed(values), dict(zip(DIMENSIONS, weights, strict=True))
    raised = places.assign(loyalty=(places["loyalty"] + 0.1))
    known = places["loyalty"].notna()
    gain = value_tiers(raised, weight, SHARES)["value_score"]
    assert (gain[known] >= value_tiers(places, weight, SHARES)["value_score"][known] - 1e-9).all()


def test_who_is_unsure_is_who_moves_when_the_weight_is_set_by_hand():
    places = dimensions(customers(300, seed=4), AS_OF)
    base = value_tiers(places, EVEN, SHARES)
    moves = tier_moves(places, EVEN, SHARES).set_index(["dimension", "by"])
    moved_by_hand = dict.fromkeys(places.index, "")
    for name in DIMENSIONS:
        changed = pd.Series(False, places.index)
        for by in (1.1, 0.9):
            other = value_tiers(places, {**EVEN, name: by}, SHARES)
            assert (moves.loc[(name, by), "up"]) == (other["value_tier"] < base["value_tier"]).sum()
            assert (moves.loc[(name, by), "down"]) == (other["value_tier"] > base["value_tier"]).sum()
            changed |= other["value_tier"] != base["value_tier"]
        for account in places.index[changed]:
            moved_by_hand[account] += f", {name}" if moved_by_hand[account] else name
    assert base["unsure"].to_dict() == moved_by_hand
    assert (base["other_tier"].notna() == (base["unsure"] != "")).all()
    assert 0 < (base["unsure"] != "").sum() < 60


def test_one_dimension_alone_leaves_nobody_unsure():
    places = dimensions(customers(50).drop(columns=["potential_spend", "technology_fit", "stability"]), AS_OF)
    found = value_tiers(places, {"historical": 1.0}, SHARES)
    assert (found["unsure"] == "").all()
    assert (found["known"] == 1).all()


def test_a_column_that_is_missing_leaves_its_dimension_out():
    found = customers(50)
    without = dimensions(found.drop(columns="potential_spend"), AS_OF)
    assert without["potential"].isna().all()
    rest = {name: 1.0 for name in DIMENSIONS if name != "potential"}
    assert value_tiers(without, EVEN, SHARES)["value_score"].equals(
        value_tiers(dimensions(found, AS_OF), rest, SHARES)["value_score"]
    )


def test_nothing_weighed_and_known_gives_no_tier():
    places = framed([[np.nan] * 5, [0.5] * 5])
    found = value_tiers(places, {"technology": 1.0}, SHARES)
    assert found["value_tier"].fillna("none").tolist() == ["none", "A"]
    assert np.isnan(found["value_score"].iloc[0])


def test_four_customers_are_too_few():
    assert str(dimensions(customers(4), AS_OF)) == "not enough data: needs 5 customers (there are 4)"
    assert isinstance(value_tiers(dimensions(customers(4), AS_OF), EVEN, SHARES), NotEnoughData)

"""Shares and what moved them add up exactly, with entries and exits, and agree with figures done by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesops.market_sizing.share_shift import hhi_change, share_flows, share_shift
from salesops.market_sizing.shares import market_shares
from salesops.not_enough_data import NotEnoughData


def table(*rows: tuple[int, str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["year", "segment", "competitor", "revenue"])


HAND_MADE = table(
    (2024, "East", "us", 30), (2024, "East", "A", 50), (2024, "East", "B", 20),
    (2024, "West", "us", 10), (2024, "West", "A", 90),
    (2025, "East", "us", 60), (2025, "East", "A", 120), (2025, "East", "C", 20),
    (2025, "West", "us", 10), (2025, "West", "A", 90),
)  # fmt: skip

revenues = st.lists(st.floats(0, 1e6), min_size=24, max_size=24)


def random_market(values: list[float]) -> pd.DataFrame:
    """Two years, three segments, four competitors; a zero is an entry or an exit."""
    index = pd.MultiIndex.from_product([[1, 2], ["x", "y", "z"], list("abcd")], names=["year", "segment", "competitor"])
    return pd.Series([v if v > 1 else 0.0 for v in values], index, name="revenue").reset_index()


def test_shares_concentration_and_relative_shares_of_a_hand_made_market() -> None:
    found = market_shares(HAND_MADE).set_index(["year", "segment", "competitor"])
    east = found.loc[(2024, "East")]
    assert east["share"].to_dict() == {"A": 0.5, "B": 0.2, "us": 0.3}
    assert east["hhi"].tolist() == pytest.approx([0.38] * 3)
    assert east["relative_share"].to_dict() == pytest.approx({"A": 50 / 30, "B": 0.4, "us": 0.6})
    assert east["cr4"].tolist() == pytest.approx([1.0] * 3)


def test_the_four_largest_of_six_are_counted() -> None:
    rows = table(*((2025, "East", name, sold) for name, sold in zip("abcdef", (30, 25, 20, 10, 10, 5), strict=True)))
    assert market_shares(rows)["cr4"].tolist() == pytest.approx([0.85] * 6)


def test_a_monopoly_is_infinitely_larger_than_its_next_rival() -> None:
    found = market_shares(table((2025, "East", "us", 10)))
    assert found[["share", "hhi", "relative_share"]].iloc[0].tolist() == [1, 1, np.inf]


def test_a_share_shift_done_by_hand() -> None:
    """We: 20% of all before, 70 of 300 now. East grew from half of the market to two thirds, our share there stayed."""
    us = share_shift(HAND_MADE, 2024, 2025).set_index("competitor").loc["us"]
    assert us[["share_before", "share_now"]].tolist() == pytest.approx([0.2, 70 / 300])
    assert us["mix"] == pytest.approx((2 / 3 - 1 / 2) * (0.3 - 0.2) + (1 / 3 - 1 / 2) * (0.1 - 0.2))
    assert us[["own", "both"]].tolist() == pytest.approx([0, 0], abs=1e-15)


def test_in_the_hand_made_market_the_one_that_left_lost_to_the_two_that_gained() -> None:
    flows = share_flows(HAND_MADE, 2024, 2025).set_index(["from_competitor", "to_competitor"])["share"]
    assert flows.to_dict() == pytest.approx({("B", "A"): 0.1 * 2 / 3, ("B", "C"): 0.1 * 2 / 3})


@settings(max_examples=30)
@given(revenues)
def test_mix_own_and_both_add_up_to_every_change_of_share(values: list[float]) -> None:
    found = share_shift(random_market(values), 1, 2)
    if isinstance(found, NotEnoughData):
        return
    change = found["share_now"] - found["share_before"]
    assert found[["mix", "own", "both"]].sum(axis=1).to_numpy() == pytest.approx(change.to_numpy(), abs=1e-12)
    assert found[["share_before", "share_now"]].sum().tolist() == pytest.approx([1, 1])


@settings(max_examples=30)
@given(revenues)
def test_parts_of_concentration_add_up_to_its_change(values: list[float]) -> None:
    rows = random_market(values)
    parts = hhi_change(rows, 1, 2)
    if isinstance(parts, NotEnoughData):
        return
    hhi = market_shares(rows).groupby(["segment", "year"])["hhi"].first().unstack("year").fillna(0.0)
    found = parts.groupby("segment")["part"].sum()
    assert found.to_numpy() == pytest.approx((hhi[2] - hhi[1]).loc[found.index].to_numpy(), abs=1e-12)


@settings(max_examples=30)
@given(revenues)
def test_flows_add_up_to_what_each_gained_within_segments_that_exist_in_both_years(values: list[float]) -> None:
    rows = random_market(values).assign(revenue=lambda t: t["revenue"] + (t["competitor"] == "a") * 10)
    flows, parts = share_flows(rows, 1, 2), share_shift(rows, 1, 2).set_index("competitor")
    gained = flows.groupby("to_competitor")["share"].sum().reindex(parts.index, fill_value=0)
    lost = flows.groupby("from_competitor")["share"].sum().reindex(parts.index, fill_value=0)
    assert (gained - lost).to_numpy() == pytest.approx((parts["own"] + parts["both"]).to_numpy(), abs=1e-9)


def test_one_year_alone_has_no_shift_and_says_so() -> None:
    answer = share_shift(HAND_MADE[HAND_MADE["year"] == 2025], 2024, 2025)
    assert isinstance(answer, NotEnoughData)
    assert "2024" in str(answer)
    assert isinstance(market_shares(HAND_MADE.assign(revenue=0.0)), NotEnoughData)

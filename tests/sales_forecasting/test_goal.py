"""A year's goal is shared out to the last cent, by season and potential, and what contradicts it is named."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesops.errors import InputError
from salesops.not_enough_data import NotEnoughData
from salesops.sales_forecasting.decomposition import seats_of, target_split
from salesops.sales_forecasting.goal import goal_of
from salesops.sales_forecasting.goal_notes import goal_notes
from salesops.sales_forecasting.goal_year import goal_year
from salesops.sales_forecasting.largest_remainder import shared_out
from salesops.sales_forecasting.outlook import forecast_sales
from salesops.sales_forecasting.parameters import Parameters
from salesops.sales_forecasting.potentials import potentials
from salesops.sales_forecasting.sections_goal import goal_section
from salesops.sales_forecasting.series import monthly_sales
from salesops.sales_forecasting.target_notes import level_contradictions, time_contradictions
from salesops.sales_forecasting.targets import target_completion

ABSENT = NotEnoughData("targets")
NO_SEATS = pd.Series(dtype=object)


def with_reps(orders: pd.DataFrame) -> pd.DataFrame:
    """Two reps in the North who share its months, one in the South."""
    north = np.where(orders.index % 2 == 0, "R1", "R2")
    return orders.assign(rep_id=np.where(orders["region"] == "North", north, "R3"))


@pytest.fixture
def sold_by_reps(orders, as_of):
    return forecast_sales(monthly_sales(with_reps(orders), as_of))


@pytest.fixture
def seats():
    return pd.Series({"R1": "North", "R2": "North", "R3": "South", "R4": "South"})


def cents(table: pd.DataFrame, level: str, period: str) -> int:
    rows = table[(table["level"] == level) & (table["period"] == period)]
    return int(np.rint(rows["target"] * 100).sum())


@given(st.lists(st.integers(0, 10**13), min_size=1, max_size=4), st.lists(st.floats(0, 1e9), min_size=1, max_size=9))
def test_shares_add_up_exactly_and_none_is_off_by_a_whole_cent(wholes, weights):
    totals, weights = np.array(wholes), np.tile(weights, (len(wholes), 1))
    parts = shared_out(totals, weights)
    assert (parts.sum(axis=1) == totals).all()
    share = (
        weights / weights.sum(axis=1, keepdims=True)
        if weights.sum() > 0
        else np.full(weights.shape, 1 / weights.shape[1])
    )
    assert (np.abs(parts - totals[:, None] * share) < 1.01).all()


def test_seats_in_a_parliament_are_shared_as_hamilton_did():
    """The textbook case of 1820's method: 100,000 votes, ten seats (47, 16, 15.8, 12, 6.1 and 3.1 thousand)."""
    votes = np.array([[47.0, 16.0, 15.8, 12.0, 6.1, 3.1]])
    assert shared_out(np.array([10]), votes).tolist() == [[5, 2, 1, 1, 1, 0]]


@settings(max_examples=12)
@given(goal=st.floats(0.01, 1e9).map(lambda goal: round(goal, 2)), weight=st.floats(0, 1))
def test_every_level_adds_up_to_the_cent_in_every_period(sold_once, goal, weight):
    outlook, seats = sold_once
    potential = {"region": pd.Series({"North": 1.0, "South": 5.0})}
    table = target_split(goal_of(outlook, goal), outlook, potential, seats, weight)
    assert cents(table, "company", "2027") == round(goal * 100)
    for period in table["period"].unique():
        assert {cents(table, level, period) for level in ("region", "channel", "rep")} == {
            cents(table, "company", period)
        }
    for part in table.groupby(["level", "key"]).groups:
        rows = table.set_index(["level", "key"]).loc[[part]].set_index("period")["target"].mul(100).round().astype(int)
        assert rows.filter(like="Q").sum() == rows["2027"] == rows.filter(like="-").sum()
        assert rows.loc[["2027-04", "2027-05", "2027-06"]].sum() == rows["2027Q2"]
    of_reps = table[table["level"] == "rep"].assign(key=lambda rows: rows["key"].map(seats))
    keys = ["period", "key"]
    by_region = of_reps.groupby(keys)["target"].sum().mul(100).round()
    given = table[table["level"] == "region"].set_index(keys)["target"].mul(100).round()
    assert (by_region == given.reindex(by_region.index)).all()
    assert len(by_region) == len(given)


@pytest.fixture(scope="module")
def sold_once():
    from datetime import date

    rng = np.random.default_rng(4)
    days = pd.date_range("2020-10-10", "2026-09-10", freq="MS") + pd.Timedelta(days=9)
    parts = [
        pd.DataFrame({"ordered_at": days, "amount": size * np.exp(rng.normal(0, 0.1, len(days))), "region": region,
                      "channel": channel, "rep_id": rep})
        for region, channel, rep, size in (
            ("North", "direct", "R1", 60.0), ("North", "web", "R2", 20.0), ("South", "web", "R3", 9.0)
        )
    ]  # fmt: skip
    seats = pd.Series({"R1": "North", "R2": "North", "R3": "South", "R4": "South"})
    return forecast_sales(monthly_sales(pd.concat(parts), date(2026, 9, 30))), seats


def test_the_goal_is_the_higher_of_two_candidates_unless_it_is_given(outlook):
    low, high = goal_of(outlook, growth=-0.4), goal_of(outlook, growth=1.0)
    assert low.amount == pytest.approx(low.candidates["the forecast"])
    assert high.amount == pytest.approx(2 * outlook_year(outlook))
    given = goal_of(outlook, annual_goal=123.45)
    assert (given.amount, given.basis, given.year) == (123.45, "given", 2027)


def outlook_year(outlook) -> float:
    """2026: nine months known and three expected."""
    company = outlook.column("company", "all")
    return float(outlook.nodes.past[-9:, company].sum() + outlook.mean[:3, company].sum())


def test_months_beyond_the_forecast_grow_by_one_factor_over_the_year_before(orders, as_of):
    outlook = forecast_sales(monthly_sales(orders, as_of), horizon_months=6)
    found = goal_year(outlook)
    assert (found.year, found.beyond) == (2027, 9)
    growth = found.expected[3:] / found.before[3:]
    # Sales grow by a half percent of the first month's, every month.
    assert growth == pytest.approx(1 + 12 * 0.005 / (1 + 65 * 0.005), abs=0.03)
    assert growth == pytest.approx(growth[0, 0])


def test_months_follow_the_season(orders_of, as_of):
    """Sales swing by a fifth with a peak in the fourth month of the company's year: so does the goal."""
    outlook = forecast_sales(monthly_sales(orders_of(noise=0.0, growth=0.0), as_of))
    table = target_split(goal_of(outlook, 12_000.0), outlook, {}, NO_SEATS)
    months = table[(table["level"] == "company") & table["period"].str.contains("-")]["target"].to_numpy()
    sold = outlook.nodes.past[-9:, outlook.column("company", "all")]
    assert months[:9] / months[:9].sum() == pytest.approx(sold / sold.sum(), rel=0.02)


def test_potential_moves_a_region_as_far_as_it_weighs(sold_by_reps):
    potential = {"region": pd.Series({"North": 0.0, "South": 1.0})}
    potential_equal = {"region": pd.Series({"North": 1.0, "South": 1.0})}
    goal = goal_of(sold_by_reps, 1e6)
    share = [
        target_split(goal, sold_by_reps, each, NO_SEATS, weight)
        .query("period == '2027' and key == 'South'")["share"]
        .item()
        for each, weight in ((potential_equal, 0.0), (potential_equal, 0.5), (potential_equal, 1.0))
    ]
    assert share[0] < share[1] < share[2]
    assert share[2] == pytest.approx(0.5, abs=0.02)
    # A region of which no potential is known keeps its own share.
    kept = target_split(goal, sold_by_reps, potential, NO_SEATS, 1.0).query("period == '2027' and key == 'North'")
    assert kept["share"].item() == pytest.approx(1 - share[0], abs=0.01)


def test_a_new_rep_gets_what_is_typical_of_the_region_and_a_region_without_reps_keeps_its_part_open(
    sold_by_reps, seats
):
    goal = goal_of(sold_by_reps, 1e6)
    year = target_split(goal, sold_by_reps, {}, seats).query("period == '2027' and level == 'rep'").set_index("key")
    assert year.loc["R4", "target"] == pytest.approx(year.loc["R3", "target"], rel=0.01)
    alone = target_split(goal, sold_by_reps, {}, seats[seats == "North"])
    open_seat = alone.query("period == '2027' and key == 'not given'")["target"].item()
    assert open_seat == alone.query("period == '2027' and key == 'South' and level == 'region'")["target"].item()


def test_only_account_managers_at_work_have_seats():
    reps = pd.DataFrame(
        {"rep_id": ["R1", "R2", "R3", "R4"], "region": ["North", "North", "South", None],
         "role": ["AR", "AR", "manager", "AR"], "left_at": pd.to_datetime([None, "2026-01-31", None, None])}
    )  # fmt: skip
    assert seats_of(reps).to_dict() == {"R1": "North"}
    assert seats_of(NotEnoughData("reps")).empty


def test_accounts_without_an_estimate_count_with_the_median_of_their_region():
    accounts = pd.DataFrame(
        {"region": ["North", "North", "North", "South"], "potential_spend": [10.0, 30.0, np.nan, 5.0]}
    )
    assert potentials(accounts)["region"].to_dict() == {"North": 60.0, "South": 5.0}
    assert potentials(accounts.drop(columns="region")) == {}


def test_what_contradicts_the_goal_is_said_by_name(outlook, targets_of):
    goal = goal_of(outlook, 20_000.0)
    notes = goal_notes(goal, targets_of(("2027", "company", "all", 15_000.0)), NotEnoughData("reps"))
    assert notes[0] == "The table targets asks for 15,000 in 2027, this goal for 20,000."
    assert "3 months of 2027 lie beyond the forecast" in notes[1]
    assert notes[2] == "The table reps does not tell regions: reps share the company's goal."
    assert goal_notes(NotEnoughData("orders"), ABSENT, ABSENT) == []


def test_the_split_is_a_table_of_targets_without_contradictions(sold_by_reps, seats, orders_of, as_of):
    """Saved as the table targets, a year later, it is compared without a note."""
    table = target_split(goal_of(sold_by_reps, 40_000.0), sold_by_reps, {}, seats)
    assert time_contradictions(table) == []
    assert level_contradictions(table, sold_by_reps.history) == []
    completion = target_completion(table, sold_by_reps)
    assert set(completion["period"]) >= {"2027Q1", "2027-09"}


def test_without_a_forecast_there_is_no_goal_to_share_out():
    absent = NotEnoughData("orders")
    assert goal_of(absent) == absent
    assert target_split(absent, absent, {}, NO_SEATS) == absent


@pytest.mark.parametrize("wrong", [{"annual_goal": -1.0}, {"goal_growth": 3.0}, {"potential_weight": 1.5}])
def test_wrong_goals_are_refused_by_name(wrong):
    with pytest.raises(InputError, match=next(iter(wrong))):
        Parameters(**wrong)


def test_the_page_shows_goal_candidates_growth_and_parts(sold_by_reps, seats):
    goal = goal_of(sold_by_reps, 40_000.0)
    split = target_split(goal, sold_by_reps, {}, seats)
    part = goal_section(goal, sold_by_reps, split, ["A note."], "CNY", {"R1": "Li Na"})
    assert part.headline == "Goal for 2027: CNY 40 k, given."
    assert "2026 grown by 10%" in part.text
    table = part.blocks[-1].frame.set_index("key")
    assert table.loc["Company", "growth"] == pytest.approx(40_000.0 / table.loc["Company", "before"] - 1)
    assert {"Li Na", "North", "web"} <= set(table.index)
    assert "<svg" in str(part._repr_html_())

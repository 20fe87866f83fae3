"""Bookings: exact moments, deals open and not yet born, honest bands."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from salesops.not_enough_data import NotEnoughData
from salesops.win_probability.bookings import bookings
from salesops.win_probability.deal_tables import DealTables
from salesops.win_probability.fortune import Fortune, learn_fortune
from salesops.win_probability.learn import learn
from salesops.win_probability.open_deals import open_deals
from salesops.win_probability.parameters import Parameters
from salesops.win_probability.past_bookings import COLUMNS, past_bookings
from salesops.win_probability.simulated_bookings import shown, simulate_open, stated_then, win_chances
from salesops.win_probability.standpoints import Standpoint, deals_known, standpoint_today
from salesops.win_probability.stated_amounts import learn_stated_amounts

NO_PAST = pd.DataFrame(columns=COLUMNS)
DAY = pd.Timestamp("2026-09-30")


def drawn(chance, amount, swing, spread=0.0):
    rng = np.random.default_rng(1)
    fortune = Fortune(np.zeros(4), swing)
    factor = fortune.draw(np.arange(chance.shape[1]), rng, 4000)
    return simulate_open(fortune.odds(chance), amount, spread, factor, rng)


def test_without_a_swing_mean_and_spread_are_the_binomials():
    totals = drawn(np.full((400, 2), 0.25), np.full(400, 10.0), 0.0)
    # In the second quarter the 300 that are left, on average, win by a quarter again.
    assert totals.mean(axis=0) == pytest.approx([1000, 750], rel=0.01)
    assert totals[:, 0].std() == pytest.approx(10 * np.sqrt(400 * 0.25 * 0.75), rel=0.06)


def test_amounts_that_may_still_change_add_their_variance():
    totals = drawn(np.full((400, 1), 0.25), np.full(400, 10.0), 0.0, spread=0.5)
    assert totals.std() == pytest.approx(np.sqrt(100 * 400 * 0.25 * 0.75 + 400 * 0.25 * 25), rel=0.06)


def test_a_deal_is_won_at_most_once():
    assert set(drawn(np.full((1, 4), 0.9), np.array([5.0]), 0.3).sum(axis=1)) <= {0.0, 5.0}


@pytest.mark.parametrize("chance", [0.05, 0.3, 0.7])
def test_a_common_swing_widens_the_band_and_leaves_the_mean(chance):
    still, swinging = (drawn(np.full((1000, 1), chance), np.ones(1000), swing)[:, 0] for swing in (0.0, 0.4))
    assert swinging.std() > 2 * still.std()
    assert swinging.mean() == pytest.approx(1000 * chance, rel=0.025)


def test_the_season_of_a_quarter_that_has_begun_is_half_that_of_the_one_before():
    factor = Fortune(np.array([0.4, 0.0, 0.0, 0.2]), 0.0).draw(np.array([-0.5, 0.5]), np.random.default_rng(1), 1)
    assert np.log(factor) == pytest.approx(np.array([[0.3, 0.2]]))


def test_what_comes_from_open_deals_is_chance_times_amount(learned, pipeline):
    deals = open_deals(learned, pipeline.opportunities, {}, "CNY")
    found = bookings(learned, pipeline.opportunities, NO_PAST)
    standpoint = standpoint_today(learned, pipeline.opportunities)
    ratio = learn_stated_amounts(standpoint).of(standpoint.open_rows["stage"])
    by_deal = pd.Series(ratio, standpoint.open_rows["opportunity_id"])
    exact = (deals["win_this_quarter"] * deals["amount"] * deals["opportunity_id"].map(by_deal)).sum()
    # A season may lift or lower all deals together.
    season = np.exp(learn_fortune(standpoint).season[0])
    assert found.loc[0, "from_open"] / exact == pytest.approx(1 + 0.7 * (season - 1), abs=0.06)


def test_the_parts_make_up_the_mean_and_the_quantiles_are_in_order(learned, pipeline):
    found = bookings(learned, pipeline.opportunities, NO_PAST)
    assert found["period"].tolist() == ["2026Q4", "2027Q1", "2027Q2", "2027Q3"]
    assert found[["from_open", "from_new", "booked"]].sum(axis=1).to_numpy() == pytest.approx(found["mean"])
    assert (np.diff(found[["p10", "p25", "p50", "p75", "p90"]], axis=1) >= 0).all()
    assert found["from_open"].is_monotonic_decreasing
    assert found["from_new"].is_monotonic_increasing


def test_a_quarter_that_has_begun_holds_what_was_booked_in_it(small):
    day = pd.Timestamp("2026-08-15")
    known = deals_known(small.opportunities, day)
    others = small.opportunities.drop(columns=["status", "closed_at", "amount", "created_at"])
    opportunities = known.merge(others, on="opportunity_id")
    history = small.stage_history[small.stage_history["entered_at"] <= day]
    learned = learn(
        DealTables(opportunities, history, small.accounts), date(2026, 8, 15), Parameters(min_closed_deals=50)
    )
    found = bookings(learned, opportunities, NO_PAST)
    won = opportunities.query("status == 'won' and closed_at > '2026-06-30'")["amount"].sum()
    assert found["period"].tolist()[0] == "2026Q3"
    assert found["booked"].tolist() == pytest.approx([won, 0, 0, 0])
    assert found.loc[0, "p10"] >= won > 0
    past = past_bookings(learned, opportunities)
    assert past["made_on"].dt.day.unique().tolist() == [15]


def test_chances_by_quarter_multiply_out_to_the_cumulative_ones(learned, pipeline):
    chance = win_chances(standpoint_today(learned, pipeline.opportunities), np.array([1.0, 2.0]))
    by = learned.model.predict_proba_by(learned.today, [2.0]).won[:, 0]
    assert 1 - (1 - chance).prod(axis=1) == pytest.approx(by)


def test_a_strong_common_swing_is_found(simulated, as_of):
    swings = []
    for sd in (0.0, 0.6):
        made = simulated.simulate(2500, 8, shock_sd=sd, paths=2)
        learned = learn(DealTables(made.opportunities, made.stage_history, made.accounts), as_of, Parameters())
        swings.append(learn_fortune(standpoint_today(learned, made.opportunities)).swing)
    assert swings[0] < 0.3
    assert 0.35 < swings[1] < 1.0


def test_amounts_of_zero_give_no_bookings_but_a_clear_word(learned, pipeline):
    assert "all are empty or zero" in str(bookings(learned, pipeline.opportunities.assign(amount=0.0), NO_PAST))


def test_without_a_model_there_are_no_bookings_and_no_past_ones(pipeline):
    absent = NotEnoughData("opportunities.closed_at")
    assert past_bookings(absent, pipeline.opportunities) is absent
    assert bookings(absent, pipeline.opportunities, absent) is absent


def shrinking(ratio, deals):
    """Won deals whose amount was stated once, and came out at a ratio of that."""
    rng = np.random.default_rng(4)
    ids, amount = [f"D{i}" for i in range(deals)], rng.lognormal(11, 1, deals)
    rows = pd.DataFrame({"opportunity_id": ids, "stage": "comparison", "amount": amount, "mark": 0})
    final = amount * ratio * rng.normal(1, 0.1, deals)
    known = pd.DataFrame({"opportunity_id": ids, "created_at": DAY, "closed_at": DAY, "status": "won", "amount": final})
    return learn_stated_amounts(Standpoint(DAY, 4, None, rows, known))


def test_stated_amounts_that_shrink_are_found_and_one_deal_is_hardly_believed():
    many, one = shrinking(0.8, 500), shrinking(0.5, 1)
    assert many.of(pd.Series(["comparison", "never seen"])) == pytest.approx([0.8, 0.8], abs=0.02)
    assert many.spread == pytest.approx(0.08, abs=0.02)
    assert 0.6 < one.ratio < 0.9


def test_a_past_day_counts_what_the_history_stated_then_and_today_what_deals_show(learned, pipeline):
    grown = pipeline.opportunities.assign(amount=pipeline.opportunities["amount"] * 3)
    standpoint = standpoint_today(learned, grown)
    assert stated_then(standpoint) == pytest.approx(standpoint.open_rows["amount"].to_numpy())
    assert shown(standpoint) == pytest.approx(
        grown.set_index("opportunity_id")["amount"][learned.today["opportunity_id"]]
    )

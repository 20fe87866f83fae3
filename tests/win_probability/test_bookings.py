"""Bookings: exact moments, honest bands."""

import numpy as np
import pytest

from salesops.win_probability.bookings import bookings, common_swing, simulate_bookings, win_chances
from salesops.win_probability.deal_tables import DealTables
from salesops.win_probability.learn import learn
from salesops.win_probability.open_deals import open_deals
from salesops.win_probability.parameters import Parameters


def test_without_a_swing_mean_and_spread_are_the_binomials():
    chance, amount = np.full((400, 2), 0.25), np.full(400, 10.0)
    totals = simulate_bookings(chance, amount, 0.0)
    # In the second quarter the 300 that are left, on average, win by a quarter again.
    assert totals.mean(axis=0) == pytest.approx([1000, 750], rel=0.01)
    assert totals[:, 0].std() == pytest.approx(10 * np.sqrt(400 * 0.25 * 0.75), rel=0.06)


def test_a_deal_is_won_at_most_once():
    totals = simulate_bookings(np.full((1, 4), 0.9), np.array([5.0]), 0.3)
    assert set(totals.sum(axis=1)) <= {0.0, 5.0}


def test_a_common_swing_widens_the_band_and_hardly_moves_the_middle():
    chance, amount = np.full((500, 1), 0.3), np.ones(500)
    still, swinging = (simulate_bookings(chance, amount, swing)[:, 0] for swing in (0.0, 0.4))
    assert swinging.std() > 2 * still.std()
    assert np.median(swinging) == pytest.approx(np.median(still), rel=0.05)


def test_expected_bookings_are_chance_times_amount(learned, pipeline):
    deals = open_deals(learned, pipeline.opportunities, {}, "CNY")
    found = bookings(learned, deals)
    exact = (deals["win_this_quarter"] * deals["amount"]).sum()
    assert found.loc[0, "mean"] == pytest.approx(exact, rel=0.05)
    assert found["period"].tolist() == ["2026Q4", "2027Q1", "2027Q2", "2027Q3"]
    assert (np.diff(found[["p10", "p25", "p50", "p75", "p90"]], axis=1) >= 0).all()


def test_chances_by_quarter_multiply_out_to_the_cumulative_ones(learned):
    chance = win_chances(learned, np.array([1.0, 2.0]))
    by = learned.model.predict_proba_by(learned.today, [2.0]).won[:, 0]
    assert 1 - (1 - chance).prod(axis=1) == pytest.approx(by)


def test_a_strong_common_swing_is_found(simulated, as_of):
    calm, rough = (
        learn(DealTables(made.opportunities, made.stage_history, made.accounts), as_of, Parameters())
        for made in (simulated.simulate(2500, 8, shock_sd=sd, paths=2) for sd in (0.0, 0.6))
    )
    assert common_swing(calm) < 0.3
    assert 0.35 < common_swing(rough) < 0.9


def test_amounts_of_zero_give_no_bookings_but_a_clear_word(learned, pipeline):
    deals = open_deals(learned, pipeline.opportunities.assign(amount=0.0), {}, "CNY")
    assert "all are empty or zero" in str(bookings(learned, deals))

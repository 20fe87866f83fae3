"""An 80% band holds about 80% of what then happens, for months and for their sums."""

from __future__ import annotations

import numpy as np
import pytest

from salesops.sales_forecasting.forms import forecast_panel
from salesops.sales_forecasting.intervals import Calibration, calibrate
from salesops.sales_forecasting.naive import naive_error
from salesops.sales_forecasting.panel import Panel
from salesops.sales_forecasting.rolling import choose_cuts, roll

MONTHS, AHEAD, COMPANIES, PARTS = 72, 12, 30, 9


def sales(seed: int, walk: float) -> np.ndarray:
    """Seasonal sales around a level that grows and wanders; months × parts."""
    rng = np.random.default_rng(seed)
    time = np.arange(MONTHS + AHEAD)[:, None]
    level = 100 * np.exp(np.cumsum(rng.normal(0.004, walk, (MONTHS + AHEAD, PARTS)), axis=0))
    season = 1 + 0.25 * np.sin(2 * np.pi * (time + rng.uniform(0, 12, PARTS)) / 12)
    return np.asarray(level * season * np.exp(rng.normal(0, 0.06, level.shape)))


def errors_and_calibration(seed: int, walk: float) -> tuple[np.ndarray, Calibration]:
    y = sales(seed, walk)
    panel = Panel(y[:MONTHS], np.full(PARTS, MONTHS))
    forecast = forecast_panel(panel, AHEAD, 12)
    rolling = roll(panel, AHEAD, 12, choose_cuts(MONTHS, AHEAD, 24, 26), 26)
    return y[MONTHS:] - forecast.mean, calibrate(rolling, forecast.sigma, naive_error(panel, 12))


@pytest.fixture(scope="module", params=[0.0, 0.02], ids=["steady", "wandering"])
def companies(request):
    return [errors_and_calibration(seed, request.param) for seed in range(COMPANIES)]


def test_bands_of_months_hold_four_in_five(companies):
    inside = []
    for error, calibration in companies:
        low, high = calibration.deviations(80)
        inside.append((error >= low) & (error <= high))
    assert 0.75 <= np.mean(inside) <= 0.85


def test_bands_of_the_next_quarter_hold_four_in_five(companies):
    inside = []
    for error, calibration in companies:
        limit = np.quantile(calibration.samples(1, 3), 0.9) * calibration.spread[:3].sum(axis=0)
        inside.append(np.abs(error[:3].sum(axis=0)) <= limit)
    assert 0.75 <= np.mean(inside) <= 0.85


def test_errors_that_go_together_make_a_sum_less_certain_than_independent_ones():
    rng = np.random.default_rng(0)
    spread = np.ones((200, 3, 5))
    together = np.repeat(rng.normal(size=(200, 1, 5)), 3, axis=1)
    apart = rng.normal(size=(200, 3, 5))
    width = [np.quantile(Calibration(e, spread, spread[0]).samples(1, 3), 0.9) for e in (together, apart)]
    assert width[0] / width[1] == pytest.approx(np.sqrt(3), rel=0.1)


def test_bands_never_narrow_with_the_horizon():
    _, calibration = errors_and_calibration(3, 0.02)
    low, high = calibration.quantiles((0.1, 0.9))
    assert (np.diff(high) >= 0).all()
    assert (np.diff(low) <= 0).all()


def test_an_origin_is_judged_without_its_own_error():
    errors = np.zeros((10, 1, 1))
    errors[4] = 1000.0
    calibration = Calibration(errors, np.ones((10, 1, 1)), np.ones((1, 1)))
    assert np.abs(calibration.samples(1, 1, without_origin=4)).max() == 0
    assert np.abs(calibration.samples(1, 1)).max() > 1000


def test_origins_know_nothing_of_what_came_after_them():
    y = sales(1, 0.02)[:MONTHS]
    changed = y.copy()
    changed[-6:] *= 3
    cuts = np.array([6, 12])
    before, after = (roll(Panel(values, np.full(PARTS, MONTHS)), 6, 12, cuts, 26) for values in (y, changed))
    np.testing.assert_array_equal(before.mean, after.mean)
    np.testing.assert_array_equal(before.sigma, after.sigma)
    assert not np.array_equal(before.actual, after.actual)


def test_outcomes_stand_beside_the_forecast_of_their_own_month():
    y = np.arange(40.0)[:, None]
    rolling = roll(Panel(y, np.array([40])), 4, 12, np.array([2]), 20)
    np.testing.assert_array_equal(rolling.actual[0, :, 0], [38, 39, np.nan, np.nan])
    assert rolling.naive[0, 0, 0] == 26

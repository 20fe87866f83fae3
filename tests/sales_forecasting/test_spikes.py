"""One month that leaps out and back does not become the forecast; a season's peak and a new level are left alone."""

from __future__ import annotations

import numpy as np
import pytest

from salesops.sales_forecasting.forms import forecast_panel
from salesops.sales_forecasting.panel import make_panel
from salesops.sales_forecasting.spikes import without_spikes

N = 60


def held(y: np.ndarray, season: int = 12) -> np.ndarray:
    return without_spikes(make_panel(y, np.array([len(y)]))[0], season).values[:, 0]


@pytest.fixture
def calm():
    return 100 + np.random.default_rng(5).normal(0, 3, N)


def test_a_spike_in_any_month_moves_the_forecast_little(calm):
    spiked = np.tile(calm, (N, 1))
    spiked[np.arange(N), np.arange(N)] = 1000
    forecast = forecast_panel(make_panel(spiked.ravel(), np.full(N, N))[0], 12, 12).mean.mean(axis=0)
    np.testing.assert_allclose(forecast[:-1], 100, rtol=0.12)
    assert forecast[-1] < 130


def test_a_month_without_sales_is_held_up_as_one_of_ten_times_is_held_down(calm):
    calm[[20, 40]] = 0, 1000
    assert held(calm)[20] > 60
    assert held(calm)[40] < 140


def test_a_peak_that_comes_back_each_year_is_a_season(calm):
    calm[11::12] = 1000
    np.testing.assert_array_equal(held(calm), calm)


def test_a_new_level_stays(calm):
    calm[40:] += 300
    np.testing.assert_array_equal(held(calm), calm)


def test_noise_of_any_size_and_growth_are_left_alone():
    rng = np.random.default_rng(1)
    noise = np.exp(rng.normal(0, 0.5, (2000, N)))
    panel = make_panel(noise.ravel(), np.full(2000, N))[0]
    assert (without_spikes(panel, 12).values != panel.values).mean() < 0.005
    growth = 10 * 1.05 ** np.arange(N)
    np.testing.assert_array_equal(held(growth, 1), growth)


@pytest.mark.parametrize("n", [1, 2, 5, 12, 13])
def test_what_has_no_other_year_to_compare_with_is_left_alone(n):
    y = np.append(np.arange(1.0, n), 500.0)
    np.testing.assert_array_equal(held(y), y)

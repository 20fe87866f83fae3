"""Sales that come now and then: the form says what its recursion says, and the mean is right where truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from salesops.sales_forecasting import sparse
from salesops.sales_forecasting.forms import RARE_MODELS, forecast_panel
from salesops.sales_forecasting.panel import make_panel


def now_and_then() -> list[np.ndarray]:
    rng = np.random.default_rng(11)
    return [np.where(rng.random(n) < p, rng.gamma(2, 50, n), 0) for n, p in ((40, 0.3), (30, 0.5), (12, 0.2))]


@pytest.fixture
def panel():
    return make_panel(np.concatenate(now_and_then()), np.array([len(y) for y in now_and_then()]))[0]


def plain_tsb(y: np.ndarray, alpha: float) -> float:
    size, chance = float(y[y != 0].mean()), float((y != 0).mean())
    for value in y:
        if value != 0:
            size += alpha * (value - size)
        chance += alpha * (float(value != 0) - chance)
    return size * chance


def test_the_form_says_what_its_recursion_says(panel):
    expected = [np.mean([plain_tsb(y, alpha) for alpha in sparse.ALPHAS]) for y in now_and_then()]
    np.testing.assert_allclose(sparse.tsb(panel), expected)


def test_the_mean_of_rare_sales_is_met_on_average():
    rng = np.random.default_rng(0)
    y = np.where(rng.random((60, 4000)) < 0.3, rng.gamma(2, 50, (60, 4000)), 0)
    panel = make_panel(y.T.ravel(), np.full(4000, 60))[0]
    forecast = forecast_panel(panel, 1, 12)
    assert np.isin(forecast.model, RARE_MODELS).mean() > 0.99
    assert forecast.mean.mean() == pytest.approx(0.3 * 100, rel=0.06)


def test_where_sales_have_ended_the_forecast_fades():
    y = np.where(np.arange(72) % 2 == 0, 100.0, 0.0)
    ended = y.copy()
    ended[36:] = 0
    going, gone = forecast_panel(make_panel(np.concatenate([y, ended]), np.array([72, 72]))[0], 12, 12).mean.mean(
        axis=0
    )
    assert going == pytest.approx(50, rel=0.1)
    assert gone < 0.3 * going


def test_one_sale_in_years_is_not_awaited_every_month():
    y = np.zeros(48)
    y[20] = 480.0
    forecast = forecast_panel(make_panel(y, np.array([48]))[0], 12, 12).mean
    assert forecast.min() >= 0
    assert forecast.sum() <= 120


def test_rare_returns_may_make_the_mean_negative():
    y = np.where(np.arange(40) % 4 == 0, -10.0, 0.0)
    assert forecast_panel(make_panel(y, np.array([40]))[0], 4, 12).mean.mean() == pytest.approx(-2.5, rel=0.2)


def test_a_beginning_and_an_end_are_not_rare_sales():
    begun, ended = np.zeros(48), np.full(48, 100.0)
    begun[30:], ended[30:] = 100.0, 0.0
    forecast = forecast_panel(make_panel(np.concatenate([begun, ended]), np.array([48, 48]))[0], 6, 12)
    assert not np.isin(forecast.model, RARE_MODELS).any()
    assert forecast.mean[:, 1].max() < 5

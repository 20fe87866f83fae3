"""The recursions of single grid points are those of statsmodels, where it has the model."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.tsa.holtwinters import ExponentialSmoothing, SimpleExpSmoothing

from salesops.sales_forecasting import exponential_smoothing as es
from salesops.sales_forecasting import theta as th
from salesops.sales_forecasting.grid import line_through_start
from salesops.sales_forecasting.panel import Panel

HORIZON, LENGTH, SEASON = 6, 30, np.array([1.1, 0.8, 1.25, 0.85])


@pytest.fixture
def y():
    rng = np.random.default_rng(3)
    season = SEASON[np.arange(LENGTH) % 4]
    return (1 + 0.02 * np.arange(LENGTH)) * season * np.exp(rng.normal(0, 0.05, LENGTH))


def alone(y: np.ndarray) -> Panel:
    return Panel(y[:, None], np.array([len(y)]))


def start(y: np.ndarray, count: int) -> dict[str, object]:
    level, slope = line_through_start(alone(y), count)
    return {"initialization_method": "known", "initial_level": level[0], "initial_trend": slope[0]}


def test_theta_of_one_is_simple_smoothing(y, monkeypatch):
    monkeypatch.setattr(th, "ALPHAS", (0.3,))
    monkeypatch.setattr(th, "THETAS", (1.0,))
    model = SimpleExpSmoothing(y, initialization_method="known", initial_level=y[0])
    expected = model.fit(smoothing_level=0.3, optimized=False).forecast(HORIZON)
    np.testing.assert_allclose(th.theta(alone(y), HORIZON).mean[:, 0], expected, rtol=1e-5)


def test_damped_holt(y, monkeypatch):
    for name, value in (("HOLT_ALPHAS", 0.35), ("HOLT_BETA_SHARES", 0.15), ("HOLT_DAMPINGS", 0.93)):
        monkeypatch.setattr(es, name, (value,))
    model = ExponentialSmoothing(y, trend="add", damped_trend=True, **start(y, es.START))
    fitted = model.fit(smoothing_level=0.35, smoothing_trend=0.15, damping_trend=0.93, optimized=False)
    form = es.damped_holt(alone(y), HORIZON)
    np.testing.assert_allclose(form.mean[:, 0], fitted.forecast(HORIZON), rtol=1e-5)
    assert form.variance[0] == pytest.approx(np.mean(fitted.resid**2), rel=1e-4)


@pytest.mark.parametrize(("kind", "damping"), [("mul", 0.97), ("mul", 1.0), ("add", 0.97)])
def test_holt_winters(y, monkeypatch, kind, damping):
    for name, value in (("WINTERS_ALPHAS", 0.2), ("WINTERS_BETA_SHARES", 0.1), ("WINTERS_GAMMA_SHARES", 0.3)):
        monkeypatch.setattr(es, name, (value,))
    begin = SEASON if kind == "mul" else SEASON - 1
    # Row 0 of the engine's table is the first period ahead; statsmodels' is the first of the data.
    table = np.roll(begin, -(LENGTH % 4))[:, None]
    flat = y / SEASON[np.arange(LENGTH) % 4] if kind == "mul" else y - begin[np.arange(LENGTH) % 4]
    known = start(flat, max(es.START, 8)) | {"initial_seasonal": begin}
    model = ExponentialSmoothing(y, trend="add", damped_trend=damping < 1, seasonal=kind, seasonal_periods=4, **known)
    chosen = {"damping_trend": damping} if damping < 1 else {}
    fitted = model.fit(
        # The share γ is that of what α leaves: 0.3 · (1 - 0.2).
        smoothing_level=0.2,
        smoothing_trend=0.1,
        smoothing_seasonal=0.24,
        optimized=False,
        remove_bias=False,
        **chosen,
    )
    (form,) = es.holt_winters(alone(y), table, HORIZON, kind == "mul", dampings=[(damping,)])
    # statsmodels forecasts the period of the last value by that period's season of the year before.
    others = np.arange(HORIZON) != 3
    np.testing.assert_allclose(form.mean[others, 0], fitted.forecast(HORIZON)[others], rtol=1e-4)

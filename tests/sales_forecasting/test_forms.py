"""Each form, run over many series and a grid at once, says what its recursion says one series at a time."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest

from salesops.sales_forecasting import complex_smoothing as ces
from salesops.sales_forecasting import exponential_smoothing as es
from salesops.sales_forecasting import theta as th
from salesops.sales_forecasting.forms import forecast_panel, middle
from salesops.sales_forecasting.panel import make_panel

HORIZON, SEASON = 5, 4


def positive_series() -> list[np.ndarray]:
    rng = np.random.default_rng(7)
    lengths = (31, 24, 12)
    return [
        (1 + 0.02 * np.arange(n)) * (1 + 0.3 * np.sin(np.arange(n) * math.pi / 2)) * np.exp(rng.normal(0, 0.1, n))
        for n in lengths
    ]


def line(y: np.ndarray, t: int) -> tuple[float, float]:
    """Intercept and slope of the least-squares line through the first t values."""
    if t == 1:
        return float(y[0]), 0.0
    slope, intercept = np.polyfit(np.arange(1, t + 1), y[:t], 1)
    return float(intercept), float(slope)


def plain_theta(y: np.ndarray, alpha: float, theta: float, horizon: int) -> tuple[list[float], float]:
    values, level, squared, steps = list(y), y[0] / theta, 1e-8, []
    for t in range(len(y) + horizon):
        if t >= 1:
            intercept, slope = line(np.array(values), t)
            decay = (1 - alpha) ** t
            mu = level + (1 - 1 / theta) * (decay * intercept + (1 - decay * (1 - alpha)) / alpha * slope)
            if t < len(y):
                squared += (y[t] - mu) ** 2
            else:
                values.append(mu)
                steps.append(mu)
        level = alpha * values[t] + (1 - alpha) * level
    return steps, squared


def plain_complex(y: np.ndarray, a0: float, a1: float, start: int, horizon: int) -> tuple[list[float], float]:
    level = float(np.mean(y[:start]))
    potential, squared, steps = level / 1.1, 1e-8, []
    for t in range(len(y) + horizon):
        error = y[t] - level if t < len(y) else 0.0
        if t < len(y):
            squared += error**2
        else:
            steps.append(level)
        level, potential = (
            level - (1 - a1) * potential + (a0 - a1) * error,
            level + (1 - a0) * potential + (a0 + a1) * error,
        )
    return steps, squared


def plain_holt(y: np.ndarray, alpha: float, beta: float, phi: float, horizon: int) -> tuple[list[float], float]:
    slope, level = np.polyfit(np.arange(1, min(len(y), 10) + 1), y[:10], 1)
    squared = 1e-8
    for value in y:
        error = value - level - phi * slope
        squared += error**2
        level, slope = level + phi * slope + alpha * error, phi * slope + beta * error
    return [level + sum(phi**j for j in range(1, h + 1)) * slope for h in range(1, horizon + 1)], squared


def plain_winters(
    y: np.ndarray,
    indices: np.ndarray,
    parameters: tuple[float, float, float, float],
    multiplicative: bool,
    horizon: int,
) -> tuple[list[float], float, float]:
    """Forecasts, sum of squared errors (relative ones, if multiplicative) and mean log forecast."""
    alpha, beta, gamma, phi = parameters
    m, n = len(indices), len(y)
    season = {t: indices[(t - n) % m] for t in range(m)}
    flat = np.array([y[t] / indices[(t - n) % m] if multiplicative else y[t] - indices[(t - n) % m] for t in range(n)])
    count = min(n, max(10, 2 * m))
    slope, level = np.polyfit(np.arange(1, count + 1), flat[:count], 1)
    squared, logs = 1e-8, 0.0
    for t, value in enumerate(y):
        s, base = season[t], level + phi * slope
        if multiplicative:
            forecast = base * s
            error, logs = value - forecast, logs + math.log(forecast)
            squared += (error / forecast) ** 2
            level, slope, season[t + m] = (
                base + alpha * error / s,
                phi * slope + beta * error / s,
                s + gamma * error / base,
            )
        else:
            error = value - base - s
            squared += error**2
            season[t + m] = s + gamma * error
            level, slope = base + alpha * error, phi * slope + beta * error
    trend = [level + sum(phi**j for j in range(1, h + 1)) * slope for h in range(1, horizon + 1)]
    ahead = [season[n + h % m] for h in range(horizon)]
    return [a * b if multiplicative else a + b for a, b in zip(trend, ahead, strict=True)], squared, logs / n


def averaged(runs: list[tuple[list[float], float]], n: int) -> np.ndarray:
    """Average forecasts by likelihood (sse ratio to the power of -n/2)."""
    paths, errors = (np.array(part) for part in zip(*runs, strict=True))
    weights = (errors / errors.min()) ** (-n / 2)
    return np.asarray((weights[:, None] * paths).sum(axis=0) / weights.sum())


@pytest.fixture
def panel():
    y = positive_series()
    made, order = make_panel(np.concatenate(y), np.array([len(values) for values in y]))
    assert order.tolist() == [0, 1, 2]
    return made


def test_dynamic_theta(panel):
    batched = th.theta(panel, HORIZON).mean
    for column, y in enumerate(positive_series()):
        runs = [plain_theta(y, a, t, HORIZON) for a, t in product(th.ALPHAS, th.THETAS)]
        np.testing.assert_allclose(batched[:, column], averaged(runs, len(y)), rtol=2e-3)


def test_theta_of_one_is_simple_exponential_smoothing():
    y = positive_series()[0]
    steps, _ = plain_theta(y, 0.3, 1.0, HORIZON)
    level = y[0]
    for value in y:
        level = 0.3 * value + 0.7 * level
    np.testing.assert_allclose(steps, level)


def test_old_errors_die_out_at_every_point_of_the_grid_and_at_none_beside_it():
    """Errors die out where all eigenvalues of the discount matrix lie within the unit circle."""
    stable = {tuple(point) for point in ces.stable_points()}
    for real, imaginary in product(ces.REAL_PARTS, ces.IMAGINARY_PARTS):
        transition = np.array([[1, imaginary - 1], [1, 1 - real]])
        discount = transition - np.outer([real - imaginary, real + imaginary], [1, 0])
        assert (np.abs(np.linalg.eigvals(discount)).max() < 1) == ((real, imaginary) in stable)


def test_complex_exponential_smoothing(panel):
    batched = ces.complex_smoothing(panel, HORIZON, SEASON).mean
    for column, y in enumerate(positive_series()):
        runs = [plain_complex(y, a0, a1, 4, HORIZON) for a0, a1 in ces.stable_points()]
        np.testing.assert_allclose(batched[:, column], averaged(runs, len(y)), rtol=2e-3)


def test_damped_holt(panel):
    batched = es.damped_holt(panel, HORIZON).mean
    grid = product(es.HOLT_ALPHAS, es.HOLT_BETA_SHARES, es.HOLT_DAMPINGS)
    points = [(a, a * share, phi) for a, share, phi in grid]
    for column, y in enumerate(positive_series()):
        runs = [plain_holt(y, *point, HORIZON) for point in points]
        np.testing.assert_allclose(batched[:, column], averaged(runs, len(y)), rtol=2e-3)


@pytest.mark.parametrize("multiplicative", [True, False])
def test_holt_winters(panel, multiplicative):
    indices = np.array([1.0, 1.2, 1.0, 0.8]) if multiplicative else np.array([0.0, 0.2, 0.0, -0.2])
    both = es.holt_winters(panel, np.repeat(indices[:, None], 3, axis=1), HORIZON, multiplicative)
    for dampings, form in zip(es.WINTERS_DAMPINGS, both, strict=True):
        grid = product(es.WINTERS_ALPHAS, es.WINTERS_BETA_SHARES, es.WINTERS_GAMMA_SHARES, dampings)
        points = [(a, a * b, g * (1 - a), phi) for a, b, g, phi in grid]
        for column, y in enumerate(positive_series()):
            full = [plain_winters(y, indices, point, multiplicative, HORIZON) for point in points]
            # The likelihood of relative errors is that of the errors over the geometric mean of the forecasts.
            runs = [(path, squared * math.exp(2 * logs)) for path, squared, logs in full]
            np.testing.assert_allclose(form.mean[:, column], averaged(runs, len(y)), rtol=5e-3)


def test_a_series_is_forecast_alike_alone_and_in_company(panel):
    together = forecast_panel(panel, HORIZON, SEASON).mean
    for column, y in enumerate(positive_series()):
        alone = forecast_panel(make_panel(y, np.array([len(y)]))[0], HORIZON, SEASON).mean
        np.testing.assert_allclose(together[:, [column]], alone, rtol=1e-5)


def test_the_spread_of_theta_is_that_of_the_noise():
    rng = np.random.default_rng(1)
    y = 100 + rng.normal(0, 5, (200, 40))
    panel, _ = make_panel(y.T.ravel(), np.full(40, 200))
    assert np.sqrt(th.theta(panel, 1).variance).mean() == pytest.approx(5, rel=0.05)


def test_a_strong_season_is_heard_in_a_little_over_two_years():
    """Autocorrelation needs longer to see it: its limit widens with the season itself."""
    rng = np.random.default_rng(8)
    month = np.arange(26 + 12)[:, None]
    truth = 100 * (1 + 0.3 * np.sin(2 * np.pi * (month + rng.uniform(0, 12, 60)) / 12))
    y = truth[:26] * np.exp(rng.normal(0, 0.05, (26, 60)))
    forecast = forecast_panel(make_panel(y.T.ravel(), np.full(60, 26))[0], 12, 12).mean
    assert np.abs(forecast / truth[26:] - 1).mean() < 0.06


def test_the_middle_is_the_mean_without_the_ends():
    assert middle(np.array([[9.0], [1], [2], [3], [-50]])).item() == 2
    assert middle(np.array([[1.0], [3]])).item() == 2

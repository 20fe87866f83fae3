"""Exponential smoothing with a trend: damped Holt, and Holt-Winters with a season.

Names follow Hyndman, Koehler, Ord and Snyder (2008), "Forecasting with exponential smoothing": α level, β trend,
γ season, φ damping, all in error-correction form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.sales_forecasting.grid import NO_ERROR, SINGLE, averaged, columns_of, line_through_start
from salesops.sales_forecasting.season import periods_from_end, remove_season

if TYPE_CHECKING:
    from collections.abc import Sequence

    from salesops.sales_forecasting.grid import FormForecast
    from salesops.sales_forecasting.panel import Array, Panel

HOLT_ALPHAS = (0.03, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9)
HOLT_BETA_SHARES = (0.01, 0.05, 0.15, 0.4)
HOLT_DAMPINGS = (0.85, 0.93, 0.98)
WINTERS_ALPHAS = (0.02, 0.08, 0.2, 0.35, 0.55, 0.8)
WINTERS_BETA_SHARES = (0.01, 0.1, 0.35)
WINTERS_GAMMA_SHARES = (0.01, 0.1, 0.3)
WINTERS_DAMPINGS = ((0.85, 0.97), (1.0,))
START = 10
LEAST = 1e-3
# Forecasts of scaled series lie between 0.001 and some hundreds: the product of ten fits a single float.
FACTORS = 10


def damped_holt(panel: Panel, horizon: int) -> FormForecast:
    """Forecast by Holt's method with damped trend and additive errors, averaged over a grid of α, β and φ.

    Parameters
    ----------
    panel
        Series without season (or their logarithms); time × series.
    horizon
        Periods ahead.

    Returns
    -------
    FormForecast
        Means, horizon × series, and one-step variance per series.
    """
    alpha, share, damping = columns_of(HOLT_ALPHAS, HOLT_BETA_SHARES, HOLT_DAMPINGS)
    level, slope, errors = _holt_filter(panel, alpha, alpha * share, damping)
    paths = level + _damped_steps(damping, horizon) * slope
    return averaged(paths, errors, panel.lengths)


def holt_winters(
    panel: Panel,
    indices: Array,
    horizon: int,
    multiplicative: bool,
    dampings: Sequence[Sequence[float]] = WINTERS_DAMPINGS,
) -> list[FormForecast]:
    """Forecast by Holt-Winters, averaged over a grid of α, β, γ and φ.

    Multiplicative: trend added, season multiplied, errors relative to the forecast (the model "MAdM" of the book);
    otherwise all parts and errors are additive ("AAdA").

    Parameters
    ----------
    panel
        Series with their season; time × series; positive if `multiplicative`.
    indices
        Seasonal indices to start from, m × series; row 0 is the first period ahead.
    horizon
        Periods ahead.
    multiplicative
        Whether the season multiplies.
    dampings
        Groups of values of φ; (1.0,) for a trend that does not fade. Each group is averaged by itself.

    Returns
    -------
    list of FormForecast
        For each group means, horizon × series, and one-step variance per series (of relative errors times the level,
        if multiplicative).
    """
    alpha, trend, season, damping = columns_of(
        WINTERS_ALPHAS, WINTERS_BETA_SHARES, WINTERS_GAMMA_SHARES, [value for group in dampings for value in group]
    )
    run = _multiplicative_filter if multiplicative else _additive_filter
    level, slope, seasonal, errors = run(panel, indices, alpha, alpha * trend, season * (1 - alpha), damping)
    trend_path = level + _damped_steps(damping, horizon) * slope
    ahead = seasonal[np.arange(horizon) % len(indices)]
    paths = trend_path * ahead if multiplicative else trend_path + ahead
    members = [np.isin(damping[:, 0], np.array(group, SINGLE)) for group in dampings]
    return [averaged(paths[:, rows], errors[rows], panel.lengths) for rows in members]


def _damped_steps(damping: Array, horizon: int) -> Array:
    """Return φ + φ² + … + φ^h; horizon × points × 1."""
    return np.cumsum(damping[None].astype(float) ** np.arange(1, horizon + 1)[:, None, None], axis=0)


def _start(panel: Panel, count: int, points: int) -> tuple[Array, Array, Array]:
    """Return level, slope and zero squared errors before the first observation; each points × series."""
    level, slope = (np.repeat(part[None], points, axis=0).astype(SINGLE) for part in line_through_start(panel, count))
    return level, slope, np.full_like(level, NO_ERROR)


def _holt_filter(panel: Panel, alpha: Array, beta: Array, damping: Array) -> tuple[Array, Array, Array]:
    level, slope, errors = _start(panel, START, len(alpha))
    values = panel.values.astype(SINGLE)
    for t, now in enumerate(panel.alive):
        slope[:, :now] *= damping
        level[:, :now] += slope[:, :now]
        error = values[t, :now] - level[:, :now]
        errors[:, :now] += error**2
        level[:, :now] += alpha * error
        slope[:, :now] += beta * error
    return level, slope, errors


def _additive_filter(
    panel: Panel, indices: Array, alpha: Array, beta: Array, gamma: Array, damping: Array
) -> tuple[Array, Array, Array, Array]:
    period, seasonal, (level, slope, errors) = _seasonal_start(panel, indices, len(alpha), multiplicative=False)
    values = panel.values.astype(SINGLE)
    for t, now in enumerate(panel.alive):
        season = seasonal[period[t]][:, :now]
        slope[:, :now] *= damping
        level[:, :now] += slope[:, :now]
        error = values[t, :now] - level[:, :now] - season
        errors[:, :now] += error**2
        level[:, :now] += alpha * error
        slope[:, :now] += beta * error
        season += gamma * error
    return level, slope, seasonal, errors


def _multiplicative_filter(
    panel: Panel, indices: Array, alpha: Array, beta: Array, gamma: Array, damping: Array
) -> tuple[Array, Array, Array, Array]:
    period, seasonal, (level, slope, errors) = _seasonal_start(panel, indices, len(alpha), multiplicative=True)
    log_forecast, product = np.zeros_like(level), np.ones_like(level)
    values = np.maximum(panel.values, LEAST).astype(SINGLE)
    for t, now in enumerate(panel.alive):
        season, base, trend = seasonal[period[t]][:, :now], level[:, :now], slope[:, :now]
        trend *= damping
        base += trend
        np.maximum(base, LEAST, out=base)
        forecast = np.maximum(base * season, LEAST)
        error = values[t, :now] / forecast - 1
        product[:, :now] *= forecast
        if t % FACTORS == 0:
            _take_logs(product, log_forecast)
        errors[:, :now] += error * error
        season += gamma * error * season
        error *= base
        trend += beta * error
        base += alpha * error
    _take_logs(product, log_forecast)
    return level, slope, seasonal, errors * _forecast_size(log_forecast, panel.lengths)


def _take_logs(product: Array, total: Array) -> None:
    """Add the logarithm of a product to a total, and begin the product anew: a logarithm each step would cost more."""
    total += np.log(product)
    product[:] = 1.0


def _forecast_size(log_forecast: Array, lengths: Array) -> Array:
    """Return the squared geometric mean of the forecasts, which the likelihood of relative errors is scaled by.

    It is taken relative to the smallest of a series' grid points: only the comparison between points matters.
    """
    surplus = (log_forecast - log_forecast.min(axis=0)) / lengths
    size: Array = np.exp(2 * np.minimum(surplus, 30))
    return size


def _seasonal_start(
    panel: Panel, indices: Array, points: int, *, multiplicative: bool
) -> tuple[Array, Array, tuple[Array, Array, Array]]:
    """Return each row's period, indices (m × points × series) and the line through the first two seasons."""
    period = periods_from_end(panel.rows, len(indices))
    adjusted = panel.with_values(remove_season(panel.values, indices[period], multiplicative))
    seasonal = np.repeat(indices[:, None, :], points, axis=1).astype(SINGLE)
    return period, seasonal, _start(adjusted, max(START, 2 * len(indices)), points)

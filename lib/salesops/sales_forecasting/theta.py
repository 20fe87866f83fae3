"""Dynamic theta: exponential smoothing of a series whose curvature is stretched around its own trend line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.sales_forecasting.grid import NO_ERROR, averaged, columns_of

if TYPE_CHECKING:
    from salesops.sales_forecasting.grid import FormForecast
    from salesops.sales_forecasting.panel import Array, Panel

ALPHAS = (0.02, 0.06, 0.12, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8, 0.95)
THETAS = (1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0)


def theta(panel: Panel, horizon: int) -> FormForecast:
    """Forecast by the dynamic theta model, averaged over a grid of α and θ.

    Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler (2016), "Models for optimising the theta method and their
    relationship to state space models", the dynamic model (DOTM): with A and B the least-squares line through the
    first t values, the one-step forecast is
    ``l + (1 - 1/θ) {(1-α)^t A + [1 - (1-α)^(t+1)]/α B}`` and ``l`` is smoothed by α. The level starts at y₁/θ.

    Parameters
    ----------
    panel
        Series without season; time × series.
    horizon
        Periods ahead.

    Returns
    -------
    FormForecast
        Means, horizon × series, and one-step variance per series.
    """
    alpha, thetas = columns_of(ALPHAS, THETAS)
    level, decay, errors = _filter(panel)
    paths = _extrapolate(panel, alpha, thetas, level, decay, horizon)
    return averaged(paths, errors, panel.lengths)


def _filter(panel: Panel) -> tuple[Array, Array, Array]:
    """Return level, (1-α)^n and sum of squared errors at the end of the data; each points × series.

    The recursion runs once for each α: θ enters the level by its start alone, so that a one-step error is
    ``u + v/θ`` with ``u = y - l - B`` and ``v = B - (1-α)^t y₁``, where l starts at zero and B is the pull of the line.
    """
    alpha = np.array(ALPHAS)[:, None]
    intercept, slope = _running_lines(panel)
    values, alive, keep = panel.values, panel.alive, 1 - alpha
    level, decay = np.zeros((len(alpha), panel.columns)), np.ones((len(alpha), panel.columns))
    squares = np.zeros((3, len(alpha), panel.columns))
    for t, now in enumerate(alive):
        before = alive[t - 1] if t else 0
        pull = _line_ahead(alpha, decay[:, :before], intercept[t - 1, :before], slope[t - 1, :before])
        u = values[t, :before] - level[:, :before] - pull
        v = pull - decay[:, :before] * panel.first[:before]
        squares[:, :, :before] += u * u, u * v, v * v
        level[:, :now] = keep * level[:, :now] + alpha * values[t, :now]
        decay[:, :now] *= keep
    return _by_theta(squares, level, decay, panel.first)


def _by_theta(squares: Array, level: Array, decay: Array, first: Array) -> tuple[Array, Array, Array]:
    """Return level, decay and squared errors for all θ; points × series, θ running fastest."""
    inverse = 1 / np.array(THETAS)[:, None]
    errors = squares[0][:, None] + 2 * inverse * squares[1][:, None] + inverse**2 * squares[2][:, None]
    levels = level[:, None] + inverse * (decay * first)[:, None]
    decays = np.broadcast_to(decay[:, None], levels.shape)
    shape = (-1, len(first))
    return levels.reshape(shape), decays.reshape(shape), np.maximum(errors, 0.0).reshape(shape) + NO_ERROR


def _extrapolate(panel: Panel, alpha: Array, thetas: Array, level: Array, decay: Array, horizon: int) -> Array:
    """Return paths, horizon × points × series: each forecast is taken for the value it foretells."""
    length = panel.lengths.astype(float)
    age = _ages(panel)
    total = panel.values.sum(axis=0)
    moment = (panel.values * age).sum(axis=0)
    paths = np.empty((horizon, *level.shape))
    for step in range(horizon):
        forecast = level + (1 - 1 / thetas) * _line_ahead(alpha, decay, *_line(total, moment, length))
        paths[step] = forecast
        level, decay = alpha * forecast + (1 - alpha) * level, decay * (1 - alpha)
        length = length + 1
        total, moment = total + forecast, moment + length * forecast
    return paths


def _line_ahead(alpha: Array, decay: Array, intercept: Array, slope: Array) -> Array:
    """Return the smoothed line one step ahead, which a level pulled by no θ lacks."""
    line: Array = decay * intercept + (1 - decay * (1 - alpha)) / alpha * slope
    return line


def _running_lines(panel: Panel) -> tuple[Array, Array]:
    """Return intercept and slope of the line through all values so far; each time × series."""
    age = _ages(panel)
    total, moment = np.cumsum(panel.values, axis=0), np.cumsum(panel.values * age, axis=0)
    return _line(total, moment, np.maximum(age, 1))


def _line(total: Array, moment: Array, count: Array) -> tuple[Array, Array]:
    """Return the line through y₁ … y_t from Σy and Σ t·y; a single value has no slope."""
    mean = total / count
    steepness = 6 / np.maximum(count**2 - 1, 1) * (2 * moment / count - (1 + count) * mean)
    slope = np.where(count > 1, steepness, 0.0)
    return mean - slope * (1 + count) / 2, slope


def _ages(panel: Panel) -> Array:
    """Return 1, 2, 3 … from the start of each series, zero or less before it; time × series."""
    return (np.arange(panel.rows)[:, None] - panel.starts + 1).astype(float)

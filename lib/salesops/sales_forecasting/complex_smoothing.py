"""Complex exponential smoothing: level and a hidden potential smoothed together, with no trend to choose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.sales_forecasting.grid import NO_ERROR, SINGLE, as_columns, averaged

if TYPE_CHECKING:
    from salesops.sales_forecasting.grid import FormForecast
    from salesops.sales_forecasting.panel import Array, Panel

REAL_PARTS = np.arange(0.9, 2.31, 0.1)
IMAGINARY_PARTS = (0.8, 0.9, 0.95, 0.98, 0.99, 1.0, 1.005, 1.01, 1.02, 1.04, 1.08, 1.2)
START_RATIO = 1.1
RUNAWAY = 1e30


def complex_smoothing(panel: Panel, horizon: int, season_length: int = 1) -> FormForecast:
    """Forecast by complex exponential smoothing, averaged over a grid of its complex parameter.

    Svetunkov, Kourentzes and Ord (2022), "Complex exponential smoothing", state space form: with e the error of
    the one-step forecast l, ``l' = l - (1-a₁)c + (a₀-a₁)e`` and ``c' = l + (1-a₀)c + (a₀+a₁)e``.

    Parameters
    ----------
    panel
        Series without season; time × series.
    horizon
        Periods ahead.
    season_length
        The level starts at the mean of the first season (of four values at least).

    Returns
    -------
    FormForecast
        Means, horizon × series, and one-step variance per series.
    """
    real, imaginary = as_columns(stable_points())
    level, potential, errors = _filter(panel, real, imaginary, max(season_length, 4))
    paths = np.empty((horizon, *level.shape))
    for step in range(horizon):
        paths[step] = level
        level, potential = level - (1 - imaginary) * potential, level + (1 - real) * potential
    return averaged(paths, errors, panel.lengths)


def stable_points() -> Array:
    """Return the grid points (points × 2) at which old errors die out: the paper's stability region."""
    real, imaginary = (axis.ravel() for axis in np.meshgrid(REAL_PARTS, IMAGINARY_PARTS, indexing="ij"))
    stable = (
        ((real - 2.5) ** 2 + imaginary**2 > 1.25)
        & ((real - 0.5) ** 2 + (imaginary - 1) ** 2 > 0.25)
        & ((real - 1.5) ** 2 + (imaginary - 0.5) ** 2 < 1.5)
    )
    points: Array = np.column_stack([real, imaginary])[stable]
    return points


def _filter(panel: Panel, real: Array, imaginary: Array, start: int) -> tuple[Array, Array, Array]:
    """Return level, potential and sum of squared errors at the end of the data; each points × series."""
    values, there = panel.head(start)
    level = np.repeat((values.sum(axis=0) / there.sum(axis=0))[None], len(real), axis=0).astype(SINGLE)
    potential = level / SINGLE(START_RATIO)
    errors = np.full_like(level, NO_ERROR)
    observed = panel.values.astype(SINGLE)
    for t, now in enumerate(panel.alive):
        near, hidden = level[:, :now], potential[:, :now]
        error = observed[t, :now] - near
        errors[:, :now] += error * error
        pull = (1 - imaginary) * hidden
        hidden *= 1 - real
        hidden += near
        hidden += (real + imaginary) * error
        near -= pull
        near += (real - imaginary) * error
    return level, potential, np.where(np.isfinite(errors), errors, RUNAWAY)

"""The forms without parameters: what anyone can do in a spreadsheet, and what every forecast is measured against."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from salesops.sales_forecasting.panel import Array, Panel


def seasonal_naive(panel: Panel, horizon: int, season_length: int) -> Array:
    """Return the value of the same period one season before; the last value where there is no full season.

    Examples
    --------
    >>> from salesops.sales_forecasting.panel import Panel
    >>> panel = Panel(np.array([[1.0, 0.0], [2.0, 0.0], [3.0, 9.0]]), np.array([3, 1]))
    >>> seasonal_naive(panel, 3, 2).T.tolist()
    [[2.0, 3.0, 2.0], [9.0, 9.0, 9.0]]
    """
    last = np.broadcast_to(panel.values[-1], (horizon, panel.columns))
    if panel.rows < season_length:
        return last.copy()
    season = panel.values[panel.rows - season_length :][np.arange(horizon) % season_length]
    return np.where(panel.lengths >= season_length, season, last)


def drift(panel: Panel, horizon: int) -> Array:
    """Return the straight line through the first and the last value, carried on.

    Examples
    --------
    >>> from salesops.sales_forecasting.panel import Panel
    >>> drift(Panel(np.array([[1.0], [4.0], [5.0]]), np.array([3])), 2).ravel().tolist()
    [7.0, 9.0]
    """
    step = (panel.values[-1] - panel.first) / np.maximum(panel.lengths - 1, 1)
    path: Array = panel.values[-1] + np.arange(1, horizon + 1)[:, None] * step
    return path


def between_last_and_mean(panel: Panel, horizon: int) -> Array:
    """Return the middle between the last value and the mean of all: for series too short to learn anything from.

    Examples
    --------
    >>> from salesops.sales_forecasting.panel import Panel
    >>> between_last_and_mean(Panel(np.array([[2.0], [4.0]]), np.array([2])), 1).tolist()
    [[3.5]]
    """
    middle = (panel.values[-1] + panel.values.sum(axis=0) / panel.lengths) / 2
    return np.broadcast_to(middle, (horizon, panel.columns)).copy()


def naive_error(panel: Panel, season_length: int) -> Array:
    """Return the mean absolute error of the seasonal naive forecast within the history: the scale of MASE.

    Hyndman and Koehler (2006). Of series not longer than a season, the mean absolute change from one value to the
    next; of a single value, its own size.

    Examples
    --------
    >>> from salesops.sales_forecasting.panel import Panel
    >>> naive_error(Panel(np.array([[1.0], [4.0], [3.0]]), np.array([3])), 2).tolist()
    [2.0]
    >>> naive_error(Panel(np.array([[0.0], [7.0]]), np.array([1])), 12).tolist()
    [7.0]
    """
    long = panel.lengths > season_length
    change = np.where(panel.lengths > 1, _mean_change(panel, 1), np.abs(panel.values[-1]))
    return np.where(long, _mean_change(panel, season_length), change)


def _mean_change(panel: Panel, lag: int) -> Array:
    if panel.rows <= lag:
        return np.zeros(panel.columns)
    change = np.where(panel.started[:-lag], np.abs(panel.values[lag:] - panel.values[:-lag]), 0.0)
    mean: Array = change.sum(axis=0) / np.maximum(panel.lengths - lag, 1)
    return mean

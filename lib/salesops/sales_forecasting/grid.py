"""A coarse grid of smoothing parameters, averaged by likelihood instead of searched by an optimiser."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from salesops.sales_forecasting.panel import Array, Panel

SINGLE = np.float32
NO_ERROR = 1e-8


@dataclass(frozen=True)
class FormForecast:
    """What one form says about each series of a panel.

    Parameters
    ----------
    mean
        Forecasts; horizon × series.
    variance
        Variance of the one-step errors within the history, per series.
    """

    mean: Array
    variance: Array


def columns_of(*axes: Sequence[float]) -> list[Array]:
    """Return the product of the axes as one column vector (points × 1, single floats) per axis.

    Examples
    --------
    >>> [column.ravel().tolist() for column in columns_of([1, 2], [5, 6])]
    [[1.0, 1.0, 2.0, 2.0], [5.0, 6.0, 5.0, 6.0]]
    """
    return as_columns(np.array(list(product(*axes))))


def as_columns(points: Array) -> list[Array]:
    """Return each column of a table of grid points as a column vector of single floats."""
    return [points[:, [i]].astype(SINGLE) for i in range(points.shape[1])]


def likelihood_weights(squared_errors: Array, lengths: Array) -> Array:
    """Return each grid point's weight for each series: its Gaussian likelihood, the variance profiled out.

    Parameters
    ----------
    squared_errors
        Sums of squared one-step errors; points × series, positive.
    lengths
        Number of observations per series, n.

    Returns
    -------
    Array
        (sse / least sse)^(-n/2), scaled to add up to one; points × series.

    Examples
    --------
    >>> likelihood_weights(np.array([[1.0], [2.0]]), np.array([2])).ravel().round(3).tolist()
    [0.667, 0.333]
    """
    surplus = np.log(squared_errors) - np.log(squared_errors.min(axis=0))
    weights = np.exp(-0.5 * lengths * surplus)
    scaled: Array = weights / weights.sum(axis=0)
    return scaled


def averaged(paths: Array, squared_errors: Array, lengths: Array) -> FormForecast:
    """Average forecasts of all grid points by likelihood.

    Parameters
    ----------
    paths
        Forecasts; horizon × points × series.
    squared_errors
        Sums of squared one-step errors; points × series.
    lengths
        Observations per series.
    """
    weights = likelihood_weights(squared_errors, lengths)
    if not np.isfinite(paths).all():
        # A point without weight may have run off to infinity.
        paths = np.where(weights > 1e-9, paths, 0.0)
    mean = np.einsum("ps,hps->hs", weights, paths)
    return FormForecast(mean, (weights * squared_errors).sum(axis=0) / lengths)


def line_through_start(panel: Panel, count: int) -> tuple[Array, Array]:
    """Return level just before the first observation and slope, by least squares over the first `count` ones.

    Examples
    --------
    >>> from salesops.sales_forecasting.panel import Panel
    >>> level, slope = line_through_start(Panel(np.array([[3.0], [5.0], [7.0]]), np.array([3])), 3)
    >>> level.round(9).tolist(), slope.round(9).tolist()
    ([1.0], [2.0])
    """
    values, there = panel.head(count)
    number = there.sum(axis=0)
    time = np.arange(1, count + 1)[:, None]
    centre, mean = (number + 1) / 2, values.sum(axis=0) / number
    deviation = np.where(there, time - centre, 0.0)
    slope = (deviation * values).sum(axis=0) / np.maximum((deviation**2).sum(axis=0), 1e-9)
    return mean - slope * centre, slope

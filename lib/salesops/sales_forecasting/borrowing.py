"""Forecasts of parts that are too new to have any of their own: a share of the whole they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from salesops.sales_forecasting.panel import Array

RECENT = 12


def borrow(own: Array, parent: Array, parent_forecast: Array, recent: int = RECENT) -> Array:
    """Return the parent's forecast times the part's share of it.

    The share is that of the months that the part has known, the last `recent` of them at most: both sums meet the
    same months, so that the season cancels, and the forecast has the parent's season and trend.

    Parameters
    ----------
    own
        Values of the new series; time × series, NaN before each starts.
    parent
        Values of each series' parent in the same periods; time × series.
    parent_forecast
        Horizon × series.
    recent
        Periods that the share is taken over, at most.

    Returns
    -------
    Array
        Horizon × series; NaN for a series without any known value, or whose parent's values add up to zero or less.

    Examples
    --------
    >>> own = np.array([[np.nan], [20.0], [10.0]])
    >>> borrow(own, np.array([[150.0], [200.0], [100.0]]), np.array([[300.0], [50.0]])).ravel().tolist()
    [30.0, 5.0]
    """
    known = np.isfinite(own[-recent:])
    part = np.where(known, own[-recent:], 0.0).sum(axis=0)
    whole = np.where(known, parent[-recent:], 0.0).sum(axis=0)
    share = np.divide(part, whole, out=np.full(part.shape, np.nan), where=known.any(axis=0) & (whole > 0))
    forecast: Array = parent_forecast * share
    return forecast

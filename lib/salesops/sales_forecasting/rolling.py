"""The past forecast again: what the engine would have said at earlier times, from what was known then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from salesops.sales_forecasting.forms import forecast_panel
from salesops.sales_forecasting.naive import naive_error, seasonal_naive
from salesops.sales_forecasting.panel import Panel

if TYPE_CHECKING:
    from salesops.sales_forecasting.panel import Array


@dataclass(frozen=True)
class RollingForecasts:
    """Forecasts from earlier origins, beside what then happened. Cells without forecast or outcome are NaN.

    Parameters
    ----------
    cuts
        Periods that lie between each origin and the end of the data.
    mean, naive
        The engine's forecasts and the seasonal naive ones; origins × horizon × series.
    actual
        What happened; origins × horizon × series.
    sigma
        The engine's one-step spread at the origin; origins × horizon × series.
    scale
        Mean absolute error of the seasonal naive forecast within the history known then; origins × series.
    """

    cuts: Array
    mean: Array
    naive: Array
    actual: Array
    sigma: Array
    scale: Array

    @property
    def error(self) -> Array:
        """Return actual less forecast; origins × horizon × series."""
        return self.actual - self.mean


def choose_cuts(longest: int, horizon: int, origins: int, minimum: int, step: int = 1, *, whole: bool = True) -> Array:
    """Return how many periods before the end each origin lies, nearest first.

    There are as many origins whose whole horizon has passed as were asked for, as far as the longest series reaches;
    where it does not, origins nearer to the end, whose later months are still to come, take their place.

    Parameters
    ----------
    longest
        Length of the longest series.
    horizon
        Periods ahead.
    origins
        Number of origins wanted.
    minimum
        Values that an origin must have behind it.
    step
        Periods between two origins.
    whole
        Whether to leave out origins nearer than the horizon. Otherwise they come on top, one step after the end to
        the last that is wanted: their first steps tell how forecasts did of late.

    Examples
    --------
    >>> choose_cuts(72, 12, 3, 26).tolist(), choose_cuts(30, 12, 3, 26).tolist(), choose_cuts(20, 12, 3, 26).tolist()
    ([12, 13, 14], [2, 3, 4], [])
    >>> choose_cuts(72, 3, 2, 26, whole=False).tolist()
    [1, 2, 3, 4]
    """
    last = min(horizon + (origins - 1) * step, longest - minimum)
    nearest = max(last - origins * step, 0) if whole else 0
    return np.arange(last, nearest, -step)[::-1]


def roll(panel: Panel, horizon: int, season_length: int, cuts: Array, minimum: int) -> RollingForecasts:
    """Forecast from each origin with everything fitted anew, all origins and series in one batch.

    Parameters
    ----------
    panel
        Series; time × series.
    horizon
        Periods ahead.
    season_length
        Periods per season, m.
    cuts
        Periods that lie between each origin and the end of the data.
    minimum
        Values a series must have behind an origin to be forecast from there.

    Returns
    -------
    RollingForecasts
        Forecasts and outcomes.
    """
    shape = (len(cuts), horizon, panel.columns)
    mean, naive, sigma = np.full((3, *shape), np.nan)
    scale = np.full((len(cuts), panel.columns), np.nan)
    if (panel.lengths[:, None] - cuts >= minimum).any():
        past, origin, column = _past_panel(panel, cuts, minimum)
        forecast = forecast_panel(past, horizon, season_length)
        mean[origin, :, column] = forecast.mean.T
        sigma[origin, :, column] = forecast.sigma.T
        naive[origin, :, column] = seasonal_naive(past, horizon, season_length).T
        scale[origin, column] = naive_error(past, season_length)
    actual = np.where(np.isnan(mean), np.nan, _outcomes(panel, horizon, cuts))
    return RollingForecasts(cuts, mean, naive, actual, sigma, scale)


def _past_panel(panel: Panel, cuts: Array, minimum: int) -> tuple[Panel, Array, Array]:
    """Return all series as they were at all origins, as one panel, with each column's origin and series."""
    lengths = panel.lengths - cuts[:, None]
    origin, column = np.nonzero(lengths >= minimum)
    known = lengths[origin, column]
    order = np.argsort(-known, kind="stable")
    origin, column, known = origin[order], column[order], known[order]
    rows = int(known[0])
    from_end = np.arange(rows)[:, None] - rows - cuts[origin]
    values = panel.values[np.maximum(from_end + panel.rows, 0), column]
    return Panel(np.where(np.arange(rows)[:, None] >= rows - known, values, 0.0), known), origin, column


def _outcomes(panel: Panel, horizon: int, cuts: Array) -> Array:
    """Return what happened after each origin, NaN for what is still to come; origins × horizon × series."""
    row = panel.rows - cuts[:, None] + np.arange(horizon)
    values = panel.values[np.clip(row, 0, panel.rows - 1)]
    return np.where((row < panel.rows)[:, :, None], values, np.nan)

"""Single values that leap out of a series and are not seen again: held down before anything learns from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from salesops.sales_forecasting.panel import Array, Panel

# Changes of a normal series lie within 3 of their standard deviations, which is about 4.4 median changes.
USUAL_CHANGES = 7.5


def without_spikes(panel: Panel, season_length: int) -> Panel:
    """Return the panel with each spike cut to the border of what would not be one.

    A spike is a value that lies farther from its neighbours before and after, on the same side of both, than 7.5
    median changes of its series, and as far from the same period of the years before and after, as far as there are
    any: a peak that comes back is a season, and values that stay are a new level. Without the same period of another
    year nothing is called a spike.

    Parameters
    ----------
    panel
        Series; time × series.
    season_length
        Periods per season, m; 1 for data without a season.

    Examples
    --------
    >>> from salesops.sales_forecasting.panel import Panel
    >>> y = np.array([10.0, 11, 10, 11, 90, 11, 10, 11])
    >>> without_spikes(Panel(y[:, None], np.array([8])), 1).values.ravel().tolist()
    [10.0, 11.0, 10.0, 11.0, 18.5, 11.0, 10.0, 11.0]
    """
    if panel.rows <= season_length + 1:
        return panel
    usual = USUAL_CHANGES * _median_change(panel)
    # Without a median change there is no telling what is usual.
    usual = np.where(usual > 0, usual, np.inf)
    neighbours = [_shifted(panel, lag) for lag in (1, -1)]
    if season_length > 1:
        years = [_shifted(panel, lag) for lag in (season_length, -season_length)]
        compared = np.isfinite(years[0]) | np.isfinite(years[1])
        neighbours += years
    else:
        compared = panel.started
    with np.errstate(invalid="ignore"):
        highest, lowest = np.fmax.reduce(neighbours) + usual, np.fmin.reduce(neighbours) - usual
    held = np.clip(panel.values, lowest, highest)
    return panel.with_values(np.where(compared & np.isfinite(held), held, panel.values))


def _median_change(panel: Panel) -> Array:
    """Return the median absolute change from one value to the next; one per series."""
    change = np.abs(np.diff(panel.values, axis=0))
    # Changes before the start come first once sorted, so that the median is counted from the end.
    change = np.sort(np.where(panel.started[:-1], change, -1.0), axis=0)
    middle = len(change) - 1 - (panel.lengths - 1) // 2
    median: Array = np.maximum(change[np.minimum(middle, len(change) - 1), np.arange(panel.columns)], 0.0)
    return median


def _shifted(panel: Panel, lag: int) -> Array:
    """Return the value `lag` periods before each, NaN where there is none."""
    values = np.where(panel.started, panel.values, np.nan)
    absent = np.full((abs(lag), panel.columns), np.nan)
    if lag > 0:
        return np.concatenate([absent, values[:-lag]])
    return np.concatenate([values[-lag:], absent])

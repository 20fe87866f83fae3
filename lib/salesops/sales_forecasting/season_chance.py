"""What part of a season chance alone would make, and the season without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.sales_forecasting.season import YEAR_DECAY, relative_to, remove_season, smooth_trend

if TYPE_CHECKING:
    from salesops.sales_forecasting.panel import Array, Panel


def share_of_chance(panel: Panel, past: Array, ahead: Array, multiplicative: bool, decay: float = YEAR_DECAY) -> Array:
    """Return how much of the differences between indices chance alone would make.

    Parameters
    ----------
    panel
        Series; time × series.
    past
        Indices of the past; time × series.
    ahead
        Indices of the season ahead; m × series.
    multiplicative
        Indices are factors, otherwise differences.
    decay
        Weight of a year in `ahead` relative to the next one; 1 if all count alike.

    Returns
    -------
    Array
        V/T per series, with T the variance of the m indices and V that of one index as an estimate, from what the
        years differ by. Without a season it is about one.

    Examples
    --------
    >>> from salesops.sales_forecasting.panel import Panel
    >>> from salesops.sales_forecasting.season import periods_from_end, static_indices
    >>> noise = Panel(np.random.default_rng(0).normal(100, 5, (72, 1)), np.array([72]))
    >>> found = static_indices(noise, 12, multiplicative=False)
    >>> past = found[periods_from_end(72, 12)]
    >>> share_of_chance(noise, past, found, multiplicative=False, decay=1.0).round(1).tolist()
    [1.3]
    """
    m, neutral = len(ahead), float(multiplicative)
    adjusted = panel.with_values(remove_season(panel.values, past, multiplicative))
    raw = relative_to(panel.values, smooth_trend(adjusted, m // 2), multiplicative)
    unexplained = np.where(panel.started, (raw - past) ** 2, 0.0).sum(axis=0) / np.maximum(panel.lengths - m, 1)
    variance = unexplained / _years_counted(panel, m, decay)
    spread = ((ahead - neutral) ** 2).sum(axis=0) / (m - 1)
    share: Array = variance / np.maximum(spread, 1e-12)
    return share


def freed_of_chance(indices: Array, share: Array, season_length: int, multiplicative: bool) -> Array:
    """Draw indices towards a year without season, as far as chance alone would make them differ.

    Miller and Williams (2003), "Shrinkage estimators of time series seasonal factors and their effect on forecasting
    accuracy", after James and Stein: (m-3)/(m-1) of the share of chance is taken off.

    Parameters
    ----------
    indices
        Periods × series.
    share
        Result of `share_of_chance`, per series.
    season_length
        Periods per season, m.
    multiplicative
        Indices are factors, otherwise differences.

    Examples
    --------
    >>> freed_of_chance(np.array([[1.2], [0.8]]), np.array([0.5]), 7, multiplicative=True).ravel().round(3).tolist()
    [1.133, 0.867]
    """
    neutral = float(multiplicative)
    taken = np.clip((season_length - 3) / (season_length - 1) * share, 0.0, 1.0)
    drawn: Array = neutral + (1 - taken) * (indices - neutral)
    return drawn


def _years_counted(panel: Panel, m: int, decay: float) -> Array:
    """Return how many years of equal weight the indices of each series rest on."""
    padding = ((-panel.rows % m, 0), (0, 0))
    by_year = np.pad(panel.started, padding).reshape(-1, m, panel.columns).mean(axis=1)
    weight = by_year * decay ** np.arange(len(by_year), 0, -1)[:, None]
    years: Array = weight.sum(axis=0) ** 2 / (weight**2).sum(axis=0)
    return years

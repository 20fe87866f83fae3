"""The season: whether there is one, and what it is worth in each period of the year.

Rows of index tables are counted from the end of the data: row 0 belongs to the first period ahead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from salesops.sales_forecasting.panel import Array, Panel

LIMIT_90 = 1.645
YEAR_DECAY = 0.75
LEAST_INDEX = 0.01
LEAST_LEVEL = 1e-8


def is_seasonal(panel: Panel, season_length: int) -> Array:
    """Test whether the autocorrelation at the seasonal lag is more than chance at 90%.

    The limit is Bartlett's: the variance of the autocorrelation at lag m is (1 + 2 Σ r_k², k < m) / n. A series
    of up to two seasons is never called seasonal.

    Parameters
    ----------
    panel
        Series; time × series.
    season_length
        Periods per season, m; 1 for data without a season.

    Returns
    -------
    Array
        True per seasonal series.

    Examples
    --------
    >>> from salesops.sales_forecasting.panel import Panel
    >>> wave = np.tile([1.0, 2.0, 3.0, 2.0], 6)[:, None]
    >>> is_seasonal(Panel(wave, np.array([24])), 4).tolist()
    [True]
    """
    m, n = season_length, panel.lengths
    if m < 2 or panel.rows <= 2 * m:
        return np.zeros(panel.columns, bool)
    mean = panel.values.sum(axis=0) / n
    deviation = np.where(panel.started, panel.values - mean, 0.0)
    variance = np.maximum((deviation**2).sum(axis=0), 1e-30)
    r = np.stack([(deviation[lag:] * deviation[:-lag]).sum(axis=0) for lag in range(1, m + 1)]) / variance
    limit = LIMIT_90 * np.sqrt((1 + 2 * (r[:-1] ** 2).sum(axis=0)) / n)
    seasonal: Array = (np.abs(r[-1]) > limit) & (n > 2 * m)
    return seasonal


def static_indices(panel: Panel, season_length: int, multiplicative: bool) -> Array:
    """Return one index per period of the season by classical decomposition.

    Parameters
    ----------
    panel
        Series of at least two seasons.
    season_length
        Periods per season, m.
    multiplicative
        Indices are factors with mean 1, otherwise differences with mean 0.

    Returns
    -------
    Array
        Indices; m × series.

    Examples
    --------
    >>> from salesops.sales_forecasting.panel import Panel
    >>> y = np.tile([0.5, 1.5], 6)[:, None] * 10
    >>> static_indices(Panel(y, np.array([12])), 2, multiplicative=True).ravel().tolist()
    [0.5, 1.5]
    """
    trend, known = _centred_average(panel, season_length)
    raw = relative_to(panel.values, trend, multiplicative)
    return _normalised(_mean_by_period(raw, known, season_length, multiplicative), multiplicative, axis=0)


def evolving_indices(
    panel: Panel, season_length: int, multiplicative: bool, start: Array, passes: int = 2
) -> tuple[Array, Array]:
    """Return indices that change slowly from year to year, and those of the year ahead.

    Each pass removes the season found so far, smooths the rest into a trend, takes each year's indices from it, and
    smooths them over years with weights 0.75 to the power of the years between.

    Parameters
    ----------
    panel
        Series of at least three seasons.
    season_length
        Periods per season, m.
    multiplicative
        Indices are factors, otherwise differences.
    start
        Indices to begin with; m × series.
    passes
        How often the trend is freed of the season found so far.

    Returns
    -------
    tuple of Array
        Indices of the past, time × series, and of the season ahead, m × series.
    """
    n, m = panel.rows, season_length
    padding = -n % m
    past = start[periods_from_end(n, m)]
    for _ in range(passes):
        adjusted = panel.with_values(remove_season(panel.values, past, multiplicative))
        raw = relative_to(panel.values, smooth_trend(adjusted, m // 2), multiplicative)
        by_year = _smooth_over_years(raw, panel.started, m, multiplicative)
        flat = _normalised(by_year, multiplicative, axis=1).reshape(-1, panel.columns)
        past = flat[padding : padding + n]
    return past, flat[padding + n : padding + n + m]


def periods_from_end(rows: int, season_length: int) -> Array:
    """Return, per row, its row in an index table whose row 0 is the first period ahead.

    Examples
    --------
    >>> periods_from_end(5, 4).tolist()
    [3, 0, 1, 2, 3]
    """
    return (np.arange(rows) - rows) % season_length


def remove_season(values: Array, indices: Array, multiplicative: bool) -> Array:
    """Return values freed of their season."""
    return values / indices if multiplicative else values - indices


def add_season(values: Array, indices: Array, multiplicative: bool) -> Array:
    """Return values with their season put back."""
    return values * indices if multiplicative else values + indices


def relative_to(values: Array, trend: Array, multiplicative: bool) -> Array:
    """Return how values stand to a trend: as factors, or as differences."""
    return values / np.maximum(trend, LEAST_LEVEL) if multiplicative else values - trend


def _centred_average(panel: Panel, m: int) -> tuple[Array, Array]:
    """Return the centred moving average over one season, and where it is inside the series."""
    half, n = m // 2, panel.rows
    total = np.vstack([np.zeros(panel.columns), np.cumsum(panel.values, axis=0)])
    window = (total[m:] - total[:-m]) / m
    trend = np.zeros_like(panel.values)
    trend[half : n - half] = (window[:-1] + window[1:]) / 2 if m % 2 == 0 else window
    row = np.arange(n)[:, None]
    return trend, (row >= panel.starts + half) & (row < n - half)


def smooth_trend(panel: Panel, half_width: int) -> Array:
    """Return a moving average whose half-width shrinks towards both ends, but not below half of it."""
    n = panel.rows
    total = np.vstack([np.zeros(panel.columns), np.cumsum(panel.values, axis=0)])
    row = np.arange(n)[:, None]
    reach = np.clip(np.minimum(row - panel.starts, n - 1 - row), max(half_width // 2, 1), max(half_width, 1))
    last = np.minimum(row + reach, n - 1)
    first = np.minimum(np.maximum(row - reach, panel.starts), last)
    column = np.arange(panel.columns)
    average: Array = (total[last + 1, column] - total[first, column]) / (last - first + 1)
    return average


def _mean_by_period(raw: Array, known: Array, m: int, multiplicative: bool) -> Array:
    padding = ((-len(raw) % m, 0), (0, 0))
    by_year = np.pad(np.where(known, raw, 0.0), padding).reshape(-1, m, raw.shape[1])
    count = np.pad(known, padding).reshape(by_year.shape).sum(axis=0)
    return np.where(count > 0, by_year.sum(axis=0) / np.maximum(count, 1), float(multiplicative))


def _smooth_over_years(raw: Array, known: Array, m: int, multiplicative: bool) -> Array:
    """Return indices, (years + 1) × m × series; the last year lies ahead of the data."""
    padding = ((-len(raw) % m, 0), (0, 0))
    values = np.pad(np.where(known, raw, 0.0), padding)
    years = len(values) // m
    weight = YEAR_DECAY ** np.abs(np.subtract.outer(np.arange(years + 1), np.arange(years)))
    total = weight @ values.reshape(years, -1)
    mass = weight @ np.pad(known, padding).astype(float).reshape(years, -1)
    mean = np.where(mass > 0, total / np.maximum(mass, 1e-12), float(multiplicative))
    indices: Array = mean.reshape(years + 1, m, -1)
    return indices


def _normalised(indices: Array, multiplicative: bool, axis: int) -> Array:
    """Return indices that average one (or zero) over each season."""
    mean = indices.mean(axis=axis, keepdims=True)
    around_one = np.maximum(indices / np.maximum(mean, LEAST_LEVEL), LEAST_INDEX)
    return around_one if multiplicative else np.asarray(indices - mean)

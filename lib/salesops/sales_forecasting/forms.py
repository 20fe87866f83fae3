"""The forms of forecast: every series by several simple ones at once, and the middle of what they say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from salesops.sales_forecasting.complex_smoothing import complex_smoothing
from salesops.sales_forecasting.exponential_smoothing import damped_holt, holt_winters
from salesops.sales_forecasting.naive import between_last_and_mean, drift, seasonal_naive
from salesops.sales_forecasting.panel import chunks
from salesops.sales_forecasting.season import (
    add_season,
    evolving_indices,
    is_seasonal,
    periods_from_end,
    remove_season,
    static_indices,
)
from salesops.sales_forecasting.season_chance import freed_of_chance, share_of_chance
from salesops.sales_forecasting.sparse import is_sparse, tsb
from salesops.sales_forecasting.spikes import without_spikes
from salesops.sales_forecasting.theta import theta

if TYPE_CHECKING:
    from salesops.sales_forecasting.panel import Array, Panel

SHORT = 6
POSITIVE = 1e-3
LARGEST_LOG = 5.0
# Share of chance in a season's indices below which no other test is asked: an F of ten.
CLEARLY_NOT_CHANCE = 0.1

SEASONAL_MODEL = "middle of theta, complex smoothing, two Holt-Winters and seasonal naive"
FLAT_MODEL = "middle of theta, complex smoothing, damped Holt, drift and naive"
SHORT_MODEL = "between last value and mean"
CONSTANT_MODEL = "constant"
RARE_MODELS = tuple(name.replace("middle of", "TSB and the mean of") for name in (SEASONAL_MODEL, FLAT_MODEL))
MODELS = np.array([SEASONAL_MODEL, FLAT_MODEL, *RARE_MODELS, SHORT_MODEL, CONSTANT_MODEL])
SEASONAL, FLAT, RARE_SEASONAL, RARE_FLAT, BRIEF, CONSTANT = range(6)


@dataclass(frozen=True)
class PanelForecast:
    """Forecasts of a panel, its columns in the panel's order.

    Parameters
    ----------
    mean
        The middle of the forms; horizon × series.
    sigma
        Standard deviation of one-step errors within the history, times the period's seasonal index; horizon × series.
    model
        Name of what each series was forecast by.
    """

    mean: Array
    sigma: Array
    model: Array


def forecast_panel(panel: Panel, horizon: int, season_length: int) -> PanelForecast:
    """Forecast all series of a panel.

    Each series is scaled by its mean absolute value. Series of at least two seasons and others have each their own
    set of forms; where sales are rare, a form for rare sales counts as much as these; series of fewer than six values
    and constant ones have none to choose from.

    Parameters
    ----------
    panel
        Series; time × series.
    horizon
        Periods ahead.
    season_length
        Periods per season, m; 1 for data without a season.

    Returns
    -------
    PanelForecast
        Means, spreads and names of models.

    Examples
    --------
    >>> from salesops.sales_forecasting.panel import Panel
    >>> forecast_panel(Panel(np.full((8, 1), 5.0), np.array([8])), 2, 12).mean.ravel().tolist()
    [5.0, 5.0]
    """
    size = np.abs(panel.values).sum(axis=0) / panel.lengths
    scale = np.where(size > 0, size, 1.0)
    scaled = panel.with_values(panel.values / scale)
    kind, positive = _kinds(scaled, season_length), scaled.least() > POSITIVE
    mean, sigma = np.empty((2, horizon, panel.columns))
    for wanted in np.unique(np.stack([kind, positive]), axis=1).T:
        alike = np.flatnonzero((kind == wanted[0]) & (positive == wanted[1]))
        for columns, block in chunks(scaled, alike):
            block = without_spikes(block, season_length) if wanted[0] in (SEASONAL, FLAT) else block
            paths, sigma[:, columns] = _forms(block, horizon, season_length, int(wanted[0]), bool(wanted[1]))
            mean[:, columns] = _within_reason(middle(paths), block)
    return PanelForecast(mean * scale, sigma * scale, MODELS[kind])


def middle(paths: Array) -> Array:
    """Return the mean of the forms without the lowest and the highest at each step; of one or two, their mean.

    Examples
    --------
    >>> middle(np.array([1.0, 2.0, 3.0, 4.0, 90.0])[:, None]).tolist()
    [3.0]
    """
    if len(paths) <= 2:
        mean: Array = paths.mean(axis=0)
        return mean
    without: Array = np.sort(paths, axis=0)[1:-1].mean(axis=0)
    return without


def _kinds(panel: Panel, season_length: int) -> Array:
    has_seasons = (season_length > 1) & (panel.lengths >= 2 * season_length)
    kind = np.where(has_seasons, SEASONAL, FLAT)
    kind = np.where(is_sparse(panel), np.where(has_seasons, RARE_SEASONAL, RARE_FLAT), kind)
    kind = np.where(panel.lengths < SHORT, BRIEF, kind)
    return np.where(np.isclose(panel.least(), panel.most(), rtol=1e-9, atol=0), CONSTANT, kind)


def _forms(panel: Panel, horizon: int, m: int, kind: int, positive: bool) -> tuple[Array, Array]:
    """Return forecasts of each form, forms × horizon × series, and the spread, horizon × series."""
    if kind == SEASONAL:
        return _seasonal_forms(panel, horizon, m, positive)
    if kind == FLAT:
        return _flat_forms(panel, horizon, positive)
    if kind in (RARE_SEASONAL, RARE_FLAT):
        paths, spread = _forms(panel, horizon, m, SEASONAL if kind == RARE_SEASONAL else FLAT, positive)
        # The median of skewed sales falls short of their mean, and sums over parts would, too.
        return (paths.mean(axis=0, keepdims=True) + tsb(panel)) / 2, spread
    path = between_last_and_mean(panel, horizon)
    spread = np.sqrt((np.where(panel.started, panel.values - path[0], 0.0) ** 2).sum(axis=0) / panel.lengths)
    return path[None], np.broadcast_to(spread, path.shape)


def _seasonal_forms(panel: Panel, horizon: int, m: int, positive: bool) -> tuple[Array, Array]:
    """Return forecasts and spread of series long enough for a season.

    Theta and complex smoothing see the season only where a test finds one. The other forms hear it in any case, so
    that the middle hedges against a season too weak for the test.
    """
    static = static_indices(panel, m, positive)
    share = share_of_chance(panel, static[periods_from_end(panel.rows, m)], static, positive, decay=1.0)
    seasonal = is_seasonal(panel, m) | ((share < CLEARLY_NOT_CHANCE) & (panel.lengths > 2 * m))
    static = freed_of_chance(static, share, m, positive)
    past, ahead = _indices(panel, m, positive, static, seasonal)
    adjusted = panel.with_values(remove_season(panel.values, past, positive))
    to_come = ahead[np.arange(horizon) % m]
    by_theta = theta(adjusted, horizon)
    paths = [
        add_season(by_theta.mean, to_come, positive),
        add_season(complex_smoothing(adjusted, horizon, m).mean, to_come, positive),
        *(form.mean for form in holt_winters(panel, static, horizon, positive)),
        seasonal_naive(panel, horizon, m),
    ]
    sigma = np.sqrt(by_theta.variance) * (to_come if positive else np.ones_like(to_come))
    return np.stack(paths), sigma


def _indices(panel: Panel, m: int, multiplicative: bool, static: Array, seasonal: Array) -> tuple[Array, Array]:
    """Return past and coming indices: evolving from three seasons on, static below, neutral where no season is."""
    past, ahead = evolving_indices(panel, m, multiplicative, static)
    share = share_of_chance(panel, past, ahead, multiplicative)
    past, ahead = (freed_of_chance(indices, share, m, multiplicative) for indices in (past, ahead))
    cases = [~seasonal, panel.lengths < 3 * m]
    neutral = float(multiplicative)
    return (
        np.select(cases, [neutral, static[periods_from_end(panel.rows, m)]], past),
        np.select(cases, [neutral, static], ahead),
    )


def _flat_forms(panel: Panel, horizon: int, positive: bool) -> tuple[Array, Array]:
    by_theta = theta(panel, horizon)
    paths = [
        by_theta.mean,
        complex_smoothing(panel, horizon).mean,
        _log_holt(panel, horizon) if positive else damped_holt(panel, horizon).mean,
        drift(panel, horizon),
        seasonal_naive(panel, horizon, 1),
    ]
    return np.stack(paths), np.broadcast_to(np.sqrt(by_theta.variance), (horizon, panel.columns))


def _log_holt(panel: Panel, horizon: int) -> Array:
    logs = panel.with_values(np.log(np.maximum(panel.values, POSITIVE)))
    return np.exp(np.minimum(damped_holt(logs, horizon).mean, LARGEST_LOG))


def _within_reason(mean: Array, panel: Panel) -> Array:
    """Hold forecasts within what the history could lead to, and at zero or above where it never was below.

    The range of the history may be left by as much as that range, and by its trend carried on at three times its pace.
    """
    least, most = panel.least(), panel.most()
    room = (most - least) * (1 + 3 * len(mean) / panel.lengths)
    floor = np.where(least >= 0, np.maximum(least - room, 0.0), least - room)
    return np.clip(mean, floor, most + room)

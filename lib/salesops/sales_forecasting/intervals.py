"""Intervals from the engine's own past errors, pooled over all series and rolling origins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from salesops.sales_forecasting.panel import Array
    from salesops.sales_forecasting.rolling import RollingForecasts

MANY_SERIES = 100
LARGEST_RATIO = 10.0
LEAST_SHARE = 1e-6
FEWEST_ERRORS = 5
FEWEST_ORIGINS = 4


@dataclass(frozen=True)
class Calibration:
    """How far forecasts of each series may be off, learned from rolling origins.

    Parameters
    ----------
    errors
        Errors of all rolling forecasts; origins × horizon × series, NaN where nothing was forecast or has happened yet.
    past_spread
        The spread that each is measured by, learned without its own origin; origins × horizon × series.
    spread
        Today's spread per series and step; horizon × series.
    """

    errors: Array
    past_spread: Array
    spread: Array

    @property
    def signed(self) -> bool:
        """Tell whether there are enough series to learn over- and under-forecasting apart."""
        return int(self.errors.shape[2]) >= MANY_SERIES

    def samples(self, first: int, last: int, without_origin: int | None = None) -> Array:
        """Return past standardised errors of the sum over steps `first` to `last` (counted from 1, both included).

        A sum's error is taken as a whole, origin by origin, so that how months err together is in it. Below 100 series
        each error counts with both signs. Where too few origins lie that far back, the nearest window that enough of
        them have seen stands in, wider by the square root of time. Neighbouring origins see much the same sum, so that
        K of them are worth about K/w looks at a sum of w steps: errors are widened by √(1 + w/2K) for what that hides.
        """
        reached = min(last, self._reach)
        window = slice(max(first - 1 - (last - reached), 0), reached)
        spread = self.past_spread[:, window].sum(axis=1)
        errors = self.errors[:, window].sum(axis=1)
        kept = np.arange(len(errors)) != (-1 if without_origin is None else without_origin)
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            pooled = (errors / spread)[kept].ravel() * np.sqrt(last / max(reached, 1))
        seen = np.isfinite(errors).any(axis=1).sum()
        pooled = pooled[np.isfinite(pooled)] * np.sqrt(1 + (last - first + 1) / (2 * max(seen, 1)))
        return pooled if self.signed else np.concatenate([-pooled, pooled])

    @property
    def _reach(self) -> int:
        """The farthest step that enough origins have seen, or as many as any step has been seen by."""
        seen = np.isfinite(self.errors).any(axis=2).sum(axis=0)
        enough = min(FEWEST_ORIGINS, int(seen.max(initial=0)))
        return int(np.flatnonzero(seen >= enough)[-1]) + 1

    def quantiles(self, probabilities: tuple[float, ...], without_origin: int | None = None) -> Array:
        """Return quantiles of standardised errors per step; probabilities × horizon, NaN if nothing was tested.

        Bands never become narrower with the horizon.
        """
        steps = range(1, self.errors.shape[1] + 1)
        pooled = [self.samples(step, step, without_origin) for step in steps]
        absent = np.full(len(probabilities), np.nan)
        table = np.stack([np.quantile(p, probabilities) if len(p) >= FEWEST_ERRORS else absent for p in pooled], axis=1)
        low, high = np.minimum.accumulate(table, axis=1), np.maximum.accumulate(table, axis=1)
        return np.where(table < 0, low, high)

    def deviations(self, level: int) -> tuple[Array, Array]:
        """Return how far the ends of an interval lie from the forecast; each horizon × series.

        A history that never moved has an interval without width.
        """
        tail = (1 - level / 100) / 2
        low, high = self.quantiles((tail, 1 - tail))[:, :, None]
        still = self.spread == 0
        return np.where(still, 0.0, low * self.spread), np.where(still, 0.0, high * self.spread)


def calibrate(rolling: RollingForecasts, sigma: Array, scale: Array) -> Calibration:
    """Learn each series' spread, and hold all past errors against it.

    The spread of a series is the geometric mean of two views, √(naive error × one-step sigma × factor); the factor says
    how the series' rolling errors compare with its sigma, against all others, and is drawn towards theirs as if one
    more origin had shown the common value. A past error is divided by the spread learned without its own origin. Sigma
    is today's throughout (only its season is the origin's): early origins, whose short history hides the season, would
    make errors look small beside it.

    Parameters
    ----------
    rolling
        Forecasts from earlier origins.
    sigma
        Today's one-step spread; horizon × series.
    scale
        Today's mean absolute error of the seasonal naive forecast; one per series.

    Returns
    -------
    Calibration
        Spreads and standardised errors.
    """
    sigma = np.maximum(sigma, LEAST_SHARE * scale)
    past_sigma = _with_todays_size(rolling.sigma, sigma)
    total, count, common = _relative_errors(np.abs(rolling.error), past_sigma)
    own = _drawn_to(common, total.sum(axis=0), count.sum(axis=0))
    others = _drawn_to(common, total.sum(axis=0) - total, count.sum(axis=0) - count)
    spread = np.sqrt(scale * sigma * own)
    past_spread = np.sqrt(rolling.scale[:, None] * past_sigma * others[:, None])
    return Calibration(rolling.error, past_spread, spread)


def _with_todays_size(past_sigma: Array, sigma: Array) -> Array:
    """Return past sigmas whose mean over the steps is that of today; origins × horizon × series."""
    level = past_sigma.mean(axis=1, keepdims=True)
    season = np.divide(past_sigma, level, out=np.where(np.isnan(past_sigma), np.nan, 1.0), where=level > 0)
    past: Array = season * sigma.mean(axis=0)
    return past


def _relative_errors(size: Array, sigma: Array) -> tuple[Array, Array, float]:
    """Return mean error ÷ sigma relative to the median of all, per origin and series; whether known; and its mean."""
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        ratio = size / sigma
    ratio = np.where(np.isfinite(ratio), ratio, np.nan)
    known = np.isfinite(ratio)
    usual = np.array([np.median(step[seen]) if seen.any() else 1.0 for step, seen in _by_step(ratio, known)])
    relative = np.minimum(ratio / np.maximum(usual, 1e-12)[None, :, None], LARGEST_RATIO)
    common = float(relative[known].mean()) if known.any() else 1.0
    steps = known.sum(axis=1)
    mean = np.where(known, relative, 0.0).sum(axis=1) / np.maximum(steps, 1)
    return mean, (steps > 0).astype(float), common


def _by_step(values: Array, known: Array) -> zip[tuple[Array, Array]]:
    return zip(np.moveaxis(values, 1, 0), np.moveaxis(known, 1, 0), strict=True)


def _drawn_to(common: float, total: Array, count: Array) -> Array:
    drawn: Array = (total + common) / (count + 1)
    return drawn

"""The next years as a walk on from the last one, which no curve has to explain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from salesops.market_sizing.adoption_series import AdoptionSeries
    from salesops.market_sizing.arrays import Array

# The trend of the last years goes on at half its pace, and fades by this much a year.
RECENT_YEARS, PACE, DAMPING = 4, 0.5, 0.7
# A year's swing, in logs: half from the segment's own years, half what is usual.
USUAL_SWING = 0.2
SMALL = 0.02
_MAD = 1.48


def damped_walk(series: AdoptionSeries, horizon: int, draws: int, rng: np.random.Generator) -> Array:
    """Return drawn new adopters of the coming years; segments × draws × years ahead.

    In logs, growth begins at half the mean of the last four years' and fades by 30% a year (Gardner and McKenzie
    1985, "Forecasting trends in time series", Management Science 31(10), for the damping); swings add up.
    """
    logs = np.log(series.new + SMALL * series.mean[:, None])
    growth = np.where(series.seen[:, 1:], np.diff(logs, axis=1), np.nan)
    age = series.points[:, None] - 2 - np.arange(growth.shape[1])
    recent = np.where((age >= 0) & (age < RECENT_YEARS), growth, np.nan)
    middle = np.nanmedian(growth, axis=1, keepdims=True)
    own = _MAD * np.nanmedian(np.abs(growth - middle), axis=1)
    swing = np.sqrt((own**2 + USUAL_SWING**2) / 2)
    trend = PACE * np.nanmean(recent, axis=1)[:, None, None] * np.cumsum(DAMPING ** np.arange(horizon))
    steps = rng.standard_normal((len(logs), draws, horizon)) * swing[:, None, None]
    last = logs[np.arange(len(logs)), series.points - 1]
    found: Array = np.exp(last[:, None, None] + trend + np.cumsum(steps, axis=2))
    return found

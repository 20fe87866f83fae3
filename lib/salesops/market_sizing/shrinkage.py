"""Estimates of many alike things, drawn towards each other as far as their errors ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from salesops.market_sizing.arrays import Array

# How far true values may differ: a grid, with a half-normal prior of scale 1.
SPREADS = np.geomspace(0.03, 3.0, 80)


def shrunk(estimates: Array, errors: Array) -> tuple[Array, Array]:
    """Return posterior means and standard deviations under a normal distribution of true values.

    The mean of true values has a flat prior, their spread a half-normal one, both integrated out: Gelman et al. (2013),
    "Bayesian Data Analysis", section 5.4.

    Parameters
    ----------
    estimates, errors
        One per thing; NaN or infinite where there is none: that thing gets what all others say.

    Examples
    --------
    >>> mean, sd = shrunk(np.array([-1.0, -1.2, -3.0]), np.array([0.1, 0.1, 1.0]))
    >>> bool(-3.0 < mean[2] < -1.2), bool(sd[2] < 1.0)
    (True, True)
    """
    known = np.isfinite(estimates) & np.isfinite(errors)
    value, variance = np.where(known, estimates, 0.0), np.where(known, errors, 1.0) ** 2
    spread = SPREADS[:, None] ** 2
    precision = np.where(known, 1 / (variance + spread), 0.0)
    total = precision.sum(axis=1, keepdims=True)
    centre = (precision * value).sum(axis=1, keepdims=True) / total
    misfit = (precision * (value - centre) ** 2).sum(axis=1) - np.log(np.where(known, precision, 1.0)).sum(axis=1)
    log_density = -0.5 * (misfit + np.log(total[:, 0]) + SPREADS**2) + np.log(SPREADS)
    chance = np.exp(log_density - log_density.max())[:, None]
    chance /= chance.sum()
    own = np.where(known, spread / (spread + variance), 0.0)
    mean = own * value + (1 - own) * centre
    inner = np.where(known, own * variance, spread) + (1 - own) ** 2 / total
    overall: Array = (chance * mean).sum(axis=0)
    return overall, np.sqrt((chance * (inner + mean**2)).sum(axis=0) - overall**2)

"""Intervals of shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from statsmodels.stats.proportion import proportion_confint

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEVEL = 0.8
"""Probability that the intervals of a page hold."""


def wilson_interval(
    successes: Any, trials: Any, level: float = LEVEL
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return Wilson's (1927) score interval; without trials it is 0 to 1.

    Parameters
    ----------
    successes, trials
        Counts of any equal shape; successes need not be whole.
    level
        Probability that the interval holds.

    Examples
    --------
    >>> low, high = wilson_interval([7, 0], [10, 0])
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.497, 0.0], [0.846, 1.0])
    """
    successes, trials = np.asarray(successes, float), np.asarray(trials, float)
    low, high = proportion_confint(successes, np.maximum(trials, 1e-9), alpha=1 - level, method="wilson")
    return np.where(trials > 0, low, 0.0), np.where(trials > 0, high, 1.0)

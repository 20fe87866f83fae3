"""What comes sooner or later or never: leads that become deals, won deals that are ordered, orders that are paid."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from salesops.win_probability.passage import still_there
from salesops.win_probability.wilson import wilson_interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from salesops.win_probability.passage import Vector

# Those watched longest are few, and their arrivals would weigh too much: so many have to be watched as long.
WATCHED_SHARE = 0.1


class Arrival(NamedTuple):
    """The share that arrives, with its 80% interval, and the days that those who arrive need.

    `trials` is the number of completely watched cases that would tell as much about the share.
    """

    share: float
    low: float
    high: float
    trials: float
    days_quartiles: tuple[float, float, float]
    median_interval: tuple[float, float]


def arrival(days: Vector, arrived: NDArray[np.bool_], watched: Vector) -> Arrival:
    """Return the share that arrives within the time for which a tenth was watched, and how long that takes.

    Nobody notes that a lead has gone cold or that a bill will never be paid: who has not arrived may still do so.
    The share is therefore one minus Kaplan and Meier's, which takes recent cases for as long as they were watched.

    Parameters
    ----------
    days
        Days until arrival, or until the last day seen.
    arrived
        Whether it arrived.
    watched
        Days from the start to the last day seen, also of those that arrived.

    Returns
    -------
    Arrival
        The interval is Wilson's on the number of trials that Greenwood's variance stands for; days are those of the
        ones that arrive, their median's interval by order statistics. All NaN, and 0 to 1, without cases.

    Examples
    --------
    >>> found = arrival(np.array([10.0, 20.0, 90.0, 90.0]), np.array([True, True, False, False]), np.full(4, 90.0))
    >>> found.share, found.days_quartiles[1]
    (0.5, 10.0)
    """
    if not len(days):
        return Arrival(np.nan, 0.0, 1.0, 0.0, (np.nan,) * 3, (np.nan,) * 2)
    horizon = np.quantile(watched, 1 - WATCHED_SHARE)
    arrived = arrived & (days <= horizon)
    if not arrived.any():
        return Arrival(0.0, *_wilson(0.0, len(days)), len(days), (np.nan,) * 3, (np.nan,) * 2)
    stays = still_there(np.minimum(days, horizon), arrived, np.zeros(len(days)))
    share, trials = float(1 - stays.share[-1]), float((watched >= stays.times[-1]).sum())
    if share < 1:
        variance = stays.relative_variance[-1] * stays.share[-1] ** 2
        trials = min(float(share * (1 - share) / variance), len(days))
    q1, median, q3 = (_day_reached(stays.times, 1 - stays.share, level * share) for level in (0.25, 0.5, 0.75))
    levels = _wilson(arrived.sum() / 2, arrived.sum())
    first, last = (_day_reached(stays.times, 1 - stays.share, level * share) for level in levels)
    return Arrival(share, *_wilson(share * trials, trials), trials, (q1, median, q3), (first, last))


def _wilson(successes: float, trials: float) -> tuple[float, float]:
    low, high = wilson_interval(successes, trials)
    return float(low), float(high)


def _day_reached(times: Vector, share: Vector, level: float) -> float:
    return float(times[(share >= level - 1e-12).argmax()])

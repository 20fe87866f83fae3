"""How those in a stage leave it, when some are still in it: competing risks without bias from the slow ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.stats import norm

from salesops.win_probability.wilson import LEVEL

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]


class Passage(NamedTuple):
    """Share of those who entered that went on in the end, quartiles of days to leaving, 80% interval of the median."""

    went_on: float
    days_quartiles: tuple[float, float, float]
    median_interval: tuple[float, float]


def passage(days: Vector, went_on: NDArray[np.bool_], left: NDArray[np.bool_], watched_from: Vector) -> Passage:
    """Return the share that goes on (Aalen and Johansen, 1978) and the quartiles of time (Kaplan and Meier, 1958).

    Parameters
    ----------
    days
        Days from entry to leaving, or to the last day seen, n of them.
    went_on, left
        Whether it went on, and whether it left at all.
    watched_from
        Days after entry from which it was watched; 0 for those who entered while watching.

    Returns
    -------
    Passage
        The share is taken of those who left, by the longest time seen; without censoring it is the plain share. A
        quartile that was never reached is NaN. The interval of the median is Brookmeyer and Crowley's (1982) with
        log-minus-log limits; an end that was never reached is NaN.

    Examples
    --------
    >>> on, left = np.array([True, True, False, False]), np.array([True, True, True, False])
    >>> passage(np.array([10.0, 20.0, 30.0, 40.0]), on, left, np.zeros(4)).days_quartiles
    (10.0, 20.0, 30.0)
    """
    if not left.any():
        return Passage(np.nan, (np.nan, np.nan, np.nan), (np.nan, np.nan))
    stays = still_there(days, left, watched_from)
    going_on = np.bincount(np.searchsorted(stays.times, days[left]), weights=went_on[left])
    before = np.concatenate([[1.0], stays.share[:-1]])
    on = float((before * going_on / stays.at_risk).sum() / (before * stays.leaving / stays.at_risk).sum())
    quartiles = [_first_below(stays, level) for level in (0.75, 0.5, 0.25)]
    return Passage(on, (quartiles[0], quartiles[1], quartiles[2]), _median_interval(stays))


class Stays(NamedTuple):
    """The share still there after each day on which any left (Kaplan and Meier), with what it was computed from.

    `relative_variance` is that of the share divided by its square (Greenwood, 1926); infinite where nobody is left.
    """

    times: Vector
    share: Vector
    leaving: NDArray[np.int64]
    at_risk: NDArray[np.int64]
    relative_variance: Vector


def still_there(days: Vector, left: NDArray[np.bool_], watched_from: Vector) -> Stays:
    """Return the share still there, day by day; parameters as in `passage`.

    Examples
    --------
    >>> still_there(np.array([1.0, 2.0, 2.0, 5.0]), np.array([True, True, False, True]), np.zeros(4)).share.round(3)
    array([0.75, 0.5 , 0.  ])
    """
    times, leaving = np.unique(days[left], return_counts=True)
    entered = np.searchsorted(np.sort(watched_from), times, side="right")
    at_risk = entered - np.searchsorted(np.sort(days), times, side="left")
    with np.errstate(divide="ignore"):
        variance = np.cumsum(leaving / (at_risk * (at_risk - leaving)))
    return Stays(times, np.cumprod(1 - leaving / at_risk), leaving, at_risk, variance)


def _first_below(stays: Stays, level: float) -> float:
    reached = stays.share <= level + 1e-12
    return float(stays.times[reached.argmax()]) if reached.any() else float("nan")


def _median_interval(stays: Stays) -> tuple[float, float]:
    """Return the days at which a half still there cannot be ruled out."""
    with np.errstate(divide="ignore", invalid="ignore"):
        log_share = np.log(stays.share)
        away = (np.log(-log_share) - np.log(np.log(2))) * -log_share / np.sqrt(stays.relative_variance)
    possible = np.flatnonzero(np.abs(away) <= norm.ppf((1 + LEVEL) / 2))
    if not len(possible):
        # So many left on one day that a half was passed beyond doubt on it.
        return (_first_below(stays, 0.5),) * 2
    after = possible[-1] + 1
    return float(stays.times[possible[0]]), float(stays.times[after]) if after < len(stays.times) else np.nan

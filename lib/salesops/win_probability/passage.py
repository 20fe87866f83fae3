"""How those in a stage leave it, when some are still in it: competing risks without bias from the slow ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]


class Passage(NamedTuple):
    """What became of those who entered: share that went on in the end, and quartiles of days to leaving."""

    went_on: float
    days_quartiles: tuple[float, float, float]


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
        quartile that was never reached is NaN.

    Examples
    --------
    >>> on, left = np.array([True, True, False, False]), np.array([True, True, True, False])
    >>> passage(np.array([10.0, 20.0, 30.0, 40.0]), on, left, np.zeros(4)).days_quartiles
    (10.0, 20.0, 30.0)
    """
    if not left.any():
        return Passage(np.nan, (np.nan, np.nan, np.nan))
    times, at = np.unique(days[left], return_inverse=True)
    leaving = np.bincount(at)
    going_on = np.bincount(at, weights=went_on[left])
    entered = np.searchsorted(np.sort(watched_from), times, side="right")
    at_risk = entered - np.searchsorted(np.sort(days), times, side="left")
    stays = np.cumprod(1 - leaving / at_risk)
    before = np.concatenate([[1.0], stays[:-1]])
    on = float((before * going_on / at_risk).sum() / (before * leaving / at_risk).sum())
    quartiles = [_first_below(times, stays, level) for level in (0.75, 0.5, 0.25)]
    return Passage(on, (quartiles[0], quartiles[1], quartiles[2]))


def _first_below(times: Vector, stays: Vector, level: float) -> float:
    reached = stays <= level + 1e-12
    return float(times[reached.argmax()]) if reached.any() else float("nan")

"""Which share of the deals born is won by which age, from past births with those still open taken as censored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from salesops.win_probability.marks import days_of, whole_days

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]

# Age is counted in half months, up to what a deal born tomorrow can reach within the quarters ahead.
STEP_DAYS = 365.25 / 24
OLDEST = 26


@dataclass(frozen=True)
class WinCurve:
    """Chances to be won, and to be lost, in each half month of a deal's life, pooled over cohorts.

    Parameters
    ----------
    at_risk, won, lost
        Deals open at the start of each half month of age and watched to its end, and what became of them in it.
    """

    at_risk: NDArray[np.int64]
    won: NDArray[np.int64]
    lost: NDArray[np.int64]

    def cumulative(self) -> NDArray[np.float64]:
        """Return the share won by each age, from 0 on, shape (ages + 1,)."""
        risk = np.maximum(self.at_risk, 1)
        shares: NDArray[np.float64] = won_by_age((self.won / risk)[None], (self.lost / risk)[None])[0]
        return shares

    def draw(self, rng: np.random.Generator, count: int) -> Matrix:
        """Return drawn shares won by each age, shape (count, ages + 1): how well the curve is known.

        Chances of an age that few deals have reached lean on the average of all ages, with the weight of one deal.
        """
        kinds = np.stack([self.won, self.lost, self.at_risk - self.won - self.lost], axis=1)
        pooled = (kinds.sum(axis=0) + 1e-3) / (kinds.sum() + 3e-3)
        gammas = rng.gamma(kinds + pooled, size=(count, *kinds.shape))
        shares = gammas / np.maximum(gammas.sum(axis=2, keepdims=True), 1e-12)
        return won_by_age(shares[..., 0], shares[..., 1])


def won_by_age(won: Matrix, lost: Matrix) -> Matrix:
    """Return shares won by each age from chances in each step of age given that the deal is open, shape (n, ages).

    Examples
    --------
    >>> won_by_age(np.array([[0.5, 0.5]]), np.array([[0.25, 0.5]])).tolist()
    [[0.0, 0.5, 0.625]]
    """
    still_open = np.cumprod(1 - won - lost, axis=1)
    before = np.hstack([np.ones((len(won), 1)), still_open[:, :-1]])
    return np.hstack([np.zeros((len(won), 1)), np.cumsum(before * won, axis=1)])


def learn_win_curve(deals: pd.DataFrame, since: pd.Timestamp, last_day: pd.Timestamp) -> WinCurve:
    """Return the curve of the deals born after one day and up to another.

    Parameters
    ----------
    deals
        created_at, closed_at and status, as known on `last_day`.
    since, last_day
        First day is not counted, last day is.
    """
    newer = days_of(deals["created_at"]) > np.datetime64(since, "D")
    born, closed = days_of(deals["created_at"])[newer], days_of(deals["closed_at"])[newer]
    status = deals["status"].to_numpy(str)[newer]
    watched = np.floor(whole_days(np.datetime64(last_day, "D") - born) / STEP_DAYS).astype(int)
    age = np.floor(np.nan_to_num(whole_days(closed - born), nan=np.inf) / STEP_DAYS)
    # A step of age that was watched in part only would count its wins, but not all of its deals.
    ended = np.where(age < watched, age, OLDEST).clip(0, OLDEST).astype(int)
    leaves = np.minimum(np.minimum(ended + 1, watched), OLDEST)
    at_risk = len(born) - np.cumsum(np.bincount(leaves, minlength=OLDEST + 1))[:OLDEST]
    counts = (_by_age(ended[status == kind]) for kind in ("won", "lost"))
    return WinCurve(at_risk, *counts)


def _by_age(ages: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.bincount(ages, minlength=OLDEST + 1)[:OLDEST]

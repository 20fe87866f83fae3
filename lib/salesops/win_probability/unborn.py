"""Bookings from deals not yet born: how many will come, which share is won by when, and what a won deal brings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.win_probability.arrivals import LEARNED_MONTHS, Arrivals, learn_arrivals, months_between
from salesops.win_probability.win_curve import OLDEST, STEP_DAYS, WinCurve, learn_win_curve

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from salesops.win_probability.standpoints import Standpoint

    Matrix = NDArray[np.float64]

BIRTHS_IN_A_MONTH = 6
# More wins than this in one quarter add up to a normal amount, and need not be drawn one by one.
MANY_WINS = 500
FEWEST_AMOUNTS = 10


@dataclass(frozen=True)
class Unborn:
    """What is known of deals still to come.

    Parameters
    ----------
    arrivals
        Births per month.
    curve
        Share won by age.
    amounts
        Of past won deals, from which those of new ones are drawn.
    """

    arrivals: Arrivals
    curve: WinCurve
    amounts: NDArray[np.float64]


def learn_unborn(standpoint: Standpoint) -> Unborn:
    """Return what the deals of the last four years tell of deals still to come.

    A deal born before the first closing on record may be missing if it closed sooner, so births count from then on.
    """
    deals, day = standpoint.deals, standpoint.day
    since = max(deals["closed_at"].min(), day - pd.DateOffset(months=LEARNED_MONTHS))
    won = deals[(deals["status"] == "won") & (deals["closed_at"] > since)]
    return Unborn(
        learn_arrivals(deals["created_at"], since, day),
        learn_win_curve(deals, since, day),
        won["amount"].dropna().to_numpy(float),
    )


def simulate_unborn(
    unborn: Unborn,
    day: pd.Timestamp,
    ends: pd.Series,
    odds_of: Callable[[Matrix], Matrix],
    factor: Matrix,
    rng: np.random.Generator,
) -> Matrix:
    """Return simulated bookings from deals not yet born, shape (simulations, quarters).

    Parameters
    ----------
    unborn
        From `learn_unborn`.
    day
        Deals are born after it.
    ends
        Last day of each quarter.
    odds_of
        From a chance to its odds, see `Fortune.odds`.
    factor
        What the fortune of each quarter does to the odds of winning, shape (simulations, quarters).
    rng
        Of the random draws.
    """
    if len(unborn.amounts) < FEWEST_AMOUNTS:
        return np.zeros(factor.shape)
    months = months_between(day, ends.iloc[-1])
    births = unborn.arrivals.draw(months, rng, len(factor))
    share = np.einsum("sa,amq->smq", unborn.curve.draw(rng, len(factor)), won_in(months, day, ends))
    odds = odds_of(share) * factor[:, None, :]
    wins = rng.poisson(np.einsum("sm,smq->sq", births, odds / (1 + odds)))
    known = unborn.amounts.std() / unborn.amounts.mean() / np.sqrt(len(unborn.amounts)) if unborn.amounts.any() else 0.0
    return total_amounts(wins, unborn.amounts, rng) * np.exp(known * rng.standard_normal((len(factor), 1)))


def won_in(months: pd.DataFrame, day: pd.Timestamp, ends: pd.Series) -> NDArray[np.float64]:
    """Return the weights that turn shares won by age into shares won in each quarter by month of birth.

    Births are spread evenly over the days of a month. With `curve` of shape (ages + 1,), `curve @ weights` would be of
    shape (months, quarters).

    Parameters
    ----------
    months
        starts and days, from `months_between`.
    day
        Day before the first quarter.
    ends
        Last day of each quarter.

    Returns
    -------
    ndarray of shape (ages + 1, months, quarters)
    """
    starts = (months["starts"] - day).dt.days.to_numpy() - 1
    spread = (np.arange(BIRTHS_IN_A_MONTH) + 0.5) / BIRTHS_IN_A_MONTH
    born = starts[:, None] + spread * months["days"].to_numpy()[:, None]
    borders = np.r_[0, (ends - day).dt.days.to_numpy()]
    age = ((borders - born[..., None]) / STEP_DAYS).clip(0, OLDEST)
    # Linear between whole steps of age: each age is a weighted mean of the two around it.
    weights = np.maximum(1 - np.abs(age - np.arange(OLDEST + 1)[:, None, None, None]), 0)
    by_border: NDArray[np.float64] = weights.mean(axis=2)
    return np.diff(by_border, axis=2)


def total_amounts(wins: NDArray[np.int64], amounts: NDArray[np.float64], rng: np.random.Generator) -> Matrix:
    """Return the sum of so many amounts drawn at random, shape as `wins`.

    Examples
    --------
    >>> total_amounts(np.array([[0, 3]]), np.array([10.0]), np.random.default_rng(1)).tolist()
    [[0.0, 30.0]]
    """
    if wins.max(initial=0) > MANY_WINS:
        spread = amounts.std() * np.sqrt(wins) * rng.standard_normal(wins.shape)
        totals: Matrix = np.maximum(wins * amounts.mean() + spread, 0.0)
        return totals
    drawn = amounts[rng.integers(len(amounts), size=wins.sum())]
    cell = np.repeat(np.arange(wins.size), wins.ravel())
    return np.asarray(np.bincount(cell, drawn, minlength=wins.size), np.float64).reshape(wins.shape)

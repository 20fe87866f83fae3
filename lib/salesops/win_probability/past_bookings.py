"""How well bookings of past quarters were foretold: the same machinery at their starts, against what was booked."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from salesops.not_enough_data import passes_not_enough_data
from salesops.win_probability.marks import MONTHS_PER_QUARTER, month_marks
from salesops.win_probability.simulated_bookings import simulate, stated_then
from salesops.win_probability.standpoints import past_standpoints, won_between

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from numpy.typing import NDArray

    from salesops.not_enough_data import NotEnoughData
    from salesops.win_probability.learn import DealModel
    from salesops.win_probability.standpoints import Standpoint

QUARTERS_AHEAD = 4
COLUMNS = ["period", "made_on", "quarters_ahead", "mean", "p10", "p50", "p90", "sd", "actual"]
# What past quarters ask for is mixed with the model's own width as if that had been right in this many quarters.
QUARTERS_OF_TRUST = 8


@passes_not_enough_data
def past_bookings(learned: DealModel, opportunities: pd.DataFrame) -> pd.DataFrame | NotEnoughData:
    """Return what would have been foretold at the starts of past quarters, and what was booked.

    At each start all is learned anew from what was known then: chances, swing, season, arrivals, amounts.

    Parameters
    ----------
    learned
        From `salesops.win_probability.learn.learn`.
    opportunities
        Table of deals, cut to the as-of day.

    Returns
    -------
    DataFrame
        period, made_on (day), quarters_ahead (1 for the quarter that followed that day), mean, p10, p50, p90, sd,
        actual; no rows if no past quarter had enough deals closed before it.
    """
    lines = [
        line
        for standpoint in past_standpoints(learned, opportunities)
        for line in _foretold(standpoint, learned, opportunities)
    ]
    return pd.DataFrame(lines, columns=COLUMNS)


def next_quarters(past: pd.DataFrame) -> pd.DataFrame:
    """Return the lines of the quarter that followed each standpoint."""
    return past[past["quarters_ahead"] == 1].reset_index(drop=True)


def width_asked_for(past: pd.DataFrame) -> float:
    """Return the factor on the width of intervals that past quarters ask for, never under 1.

    The mean of ((actual − mean) ÷ standard deviation)² over past quarters is 1 if the width was right; it is mixed
    with the model's own 1 by their numbers.

    Examples
    --------
    >>> line = {"quarters_ahead": 1, "mean": 100.0, "sd": 10.0}
    >>> [width_asked_for(pd.DataFrame([{**line, "actual": actual}] * 8)) for actual in (101.0, 130.0)]
    [1.0, 2.23606797749979]
    """
    off = next_quarters(past)
    squares = ((off["actual"] - off["mean"]) / off["sd"].where(off["sd"] > 0)).dropna() ** 2
    asked = (squares.sum() + QUARTERS_OF_TRUST) / (len(squares) + QUARTERS_OF_TRUST)
    return float(np.sqrt(max(asked, 1.0)))


def track_record(past: pd.DataFrame) -> pd.DataFrame:
    """Return how the past forecasts did, by quarters ahead.

    Returns
    -------
    DataFrame
        quarters_ahead, quarters (how many), held (how many lay within their 80% interval), coverage with low and
        high (exact binomial, 80%), bias (sum of mean − actual over sum of actual) and wape.
    """
    within = past["actual"].between(past["p10"], past["p90"])
    gap = past["mean"] - past["actual"]
    sums = (
        pd.DataFrame({"held": within, "gap": gap, "missed": gap.abs(), "actual": past["actual"], "quarters": 1})
        .groupby(past["quarters_ahead"])
        .sum()
    )
    low, high = exact_interval(sums["held"], sums["quarters"])
    booked = sums["actual"].where(sums["actual"] > 0)
    found = sums[["quarters", "held"]].assign(
        coverage=sums["held"] / sums["quarters"],
        low=low,
        high=high,
        bias=sums["gap"] / booked,
        wape=sums["missed"] / booked,
    )
    return found.reset_index()


def exact_interval(successes: Any, trials: Any, level: float = 0.8) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the interval of Clopper and Pearson (1934), which holds at least as often as it says.

    Examples
    --------
    >>> low, high = exact_interval([8], [10], level=0.95)
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.444], [0.975])
    """
    low, high = proportion_confint(np.asarray(successes), np.asarray(trials), alpha=1 - level, method="beta")
    return low, high


def _foretold(standpoint: Standpoint, learned: DealModel, opportunities: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    marks = month_marks(learned.as_of, learned.last_mark)
    ends = marks[standpoint.mark :: MONTHS_PER_QUARTER][1 : QUARTERS_AHEAD + 1]
    ahead = np.arange(1.0, len(ends) + 1)
    totals = simulate(standpoint, stated_then(standpoint), ahead, pd.Series(pd.DatetimeIndex(ends))).totals
    p10, p50, p90 = np.quantile(totals, [0.1, 0.5, 0.9], axis=0)
    borders = [standpoint.day, *pd.DatetimeIndex(ends)]
    for i, (after, until) in enumerate(pairwise(borders)):
        actual = won_between(opportunities, after, until)
        figures = (totals[:, i].mean(), p10[i], p50[i], p90[i], totals[:, i].std(), actual)
        yield (_period(until), standpoint.day, i + 1, *figures)


def _period(until: pd.Timestamp) -> str:
    """Return 2026Q3 for a calendar quarter, or the month in which three months end."""
    return str(until.to_period("Q" if until == until.to_period("Q").end_time.normalize() else "M"))

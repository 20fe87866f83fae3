"""One step of the funnel: who was in it in a window of time, who went on, who was lost there, and how long it took."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.win_probability.arrival import arrival
from salesops.win_probability.marks import MONTHS_PER_QUARTER, whole_days
from salesops.win_probability.passage import passage
from salesops.win_probability.wilson import wilson_interval

if TYPE_CHECKING:
    from datetime import date

    from salesops.win_probability.marks import Days
    from salesops.win_probability.passage import Vector


def window(as_of: date, quarters: int) -> tuple[np.datetime64, np.datetime64]:
    """Return the day before the last `quarters` began, and their last day.

    Examples
    --------
    >>> from datetime import date
    >>> [str(day) for day in window(date(2026, 9, 30), 2)]
    ['2026-03-30', '2026-09-30']
    """
    last = np.datetime64(as_of, "D")
    return (pd.Timestamp(as_of) - pd.DateOffset(months=MONTHS_PER_QUARTER * quarters)).to_numpy().astype(
        last.dtype
    ), last


def step_with_losses(
    entered: Days, onward: Days, lost: Days, amounts: Vector, start: np.datetime64, last: np.datetime64
) -> dict[str, float]:
    """Return a step that deals leave by going on or by being lost.

    Parameters
    ----------
    entered, onward, lost
        Day each deal entered, got further, was lost; missing (NaT) if it did not.
    amounts
        Amount of each deal.
    start, last
        From `window`.

    Returns
    -------
    dict
        left, went_on, lost (deals), lost_amount; conversion with low and high; days_q1, days_median, days_q3 to
        leaving, and days_low and days_high of the median.
    """
    # A deal that had been further before it came here has gone back: it is judged where it came from.
    here = ~np.isnat(entered) & ~(onward < entered)
    ended = np.where(np.isnat(onward), lost, onward)
    ended = np.where(np.isnat(ended) | (ended > last), np.datetime64("NaT"), ended)
    here &= ~(ended <= start)
    entered, onward, ended, amounts = entered[here], onward[here], ended[here], amounts[here]
    left, went_on = ~np.isnat(ended), ~np.isnat(onward)
    days = whole_days(np.where(left, ended, last) - entered)
    found = passage(days, went_on, left, np.maximum(whole_days(start - entered), 0.0))
    trials, gone = float(left.sum()), left & ~went_on
    low, high = wilson_interval(found.went_on * trials if trials else 0.0, trials)
    return {
        "left": trials, "went_on": float(went_on.sum()), "lost": float(gone.sum()),
        "lost_amount": float(np.nansum(amounts[gone])), "conversion": found.went_on, "low": float(low),
        "high": float(high), **_days(found.days_quartiles, found.median_interval),
    }  # fmt: skip


def step_without_losses(entered: Days, onward: Days, start: np.datetime64, last: np.datetime64) -> dict[str, float]:
    """Return a step whose losses nobody notes, for those who entered it in the window; parameters as above.

    Returns
    -------
    dict
        As `step_with_losses`, but lost and lost_amount are unknown, left are those who went on, and days are those of
        the ones that go on.
    """
    here = (entered > start) & (entered <= last)
    entered, onward = entered[here], onward[here]
    went_on = onward <= last
    watched = whole_days(last - entered)
    days = np.where(went_on, np.maximum(whole_days(onward - entered), 0.0), watched)
    found = arrival(days, went_on, watched)
    gone = float(went_on.sum())
    return {
        "left": gone, "under_way": len(days) - gone, "went_on": gone, "lost": np.nan, "lost_amount": np.nan,
        "conversion": found.share, "low": found.low, "high": found.high,
        **_days(found.days_quartiles, found.median_interval),
    }  # fmt: skip


def _days(quartiles: tuple[float, ...], median_interval: tuple[float, ...]) -> dict[str, float]:
    names = ("days_q1", "days_median", "days_q3", "days_low", "days_high")
    return dict(zip(names, (*quartiles, *median_interval), strict=True))

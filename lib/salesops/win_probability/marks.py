"""The days at which the pipeline is looked at: one a month, counted back from the as-of day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    Days = NDArray[np.datetime64]

MONTHS_PER_QUARTER = 3
DAYS_PER_QUARTER = 365.25 / 4


def month_marks(as_of: date, months: int) -> Days:
    """Return the last `months` + 1 monthly marks, oldest first, ending with `as_of`.

    Month ends are followed by month ends; any other day keeps its place in the month.

    Examples
    --------
    >>> from datetime import date
    >>> month_marks(date(2026, 9, 30), 2).astype(str).tolist()
    ['2026-07-31', '2026-08-31', '2026-09-30']
    """
    last = pd.Timestamp(as_of)
    if last.is_month_end:
        marks = pd.date_range(end=last, periods=months + 1, freq="ME")
    else:
        marks = pd.DatetimeIndex([last - pd.DateOffset(months=back) for back in range(months, -1, -1)])
    return marks.to_numpy().astype("datetime64[D]")


def days_of(dates: pd.Series) -> Days:
    """Return dates as whole days, without a time of day; missing dates stay missing (NaT)."""
    return pd.to_datetime(dates).to_numpy().astype("datetime64[D]")


def whole_days(difference: NDArray[np.timedelta64]) -> NDArray[np.float64]:
    """Return day differences as numbers; a missing one becomes NaN.

    Examples
    --------
    >>> whole_days(np.array(["2026-01-03", "NaT"], "datetime64[D]") - np.datetime64("2026-01-01"))
    array([ 2., nan])
    """
    return difference / np.timedelta64(1, "D")


def coming_quarters(as_of: date, count: int = 4) -> pd.DataFrame:
    """Return the calendar quarters that end after `as_of`, the first of which may have begun.

    Returns
    -------
    DataFrame
        period (2026Q4), ends (datetime64) and quarters_ahead: the distance of its end from `as_of`, in quarters;
        whole numbers when `as_of` is the last day of a quarter.

    Examples
    --------
    >>> from datetime import date
    >>> coming_quarters(date(2026, 9, 30), 2)[["period", "quarters_ahead"]].values.tolist()
    [['2026Q4', 1.0], ['2027Q1', 2.0]]
    """
    tomorrow = pd.Timestamp(as_of) + pd.Timedelta(days=1)
    periods = pd.period_range(tomorrow.to_period("Q"), periods=count, freq="Q")
    ends = periods.end_time.normalize()
    first_days = (ends[0] - pd.Timestamp(as_of)).days
    length = (ends[0] - periods[0].start_time.normalize()).days + 1
    ahead = first_days / length + np.arange(count)
    return pd.DataFrame({"period": periods.astype(str), "ends": ends, "quarters_ahead": ahead})

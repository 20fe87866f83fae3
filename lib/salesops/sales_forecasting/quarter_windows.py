"""The same day of this quarter and of past ones: what was sold before it, and what was still to be sold after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from salesops.sales_forecasting.periods import quarter_of

if TYPE_CHECKING:
    from datetime import date

    from salesops.sales_forecasting.panel import Array

QUARTER_MONTHS = 3


@dataclass(frozen=True)
class QuarterWindows:
    """Quarters in the order of time, each cut at the same day; the last one is the one asked about.

    Parameters
    ----------
    first, end
        First and last day of each quarter; days (datetime64[D]).
    known
        Last day that is known: the day before `first` where nothing of the quarter has passed.
    """

    first: Array
    known: Array
    end: Array

    @property
    def period(self) -> str:
        """Return the quarter asked about, such as 2026Q4."""
        return quarter_of(self.first[-1].astype("datetime64[M]"))

    @property
    def day(self) -> int:
        """Return how many days of the quarter have passed."""
        return int((self.known[-1] - self.first[-1]).astype(int)) + 1

    @property
    def whole_months(self) -> int:
        """Return how many months of the quarter have passed."""
        return int(((self.known[-1] + 1).astype("datetime64[M]") - self.first[-1].astype("datetime64[M]")).astype(int))

    @property
    def month_end(self) -> Array:
        """Return the last day of the last month that has passed, in each quarter."""
        months = self.first.astype("datetime64[M]") + self.whole_months
        return np.asarray(months.astype("datetime64[D]") - 1)

    def since(self, day: np.datetime64) -> QuarterWindows:
        """Return the quarters that began on a day or later, and the one asked about."""
        kept = self.first >= day
        kept[-1] = True
        return QuarterWindows(self.first[kept], self.known[kept], self.end[kept])


def quarter_windows(as_of: date, quarters: int) -> QuarterWindows:
    """Return the quarter of the day after `as_of`, and as many before it, each cut at the same day.

    Parameters
    ----------
    as_of
        Last day that is known. The end of a quarter asks about the next one, of which nothing has passed.
    quarters
        Quarters before it.

    Examples
    --------
    >>> from datetime import date
    >>> windows = quarter_windows(date(2026, 11, 14), 1)
    >>> windows.period, windows.day, windows.whole_months
    ('2026Q4', 45, 1)
    >>> windows.known.astype(str).tolist()
    ['2026-08-14', '2026-11-14']
    >>> quarter_windows(date(2026, 9, 30), 0).period
    '2026Q4'
    """
    now = np.datetime64(as_of, "D")
    month = int((now + 1).astype("datetime64[M]").astype(int))
    months = month - month % QUARTER_MONTHS - QUARTER_MONTHS * np.arange(quarters, -1, -1)
    first = months.astype("datetime64[M]").astype("datetime64[D]")
    end = (months + QUARTER_MONTHS).astype("datetime64[M]").astype("datetime64[D]") - 1
    # The longest quarter's last days have no match in a shorter one: there, all but its last day has passed.
    known = np.minimum(first + (now - first[-1]), end - 1)
    known[-1] = now
    return QuarterWindows(first, known, end)


def sums_between(days: Array, amounts: Array, after: Array, until: Array) -> Array:
    """Return the sum of amounts over days later than `after`, up to `until`; one per window.

    Parameters
    ----------
    days, amounts
        One per order line; days in any order.
    after, until
        One per window; days.

    Examples
    --------
    >>> days = np.array(["2026-01-01", "2026-01-02", "2026-01-03"], dtype="datetime64[D]")
    >>> sums_between(days, np.array([1.0, 2.0, 4.0]), days[:1], days[2:]).tolist()
    [6.0]
    """
    order = np.argsort(days, kind="stable")
    running = np.concatenate([[0.0], np.cumsum(amounts[order])])
    at = [running[np.searchsorted(days[order], edge, side="right")] for edge in (after, until)]
    return np.asarray(at[1] - at[0])

"""Quarters as text (2026Q3), as whole numbers that can be counted with, and as days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

QUARTERS, MONTHS = 4, 3


def quarter_number(text: Any) -> Ints:
    """Return quarters written 2026Q3 as whole numbers, one apart from each to the next.

    Examples
    --------
    >>> (quarter_number(["2027Q1"]) - quarter_number(["2026Q3"])).tolist()
    [2]
    """
    names = pd.Series(text, dtype="str")
    number = names.str[:4].astype(int) * QUARTERS + names.str[5:].astype(int) - 1
    return np.asarray(number, dtype=np.int64)


def quarter_text(number: Any) -> list[str]:
    """Return whole numbers of `quarter_number` as text.

    Examples
    --------
    >>> quarter_text(quarter_number(["2026Q4"]) + 1)
    ['2027Q1']
    """
    return [f"{n // QUARTERS}Q{n % QUARTERS + 1}" for n in np.asarray(number).tolist()]


def quarter_of_day(days: Any) -> Ints:
    """Return the number of the quarter that each day lies in."""
    found = pd.to_datetime(pd.Series(days))
    return np.asarray(found.dt.year * QUARTERS + found.dt.quarter - 1, dtype=np.int64)


def quarter_ends(number: Any) -> tuple[pd.Series, pd.Series]:
    """Return the first and the last day of each quarter.

    Examples
    --------
    >>> [day[0].date().isoformat() for day in quarter_ends(quarter_number(["2026Q3"]))]
    ['2026-07-01', '2026-09-30']
    """
    months = np.asarray(number, dtype=np.int64) * MONTHS - 1970 * QUARTERS * MONTHS
    first = pd.Series(months.astype("datetime64[M]").astype("datetime64[us]"))
    after = pd.Series((months + MONTHS).astype("datetime64[M]").astype("datetime64[us]"))
    return first, after - pd.Timedelta(days=1)


def last_complete_quarter(as_of: date) -> int:
    """Return the number of the last quarter that was over on the evening of `as_of`.

    A quarter of which only a part is known would look like a bad one for everybody at once.

    Examples
    --------
    >>> from datetime import date
    >>> quarter_text([last_complete_quarter(day) for day in (date(2026, 9, 30), date(2026, 9, 29))])
    ['2026Q3', '2026Q2']
    """
    tomorrow = pd.Timestamp(as_of) + pd.Timedelta(days=1)
    return int(quarter_of_day([tomorrow])[0]) - 1

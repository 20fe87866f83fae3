"""Years, quarters and months, as they are written in targets: 2026, 2026Q4, 2026-10."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from salesops.sales_forecasting.panel import Array

PATTERN = r"^(?P<year>\d{4})(?:Q(?P<quarter>[1-4])|-(?P<month>\d{2}))?$"
YEAR, QUARTER, MONTH = "year", "quarter", "month"


def month_bounds(periods: pd.Series) -> tuple[Array, Array]:
    """Return first and last month of each period, counted from January 1970.

    Examples
    --------
    >>> import pandas as pd
    >>> first, last = month_bounds(pd.Series(["1970", "1970Q2", "1971-01"]))
    >>> first.tolist(), last.tolist()
    ([0, 3, 12], [11, 5, 12])
    """
    part = periods.astype(str).str.extract(PATTERN)
    quarter, month = (part[name].astype(float).to_numpy() for name in (QUARTER, MONTH))
    within = np.select([np.isfinite(quarter), np.isfinite(month)], [3 * quarter - 3, month - 1], 0)
    first = (part[YEAR].astype(int).to_numpy() - 1970) * 12 + within.astype(int)
    return first, first + month_count(periods) - 1


def month_count(periods: pd.Series) -> Array:
    """Return the number of months of each period.

    Examples
    --------
    >>> import pandas as pd
    >>> month_count(pd.Series(["2026", "2026Q4", "2026-10"])).tolist()
    [12, 3, 1]
    """
    text = periods.astype(str)
    return np.select([text.str.contains("Q").to_numpy(bool), text.str.contains("-").to_numpy(bool)], [3, 1], 12)


def quarter_of(month: np.datetime64) -> str:
    """Return the quarter that a month lies in.

    Examples
    --------
    >>> quarter_of(np.datetime64("2026-10"))
    '2026Q4'
    """
    count = int(month.astype("datetime64[M]").astype(int))
    return f"{1970 + count // 12}Q{count % 12 // 3 + 1}"

"""What earlier runs said of whole quarters, beside what then came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.sales_forecasting.series import COMPANY
from salesops.sales_forecasting.value_added import ALL, NAIVE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

WHOLE_MONTHS = 3


@passes_not_enough_data
def past_quarters(said: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame | NotEnoughData:
    """Set what was said of quarters against what came, for quarters that are over.

    Parameters
    ----------
    said
        Result of `said_before` of the table this_quarter.
    history
        Result of `monthly_sales`.

    Returns
    -------
    DataFrame or NotEnoughData
        made_on, period, mean, p10, p90 (of all ways weighted together), naive (sold by then, and the days left of the
        year before) and actual; in the order of the days.
    """
    company = history[history["level"] == COMPANY]
    quarter = company["ds"].dt.to_period("Q")
    sums = company["y"].groupby(quarter).agg(["sum", "size"])
    actual = sums.loc[sums["size"] == WHOLE_MONTHS, "sum"]
    actual.index = actual.index.astype(str)
    keys = ["made_on", "period"]
    naive = said[said["key"] == NAIVE].set_index(keys)["mean"].rename("naive")
    weighted = said[said["key"] == ALL].join(naive, on=keys)
    scored = weighted.assign(actual=weighted["period"].map(actual)).dropna(subset="actual")
    if scored.empty:
        return NotEnoughData("a quarter that was forecast and is over")
    return scored.sort_values(keys, ignore_index=True)[[*keys, "mean", "p10", "p90", "naive", "actual"]]


def quarters_said(quarters: pd.DataFrame) -> Sequence[float]:
    """Return the mean error, as a share of sales, of what was said of quarters and of the year before.

    Examples
    --------
    >>> import pandas as pd
    >>> quarters_said(pd.DataFrame({"mean": [11.0, 9.0], "naive": [8.0, 14.0], "actual": [10.0, 10.0]}))
    (0.1, 0.3)
    """
    actual = quarters["actual"].abs().sum()
    return tuple(float((quarters[name] - quarters["actual"]).abs().sum() / actual) for name in ("mean", "naive"))

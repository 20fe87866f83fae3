"""What earlier runs said, as the ledger keeps it, beside what then came: the accuracy of what was said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.sales_forecasting.series import last_complete_month
from salesops.tables import ledger

if TYPE_CHECKING:
    from datetime import date

    from salesops.sales_forecasting.panel import Array

TOPIC, TABLE = "sales_forecasting", "forecast"
YEAR_MONTHS = 12
COLUMNS = ["made_on", "level", "key", "period", "months_ahead", "mean", "p10", "p50", "p90", "actual", "naive"]


def said_before(run_dir: str, as_of: date, table: str = TABLE) -> pd.DataFrame | NotEnoughData:
    """Return the sales forecasts of earlier runs, as `salesops.tables.ledger.said_before` does.

    Parameters
    ----------
    run_dir, as_of
        As there.
    table
        forecast (months) or this_quarter (quarters, `key` is the way).
    """
    return ledger.said_before(run_dir, as_of, TOPIC, table)


@passes_not_enough_data
def past_forecasts(said: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame | NotEnoughData:
    """Set what was said against what came, for months that are over.

    Parameters
    ----------
    said
        Result of `said_before`.
    history
        Result of `monthly_sales`.

    Returns
    -------
    DataFrame or NotEnoughData
        made_on, level, key, period, months_ahead (1 for the first month after made_on), mean, p10, p50, p90, actual and
        naive (the same month of the last year that was known on made_on; NaN where there was none).
    """
    month = said["period"].to_numpy().astype("datetime64[M]")
    known = np.array([last_complete_month(day) for day in said["made_on"].dt.date], "datetime64[M]")
    ahead = (month - known).astype(int)
    sales = pd.Series(
        history["y"].to_numpy(float),
        index=pd.MultiIndex.from_arrays(
            [history["level"], history["key"], history["ds"].to_numpy("datetime64[M]").astype(int)]
        ),
    )
    years = np.maximum(-(-ahead // YEAR_MONTHS), 1)
    actual = _at(sales, said, month.astype(int))
    naive = _at(sales, said, month.astype(int) - YEAR_MONTHS * years)
    scored = said.assign(months_ahead=ahead, actual=actual, naive=naive)
    scored = scored[(scored["months_ahead"] > 0) & scored["actual"].notna()]
    if scored.empty:
        return NotEnoughData("a past forecast whose month is over", "no month that was forecast has passed yet")
    return scored.sort_values(["made_on", "level", "key", "period"], ignore_index=True)[COLUMNS]


def _at(sales: pd.Series, said: pd.DataFrame, month: Array) -> Array:
    wanted = pd.MultiIndex.from_arrays([said["level"], said["key"], month])
    return sales.reindex(wanted).to_numpy(float)


def accuracy_of_said(past: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return how good what was said was.

    Parameters
    ----------
    past
        Result of `past_forecasts`, of the parts wanted.
    by
        made_on, months_ahead or level.

    Returns
    -------
    DataFrame
        `by`, months (how many), wape (sum of absolute errors over sum of sales), naive_wape (of the year before, over
        the months that have one), bias (sum of forecast less actual over sum of sales), coverage (share of months
        within p10 to p90) and banded (months with a band).
    """
    miss = (past["actual"] - past["mean"]).abs()
    banded = past["p10"].notna() & past["p90"].notna()
    held = banded & past["actual"].between(past["p10"], past["p90"])
    naive = (past["actual"] - past["naive"]).abs()
    sums = (
        pd.DataFrame(
            {
                "months": 1, "miss": miss, "gap": past["mean"] - past["actual"], "actual": past["actual"].abs(),
                "naive": naive, "naive_actual": past["actual"].abs().where(naive.notna()),
                "held": held, "banded": banded,
            }
        )
        .groupby(past[by])
        .sum()
    )  # fmt: skip
    return sums[["months", "banded"]].assign(
        wape=sums["miss"] / sums["actual"],
        naive_wape=sums["naive"] / sums["naive_actual"].where(sums["naive_actual"] > 0),
        bias=sums["gap"] / sums["actual"],
        coverage=sums["held"] / sums["banded"].where(sums["banded"] > 0),
    ).reset_index()  # fmt: skip

"""The tables of forecasts that other notebooks and spreadsheets read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.sales_forecasting.totals import completed, located

if TYPE_CHECKING:
    from salesops.sales_forecasting.outlook import Outlook
    from salesops.sales_forecasting.panel import Array

QUANTILES = {"p10": 0.1, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p90": 0.9}
TABLE = ["level", "key", "period", "mean", *QUANTILES, "model"]
TOTALS = ["level", "key", "period", "sales_so_far", "mean", "p10", "p50", "p90"]


@passes_not_enough_data
def forecast_table(outlook: Outlook) -> pd.DataFrame:
    """Return one row per part of the business and month ahead.

    Means add up exactly: the cells of a region to the region, and regions, product lines, channels, reps and cells
    each to the company. Parts that cannot be forecast have no rows and count as nothing. Quantiles do not add up, since
    not all parts have their bad months together.

    Parameters
    ----------
    outlook
        Result of `forecast_sales`.

    Returns
    -------
    DataFrame
        level, key, period (2026-10), mean, p10, p25, p50, p75, p90 (money) and model. Quantiles are NaN where history
        was too short to forecast any of it again.
    """
    steps = np.arange(1, outlook.horizon + 1)
    months = (outlook.last_month + steps).astype(str)
    count = len(outlook.level)
    columns = {"mean": outlook.mean, **path_quantiles(outlook.paths, outlook.floor)}
    frame = {name: values.T.ravel() for name, values in columns.items()}
    names = {name: np.repeat(values, len(steps)) for name, values in _names(outlook).items()}
    return pd.DataFrame({**names, "period": np.tile(months, count), **frame})[TABLE]


@passes_not_enough_data
def forecast_totals(outlook: Outlook) -> pd.DataFrame | NotEnoughData:
    """Return one row per part of the business and whole quarter or year that ends within the horizon.

    Returns
    -------
    DataFrame or NotEnoughData
        level, key, period (2026Q4, 2027), sales_so_far (money, of the period's months that are known), mean (with what
        is so far; the sum of its months), p10, p50 and p90. NotEnoughData if no quarter ends within the horizon.
    """
    first, last = int(outlook.last_month.astype(int)) + 1, int(outlook.last_month.astype(int)) + outlook.horizon
    quarters = [f"{1970 + q // 4}Q{q % 4 + 1}" for q in range(first // 3, (last + 1) // 3)]
    years = [str(1970 + year) for year in range(first // 12, (last + 1) // 12)]
    if not quarters:
        return NotEnoughData("a horizon that reaches the end of a quarter")
    periods = [*quarters, *years]
    names = {name: np.repeat(values, len(periods)) for name, values in _names(outlook).items() if name != "model"}
    wanted = pd.DataFrame({**names, "period": np.tile(periods, len(outlook.level)), "target": np.nan})
    rows = located(wanted, outlook)
    done = completed(rows[rows["obstacle"].isin(["", "before the first order"])], outlook)
    return done.rename(columns={"forecast": "mean"})[TOTALS]


def path_quantiles(paths: Array, floor: Array) -> dict[str, Array]:
    """Return p10 to p90 over paths (samples × … × nodes), not below what can be sold; NaN without paths."""
    if not len(paths):
        return dict.fromkeys(QUANTILES, np.full(paths.shape[1:], np.nan))
    values = np.quantile(paths, list(QUANTILES.values()), axis=0)
    return dict(zip(QUANTILES, np.maximum(values, floor), strict=True))


def _names(outlook: Outlook) -> dict[str, Array]:
    return {"level": outlook.level, "key": outlook.key, "model": outlook.model}

"""The table of forecasts that other notebooks and spreadsheets read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.not_enough_data import passes_not_enough_data
from salesops.sales_forecasting.frame import long_frame

if TYPE_CHECKING:
    import pandas as pd

    from salesops.sales_forecasting.outlook import Outlook
    from salesops.sales_forecasting.panel import Array

TABLE = ["level", "key", "period", "mean", "p10", "p25", "p50", "p75", "p90", "model"]


@passes_not_enough_data
def forecast_table(outlook: Outlook) -> pd.DataFrame:
    """Return one row per part of the business and month ahead.

    Each level is forecast on its own, so regions need not add up to the company: the company's own series carries the
    page. Parts that cannot be forecast have no rows.

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
    columns = {"mean": outlook.forecast.mean, **_quantiles(outlook)}
    table = long_frame(outlook.series, columns)
    name_of = dict(zip(outlook.series.ids, outlook.forecast.model, strict=True))
    table[["level", "key"]] = table["unique_id"].str.split("/", n=1, expand=True)
    table["period"] = table["ds"].dt.strftime("%Y-%m")
    return table.assign(model=table["unique_id"].map(name_of))[TABLE]


def _quantiles(outlook: Outlook) -> dict[str, Array]:
    mean, floor = outlook.forecast.mean, outlook.floor
    low_80, high_80 = outlook.calibration.deviations(80)
    low_50, high_50 = outlook.calibration.deviations(50)
    moved = {"p10": low_80, "p25": low_50, "p50": np.zeros_like(mean), "p75": high_50, "p90": high_80}
    return {name: np.maximum(mean + by, floor) for name, by in moved.items()}

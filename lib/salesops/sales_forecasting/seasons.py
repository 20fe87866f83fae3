"""The season in numbers: what each calendar month is worth, and what planned promotions should add."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.sales_forecasting.series import COMPANY

if TYPE_CHECKING:
    from salesops.sales_forecasting.outlook import Outlook

YEAR = 12
MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@passes_not_enough_data
def season_table(outlook: Outlook) -> pd.DataFrame | NotEnoughData:
    """Return what each calendar month is worth against the mean month of the year around it.

    Parameters
    ----------
    outlook
        Result of `forecast_sales`.

    Returns
    -------
    DataFrame or NotEnoughData
        month (1 to 12), index (1 for a month like the mean of its year; the median over years), low and high (the
        lowest and highest of the years), of the company. NotEnoughData below three years.
    """
    sales = outlook.nodes.past[:, outlook.structure.company]
    if len(sales) < 3 * YEAR:
        return NotEnoughData("orders over 36 months", f"there are {len(sales)}")
    total = np.concatenate([[0.0], np.cumsum(sales)])
    window = (total[YEAR:] - total[:-YEAR]) / YEAR
    trend = (window[:-1] + window[1:]) / 2
    if (trend <= 0).any():
        return NotEnoughData("sales above zero", "in some year returns exceed them")
    half = YEAR // 2
    month = (outlook.nodes.first.astype(int) + half + np.arange(len(trend))) % YEAR + 1
    relative = pd.DataFrame({"month": month, "index": sales[half : half + len(trend)] / trend})
    found = relative.groupby("month")["index"].agg(["median", "min", "max"]).reset_index()
    return found.rename(columns={"median": "index", "min": "low", "max": "high"})


@passes_not_enough_data
def promotions_ahead(outlook: Outlook) -> pd.DataFrame:
    """Return what planned promotions add to the company's months ahead.

    Returns
    -------
    DataFrame
        period (2026-11), added (money, part of the forecast); months without a planned promotion are left out.
    """
    company = outlook.level == COMPANY
    factor = outlook.reasons.planned[:, company].ravel()
    added = outlook.mean[:, company].ravel() * (1 - 1 / factor)
    months = (outlook.last_month + np.arange(1, outlook.horizon + 1)).astype(str)
    return pd.DataFrame({"period": months[factor != 1], "added": added[factor != 1]})

"""Forecast value added: what each step of a forecast brings over repeating the year before (Gilliland, 2010)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.not_enough_data import passes_not_enough_data
from salesops.sales_forecasting.series import COMPANY
from salesops.sales_forecasting.this_quarter import QUARTERS_OF_WEIGHTS

if TYPE_CHECKING:
    from salesops.sales_forecasting.this_quarter import ThisQuarter

NAIVE, ALL = "last year again", "weighted together"


def value_added(quarter: ThisQuarter) -> pd.DataFrame:
    """Return how far off each step was on the same day of past quarters, and what it adds over the year before.

    Returns
    -------
    DataFrame
        step, quarters, error (mean absolute error over mean sales of a quarter), value_added (error of repeating the
        year before less this error); in the order in which steps are built. All are compared over the quarters that
        all were made for; steps that are absent now have no row.
    """
    table = pd.DataFrame(
        {NAIVE: quarter.naive, **dict(zip(quarter.names, quarter.ways.T, strict=True)), ALL: quarter.past}
    )
    there = table.iloc[:-1].tail(QUARTERS_OF_WEIGHTS).dropna(axis=1, how="all").dropna()
    actual = quarter.left[there.index]
    total = float(np.mean(actual + quarter.sold[there.index])) if len(there) else np.nan
    error = there.sub(actual, axis=0).abs().mean() / total
    found = pd.DataFrame({"step": error.index, "quarters": len(there), "error": error.to_numpy()})
    return found.assign(value_added=float(error.get(NAIVE, np.nan)) - found["error"])


@passes_not_enough_data
def quarter_table(quarter: ThisQuarter) -> pd.DataFrame:
    """Return this quarter as the table that is published.

    Returns
    -------
    DataFrame
        period, level (company), way (steps of `value_added`), booked, still_to_come, total, weight, error (over past
        quarters; NaN where none is known), and p10 and p90 of the quarter's total (of all ways together).
    """
    now = {NAIVE: quarter.naive[-1], **dict(zip(quarter.names, quarter.ways[-1], strict=True)), ALL: quarter.coming}
    weight = {**dict(zip(quarter.names, quarter.weights, strict=True)), ALL: 1.0}
    error = value_added(quarter).set_index("step")["error"]
    table = pd.DataFrame({"way": list(now), "booked": quarter.booked, "still_to_come": list(now.values())})
    whole = table["way"] == ALL
    table = table.assign(
        period=quarter.period,
        level=COMPANY,
        total=table["booked"] + table["still_to_come"],
        weight=table["way"].map(weight).fillna(0.0),
        error=table["way"].map(error),
        p10=np.where(whole, quarter.low, np.nan),
        p90=np.where(whole, quarter.high, np.nan),
    )
    return table[["period", "level", "way", "booked", "still_to_come", "total", "weight", "error", "p10", "p90"]]

"""Will targets be met? Sales so far, plus the forecast of the rest, against each target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.sales_forecasting.series import ALL, COMPANY, LEVEL_COLUMNS
from salesops.sales_forecasting.totals import completed, located

if TYPE_CHECKING:
    from salesops.sales_forecasting.outlook import Outlook

SALES = "sales"
COLUMNS = [
    "period", "level", "key", "target", "forecast", "probability_met", "p10", "p90", "sales_so_far", "months_ahead",
    "source",
]  # fmt: skip
GIVEN = "given"
WHOLE = 0.95
YEAR_MONTHS = 12


@passes_not_enough_data
def target_completion(targets: pd.DataFrame, outlook: Outlook) -> pd.DataFrame | NotEnoughData:
    """Set each sales target against what is known and what is expected.

    The probability of meeting a target comes from past errors of the sum over the very months that are still to come:
    each rolling origin gives the error of such a sum as a whole, so that months which err together are not taken for
    independent. Errors of all parts are pooled, each in units of its own spread.

    Parameters
    ----------
    targets
        Table targets; only those that measure sales are used.
    outlook
        Result of `forecast_sales`.

    Returns
    -------
    DataFrame or NotEnoughData
        period, level, key, target, forecast (sales so far plus expected), probability_met (0 to 1; NaN where no past
        error is known), p10, p90, sales_so_far, months_ahead, and source: `given`, or `sum of regions` where a company
        target was missing and those of another level were added up. Targets that cannot be compared have no row;
        `target_notes` names them.
    """
    wanted = sales_targets(targets, outlook.history)
    if wanted.empty:
        return NotEnoughData("targets that measure sales", "none of the table's rows does")
    rows = located(wanted, outlook)
    known = rows[rows["obstacle"] == ""]
    if known.empty:
        return NotEnoughData("targets for periods and parts that are forecast", "; ".join(rows["obstacle"].unique()))
    return completed(known, outlook)[COLUMNS]


def sales_targets(targets: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """Return the sales targets, with one for the company in each period where that can be had.

    Where the company's own is missing, it is the sum over the first level whose targets cover the business: parts that
    made at least 95% of the last twelve months' sales. `source` says so.

    Parameters
    ----------
    targets
        Table targets.
    history
        Result of `salesops.sales_forecasting.series.monthly_sales`.
    """
    given = targets.loc[targets["measure"] == SALES, ["period", "level", "key", "target"]].astype({"period": str})
    given = given.assign(source=GIVEN, key=given["key"].astype(str).where(given["level"] != COMPANY, ALL))
    sums = level_sums(given, history)
    absent = sums[~sums["period"].isin(given.loc[given["level"] == COMPANY, "period"]) & (sums["share"] >= WHOLE)]
    first = absent.sort_values("rank").drop_duplicates("period")
    source = "sum of " + first["parts"].astype(str) + " " + first["level"].str.replace("_", " ") + " targets"
    added = first.assign(level=COMPANY, key=ALL, source=source)
    return pd.concat([given, added[given.columns]], ignore_index=True)


def level_sums(given: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """Return, per period and level below the company, the sum of targets and how much of the business they cover.

    Columns: period, level, target, parts (number of targets), share (of the last twelve months' sales) and rank (order
    of the levels).
    """
    recent = history[history["ds"] > history["ds"].max() - pd.DateOffset(months=YEAR_MONTHS)]
    sales = recent.groupby(["level", "key"])["y"].sum()
    below = given[given["level"] != COMPANY]
    made = sales.reindex(pd.MultiIndex.from_frame(below[["level", "key"]])).fillna(0.0).to_numpy()
    sums = below.assign(made=made).groupby(["period", "level"])
    table = sums.agg(target=("target", "sum"), parts=("target", "size"), made=("made", "sum")).reset_index()
    total = max(float(sales.get((COMPANY, ALL), 0.0)), np.finfo(float).tiny)
    return table.assign(share=table["made"] / total, rank=table["level"].map([*LEVEL_COLUMNS].index))

"""The quotas that people were given: table targets, level rep, by quarter."""

from __future__ import annotations

import pandas as pd

from salesops.incentive_simulation.quarters import MONTHS, QUARTERS, quarter_number
from salesops.not_enough_data import NotEnoughData, passes_not_enough_data

REP, SALES = "rep", "sales"
QUARTER, MONTH = r"^\d{4}Q[1-4]$", r"^\d{4}-\d{2}$"


@passes_not_enough_data
def rep_quotas(targets: pd.DataFrame) -> pd.DataFrame | NotEnoughData:
    """Return the sales quota of each person in each quarter, as the table of targets gives it.

    Quotas by month are added up, where all three months are there. A quota by year alone is none of a quarter: to
    share it out by season is a decision that the table has not taken.

    Parameters
    ----------
    targets
        Table targets.

    Returns
    -------
    DataFrame or NotEnoughData
        rep_id, quarter (number) and sales_quota (money).

    Examples
    --------
    >>> rows = {"period": ["2026Q1"], "level": ["rep"], "key": ["R1"], "measure": ["sales"], "target": [5.0]}
    >>> rep_quotas(pd.DataFrame(rows))["sales_quota"].tolist()
    [5.0]
    """
    rows = targets[(targets["level"] == REP) & (targets["measure"] == SALES)]
    if rows.empty:
        return NotEnoughData("targets of level rep that measure sales", "quotas are what pay is measured against")
    found = pd.concat([_by_quarter(rows), _by_month(rows)], ignore_index=True)
    if found.empty:
        return NotEnoughData("targets of level rep by quarter or month", "those of the table are by year")
    return found.drop_duplicates(["rep_id", "quarter"]).sort_values(["rep_id", "quarter"], ignore_index=True)


def _by_quarter(rows: pd.DataFrame) -> pd.DataFrame:
    given = rows[rows["period"].astype(str).str.match(QUARTER)]
    return _columns(given, quarter_number(given["period"].astype(str).to_numpy()))


def _by_month(rows: pd.DataFrame) -> pd.DataFrame:
    given = rows[rows["period"].astype(str).str.match(MONTH)]
    month = given["period"].astype(str)
    number = month.str[:4].astype(int) * QUARTERS + (month.str[5:].astype(int) - 1) // MONTHS
    sums = _columns(given, number.to_numpy()).groupby(["rep_id", "quarter"])["sales_quota"].agg(["sum", "count"])
    whole = sums[sums["count"] == MONTHS]["sum"]
    return whole.rename("sales_quota").reset_index()


def _columns(rows: pd.DataFrame, quarter: object) -> pd.DataFrame:
    values = {"rep_id": rows["key"].astype(str).to_numpy(), "quarter": quarter}
    return pd.DataFrame({**values, "sales_quota": rows["target"].to_numpy(float)})

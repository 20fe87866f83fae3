"""What each plan would have paid for the results of the last year, as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from salesops.incentive_simulation.payout import pay
from salesops.incentive_simulation.quarters import QUARTERS
from salesops.not_enough_data import NotEnoughData, passes_not_enough_data

if TYPE_CHECKING:
    from collections.abc import Mapping

    from salesops.incentive_simulation.plan import IncentivePlan


@passes_not_enough_data
def past_pay(results: pd.DataFrame, plans: Mapping[str, IncentivePlan]) -> pd.DataFrame | NotEnoughData:
    """Return what each plan would have paid each person over the last four quarters, had all else been the same.

    Parameters
    ----------
    results
        From `payable`.
    plans
        By name.

    Returns
    -------
    DataFrame or NotEnoughData
        plan, rep_id, name, role, region, variable, total (money), attainment (sales over quotas; empty without one).
    """
    year = results[results["quarter"] > results["quarter"].max() - QUARTERS]
    if year.empty:
        return NotEnoughData("results of the last four quarters")
    about = year.drop_duplicates("rep_id", keep="last").set_index("rep_id")[["name", "role", "region"]]
    sums = year.groupby("rep_id")[["sales", "sales_quota"]].sum(min_count=1)
    about["attainment"] = sums["sales"] / sums["sales_quota"]
    parts = [
        pay(plan, year).totals.groupby("rep_id")[["variable", "total"]].sum().join(about).assign(plan=name)
        for name, plan in plans.items()
    ]
    columns = ["plan", "rep_id", "name", "role", "region", "variable", "total", "attainment"]
    return pd.concat(parts).reset_index()[columns]

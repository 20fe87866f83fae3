"""What each plan would have paid for the results of the last year, as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from salesops.incentive_simulation.payout import pay
from salesops.incentive_simulation.quarters import QUARTERS, quarter_number, quarter_text
from salesops.not_enough_data import NotEnoughData, passes_not_enough_data

if TYPE_CHECKING:
    from collections.abc import Mapping

    from salesops.incentive_simulation.plan import IncentivePlan

# Names of four quarters of one year: which one does not matter.
YEARS_END = int(quarter_number(["2001Q4"])[0])


@passes_not_enough_data
def past_pay(results: pd.DataFrame, plans: Mapping[str, IncentivePlan]) -> pd.DataFrame | NotEnoughData:
    """Return what each plan would have paid each person over the last four quarters, had all else been the same.

    The four quarters count as one year, whenever the calendar's begins, so that what is settled over a year is settled
    once. Sales are net of returns; under a plan with a clawback they count as booked, and the plan takes back what it
    says.

    Parameters
    ----------
    results
        From `payable`.
    plans
        By name.

    Returns
    -------
    DataFrame or NotEnoughData
        plan, rep_id, name, role, region, variable, total (money), waiting (money: pay that is earned and waits until
        customers have paid; not in the two before), attainment (sales over quotas; empty without one).
    """
    year = _last_year(results)
    if year.empty:
        return NotEnoughData("results of the last four quarters")
    about = year.drop_duplicates("rep_id", keep="last").set_index("rep_id")[["name", "role", "region"]]
    sums = year.groupby("rep_id")[["sales", "sales_quota"]].sum(min_count=1)
    about["attainment"] = sums["sales"] / sums["sales_quota"]
    parts = [_paid(plan, year).join(about).assign(plan=name) for name, plan in plans.items()]
    columns = ["plan", "rep_id", "name", "role", "region", "variable", "total", "waiting", "attainment"]
    return pd.concat(parts).reset_index()[columns]


def year_cost(plan: IncentivePlan, results: pd.DataFrame) -> float:
    """Return the incentive pay of everybody over the last four quarters of the results, pay that waits among it."""
    paid = _paid(plan, _last_year(results))
    return float(paid["variable"].sum() + paid["waiting"].sum())


def _last_year(results: pd.DataFrame) -> pd.DataFrame:
    year: pd.DataFrame = results[results["quarter"] > results["quarter"].max() - QUARTERS]
    return year.assign(period=quarter_text(year["quarter"] - year["quarter"].max() + YEARS_END))


def _paid(plan: IncentivePlan, year: pd.DataFrame) -> pd.DataFrame:
    """Return variable, total and waiting of each person, by rep_id."""
    booked = year if plan.clawback is None else year.assign(sales=year["sales"] + year["sales_reversed"])
    found = pay(plan, booked)
    held = found.lines[found.lines["kind"] == "held"].groupby("rep_id")["amount"].sum()
    sums = found.totals.groupby("rep_id")[["variable", "total"]].sum()
    return sums.assign(waiting=-held.reindex(sums.index).fillna(0.0) + 0.0)

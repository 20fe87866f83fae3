"""What fair quotas would change: each seller's chance, and how far pay still goes by the territory."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import ndtr

from salesops.incentive_simulation.plan_answers import people_figures, with_pay_at_quota
from salesops.incentive_simulation.simulation import simulate
from salesops.incentive_simulation.year_ahead import earlier_plan
from salesops.not_enough_data import NotEnoughData, passes_not_enough_data

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from salesops.incentive_simulation.elasticity import Elasticity
    from salesops.incentive_simulation.outlook import Outlook
    from salesops.incentive_simulation.parameters import Parameters
    from salesops.incentive_simulation.plan import IncentivePlan

FEWER_DRAWS = 1000


@passes_not_enough_data
def with_chances(quotas: pd.DataFrame, outlook: Outlook) -> pd.DataFrame:
    """Add chance_now and chance_fair to `set_quotas`: of reaching a quarter's quota, today's and the fair one.

    Both are for quotas that add up to the same, so that they differ by the sharing out alone.
    """
    now, fair = chance(outlook), chance(moved_to(outlook, quotas))
    sellers = outlook.sellers["rep_id"]
    table = pd.DataFrame({"rep_id": sellers, "chance_now": now, "chance_fair": fair})
    return quotas.merge(table, how="left", on="rep_id")


def with_deals(
    quotas: pd.DataFrame | NotEnoughData, expected: pd.Series | NotEnoughData
) -> pd.DataFrame | NotEnoughData:
    """Add from_deals: what each one's open deals should bring in the quarter, as a share of the fair quota.

    Parameters
    ----------
    quotas
        From `with_chances`.
    expected
        From `expected_from_deals`; where it is absent, the column is empty.
    """
    if isinstance(quotas, NotEnoughData):
        return quotas
    if isinstance(expected, NotEnoughData):
        return quotas.assign(from_deals=np.nan)
    return quotas.assign(from_deals=quotas["rep_id"].map(expected).fillna(0.0) / quotas["new_quota"])


def chance(outlook: Outlook) -> NDArray[np.float64]:
    """Return each seller's chance to reach a quarter's quota."""
    spread = np.hypot(outlook.log_sd, outlook.sellers["log_mean_sd"].to_numpy(float))
    return np.asarray(ndtr(outlook.sellers["log_mean"].to_numpy(float) / spread), dtype=np.float64)


def moved_to(outlook: Outlook, quotas: pd.DataFrame) -> Outlook:
    """Return an outlook in which sellers have the quotas of `set_quotas`, with the same sum and the same sales."""
    new = outlook.sellers["rep_id"].map(quotas.set_index("rep_id")["new_quota"]).to_numpy(float)
    old = outlook.sellers["sales_quota"].to_numpy(float)
    known = np.isfinite(new)
    new = np.where(known, new * old[known].sum() / np.where(known, new, 0.0).sum(), old)
    sellers = outlook.sellers.assign(sales_quota=new, log_mean=outlook.sellers["log_mean"] + np.log(old / new))
    people = outlook.people.drop(columns="sales_quota").merge(
        sellers[["rep_id", "sales_quota"]], how="left", on="rep_id"
    )
    return replace(outlook, people=people, sellers=sellers)


@passes_not_enough_data
def under_fair_quotas(
    plans: Mapping[str, IncentivePlan], outlook: Outlook, quotas: pd.DataFrame, elasticity: Elasticity,
    parameters: Parameters,
) -> pd.DataFrame:  # fmt: skip
    """Return plan, cost (money a year), fairness, gini and share_at_quota, were quotas the fair ones."""
    moved, draws = moved_to(outlook, quotas), min(parameters.draws, FEWER_DRAWS)
    year = simulate(plans, moved, elasticity, parameters.plans[0], earlier_plan(plans), draws)
    people = with_pay_at_quota(year, plans, moved)
    rows = [
        {"plan": name, "cost": float(year.cost[name].mean()), **people_figures(people[people["plan"] == name], quotas)}
        for name in plans
    ]
    return pd.DataFrame(rows)

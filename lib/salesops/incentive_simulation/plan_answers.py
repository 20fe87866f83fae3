"""What there is to say of each plan: cost, sales, chances, fairness, games; and of each person under each plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.incentive_simulation.curves import seller_curve
from salesops.incentive_simulation.gaming import gaming_map
from salesops.not_enough_data import passes_not_enough_data

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from salesops.incentive_simulation.equal_cost import EqualCost
    from salesops.incentive_simulation.outlook import Outlook
    from salesops.incentive_simulation.parameters import Parameters
    from salesops.incentive_simulation.plan import IncentivePlan
    from salesops.incentive_simulation.simulation import Simulation

    Floats = NDArray[np.float64]

PAYOUTS = ["plan", "rep_id", "attainment_p50", "pay_mean", "pay_p10", "pay_p90", "change_from_current"]
LOSS = 0.01
"""A loss counts from this share of a person's expected incentive pay on."""


@passes_not_enough_data
def plan_table(
    simulation: Simulation, equal: EqualCost, plans: Mapping[str, IncentivePlan], outlook: Outlook,
    territories: pd.DataFrame, parameters: Parameters,
) -> pd.DataFrame:  # fmt: skip
    """Return one row per plan, in the order of `plans`.

    Parameters
    ----------
    simulation
        From `simulated`.
    equal
        From `equal_cost`.
    plans
        By name; the first is today's.
    outlook
        From `year_ahead`, for the pay at quota that expected pay is held against.
    territories
        From `territories`, for what each seller's accounts could spend.
    parameters
        For the budget.

    Returns
    -------
    DataFrame
        plan; cost_mean, cost_p10, cost_p90 (incentive pay of a year, money); sales_mean, sales_p10, sales_p90;
        cost_of_sales (mean cost over mean sales) with cost_of_sales_p10 and _p90; profit_mean (margin less incentive
        pay), gain, gain_p10, gain_p90 (profit over today's, by the same luck), p_better (chance that it is), p_best;
        over_budget (chance to cost more than the budget), at_risk (how much more it costs in one year of ten);
        share_at_quota (of sellers, of the year's quota); gini (of sellers' expected pay over pay at quota); fairness (1
        less the squared correlation of that with the log of potential: 1 if pay has nothing to do with the territory);
        losers (people who lose more than 1%); steepest_margin (most pay for the next 5% of a quota, over what they
        would bring at quota's average rate); cost_as_now, scale and gain_as_dear of `equal_cost`, and
        losers_as_dear (people who lose more than 1% at that cost).
    """
    today = parameters.plans[0]
    budget = parameters.budget or float(simulation.cost[today].mean())
    best, people = _best(simulation), with_pay_at_quota(simulation, plans, outlook)
    rows = [
        {
            "plan": name,
            **_money(simulation, name, budget),
            **_gain(simulation, name, today, best),
            **people_figures(people[people["plan"] == name], territories),
            "steepest_margin": float(gaming_map(seller_curve(plan))["marginal"].max()),
        }
        for name, plan in plans.items()
    ]
    table = pd.DataFrame(rows).merge(equal.plans, on="plan")
    small = LOSS * _before(simulation, today).clip(lower=1.0)
    losing = equal.change.lt(-small, axis=0).sum()
    return table.assign(losers_as_dear=table["plan"].map(losing).astype(int))


def _before(simulation: Simulation, today: str) -> pd.Series:
    """Return each person's expected pay under today's plan, by rep_id."""
    rows = simulation.reps[simulation.reps["plan"] == today]
    return rows.set_index("rep_id")["pay_mean"]


def _money(simulation: Simulation, name: str, budget: float) -> dict[str, float]:
    cost, sales = simulation.cost[name], simulation.sales[name]
    ratio = cost / np.maximum(sales, 1e-9)
    return {
        **_spread("cost", cost),
        **_spread("sales", sales),
        "cost_of_sales": float(cost.mean() / sales.mean()),
        "cost_of_sales_p10": float(np.quantile(ratio, 0.1)),
        "cost_of_sales_p90": float(np.quantile(ratio, 0.9)),
        "over_budget": float((cost > budget).mean()),
        "at_risk": max(float(np.quantile(cost, 0.9)) - budget, 0.0),
    }


def _spread(name: str, draws: Floats) -> dict[str, float]:
    low, high = np.quantile(draws, [0.1, 0.9])
    return {f"{name}_mean": float(draws.mean()), f"{name}_p10": float(low), f"{name}_p90": float(high)}


def _best(simulation: Simulation) -> NDArray[np.int64]:
    """Return for each draw the place of the plan that leaves most; sales decide where margins are not known."""
    left = np.stack(list(simulation.profit.values()))
    return np.asarray(np.where(np.isfinite(left), left, -np.inf).argmax(axis=0), dtype=np.int64)


def _gain(simulation: Simulation, name: str, today: str, best: NDArray[np.int64]) -> dict[str, float]:
    gain = simulation.profit[name] - simulation.profit[today]
    low, high = np.quantile(gain, [0.1, 0.9])
    place = list(simulation.profit).index(name)
    return {
        "profit_mean": float(simulation.profit[name].mean()),
        "gain": float(gain.mean()),
        "gain_p10": float(low),
        "gain_p90": float(high),
        # Where margins are not known, nothing can be better than anything.
        "p_better": float((gain > 0).mean()) if np.isfinite(gain).all() else float("nan"),
        "p_best": float((best == place).mean()) if np.isfinite(gain).all() else float("nan"),
    }


def people_figures(reps: pd.DataFrame, territories: pd.DataFrame) -> dict[str, float]:
    """Return share_at_quota, gini, fairness and losers of one plan, as `plan_table` explains them.

    Parameters
    ----------
    reps
        Rows of one plan, from `with_pay_at_quota`.
    territories
        rep_id and potential.
    """
    sellers = reps[reps["attainment_p50"].notna()].set_index("rep_id")
    worth = sellers["worth"]
    potential = territories.set_index("rep_id")["potential"].reindex(worth.index)
    before = reps["pay_mean"] - reps["change_from_current"]
    return {
        "share_at_quota": float(sellers["p_quota"].mean()),
        "gini": gini(worth.to_numpy(float)),
        "fairness": 1 - _squared_correlation(worth.to_numpy(float), potential.to_numpy(float)),
        "losers": int((reps["change_from_current"] < -LOSS * before.clip(lower=1.0)).sum()),
    }


def with_pay_at_quota(simulation: Simulation, plans: Mapping[str, IncentivePlan], outlook: Outlook) -> pd.DataFrame:
    """Return `Simulation.reps` with pay_at_quota (money a year) and worth (expected pay over that)."""
    people = simulation.reps.merge(outlook.people[["rep_id", "target_pay"]], on="rep_id")
    stated = pd.Series(
        {(n, r): role.target_pay for n, plan in plans.items() for r, role in plan.roles.items()}, dtype=float
    )
    own = stated.reindex(pd.MultiIndex.from_frame(people[["plan", "role"]])).to_numpy()
    at_quota = np.where(np.isfinite(own), own, people["target_pay"].to_numpy(float))
    return people.assign(pay_at_quota=at_quota, worth=people["pay_mean"] / at_quota).drop(columns="target_pay")


def gini(values: Floats) -> float:
    """Return the Gini coefficient: half the mean difference between two people, over the mean.

    Examples
    --------
    >>> gini(np.array([1.0, 1.0])), gini(np.array([0.0, 1.0]))
    (0.0, 0.5)
    """
    ordered = np.sort(values)
    total = ordered.sum()
    if not total > 0:
        return float("nan")
    rank = np.arange(1, len(ordered) + 1)
    return float(2 * (rank * ordered).sum() / (len(ordered) * total) - (len(ordered) + 1) / len(ordered))


def _squared_correlation(worth: Floats, potential: Floats) -> float:
    known = np.isfinite(worth) & np.isfinite(potential) & (potential > 0)
    if known.sum() < 3 or min(np.ptp(worth[known]), np.ptp(potential[known])) <= 0:
        return float("nan")
    return float(np.corrcoef(worth[known], np.log(potential[known]))[0, 1] ** 2)


@passes_not_enough_data
def payouts(simulation: Simulation) -> pd.DataFrame:
    """Return a row per plan and person, as other notebooks and spreadsheets read it."""
    return simulation.reps[[*PAYOUTS, *simulation.reps.columns.difference(PAYOUTS, sort=False)]]


def row_of(table: pd.DataFrame, plan: str) -> dict[str, float]:
    """Return the figures of one plan of `plan_table`."""
    numbers = table[table["plan"] == plan].drop(columns="plan").iloc[0]
    return {str(name): float(value) for name, value in numbers.items()}


def recommended(table: pd.DataFrame) -> str:
    """Return the plan that leaves most in the mean: margin less incentive pay; sales decide where that is not known."""
    by = "profit_mean" if table["profit_mean"].notna().all() else "sales_mean"
    return str(table["plan"].iloc[int(table[by].to_numpy().argmax())])

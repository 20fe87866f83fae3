"""The best terms for sellers at equal cost: what each combination would bring, how flat the top is, how sure it is.

Every combination is scaled to cost what today's plan costs at today's results; otherwise the best plan would merely be
the stingiest. What it then brings follows from the effort that it draws, for each elasticity that is believed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.incentive_simulation.curve import stacked
from salesops.incentive_simulation.effort import Beliefs
from salesops.incentive_simulation.gaming import MOVABLE, neighbours
from salesops.incentive_simulation.plan_family import family_curve, plan_family
from salesops.incentive_simulation.search_outcomes import at_equal_cost, team_of, yearly_cost
from salesops.incentive_simulation.timing import best_shift
from salesops.not_enough_data import NotEnoughData

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from salesops.incentive_simulation.curve import Curve
    from salesops.incentive_simulation.elasticity import Elasticity
    from salesops.incentive_simulation.outlook import Outlook
    from salesops.incentive_simulation.search_outcomes import Outcome, Tried

    Floats = NDArray[np.float64]

RANGE = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4)
COST_LEVELS = (0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3)
NEAR = (0.001, 0.0025, 0.005)
STATES, QUANTILES = 96, 9
NEXT_TO_NOTHING = 1e-4
"""A plan of today that pays less than this share of the target pay is no cost that others could be scaled to."""


@dataclass(frozen=True)
class Limits:
    """What a plan may not do to people, against today's plan.

    Parameters
    ----------
    spread
        Most spread of a quarter's pay (standard deviation over mean), as a multiple of today's.
    no_pay
        Most by which the share of quarters without variable pay may rise.
    gaming
        Most that moving sales across a quarter's end may gain, as a multiple of today's.
    budget
        Most that a year may cost, sales that are gained included, as a multiple of today's cost.
    slack
        Added to limits on spread and gaming, where today's value may be next to nothing.
    """

    spread: float = 1.25
    no_pay: float = 0.05
    gaming: float = 1.25
    budget: float = 1.25
    slack: float = 0.01


@dataclass(frozen=True, eq=False)
class Search:
    """What was found.

    Parameters
    ----------
    plans
        threshold, from_first, bonus, accelerator, cap, pay_at_quota (multiple of target pay that makes its cost
        equal), cost, sales, profit (of a year, sellers only, at the middle elasticity), gain, gain_low, gain_high
        (profit over today's, as a share of it; 90% of what is believed), spread, no_pay, gaming, admissible; best
        first, those that break a limit last.
    today
        The same of today's plan.
    frontier
        Plans that nothing beats on cost and sales: level (cost at today's results over today's), cost, sales, terms.
    flips
        elasticity, gain of the plan chosen, best gain, regret, and the terms that are best at that elasticity.
    near_best
        Number of admissible plans within 0.1%, 0.25% and 0.5% of the best profit.
    sure_better, sure_best
        Share of what is believed in which the plan chosen is better than today's, and the best of all.
    """

    plans: pd.DataFrame
    today: pd.Series
    frontier: pd.DataFrame
    flips: pd.DataFrame
    near_best: dict[float, int]
    sure_better: float
    sure_best: float


def search(
    today: Curve,
    reference: Curve,
    outlook: Outlook,
    elasticity: Elasticity,
    beliefs: Beliefs | None = None,
    limits: Limits | None = None,
    family: pd.DataFrame | None = None,
) -> Search | NotEnoughData:
    """Return what each combination of terms for sellers would bring.

    Parameters
    ----------
    today
        Pay for sales over attainment under today's plan.
    reference
        The same under the plan at which effort is 1; today's where no earlier one is known.
    beliefs
        What sellers expect; what their record shows where nothing else is said.
    family
        From `plan_family`.

    Returns
    -------
    Search or NotEnoughData
        The latter where today's plan pays sellers nothing for their own sales, so that there is no cost to be equal to.
    """
    terms = plan_family() if family is None else family
    curves = stacked([today, *(family_curve(*row) for row in terms.itertuples(index=False, name=None))])
    team = team_of(outlook)
    if not yearly_cost(stacked([today]), team, np.zeros((1, 1)))[0] > NEXT_TO_NOTHING * team.target.sum():
        return NotEnoughData("a plan of today that pays sellers for their own sales")
    tried, scale = at_equal_cost(curves, reference, team, beliefs or Beliefs.of(outlook))
    etas = np.array([elasticity.quantile((i + 0.5) / QUANTILES) for i in range(QUANTILES)])
    believed = tried.outcome(etas)
    table = _table(terms, scale, believed, _fairness(tried), limits or Limits())
    order = np.lexsort((-table["gain"].to_numpy()[1:], ~table["admissible"].to_numpy()[1:])) + 1
    chosen, allowed = int(order[0]), np.flatnonzero(table["admissible"].to_numpy()[1:]) + 1
    # Where no terms keep the limits, the best of those that break them are shown, and said to.
    allowed = allowed if len(allowed) else np.array([chosen])
    profit = believed.profit
    return Search(
        plans=table.iloc[order].reset_index(drop=True),
        today=table.iloc[0],
        frontier=_frontier(terms, tried, elasticity.median),
        flips=_flips(table, tried.outcome(np.array(RANGE)).profit, chosen, allowed),
        near_best=_near_best(profit[allowed].mean(axis=1)),
        sure_better=float((profit[chosen] > profit[0]).mean()),
        sure_best=float((profit[chosen] >= profit[allowed].max(axis=0, initial=-np.inf)).mean()),
    )


def _near_best(profit: Floats) -> dict[float, int]:
    best = profit.max(initial=-np.inf)
    return {share: int((profit >= best - abs(best) * share).sum()) for share in NEAR}


def _fairness(tried: Tried) -> pd.DataFrame:
    """Return the spread of a quarter's pay, the share of quarters without any, and what moving sales gains."""
    team = tried.team
    mean = float(np.average(team.log_mean, weights=team.target))
    between = float(np.average((team.log_mean - mean) ** 2, weights=team.target))
    this, following = neighbours(mean, float(np.sqrt(team.log_sd**2 + between)), STATES)
    paid = tried.curves.pay(np.concatenate([this, following]))
    gain, _ = best_shift(tried.curves, this, following, MOVABLE)
    return pd.DataFrame(
        {
            "spread": paid.std(axis=1) / paid.mean(axis=1),
            "no_pay": (paid <= 0).mean(axis=1),
            "gaming": gain.mean(axis=1),
        }
    )


def _table(
    terms: pd.DataFrame, scale: Floats, believed: Outcome, fairness: pd.DataFrame, limits: Limits
) -> pd.DataFrame:
    """Return a row per plan, today's first."""
    middle = believed.profit.shape[1] // 2
    gain = (believed.profit - believed.profit[:1]) / np.abs(believed.profit[:1])
    first = pd.DataFrame({name: [np.nan] for name in terms})
    table = pd.concat([first, terms.astype(float)], ignore_index=True).assign(
        pay_at_quota=scale,
        cost=believed.cost[:, middle],
        sales=believed.sales[:, middle],
        profit=believed.profit[:, middle],
        gain=gain.mean(axis=1),
        gain_low=gain.min(axis=1),
        gain_high=gain.max(axis=1),
    )
    table = table.join(fairness)
    today = table.iloc[0]
    table["admissible"] = (
        (table["spread"] <= limits.spread * today["spread"] + limits.slack)
        & (table["no_pay"] <= today["no_pay"] + limits.no_pay)
        & (table["gaming"] <= limits.gaming * today["gaming"] + limits.slack)
        & (table["cost"] <= limits.budget * today["cost"])
    )
    return table


def _flips(table: pd.DataFrame, profit: Floats, chosen: int, allowed: NDArray[np.int64]) -> pd.DataFrame:
    best = allowed[profit[allowed].argmax(axis=0)]
    column = np.arange(len(RANGE))
    found = pd.DataFrame(
        {
            "elasticity": RANGE,
            "gain": (profit[chosen] - profit[0]) / np.abs(profit[0]),
            "best_gain": (profit[best, column] - profit[0]) / np.abs(profit[0]),
            "regret": (profit[best, column] - profit[chosen]) / np.abs(profit[best, column]),
        }
    )
    names = ["threshold", "from_first", "bonus", "accelerator", "cap"]
    return found.join(table.loc[best, names].reset_index(drop=True))


def _frontier(terms: pd.DataFrame, tried: Tried, eta: float) -> pd.DataFrame:
    """Return the plans that bring most sales for their cost, at all levels of cost."""
    parts = []
    for level in COST_LEVELS:
        found = tried.outcome(np.array([eta]), level)
        parts.append(terms.assign(level=level, cost=found.cost[1:, 0], sales=found.sales[1:, 0]))
    every = pd.concat(parts, ignore_index=True).sort_values(["cost", "sales"], ascending=[True, False])
    return every[every["sales"] > every["sales"].cummax().shift(fill_value=0.0)].reset_index(drop=True)

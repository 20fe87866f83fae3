"""The best terms for sellers at equal cost: what each combination would bring, how flat the top is, how sure it is.

Every combination is scaled to cost what today's plan costs at today's results; otherwise the best plan would merely be
the stingiest. What it then brings follows from the effort that it draws, for each elasticity that is believed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.incentive_simulation.curve import Curve, stacked
from salesops.incentive_simulation.effort import GRID, QUARTER, Beliefs, best_effort, marginal_worth
from salesops.incentive_simulation.expectation import lognormal_pay
from salesops.incentive_simulation.gaming import MOVABLE, neighbours
from salesops.incentive_simulation.plan_family import family_curve, plan_family
from salesops.incentive_simulation.timing import best_shift

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from salesops.incentive_simulation.elasticity import Elasticity
    from salesops.incentive_simulation.outlook import Outlook

    Floats = NDArray[np.float64]

RANGE = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4)
COST_LEVELS = (0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3)
STATES, TYPES, QUANTILES = 96, 40, 9


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
    slack
        Added to each limit where today's value is next to nothing.
    """

    spread: float = 1.25
    no_pay: float = 0.05
    gaming: float = 1.25
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


@dataclass(frozen=True, eq=False)
class _Team:
    """Sellers in groups of like outlook: log means, yearly target pay of each group; sales and margin of all."""

    log_mean: Floats
    target: Floats
    log_sd: float
    sales: float
    margin: float


def search(
    today: Curve,
    reference: Curve,
    outlook: Outlook,
    elasticity: Elasticity,
    beliefs: Beliefs | None = None,
    limits: Limits | None = None,
    family: pd.DataFrame | None = None,
) -> Search:
    """Return what each combination of terms for sellers would bring.

    Parameters
    ----------
    today
        Pay for sales over attainment under today's plan.
    reference
        The same under the plan at which effort is 1; today's where no earlier one is known.
    family
        From `plan_family`.
    """
    terms = plan_family() if family is None else family
    team, beliefs = _team(outlook), beliefs or Beliefs()
    curves = stacked([today, *(family_curve(*row) for row in terms.itertuples(index=False, name=None))])
    cost = _cost(curves, team, np.zeros((len(terms) + 1, 1)))
    scale = (cost[0] / cost)[:, None]
    curves = curves.scaled(scale)
    etas = np.array([elasticity.quantile((i + 0.5) / QUANTILES) for i in range(QUANTILES)])
    believed = _Outcome.of(curves, reference, team, beliefs, etas)
    ranged = _Outcome.of(curves, reference, team, beliefs, np.array(RANGE))
    table = _table(terms, scale[1:, 0], believed, _fairness(curves, team), limits or Limits())
    order = np.lexsort((-table["gain"].to_numpy()[1:], ~table["admissible"].to_numpy()[1:])) + 1
    plans = table.iloc[order].reset_index(drop=True)
    chosen, allowed = order[0], np.flatnonzero(table["admissible"].to_numpy()[1:]) + 1
    best = believed.profit[allowed].mean(axis=1)
    near = {share: int((best >= best.max() - abs(best.max()) * share).sum()) for share in (0.001, 0.0025, 0.005)}
    better = believed.profit[chosen] > believed.profit[0]
    first = believed.profit[chosen] >= believed.profit[allowed].max(axis=0)
    return Search(
        plans,
        table.iloc[0],
        _frontier(terms, curves, reference, team, beliefs, elasticity.median),
        _flips(table, ranged, chosen, allowed),
        near,
        float(better.mean()),
        float(first.mean()),
    )


@dataclass(frozen=True, eq=False)
class _Outcome:
    """Plans × elasticities: yearly cost, sales and profit; the first plan is today's."""

    cost: Floats
    sales: Floats
    profit: Floats

    @classmethod
    def of(cls, curves: Curve, reference: Curve, team: _Team, beliefs: Beliefs, etas: Floats) -> _Outcome:
        gain = lognormal_pay(curves, beliefs.log_mean + GRID, beliefs.log_sd)[0]
        hardship = marginal_worth(reference, beliefs)
        power = 1 + 1 / etas
        efforts = np.stack([best_effort(gain - hardship * np.exp(p * GRID) / p) for p in power], axis=1)
        effort = efforts - efforts[:1]
        cost = np.stack([_cost(curves, team, effort[:, i : i + 1]) for i in range(len(etas))], axis=1)
        sales = team.sales * np.exp(effort)
        return cls(cost, sales, team.margin / team.sales * sales - cost)


def _team(outlook: Outlook) -> _Team:
    sellers = outlook.sellers.merge(outlook.people[["rep_id", "target_pay"]], on="rep_id").sort_values("log_mean")
    group = np.arange(len(sellers)) * min(TYPES, len(sellers)) // len(sellers)
    by_group = sellers.assign(group=group).groupby("group").agg({"log_mean": "mean", "target_pay": "sum"})
    sales = outlook.expected_sales * 12 / QUARTER
    return _Team(
        by_group["log_mean"].to_numpy(),
        by_group["target_pay"].to_numpy(),
        float(np.hypot(outlook.swings.sd, outlook.sellers["log_mean_sd"].mean())),
        float(sales.sum()),
        float((sales * outlook.sellers["margin_rate"]).sum()),
    )


def _cost(curves: Curve, team: _Team, effort: Floats) -> Floats:
    """Return the yearly cost of each plan; effort is plans × 1."""
    cost: Floats = lognormal_pay(curves, team.log_mean + effort, team.log_sd)[0] @ team.target
    return cost


def _fairness(curves: Curve, team: _Team) -> pd.DataFrame:
    """Return the spread of a quarter's pay, the share of quarters without any, and what moving sales gains."""
    mean, sd = float(np.average(team.log_mean, weights=team.target)), team.log_sd
    between = float(np.sqrt(np.average((team.log_mean - mean) ** 2, weights=team.target)))
    this, following = neighbours(mean, float(np.hypot(sd, between)), STATES)
    paid = curves.pay(np.concatenate([this, following]))
    gain, _ = best_shift(curves, this, following, MOVABLE)
    return pd.DataFrame(
        {
            "spread": paid.std(axis=1) / paid.mean(axis=1),
            "no_pay": (paid <= 0).mean(axis=1),
            "gaming": gain.mean(axis=1),
        }
    )


def _table(
    terms: pd.DataFrame, scale: Floats, believed: _Outcome, fairness: pd.DataFrame, limits: Limits
) -> pd.DataFrame:
    """Return a row per plan, today's first."""
    middle = believed.profit.shape[1] // 2
    gain = believed.profit / believed.profit[:1] - 1
    first = pd.DataFrame({name: [np.nan] for name in terms})
    table = pd.concat([first, terms.astype(float)], ignore_index=True).assign(
        pay_at_quota=np.append(1.0, scale),
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
    )
    return table


def _flips(table: pd.DataFrame, ranged: _Outcome, chosen: int, allowed: NDArray[np.int64]) -> pd.DataFrame:
    profit = ranged.profit
    best = allowed[profit[allowed].argmax(axis=0)]
    column = np.arange(len(RANGE))
    found = pd.DataFrame(
        {
            "elasticity": RANGE,
            "gain": profit[chosen] / profit[0] - 1,
            "best_gain": profit[best, column] / profit[0] - 1,
            "regret": 1 - profit[chosen] / profit[best, column],
        }
    )
    names = ["threshold", "from_first", "bonus", "accelerator", "cap"]
    return found.join(table.loc[best, names].reset_index(drop=True))


def _frontier(
    terms: pd.DataFrame, curves: Curve, reference: Curve, team: _Team, beliefs: Beliefs, eta: float
) -> pd.DataFrame:
    """Return the plans that bring most sales for their cost, at all levels of cost."""
    parts = []
    for level in COST_LEVELS:
        found = _Outcome.of(_with_today(curves, level), reference, team, beliefs, np.array([eta]))
        parts.append(terms.assign(level=level, cost=found.cost[1:, 0], sales=found.sales[1:, 0]))
    every = pd.concat(parts, ignore_index=True).sort_values(["cost", "sales"], ascending=[True, False])
    return every[every["sales"] > every["sales"].cummax().shift(fill_value=0.0)].reset_index(drop=True)


def _with_today(curves: Curve, level: float) -> Curve:
    """Return curves that pay `level` times as much, but for today's, which stays what others are held against."""
    factor = np.full(curves.knots.shape[1:], level)
    factor[0] = 1.0
    return curves.scaled(factor)

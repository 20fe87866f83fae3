"""A year under each plan, with the same luck for all: cost, sales and what is left, and what each person would get."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.incentive_simulation.attrition import USUAL_A_YEAR, leave_risk
from salesops.incentive_simulation.effort import Beliefs, log_effort
from salesops.incentive_simulation.elasticity import GRID
from salesops.incentive_simulation.gaming import MOVABLE, games
from salesops.incentive_simulation.outlook import draw_attainments
from salesops.incentive_simulation.year_of_pay import QUARTERS, year_of_pay

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from salesops.incentive_simulation.elasticity import Elasticity
    from salesops.incentive_simulation.outlook import Outlook
    from salesops.incentive_simulation.plan import IncentivePlan

    Floats = NDArray[np.float64]

# Quarters of sellers for which games are worked out.
GAME_STATES = 20_000


@dataclass(frozen=True, eq=False)
class Simulation:
    """What a year brings under each plan; all arrays are over the same draws.

    Parameters
    ----------
    cost, sales, profit
        By plan: variable pay of everybody, sales, and margin less variable pay (NaN where margins are not known).
    pay
        By plan: people × draws, variable pay of the year; people as in the outlook.
    attainment
        By plan: sellers × draws, sales over quota of the year.
    reps
        plan, rep_id, name, region, role, attainment_p50, pay_mean, pay_p10, pay_p90 (variable pay of the year),
        change_from_current (of pay_mean), p_quota (chance to reach the year's quota), leave_risk.
    effort
        By plan: log of effort over today's, per draw.
    games
        plan, cost (of moving sales across quarters' ends, money a year), pulled, held (shares of quarters in which
        sales are best pulled forward or held back).
    """

    cost: dict[str, Floats]
    sales: dict[str, Floats]
    profit: dict[str, Floats]
    pay: dict[str, Floats]
    attainment: dict[str, Floats]
    reps: pd.DataFrame
    effort: dict[str, Floats]
    games: pd.DataFrame


def simulate(
    plans: Mapping[str, IncentivePlan],
    outlook: Outlook,
    elasticity: Elasticity,
    current: str,
    reference: IncentivePlan | None = None,
    draws: int = 2000,
    seed: int = 1,
    beliefs: Beliefs | None = None,
    leaving: float = USUAL_A_YEAR,
    movable: float = MOVABLE,
) -> Simulation:
    """Return a year under each plan.

    Parameters
    ----------
    plans
        By name; those in force and their alternatives.
    current
        Name of today's plan, under which the outlook's results came about.
    reference
        The plan under which effort is 1; today's where no earlier one is known.
    beliefs
        What sellers expect; what their record shows where nothing else is said.
    leaving
        Chance that a person leaves in a year.
    movable
        Attainment that can be moved across a quarter's end.
    """
    luck = draw_attainments(outlook, draws, seed, QUARTERS)
    eta = elasticity.drawn(draws, seed + 1)
    known, expected = reference or plans[current], beliefs or Beliefs.of(outlook)
    effort = {name: _relative_effort(plan, plans[current], known, expected, eta) for name, plan in plans.items()}
    paid = {name: year_of_pay(plan, outlook, luck, np.exp(effort[name])) for name, plan in plans.items()}
    reached = {name: luck.mean(axis=0) * np.exp(effort[name]) for name in plans}
    quota = outlook.sellers["sales_quota"].to_numpy() * QUARTERS
    margin = quota * outlook.sellers["margin_rate"].to_numpy()
    cost = {name: amount.sum(axis=0) for name, amount in paid.items()}
    return Simulation(
        cost=cost,
        sales={name: quota @ share for name, share in reached.items()},
        profit={name: margin @ share - cost[name] for name, share in reached.items()},
        pay=paid,
        attainment=reached,
        reps=pd.concat([_people(outlook, n, paid, reached, current, leaving) for n in plans], ignore_index=True),
        effort=effort,
        games=_games(plans, outlook, luck, effort, movable),
    )


def _games(
    plans: Mapping[str, IncentivePlan], outlook: Outlook, luck: Floats, effort: dict[str, Floats], movable: float
) -> pd.DataFrame:
    """Return what games would cost, from the first two quarters of as many draws as that is worked out for."""
    some = slice(max(1, GAME_STATES // luck.shape[1]))
    target = outlook.people.set_index("rep_id")["target_pay"].reindex(outlook.sellers["rep_id"])
    known = np.nan_to_num(target.to_numpy(dtype=np.float64))
    rows = []
    for name, plan in plans.items():
        this, following = (quarter[:, some] * np.exp(effort[name][some]) for quarter in luck[:2])
        rows.append((name, *games(plan, this, following, known, movable)))
    return pd.DataFrame(rows, columns=["plan", "cost", "pulled", "held"])


def _relative_effort(
    plan: IncentivePlan, current: IncentivePlan, reference: IncentivePlan, beliefs: Beliefs, eta: Floats
) -> Floats:
    change = log_effort(plan, reference, beliefs, GRID) - log_effort(current, reference, beliefs, GRID)
    return np.interp(np.log(eta), np.log(GRID), change)


def _people(
    outlook: Outlook,
    name: str,
    paid: dict[str, Floats],
    reached: dict[str, Floats],
    current: str,
    leaving: float,
) -> pd.DataFrame:
    """Return what a plan means for each person."""
    mean, before = paid[name].mean(axis=1), paid[current].mean(axis=1)
    low, high = np.quantile(paid[name], [0.1, 0.9], axis=1)
    base = outlook.people["base_pay"].fillna(0.0).to_numpy()
    people = outlook.people[["rep_id", "name", "region", "role"]].assign(
        plan=name,
        pay_mean=mean,
        pay_p10=low,
        pay_p90=high,
        change_from_current=mean - before,
        leave_risk=leave_risk((mean - before) / np.maximum(base + before, 1.0), leaving),
    )
    sellers = outlook.sellers[["rep_id"]].assign(
        attainment_p50=np.median(reached[name], axis=1), p_quota=(reached[name] >= 1).mean(axis=1)
    )
    return people.merge(sellers, how="left", on="rep_id")

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
from salesops.incentive_simulation.payout import pay

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from salesops.incentive_simulation.elasticity import Elasticity
    from salesops.incentive_simulation.outlook import Outlook
    from salesops.incentive_simulation.plan import IncentivePlan

    Floats = NDArray[np.float64]

QUARTERS = 4
# Numbers held at a time: rows × draws.
CHUNK = 1_000_000
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
    rows = _rows(outlook)
    luck = draw_attainments(outlook, draws, seed, QUARTERS)
    eta = elasticity.drawn(draws, seed + 1)
    found: dict[str, dict[str, Floats]] = {"pay": {}, "attainment": {}, "effort": {}}
    for name, plan in plans.items():
        effort = _relative_effort(
            plan, plans[current], reference or plans[current], beliefs or Beliefs.of(outlook), eta
        )
        found["effort"][name] = effort
        found["attainment"][name] = luck.mean(axis=0) * np.exp(effort)
        found["pay"][name] = _year_of_pay(plan, rows, outlook, luck, np.exp(effort))
    played = [
        (name, *games(plan, *_some_quarters(luck, found["effort"][name]), _targets(outlook), movable))
        for name, plan in plans.items()
    ]
    table = pd.DataFrame(played, columns=["plan", "cost", "pulled", "held"])
    return _simulation(outlook, found, current, leaving, table)


def _some_quarters(luck: Floats, effort: Floats) -> tuple[Floats, Floats]:
    """Return attainments of the first two quarters in as many draws as games are worked out for."""
    draws = max(1, GAME_STATES // luck.shape[1])
    return luck[0, :, :draws] * np.exp(effort[:draws]), luck[1, :, :draws] * np.exp(effort[:draws])


def _targets(outlook: Outlook) -> Floats:
    target = outlook.people.set_index("rep_id")["target_pay"]
    found: Floats = np.nan_to_num(target.reindex(outlook.sellers["rep_id"]).to_numpy(dtype=np.float64))
    return found


def _relative_effort(
    plan: IncentivePlan, current: IncentivePlan, reference: IncentivePlan, beliefs: Beliefs, eta: Floats
) -> Floats:
    change = log_effort(plan, reference, beliefs, GRID) - log_effort(current, reference, beliefs, GRID)
    return np.interp(np.log(eta), np.log(GRID), change)


def _rows(outlook: Outlook) -> pd.DataFrame:
    """Return one row per quarter and person, as `pay` reads results."""
    year = pd.concat([outlook.people.assign(period=f"2001Q{q + 1}") for q in range(QUARTERS)], ignore_index=True)
    margin = outlook.sellers.set_index("rep_id")["margin_rate"]
    return year.assign(sales=0.0, margin=0.0, margin_quota=year["sales_quota"] * year["rep_id"].map(margin))


def _year_of_pay(plan: IncentivePlan, rows: pd.DataFrame, outlook: Outlook, luck: Floats, effort: Floats) -> Floats:
    """Return people × draws: variable pay of the year."""
    step = max(1, CHUNK // len(rows))
    people = len(outlook.people)
    seat = outlook.people["rep_id"].reset_index(drop=True)
    place = pd.Index(seat).get_indexer(outlook.sellers["rep_id"])
    parts = []
    for start in range(0, luck.shape[2], step):
        some = slice(start, start + step)
        sold = np.zeros((QUARTERS, people, effort[some].size))
        sold[:, place] = outlook.sellers["sales_quota"].to_numpy()[:, None] * luck[:, :, some] * effort[some]
        margin = sold[:, place] * outlook.sellers["margin_rate"].to_numpy()[:, None]
        both = {"sales": sold.reshape(-1, sold.shape[2])}
        if any(m.measure == "margin" for role in plan.roles.values() for m in role.measures):
            kept = np.zeros_like(sold)
            kept[:, place] = margin
            both["margin"] = kept.reshape(both["sales"].shape)
        parts.append(pay(plan, rows, both).variable.reshape(QUARTERS, people, -1).sum(axis=0))
    return np.concatenate(parts, axis=1)


def _simulation(
    outlook: Outlook, found: dict[str, dict[str, Floats]], current: str, leaving: float, played: pd.DataFrame
) -> Simulation:
    quota = outlook.sellers["sales_quota"].to_numpy() * QUARTERS
    margin = quota * outlook.sellers["margin_rate"].to_numpy()
    cost = {name: paid.sum(axis=0) for name, paid in found["pay"].items()}
    sales = {name: quota @ reached for name, reached in found["attainment"].items()}
    profit = {name: margin @ reached - cost[name] for name, reached in found["attainment"].items()}
    reps = pd.concat([_people(outlook, found, name, current, leaving) for name in cost], ignore_index=True)
    return Simulation(cost, sales, profit, found["pay"], found["attainment"], reps, found["effort"], played)


def _people(
    outlook: Outlook, found: dict[str, dict[str, Floats]], name: str, current: str, leaving: float
) -> pd.DataFrame:
    paid, before = found["pay"][name], found["pay"][current].mean(axis=1)
    mean = paid.mean(axis=1)
    low, high = np.quantile(paid, [0.1, 0.9], axis=1)
    base = outlook.people["base_pay"].fillna(0.0).to_numpy()
    people = outlook.people[["rep_id", "name", "region", "role"]].assign(
        plan=name,
        pay_mean=mean,
        pay_p10=low,
        pay_p90=high,
        change_from_current=mean - before,
        leave_risk=leave_risk((mean - before) / np.maximum(base + before, 1.0), leaving),
    )
    reached = found["attainment"][name]
    sellers = outlook.sellers[["rep_id"]].assign(
        attainment_p50=np.median(reached, axis=1), p_quota=(reached >= 1).mean(axis=1)
    )
    return people.merge(sellers, how="left", on="rep_id")

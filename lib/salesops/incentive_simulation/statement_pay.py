"""What one person would be paid over a range of results, by the engine that pays everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.incentive_simulation.payout import pay
from salesops.incentive_simulation.results import MEASURES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from salesops.incentive_simulation.plan import IncentivePlan, Role

STEPS = tuple(np.round(np.arange(0.0, 2.005, 0.02), 2).tolist())
QUARTERS = tuple(f"2001Q{quarter}" for quarter in (1, 2, 3, 4))
LONG_IN_SERVICE = 120
MOVED = ("sales", "margin")
"""Measures that go with the attainment shown; all others are at their quotas."""
TYPICAL_QUOTA = 1_000_000.0


def pay_over_results(person: pd.Series, plan: IncentivePlan, steps: Sequence[float] = STEPS) -> pd.DataFrame:
    """Return attainment and pay (variable, money a year) of a person who reaches the same part of quota each quarter.

    The team is taken to reach as much as the person, every other measure its quota; gates are open, and nobody wins a
    contest.

    Parameters
    ----------
    person
        role, target_pay and base_pay a year, sales_quota of a quarter (any number where there is none: pay hangs on
        the part of it that is reached), and quotas of other measures where they are known.
    plan
        The plan.
    steps
        Attainments, as shares of the quota.
    """
    alone, rows = _without_contests(plan, person["role"]), at_quota(person, plan)
    drawn = {name: np.outer(rows[name], steps) for name in MOVED}
    return pd.DataFrame({"attainment": np.array(steps, float), "pay": pay(alone, rows, drawn).variable.sum(axis=0)})


def lines_at(person: pd.Series, plan: IncentivePlan, attainment: float) -> pd.DataFrame:
    """Return the lines of a year's pay at one attainment, base pay first."""
    rows = at_quota(person, plan)
    rows = rows.assign(**{name: rows[name] * attainment for name in MOVED})
    lines = pay(_without_contests(plan, person["role"]), rows).lines
    return lines.groupby(["line", "kind"], sort=False)[["target", "amount"]].sum(min_count=1).reset_index()


def has_contests(plan: IncentivePlan, role: str) -> bool:
    """Return whether people of a role can win prizes, which no statement promises."""
    return bool(plan.roles[role].contests)


def _without_contests(plan: IncentivePlan, role: str) -> IncentivePlan:
    terms = plan.roles[role].model_copy(update={"contests": []})
    return plan.model_copy(update={"roles": {role: terms}})


def at_quota(person: pd.Series, plan: IncentivePlan) -> pd.DataFrame:
    """Return four quarters of a person alone in the company, in which every measure is what is asked for."""
    asked = {measure: _asked(measure, person, plan.roles[person["role"]]) for measure in MEASURES}
    return pd.DataFrame({"period": QUARTERS}).assign(
        **asked,
        **{f"{measure}_quota": quota for measure, quota in asked.items()},
        rep_id="R",
        region="N",
        role=person["role"],
        base_pay=person["base_pay"],
        target_pay=person["target_pay"],
        present=1.0,
        months_of_service=LONG_IN_SERVICE,
    )


def _asked(measure: str, person: pd.Series, role: Role) -> float:
    """Return the quota that the plan states for all, or else the person's; at least what opens every gate."""
    stated = next((m.quota for m in role.measures if m.measure == measure and m.quota is not None), None)
    own = float(person.get(f"{measure}_quota", np.nan))
    usual = TYPICAL_QUOTA if measure in MOVED else 1.0
    quota = stated if stated is not None else (own if own > 0 else usual)
    return max([quota, *(gate.at_least for gate in role.gates if gate.measure == measure)])

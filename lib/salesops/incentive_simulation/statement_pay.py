"""What one person would be paid over a range of results, by the engine that pays everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.incentive_simulation.payout import pay
from salesops.incentive_simulation.results import MEASURES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from salesops.incentive_simulation.plan import IncentivePlan

STEPS = tuple(np.round(np.arange(0.0, 2.005, 0.02), 2).tolist())
QUARTERS = tuple(f"2001Q{quarter}" for quarter in (1, 2, 3, 4))
LONG_IN_SERVICE = 120
TYPICAL_QUOTA = 1_000_000.0


def pay_over_results(person: pd.Series, plan: IncentivePlan, steps: Sequence[float] = STEPS) -> pd.DataFrame:
    """Return attainment and pay (variable, money a year) of a person who reaches the same part of quota each quarter.

    The team is taken to reach as much as the person, every other measure its quota.

    Parameters
    ----------
    person
        role, target_pay and base_pay a year, sales_quota of a quarter (any number where there is none: pay hangs on
        the part of it that is reached).
    plan
        The plan.
    steps
        Attainments, as shares of the quota.
    """
    rows = hypothetical(person, steps)
    totals = pay(plan, rows).totals
    sums = totals.assign(step=rows["step"].to_numpy()).groupby("step")["variable"].sum()
    return pd.DataFrame({"attainment": sums.index.to_numpy(float), "pay": sums.to_numpy(float)})


def lines_at(person: pd.Series, plan: IncentivePlan, attainment: float) -> pd.DataFrame:
    """Return the lines of a year's pay at one attainment, base pay first."""
    lines = pay(plan, hypothetical(person, [attainment])).lines
    return lines.groupby(["line", "kind"], sort=False)[["target", "amount"]].sum(min_count=1).reset_index()


def hypothetical(person: pd.Series, steps: Sequence[float]) -> pd.DataFrame:
    """Return results of as many people as there are steps, each alone in a region, in four quarters."""
    rows = pd.MultiIndex.from_product([steps, QUARTERS], names=["step", "period"]).to_frame(index=False)
    quota = person["sales_quota"] if np.isfinite(person["sales_quota"]) else TYPICAL_QUOTA
    name = rows["step"].map("{:.4f}".format)
    measures = dict.fromkeys(MEASURES, 1.0) | {f"{m}_quota": 1.0 for m in MEASURES}
    money = {"sales": rows["step"] * quota, "sales_quota": quota, "margin": rows["step"], "margin_quota": 1.0}
    return rows.assign(
        **measures | money,
        rep_id=name,
        region=name,
        role=person["role"],
        base_pay=person["base_pay"],
        target_pay=person["target_pay"],
        present=1.0,
        months_of_service=LONG_IN_SERVICE,
        collected=rows["step"] * quota,
    )

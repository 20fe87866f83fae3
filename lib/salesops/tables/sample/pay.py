"""Incentive plans as piecewise-linear pay over attainment, and the effort that each draws from a rep.

Pay is a share of the target incentive: f(a) = Σⱼ [Jⱼ·1{a ≥ kⱼ} + δⱼ·(a − kⱼ)⁺], a being sales over quota in a quarter.
A rep expects log attainment to be normal and picks the effort e that maximises E f − c·e^(1 + 1/η) / (1 + 1/η), where
η is the elasticity of effort and c is such that the flat commission draws e = 1. Sales are proportional to e.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from salesops.tables.sample.calendar import day_number, step_start
from salesops.tables.sample.catalogue import REGIONS

if TYPE_CHECKING:
    from salesops.tables.sample.draws import Floats, Ints

# What reps believe of their own log attainment before effort.
BELIEF_MEAN, BELIEF_SD = -0.05, 0.33
_EFFORTS = np.linspace(-0.8, 0.8, 1601)


@dataclass(frozen=True)
class PayPlan:
    """One plan.

    Parameters
    ----------
    knots
        Attainments at which the curve jumps or bends, ascending.
    jumps
        Lump paid at each knot, as a share of the target incentive.
    slopes
        Pay per unit of attainment from each knot to the next; before the first knot it is 0.
    team_share
        Part of the pay that depends on the region's attainment instead of the rep's own.
    """

    name: str
    knots: tuple[float, ...]
    jumps: tuple[float, ...]
    slopes: tuple[float, ...]
    team_share: float = 0.0

    @property
    def bends(self) -> Floats:
        """Return the change of slope at each knot."""
        return np.diff(np.array([0.0, *self.slopes]))


PLANS = (
    PayPlan("current", (0.5, 1.5), (0.0, 0.0), (2.0, 0.0)),
    PayPlan("flat_commission", (0.0,), (0.0,), (1.0,)),
    PayPlan("accelerated", (0.5, 1.0, 1.8), (0.0, 0.2, 0.0), (1.6, 3.2, 0.0)),
    PayPlan("team_bonus", (0.0,), (0.0,), (1.0,), team_share=0.5),
)
CURRENT, FLAT, ACCELERATED, TEAM = range(4)
TEAM_SIZE = 5

# The flat commission was replaced region by region: the first day of `current` in each of REGIONS.
SWITCHED = {region: date(2024, 1, 1) for region in ("North", "East", "South")} | {
    region: date(2025, 1, 1) for region in ("Central", "West")
}


def pay(plan: PayPlan, attainment: Floats, team_attainment: Floats) -> Floats:
    """Return pay as a share of the target incentive.

    Examples
    --------
    >>> pay(PLANS[CURRENT], np.array([0.4, 0.75, 1.0, 1.8]), np.ones(4)).round(6).tolist()
    [0.0, 0.5, 1.0, 2.0]
    """
    own, team = _curve(plan, attainment), _curve(plan, team_attainment)
    return (1 - plan.team_share) * own + plan.team_share * team


def _curve(plan: PayPlan, attainment: Floats) -> Floats:
    above = attainment[..., None] - np.array(plan.knots)
    share: Floats = np.where(above >= 0, np.array(plan.jumps) + plan.bends * above, 0.0).sum(axis=-1)
    return share


def expected_pay(plan: PayPlan, log_mean: Floats) -> Floats:
    """Return the expectation of own pay where log attainment is normal with `BELIEF_SD`.

    With M = exp(m + s²/2) and d = (m − ln k) / s: E f = Σⱼ [Jⱼ Φ(dⱼ) + δⱼ (M Φ(dⱼ + s) − kⱼ Φ(dⱼ))].
    """
    mean = np.exp(log_mean + BELIEF_SD**2 / 2)[..., None]
    knots = np.array(plan.knots)
    with np.errstate(divide="ignore"):
        distance = (log_mean[..., None] - np.log(knots)) / BELIEF_SD
    reached = ndtr(distance)
    above = mean * ndtr(distance + BELIEF_SD) - knots * reached
    share: Floats = (np.array(plan.jumps) * reached + plan.bends * above).sum(axis=-1)
    return share


def log_effort(plan: PayPlan, elasticity: Floats) -> Floats:
    """Return the log of the effort that reps with these elasticities choose under a plan.

    A team's pay moves with one rep's sales by one part in `TEAM_SIZE` only.
    """
    own = 1 - plan.team_share + plan.team_share / TEAM_SIZE
    gain = own * expected_pay(plan, BELIEF_MEAN + _EFFORTS)
    cost_scale = np.exp(BELIEF_MEAN + BELIEF_SD**2 / 2)
    power = 1 + 1 / elasticity[:, None]
    best: Floats = _EFFORTS[(gain - cost_scale * np.exp(power * _EFFORTS) / power).argmax(axis=1)]
    return best


def plan_in_force(steps: Ints) -> Ints:
    """Return regions × steps: the plan (position in `PLANS`) that reps were paid by."""
    switched = np.array([day_number(SWITCHED[region]) for region in REGIONS])
    return np.where(step_start(steps) >= switched[:, None], CURRENT, FLAT)

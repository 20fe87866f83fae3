"""The curve of pay over attainment that a plan shows to those who sell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.incentive_simulation.curve import Curve

if TYPE_CHECKING:
    from salesops.incentive_simulation.plan import IncentivePlan, Role

SELLER = "AR"
OWN = ("sales", "margin")


def seller_role(plan: IncentivePlan) -> Role:
    """Return the terms of account responsibles, or of the first role where a plan knows none."""
    return plan.roles.get(SELLER, next(iter(plan.roles.values())))


def seller_curve(plan: IncentivePlan) -> Curve:
    """Return pay over a seller's own attainment, as a share of the target pay; what hangs on others is left out.

    Examples
    --------
    >>> from salesops.incentive_simulation.plan import IncentivePlan
    >>> half = [{"measure": "sales", "weight": 0.5}, {"measure": "sales", "level": "region", "weight": 0.5}]
    >>> plan = IncentivePlan(name="p", roles={"AR": {"measures": half}})
    >>> seller_curve(plan).pay(np.array([1.0, 2.0])).tolist()
    [0.5, 1.0]
    """
    own = [m for m in seller_role(plan).measures if m.level == "rep" and m.measure in OWN]
    curves = [measure.curve.scaled(measure.weight) for measure in own]
    if not curves:
        return Curve(np.empty(0), np.empty(0), np.empty(0))
    knots, jumps, bends = (
        np.concatenate(parts) for parts in zip(*((c.knots, c.jumps, c.bends) for c in curves), strict=True)
    )
    order = np.argsort(knots, kind="stable")
    return Curve(knots[order], jumps[order], bends[order])

"""What a pay plan costs, what it does, and to whom: the computing behind the incentive_simulation notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.exports import imported_when_asked

if TYPE_CHECKING:
    from salesops.incentive_simulation.curve import Curve
    from salesops.incentive_simulation.expectation import lognormal_pay, normal_pay
    from salesops.incentive_simulation.payout import pay
    from salesops.incentive_simulation.plan import IncentivePlan
    from salesops.incentive_simulation.plan_files import load_plan, load_plans

__all__ = ["Curve", "IncentivePlan", "load_plan", "load_plans", "lognormal_pay", "normal_pay", "pay"]

if not TYPE_CHECKING:
    __getattr__ = imported_when_asked(
        __name__,
        {
            "Curve": "curve",
            "IncentivePlan": "plan",
            "load_plan": "plan_files",
            "load_plans": "plan_files",
            "lognormal_pay": "expectation",
            "normal_pay": "expectation",
            "pay": "payout",
        },
    )

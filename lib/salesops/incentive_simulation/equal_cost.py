"""Plans at equal cost: each scaled so that today's results would cost what they cost today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from salesops.incentive_simulation.elasticity import Elasticity, prior
from salesops.incentive_simulation.simulation import simulate
from salesops.incentive_simulation.year_ahead import FIXED_LOG_SD, earlier_plan
from salesops.not_enough_data import passes_not_enough_data

if TYPE_CHECKING:
    from collections.abc import Mapping

    from salesops.incentive_simulation.outlook import Outlook
    from salesops.incentive_simulation.parameters import Parameters
    from salesops.incentive_simulation.plan import IncentivePlan, Role
    from salesops.incentive_simulation.plan_terms import Measure

NEXT_TO_NONE = 0.01
"""An elasticity at which results stay what they are."""

FEWER_DRAWS = 1000


@dataclass(frozen=True, eq=False)
class EqualCost:
    """Plans scaled to the cost of today's plan at today's results.

    Parameters
    ----------
    plans
        plan, cost_as_now (money a year, were results those of today), scale (today's over that) and gain_as_dear (money
        that the scaled plan leaves over today's).
    change
        People × plans, by rep_id: change of expected pay a year against today's plan.
    """

    plans: pd.DataFrame
    change: pd.DataFrame


@passes_not_enough_data
def equal_cost(
    plans: Mapping[str, IncentivePlan], outlook: Outlook, elasticity: Elasticity, parameters: Parameters
) -> EqualCost:
    """Return what each plan would leave, and do to people, at the cost of today's plan at today's results.

    A plan that only pays less, or more, is told apart in this way from one that pays for the right thing.

    Parameters
    ----------
    plans
        By name; the first is today's.
    outlook, elasticity, parameters
        As in `simulated`.
    """
    today, before = parameters.plans[0], earlier_plan(plans)
    draws = min(parameters.draws, FEWER_DRAWS)
    still = Elasticity(prior(NEXT_TO_NONE, FIXED_LOG_SD))
    cost = simulate(plans, outlook, still, today, before, draws).cost
    as_now = {name: float(draws.mean()) for name, draws in cost.items()}
    scale = {name: as_now[today] / paid if paid > 0 else 1.0 for name, paid in as_now.items()}
    scaled_plans = {name: scaled(plan, scale[name]) for name, plan in plans.items()}
    year = simulate(scaled_plans, outlook, elasticity, today, before, draws)
    gain = {name: float((draws - year.profit[today]).mean()) for name, draws in year.profit.items()}
    found = {"cost_as_now": as_now, "scale": scale, "gain_as_dear": gain}
    change = year.reps.pivot(index="rep_id", columns="plan", values="change_from_current")
    return EqualCost(pd.DataFrame(found).rename_axis("plan").reset_index(), change)


def scaled(plan: IncentivePlan, factor: float) -> IncentivePlan:
    """Return a plan that pays `factor` times as much at every result, what is guaranteed to new hires apart.

    Examples
    --------
    >>> from salesops.incentive_simulation.plan import IncentivePlan
    >>> plan = IncentivePlan(name="p", roles={"AR": {"measures": [{"measure": "sales", "max_pay": 2}]}})
    >>> scaled(plan, 0.5).roles["AR"].measures[0].curve.pay(1.0).item()
    0.5
    """
    roles = {name: _scaled_role(role, factor) for name, role in plan.roles.items()}
    return plan.model_copy(update={"roles": roles})


def _scaled_role(role: Role, factor: float) -> Role:
    kickers = [
        kicker.model_copy(update={"per_unit": kicker.per_unit * factor, "bonus": kicker.bonus * factor})
        for kicker in role.kickers
    ]
    contests = [
        contest.model_copy(update={"prizes": [prize * factor for prize in contest.prizes]}) for contest in role.contests
    ]
    draw = None if role.draw is None else role.draw.model_copy(update={"amount": role.draw.amount * factor})
    measures = [_scaled_measure(measure, factor) for measure in role.measures]
    return role.model_copy(update={"measures": measures, "kickers": kickers, "contests": contests, "draw": draw})


def _scaled_measure(measure: Measure, factor: float) -> Measure:
    tiers = [
        tier.model_copy(update={"rate": tier.rate * factor, "bonus": tier.bonus * factor}) for tier in measure.tiers
    ]
    # Rates of nothing need no cap, and a cap of nothing would be no plan.
    most = None if measure.max_pay is None or factor <= 0 else measure.max_pay * factor
    # Made anew and not copied: a copy would keep the curve that the old tiers gave.
    terms = {name: getattr(measure, name) for name in type(measure).model_fields}
    return type(measure)(**{**terms, "tiers": tiers, "max_pay": most})

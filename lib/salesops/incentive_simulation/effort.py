"""How hard people sell under a plan: the effort at which one more unit would cost as much as it brings.

A rep expects log attainment to be normal, and picks the effort e that maximises
E pay(e) − c · e^(1 + 1/η) / (1 + 1/η), pay as a share of the target pay. c is such that the plan of reference draws
e = 1; η is the elasticity of effort to marginal pay, and sales are proportional to effort. Near cliffs the best effort
jumps, so that first-order conditions fail: the maximum is looked for on a grid of the whole range.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from salesops.incentive_simulation.curves import seller_role
from salesops.incentive_simulation.expectation import lognormal_pay
from salesops.incentive_simulation.plan_terms import MONTHS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from salesops.incentive_simulation.curve import Curve
    from salesops.incentive_simulation.outlook import Outlook
    from salesops.incentive_simulation.plan import IncentivePlan, Role
    from salesops.incentive_simulation.plan_terms import Measure

    Floats = NDArray[np.float64]

# Log efforts that are tried: from less than half to more than double.
GRID = np.linspace(-0.8, 0.8, 321)
# Where nothing can be gained by effort, its cost is taken as if a twentieth of the flat rate could be.
LEAST_MARGINAL = 0.05
QUARTER = 3


@dataclass(frozen=True)
class Beliefs:
    """What reps expect of their own attainment in a quarter, and of their team's.

    Nobody can see it. `of` takes it that people expect what their record shows; the values given here stand for people
    who expect to come out near quota, a little below it, give or take a third.

    Parameters
    ----------
    log_mean, log_sd
        Of the rep's own log attainment.
    team_sd
        Of the log attainment of the team, whose expected attainment is the rep's own.
    team_size
        Reps who make up the team: one in so many of its sales is one's own.
    target_pay
        Pay a year at quota under a plan that states none; NaN where nobody knows.
    """

    log_mean: float = -0.05
    log_sd: float = 0.33
    team_sd: float = 0.2
    team_size: float = 5.0
    target_pay: float = float("nan")

    @classmethod
    def of(cls, outlook: Outlook) -> Beliefs:
        """Return what a typical seller of an outlook would expect who knows the team's record."""
        swings, sellers = outlook.swings, outlook.sellers
        size = max(float(sellers.groupby("region", dropna=False).size().mean()), 1.0)
        shared = swings.company_sd**2 + swings.region_sd**2 + float(np.mean(outlook.exposures.covariance))
        team_sd = float(np.sqrt(shared + swings.own_sd**2 / size))
        target = outlook.people.set_index("rep_id")["target_pay"].reindex(sellers["rep_id"]).mean()
        return cls(float(sellers["log_mean"].mean()), float(outlook.log_sd.mean()), team_sd, size, float(target))


def log_effort(plan: IncentivePlan, reference: IncentivePlan, beliefs: Beliefs, elasticity: Floats) -> Floats:
    """Return the log of the effort that a plan draws, for each elasticity; 0 under the plan of reference.

    Parameters
    ----------
    plan, reference
        Of both, the terms of account responsibles count, or of the first role where there are none.
    elasticity
        Values of η, above 0.

    Examples
    --------
    >>> from salesops.incentive_simulation.plan import IncentivePlan
    >>> terms = [{"measure": "sales", "tiers": [{"from": 0, "rate": rate}]} for rate in (1, 2)]
    >>> flat, double = (IncentivePlan(name="p", roles={"AR": {"measures": [term]}}) for term in terms)
    >>> round(float(log_effort(double, flat, Beliefs(), np.array([0.2]))[0] / np.log(2)), 3)
    0.2
    """
    cost = _marginal(seller_role(reference), beliefs)
    gain = _expected(seller_role(plan), beliefs, GRID) * _worth_more(plan, reference, beliefs)
    power = 1 + 1 / np.asarray(elasticity, dtype=np.float64)[:, None]
    return best_effort(gain - cost * np.exp(power * GRID) / power)


def _worth_more(plan: IncentivePlan, reference: IncentivePlan, beliefs: Beliefs) -> float:
    """Return how many times as much a plan pays at quota as that of reference, where either states an amount."""
    stated, before = seller_role(plan).target_pay, seller_role(reference).target_pay
    now, then = (beliefs.target_pay if pay is None else pay for pay in (stated, before))
    return now / then if stated != before and then > 0 and np.isfinite(now / then) else 1.0


def best_effort(worth: Floats) -> Floats:
    """Return the log effort of the highest worth in each row over `GRID`, refined by a parabola through neighbours."""
    best = worth.argmax(axis=1)
    inside = np.clip(best, 1, len(GRID) - 2)
    row = np.arange(len(worth))
    left, here, right = (worth[row, inside + step] for step in (-1, 0, 1))
    bend = left - 2 * here + right
    shift = np.divide(0.5 * (left - right), bend, out=np.zeros_like(bend), where=bend < 0)
    refined: Floats = GRID[best] + np.where(best == inside, np.clip(shift, -0.5, 0.5), 0.0) * (GRID[1] - GRID[0])
    return refined


def _expected(role: Role, beliefs: Beliefs, effort: Floats) -> Floats:
    """Return expected pay for sales as a share of the target pay, over log efforts."""
    sales = [m for m in role.measures if m.measure in ("sales", "margin")]
    return sum((m.weight * _of_measure(m, beliefs, effort) for m in sales), np.zeros(len(effort)))


def _of_measure(measure: Measure, beliefs: Beliefs, effort: Floats) -> Floats:
    own = measure.level == "rep"
    sd = beliefs.log_sd if own else beliefs.team_sd
    moved = effort if own else np.log1p(np.expm1(effort) / beliefs.team_size)
    quarters = MONTHS[measure.period or "quarter"] / QUARTER
    # Over a year good and bad quarters even out, as over a team do people: the expected attainment stays the same.
    longer = np.sqrt(np.log1p(np.expm1(sd**2) / quarters))
    mean = beliefs.log_mean + (beliefs.log_sd**2 - longer**2) / 2
    return lognormal_pay(measure.curve, mean + moved, longer)[0]


def _marginal(role: Role, beliefs: Beliefs) -> float:
    step = 1e-4
    low, high = _expected(role, beliefs, np.array([-step, step]))
    return max(float((high - low) / (2 * step)), LEAST_MARGINAL)


def marginal_worth(reference: Curve, beliefs: Beliefs) -> float:
    """Return what effort costs at the margin: what it brings where it is 1, under the curve of reference."""
    slope = lognormal_pay(reference, beliefs.log_mean, beliefs.log_sd)[1]
    return max(float(slope), LEAST_MARGINAL)

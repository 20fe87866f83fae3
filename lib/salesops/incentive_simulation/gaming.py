"""Where a plan invites games: marginal pay over attainment, cliffs and dead zones, and what moving sales gains."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import ndtri

from salesops.incentive_simulation.curves import seller_role
from salesops.incentive_simulation.timing import best_shift

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from salesops.incentive_simulation.curve import Curve
    from salesops.incentive_simulation.plan import IncentivePlan

    Floats = NDArray[np.float64]

UNIT = 0.05
MOVABLE = 0.10
WORTH_IT = 0.005
# Target pay of a quarter is a quarter of the year's, and two pairs of quarters make a year.
PAIRS_A_YEAR = 2


def gaming_map(curve: Curve, up_to: float = 2.0, unit: float = UNIT) -> pd.DataFrame:
    """Return pay and marginal pay over attainment, with each cliff and dead zone.

    Parameters
    ----------
    curve
        Pay over attainment.
    up_to
        Highest attainment shown.
    unit
        The further sales whose pay is the marginal pay, as a share of the quota.

    Returns
    -------
    DataFrame
        attainment (every step of `unit`, and each knot), pay, marginal (pay for the next `unit`, per unit of
        attainment: what crosses a cliff has it in), slope (without cliffs), jump (at this attainment), kind (normal,
        cliff, dead_zone, falls).

    Examples
    --------
    >>> from salesops.incentive_simulation.curve import Curve
    >>> gaming_map(Curve.of_pieces([0.5], [0.0], [2.0]), 0.6, 0.3)[["attainment", "kind"]].values.tolist()
    [[0.0, 'dead_zone'], [0.3, 'dead_zone'], [0.5, 'normal'], [0.6, 'normal']]
    """
    steps = np.round(np.arange(0.0, up_to + unit / 2, unit), 10)
    attainment = np.unique(np.concatenate([steps, curve.knots[curve.knots <= up_to]]))
    slope, jump = curve.marginal(attainment), np.zeros(len(attainment))
    cliffs = [(at, size) for at, size in curve.cliffs() if at <= up_to]
    jump[np.searchsorted(attainment, [at for at, _ in cliffs])] = [size for _, size in cliffs]
    kind = np.select([jump > 0, (jump < 0) | (slope < 0), slope == 0], ["cliff", "falls", "dead_zone"], "normal")
    pay = curve.pay(attainment)
    return pd.DataFrame(
        {
            "attainment": attainment,
            "pay": pay,
            "marginal": (curve.pay(attainment + unit) - pay) / unit,
            "slope": slope,
            "jump": jump,
            "kind": kind,
        }
    )


def games(
    plan: IncentivePlan, this: Floats, following: Floats, target: Floats, movable: float = MOVABLE
) -> tuple[float, float, float]:
    """Return what moving sales between two quarters would cost a year, and how often it would be done.

    A year has two pairs of quarters that do not overlap, so that the cost is rather too low. Pay that is settled over
    longer than a quarter, or on what a team reaches, gives no such reason and counts as none.

    Parameters
    ----------
    this, following
        Sellers × draws: attainment of two neighbouring quarters.
    target
        Per seller: target pay of a year; that of the plan, where it states one, comes before it.

    Returns
    -------
    tuple of float
        Money a year in the mean, share of quarters whose sales are best pulled forward, and share held back.
    """
    cost, pulled, held = 0.0, np.zeros(this.shape, dtype=bool), np.zeros(this.shape, dtype=bool)
    role = seller_role(plan)
    target = target if role.target_pay is None else np.full_like(target, role.target_pay)
    for measure in role.measures:
        if measure.measure == "sales" and measure.level == "rep" and (measure.period or plan.period) == "quarter":
            gain, shift = (
                part.reshape(this.shape) for part in best_shift(measure.curve, this.ravel(), following.ravel(), movable)
            )
            cost += measure.weight * float((gain.mean(axis=1) * target).sum()) / PAIRS_A_YEAR
            pulled |= (gain > WORTH_IT) & (shift > 0)
            held |= (gain > WORTH_IT) & (shift < 0)
    return cost, float(pulled.mean()), float(held.mean())


def neighbours(log_mean: float, log_sd: float, states: int) -> tuple[Floats, Floats]:
    """Return attainments of two neighbouring quarters, spread evenly over what may come (R₂ sequence, Roberts 2018).

    Examples
    --------
    >>> this, following = neighbours(0.0, 0.3, 1000)
    >>> round(float(np.log(this).std()), 2), bool(abs(np.corrcoef(this, following)[0, 1]) < 0.05)
    (0.3, True)
    """
    golden = 1.32471795724474602596
    steps = (np.arange(states)[:, None] + 0.5) * np.array([1 / golden, 1 / golden**2])
    this, following = np.exp(log_mean + log_sd * ndtri(np.clip(steps % 1, 1e-6, 1 - 1e-6))).T
    return this, following

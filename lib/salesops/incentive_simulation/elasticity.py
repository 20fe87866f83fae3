"""How strongly effort answers to pay: a prior from published studies, and what the company's own change of plan adds.

The prior is lognormal: half of all studies and judgements lie above 0.15, 90% between 0.05 and 0.4. What a change of
plan did to sales is set against what each elasticity would have made of it; the likelihood times the prior, on a grid.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from salesops.incentive_simulation.effort import Beliefs, log_effort
from salesops.not_enough_data import NotEnoughData

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from salesops.incentive_simulation.plan import IncentivePlan
    from salesops.incentive_simulation.plan_change import PlanChange

    Floats = NDArray[np.float64]

PRIOR_MEDIAN, PRIOR_LOG_SD = 0.15, 0.596
GRID = np.geomspace(0.01, 1.0, 161)
# 90% of what is believed lies within the interval that is told.
TAILS = (0.05, 0.95)


@dataclass(frozen=True, eq=False)
class Elasticity:
    """What is believed of the elasticity of sales to marginal pay.

    Parameters
    ----------
    weights
        Probability of each value of `GRID`.
    change
        What a change of plan in the past showed; None where there was none to learn from, with the reason in `why`.
    """

    weights: Floats
    change: PlanChange | None = None
    why: str = ""

    @property
    def median(self) -> float:
        """The value that is as likely too low as too high."""
        return self.quantile(0.5)

    @property
    def low(self) -> float:
        """Lower end of the 90% interval."""
        return self.quantile(TAILS[0])

    @property
    def high(self) -> float:
        """Upper end of the 90% interval."""
        return self.quantile(TAILS[1])

    @property
    def includes_none(self) -> bool:
        """Whether what the data shows is also what chance alone would show (95%)."""
        return self.change is None or abs(self.change.effect) < 1.96 * self.change.error

    def quantile(self, share: float) -> float:
        """Return a quantile, between grid points on the log scale."""
        reached = np.cumsum(self.weights) - self.weights / 2
        return float(np.exp(np.interp(share, reached, np.log(GRID))))

    def drawn(self, draws: int, seed: int) -> Floats:
        """Return draws of the elasticity, evenly spread over what is believed and shuffled."""
        shares = (np.random.default_rng(seed).permutation(draws) + 0.5) / draws
        reached = np.cumsum(self.weights) - self.weights / 2
        return np.exp(np.interp(shares, reached, np.log(GRID)))


def prior(median: float = PRIOR_MEDIAN, log_sd: float = PRIOR_LOG_SD) -> Floats:
    """Return the probability of each value of `GRID` before any data is looked at."""
    density = np.exp(-((np.log(GRID / median) / log_sd) ** 2) / 2)
    weights: Floats = density / density.sum()
    return weights


def estimate_elasticity(
    change: PlanChange | NotEnoughData,
    before: IncentivePlan | None,
    after: IncentivePlan,
    beliefs: Beliefs | None = None,
    median: float = PRIOR_MEDIAN,
) -> Elasticity:
    """Return what is believed after a change of plan, or the prior where there was none to learn from.

    Parameters
    ----------
    change
        From `plan_change`.
    before, after
        The plans that it was a change between.
    median
        Middle of the prior.

    Examples
    --------
    >>> from salesops.incentive_simulation.plan import IncentivePlan
    >>> plan = IncentivePlan(name="p", roles={"AR": {"measures": [{"measure": "sales"}]}})
    >>> found = estimate_elasticity(NotEnoughData("an earlier plan"), None, plan)
    >>> round(found.low, 2), round(found.median, 2), round(found.high, 2)
    (0.06, 0.15, 0.4)
    """
    weights = prior(median)
    if isinstance(change, NotEnoughData) or before is None:
        return Elasticity(weights, None, str(change))
    expected = log_effort(after, before, beliefs or Beliefs(), GRID)
    weights = weights * np.exp(-(((change.effect - expected) / change.error) ** 2) / 2)
    return Elasticity(weights / weights.sum(), change)

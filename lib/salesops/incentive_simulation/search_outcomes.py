"""What pay curves bring from a team of sellers: effort, sales, cost and profit of many at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from salesops.incentive_simulation.effort import GRID, QUARTER, best_effort, marginal_worth
from salesops.incentive_simulation.expectation import lognormal_pay

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from salesops.incentive_simulation.curve import Curve
    from salesops.incentive_simulation.effort import Beliefs
    from salesops.incentive_simulation.outlook import Outlook

    Floats = NDArray[np.float64]

# Sellers of like outlook are taken together into so many groups.
TYPES = 40


@dataclass(frozen=True, eq=False)
class Team:
    """Sellers in groups of like outlook.

    Parameters
    ----------
    log_mean, target
        Per group: median log attainment today, and target pay of a year.
    log_sd
        Of a quarter's log attainment.
    sales, margin
        Expected in a year, of all together, at today's effort.
    """

    log_mean: Floats
    target: Floats
    log_sd: float
    sales: float
    margin: float


def team_of(outlook: Outlook) -> Team:
    """Return the sellers of an outlook as a team."""
    sellers = outlook.sellers.merge(outlook.people[["rep_id", "target_pay"]], on="rep_id").sort_values("log_mean")
    group = np.arange(len(sellers)) * min(TYPES, len(sellers)) // len(sellers)
    by_group = sellers.assign(group=group).groupby("group").agg({"log_mean": "mean", "target_pay": "sum"})
    sales = outlook.expected_sales * 12 / QUARTER
    return Team(
        by_group["log_mean"].to_numpy(),
        by_group["target_pay"].to_numpy(),
        float(np.hypot(outlook.log_sd.mean(), outlook.sellers["log_mean_sd"].mean())),
        float(sales.sum()),
        float((sales * outlook.sellers["margin_rate"]).sum()),
    )


@dataclass(frozen=True, eq=False)
class Outcome:
    """Plans × elasticities: cost, sales and profit of a year."""

    cost: Floats
    sales: Floats
    profit: Floats


@dataclass(frozen=True, eq=False)
class Tried:
    """Curves that are tried on a team, today's first.

    Parameters
    ----------
    curves
        Stacked.
    gain
        Curves × efforts of `GRID`: expected pay, as reps see it.
    hardship
        What effort costs at the margin where it is 1.
    """

    curves: Curve
    gain: Floats
    hardship: float
    team: Team

    def outcome(self, etas: Floats, level: float = 1.0) -> Outcome:
        """Return what comes of each curve at each elasticity, all but today's paying `level` times as much."""
        factor = np.full((len(self.gain), 1), level)
        factor[0] = 1.0
        curves, gain = self.curves.scaled(factor), self.gain * factor
        power = 1 + 1 / etas
        efforts = np.stack([best_effort(gain - self.hardship * np.exp(p * GRID) / p) for p in power], axis=1)
        # Results of today are those of today's effort.
        effort = efforts - efforts[:1]
        cost = np.stack([yearly_cost(curves, self.team, effort[:, i : i + 1]) for i in range(len(etas))], axis=1)
        sales = self.team.sales * np.exp(effort)
        return Outcome(cost, sales, self.team.margin / self.team.sales * sales - cost)


def at_equal_cost(curves: Curve, reference: Curve, team: Team, beliefs: Beliefs) -> tuple[Tried, Floats]:
    """Return curves scaled to cost what the first one costs at today's results, and the factor of each."""
    cost = yearly_cost(curves, team, np.zeros((curves.knots.shape[1], 1)))
    scale = cost[0] / cost
    scaled = curves.scaled(scale[:, None])
    gain = lognormal_pay(scaled, beliefs.log_mean + GRID, beliefs.log_sd)[0]
    return Tried(scaled, gain, marginal_worth(reference, beliefs), team), scale


def yearly_cost(curves: Curve, team: Team, effort: Floats) -> Floats:
    """Return the yearly cost of each curve; effort is curves × 1, as the log of effort over today's."""
    cost: Floats = lognormal_pay(curves, team.log_mean + effort, team.log_sd)[0] @ team.target
    return cost

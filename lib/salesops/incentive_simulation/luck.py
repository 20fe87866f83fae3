"""How much of attainment is luck: its variance taken apart into company, region, product, market, person and chance."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from salesops.incentive_simulation.attainment import log_attainment
from salesops.incentive_simulation.exposure import Exposures, exposures
from salesops.incentive_simulation.inputs import NO_ORDERS
from salesops.incentive_simulation.moments import moments
from salesops.not_enough_data import NotEnoughData

FEWEST_REPS, FEWEST_QUARTERS = 4, 4


@dataclass(frozen=True)
class Luck:
    """Variances of log attainment.

    Parameters
    ----------
    person
        What lasts from quarter to quarter: skill, or a quota that is too high or too low.
    company, region
        Shared by all, or by all of a region, in one quarter.
    chance
        Of one person in one quarter.
    reps, quarters
        What this rests on.
    exposures
        What people's results share by product lines and markets.
    """

    person: float
    company: float
    region: float
    chance: float
    reps: int
    quarters: int
    exposures: Exposures = field(default_factory=Exposures)

    @property
    def product(self) -> float:
        """Shared by all who sell the same product lines, in one quarter; in the mean of people."""
        return self.exposures.parts().get("product", 0.0)

    @property
    def market(self) -> float:
        """Shared by all who sell to the same markets, in one quarter; in the mean of people."""
        return self.exposures.parts().get("market", 0.0)

    @property
    def total(self) -> float:
        """All of it."""
        return self.person + self.company + self.region + self.product + self.market + self.chance

    @property
    def luck(self) -> float:
        """Share of the variance of one quarter that nobody has earned."""
        return 1 - self.person / self.total if self.total > 0 else float("nan")


def luck(results: pd.DataFrame | NotEnoughData, mix: pd.DataFrame | NotEnoughData = NO_ORDERS) -> Luck | NotEnoughData:
    """Take the variance of log attainment apart, by the method of moments (`moments`, `shared_variances`).

    Parameters
    ----------
    results
        From `rep_results`.
    mix
        From `salesops.tables.queries.rep_mix`; without it, what product lines and markets do is the company's.
    """
    if isinstance(results, NotEnoughData):
        return results
    logs, regions = log_attainment(results)
    often = logs.notna().sum(axis=1) >= FEWEST_QUARTERS
    logs, regions = logs[often], regions[often]
    if len(logs) < FEWEST_REPS:
        return NotEnoughData(f"{FEWEST_REPS} reps with {FEWEST_QUARTERS} quarters of attainment each")
    shared = exposures(results, mix).of(logs.index)
    found = moments(logs.to_numpy(), pd.factorize(regions)[0], shared.covariance)
    company, region, chance = found.company_sd**2, found.region_sd**2, found.own_sd**2
    person = found.level.var(ddof=1) - float(((chance + region + shared.variance) / found.quarters).mean())
    return Luck(max(float(person), 0.0), company, region, chance, *logs.shape, exposures=shared)

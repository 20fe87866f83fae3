"""How much of attainment is luck: its variance taken apart into company, region, person and chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from salesops.incentive_simulation.results import usable
from salesops.not_enough_data import NotEnoughData, passes_not_enough_data

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

LEAST = 0.05
"""Attainments below this count as this: a quarter without a sale has no logarithm."""

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
    """

    person: float
    company: float
    region: float
    chance: float
    reps: int
    quarters: int

    @property
    def total(self) -> float:
        """All of it."""
        return self.person + self.company + self.region + self.chance

    @property
    def luck(self) -> float:
        """Share of the variance of one quarter that nobody has earned."""
        return 1 - self.person / self.total if self.total > 0 else float("nan")


@passes_not_enough_data
def luck(results: pd.DataFrame) -> Luck | NotEnoughData:
    """Take the variance of log attainment apart, by the method of moments.

    Products of what two people are off their own means in the same quarter hold the company's shock alone if they
    are of different regions, and the region's besides if they are of one. With n quarters of a person each is raised by
    n/(n − 1), since a mean of n takes its own part of every shock.

    Parameters
    ----------
    results
        From `rep_results`.
    """
    logs, regions = log_attainment(results)
    logs, regions = _often(logs, regions)
    if len(logs) < FEWEST_REPS:
        return NotEnoughData(f"{FEWEST_REPS} reps with {FEWEST_QUARTERS} quarters of attainment each")
    company, region, chance = shocks(logs, regions)
    count = np.isfinite(logs).sum(axis=1)
    means = np.nanmean(logs, axis=1)
    person = float(means.var(ddof=1) - ((chance + region) / count).mean())
    return Luck(max(person, 0.0), company, region, chance, len(logs), logs.shape[1])


def log_attainment(results: pd.DataFrame) -> tuple[NDArray[np.float64], NDArray[Any]]:
    """Return log attainment, people × quarters with NaN where there is none, and each one's region."""
    rows = results[usable(results) & results["sales"].notna()]
    attainment = rows["sales"] / rows["sales_quota"]
    wide = rows.assign(logs=np.log(attainment.clip(lower=LEAST))).pivot(
        index="rep_id", columns="quarter", values="logs"
    )
    region = rows.drop_duplicates("rep_id", keep="last").set_index("rep_id")["region"].reindex(wide.index)
    return wide.to_numpy(float), region.astype(str).to_numpy()


def _often(logs: NDArray[np.float64], regions: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[Any]]:
    enough = np.isfinite(logs).sum(axis=1) >= FEWEST_QUARTERS
    return logs[enough], regions[enough]


def shocks(logs: NDArray[np.float64], regions: NDArray[Any]) -> tuple[float, float, float]:
    """Return the variances of company, region and chance, from `log_attainment` of people with two quarters or more.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> company, own = rng.normal(0, 0.3, 4000), rng.normal(0, 0.4, (20, 4000))
    >>> [round(variance, 2) for variance in shocks(company + own, np.arange(20) % 4)]
    [0.09, 0.0, 0.16]
    """
    there = np.isfinite(logs)
    count = there.sum(axis=1, keepdims=True)
    off = np.where(there, logs - np.nanmean(logs, axis=1, keepdims=True), 0.0)
    off = off * np.sqrt(count / np.maximum(count - 1, 1))
    products, pairs = off @ off.T, there.astype(float) @ there.T
    same, self_ = regions[:, None] == regions[None, :], np.eye(len(logs), dtype=bool)
    total = _mean(products, pairs, self_)
    within, between = _mean(products, pairs, same & ~self_), _mean(products, pairs, ~same)
    company = max(between if (~same).any() else within, 0.0)
    region = max(within - company, 0.0) if (~same).any() and (same & ~self_).any() else 0.0
    return company, region, max(total - company - region, 1e-6)


def _mean(products: NDArray[np.float64], pairs: NDArray[np.float64], where: NDArray[np.bool_]) -> float:
    weight = float(pairs[where].sum())
    return float(products[where].sum() / weight) if weight else 0.0

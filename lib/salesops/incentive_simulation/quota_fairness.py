"""Are quotas a fair chance? A test whose verdict on fair quotas has been simulated, not assumed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from salesops.incentive_simulation.attainment import log_attainment
from salesops.not_enough_data import NotEnoughData, passes_not_enough_data

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from salesops.incentive_simulation.exposure import Exposures
    from salesops.incentive_simulation.luck import Luck

    Floats = NDArray[np.float64]

FEWEST = 8
"""Sellers below which no correlation could be told from chance."""

SIMULATED, LEVEL = 2000, 0.05
MOST_SLOPE = 1.5


@dataclass(frozen=True)
class FairnessTest:
    """What attainment has to do with something that it should not depend on.

    Parameters
    ----------
    against
        What it is held against: `potential`, or `quota over potential`.
    correlation
        Of mean log attainment with the logarithm of that.
    usual
        The correlation that fair quotas would show in the middle, given how luck differs.
    p_value
        Share of simulated companies with fair quotas in which it is as far off.
    reps
        How many sellers it rests on.
    """

    against: str
    correlation: float
    usual: float
    p_value: float
    reps: int

    @property
    def unfair(self) -> bool:
        """Whether chance alone would do that in fewer than one of twenty companies with fair quotas."""
        return self.p_value < LEVEL


@passes_not_enough_data
def quota_fairness(
    results: pd.DataFrame, territories: pd.DataFrame, parts: Luck, quarters: int, seed: int = 1
) -> list[FairnessTest] | NotEnoughData:
    """Test whether attainment depends on the territory's potential, or on how much of it is asked for.

    The second test is there because the first is blind to quotas set by last year's sales: they punish who was lucky,
    whatever the potential. Both compare a correlation with those of simulated companies whose quotas are fair: there,
    too, people differ in skill, regions share their luck, and small territories may have more of it. A table of
    critical values would take the reps for independent, and reject fair quotas in one company out of five.

    Parameters
    ----------
    results, territories, parts
        From `rep_results`, `territories` and `luck`.
    quarters
        How many of the last quarters are looked at.
    seed
        Of the simulated companies.
    """
    recent = results[results["quarter"] > results["quarter"].max() - quarters]
    rows = territories[territories["potential"].gt(0)].set_index("rep_id")
    recent = recent[recent["rep_id"].isin(rows.index)]
    if len(rows) < FEWEST or recent["rep_id"].nunique() < FEWEST:
        return NotEnoughData(f"{FEWEST} sellers whose accounts have a potential (accounts.potential_spend)")
    logs, regions = log_attainment(recent)
    rows = rows.loc[sorted(recent.loc[recent["sales_quota"].gt(0), "rep_id"].unique())]
    asked = recent[recent["sales_quota"].gt(0)].groupby("rep_id")["sales_quota"].mean().reindex(rows.index)
    size = np.log(rows["potential"].to_numpy(float))
    own = replace(parts, exposures=parts.exposures.of(logs.index))
    return fairness_tests(logs.to_numpy(), regions.to_numpy(), size, np.log(asked.to_numpy(float)), own, seed)


def fairness_tests(
    logs: Floats, regions: NDArray[Any], size: Floats, asked: Floats, parts: Luck, seed: int = 1,
    count: int = SIMULATED,
) -> list[FairnessTest]:  # fmt: skip
    """Return both tests from arrays.

    Parameters
    ----------
    logs
        Log attainment, people × quarters, NaN where there is none.
    regions
        Of each person.
    size, asked
        Logs of each one's potential and mean quota.
    parts
        From `luck`, its exposures those of the same people.
    seed, count
        Of the simulated companies.
    """
    simulated = fair_means(logs, regions, size, parts, count, seed)
    return [
        _tested("potential", logs, size, simulated),
        _tested("quota over potential", logs, asked - size, simulated),
    ]


def _tested(against: str, logs: Floats, held: Floats, simulated: Floats) -> FairnessTest:
    found = float(correlations(np.nanmean(logs, axis=1)[None, :], held)[0])
    null = correlations(simulated, held)
    usual = float(null.mean())
    # Both tails alike: the correlations of fair companies are skewed where luck differs by size.
    further = min(int((null >= found).sum()), int((null <= found).sum()))
    return FairnessTest(against, found, usual, min(2 * (1 + further) / (1 + len(null)), 1.0), len(held))


def correlations(rows: Floats, held: Floats) -> Floats:
    """Return the correlation of each row with `held`.

    Examples
    --------
    >>> correlations(np.array([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]]), np.array([1.0, 2.0, 3.0])).round(6).tolist()
    [1.0, -1.0]
    """
    centred = rows - rows.mean(axis=1, keepdims=True)
    other = held - held.mean()
    scale = np.sqrt((centred**2).sum(axis=1) * (other**2).sum())
    found: Floats = centred @ other / np.where(scale > 0, scale, 1.0)
    return found


def fair_means(logs: Floats, regions: NDArray[Any], size: Floats, parts: Luck, count: int, seed: int) -> Floats:
    """Return mean log attainments of simulated companies with fair quotas, companies × people.

    Fair is who is expected to reach the quota: log attainment then has the mean −s²/2 if its variance is s². The
    variances themselves are known from a few regions, people and quarters only, so that each company gets its own, as
    far off as those estimates may be.
    """
    rng = np.random.default_rng(seed)
    quarters = np.isfinite(logs).sum(axis=1)
    names, place = np.unique(regions, return_inverse=True)
    own = chance_by_size(logs, size, parts, rng, count)
    region = parts.region * _doubt(rng, (len(names) - 1) * (logs.shape[1] - 1), count)
    mixed = parts.exposures
    noise = ((own + region + mixed.variance) / quarters).mean(axis=1, keepdims=True)
    means_differ = parts.person + float(((parts.chance + parts.region + mixed.variance) / quarters).mean())
    person = np.maximum(means_differ * _doubt(rng, len(logs) - 1, count) - noise, 0.0)
    # A person's mean over some quarters keeps of each shock what those quarters hold of it.
    shared = np.sqrt(region) * rng.standard_normal((count, len(names)))[:, place] + _mixed(mixed, logs, rng, count)
    skill = np.sqrt(person) * rng.standard_normal((count, len(quarters)))
    luck = np.sqrt(own) * rng.standard_normal((count, len(quarters)))
    means: Floats = skill + (shared + luck) / np.sqrt(quarters) - (own + region + mixed.variance + parts.company) / 2
    return means


def _mixed(exposures: Exposures, logs: Floats, rng: np.random.Generator, count: int) -> Floats | float:
    """Return what product lines and markets do in a quarter, companies × people."""
    freedom = [(table.shape[1] - 1) * (logs.shape[1] - 1) for table in exposures.shares.values()]
    wider = np.array([np.sqrt(_doubt(rng, one, count)[:, 0]) for one in freedom])
    return np.transpose(exposures.shocks(rng, wider))


def _doubt(rng: np.random.Generator, freedom: int, count: int) -> Floats:
    """Return factors on a variance that was estimated with so many degrees of freedom."""
    freedom = max(freedom, 1)
    return freedom / rng.chisquare(freedom, (count, 1))


def chance_by_size(logs: Floats, size: Floats, parts: Luck, rng: np.random.Generator, count: int) -> Floats:
    """Return people's variances of chance, companies × people: a power of potential, as far as the data show one."""
    there = np.isfinite(logs)
    quarters = there.sum(axis=1)
    known = quarters > 1
    if known.sum() < FEWEST or np.ptp(size[known]) <= 0:
        return np.full((count, len(size)), parts.chance)
    off = np.where(there, logs - np.nanmean(logs, axis=1, keepdims=True), 0.0)[known]
    own = np.log((off**2).sum(axis=1) / (quarters[known] - 1))
    centred = size[known] - size[known].mean()
    slope = float(centred @ own / (centred @ centred))
    # The logarithm of a variance with f degrees of freedom is off by about √(2/f).
    error = np.sqrt(float(np.mean(2 / (quarters[known] - 1))) / float(centred @ centred))
    slopes = rng.normal(slope, error, (count, 1))
    shape = np.exp(np.clip(slopes, -MOST_SLOPE, MOST_SLOPE) * (size - size.mean()))
    found: Floats = parts.chance * shape / shape.mean(axis=1, keepdims=True)
    return found

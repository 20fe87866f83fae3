"""Are quotas a fair chance? A test whose verdict on fair quotas has been simulated, not assumed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from salesops.incentive_simulation.luck import Luck, log_attainment
from salesops.not_enough_data import NotEnoughData, passes_not_enough_data

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FEWEST = 8
"""Sellers below which no correlation could be told from chance."""

SIMULATED, LEVEL = 2000, 0.05


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
    simulated = fair_means(logs, regions, size, parts, SIMULATED, seed)
    return [
        _tested("potential", logs, size, simulated),
        _tested("quota over potential", logs, np.log(asked.to_numpy(float)) - size, simulated),
    ]


def _tested(against: str, logs: Floats, held: Floats, simulated: Floats) -> FairnessTest:
    found = float(correlations(np.nanmean(logs, axis=1)[None, :], held)[0])
    null = correlations(simulated, held)
    usual = float(null.mean())
    further = int((np.abs(null - usual) >= abs(found - usual)).sum())
    return FairnessTest(against, found, usual, (1 + further) / (1 + len(null)), len(held))


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

    Fair is who is expected to reach the quota: log attainment then has the mean −s²/2 if its variance is s².
    """
    rng = np.random.default_rng(seed)
    there = np.isfinite(logs)
    quarters = there.sum(axis=1)
    own = chance_by_size(logs, size, parts)
    names, place = np.unique(regions, return_inverse=True)
    # A person's mean over some quarters keeps of each shock what those quarters hold of it.
    shared = np.sqrt(parts.region / quarters) * rng.standard_normal((count, len(names)))[:, place]
    skill = np.sqrt(parts.person) * rng.standard_normal((count, len(quarters)))
    luck = np.sqrt(own / quarters) * rng.standard_normal((count, len(quarters)))
    means: Floats = skill + shared + luck - (own + parts.region + parts.company) / 2
    return means


def chance_by_size(logs: Floats, size: Floats, parts: Luck) -> Floats:
    """Return each person's variance of chance, as a power of potential that the data show, around the pooled one."""
    count = np.isfinite(logs).sum(axis=1)
    own = np.where(count > 1, np.nanvar(logs, axis=1, ddof=1, where=np.isfinite(logs)), np.nan)
    return _by_size(own, size, parts.chance) if np.isfinite(own).sum() >= FEWEST else np.full(len(size), parts.chance)


def _by_size(own: Floats, size: Floats, pooled: float) -> Floats:
    known = np.isfinite(own) & (own > 0)
    slope = np.polyfit(size[known], np.log(own[known]), 1)[0] if np.ptp(size[known]) > 0 else 0.0
    shape = np.exp(np.clip(slope, -1.5, 1.5) * (size - size.mean()))
    spread: Floats = pooled * shape / shape.mean()
    return spread

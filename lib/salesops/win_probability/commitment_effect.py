"""How deals go on after a visit that ended in a commitment, against visits to deals alike that did not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.win_probability.shrunk_means import EIGHTY_PERCENT
from salesops.win_probability.visit_commitment import WEEKS

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

AMOUNT_CLASSES = 3
FEWEST_VISITS = 20


@dataclass(frozen=True)
class CommitmentEffect:
    """How much more often deals go on after a visit with a commitment than after one without.

    Parameters
    ----------
    difference, low, high
        Difference of the two shares, with its 80% interval.
    with_commitment, without
        The shares themselves, as they would be with the same mix of stages and amounts.
    visits, deals
        That it rests on.
    weeks
        Within which a deal went on.
    """

    difference: float
    low: float
    high: float
    with_commitment: float
    without: float
    visits: int
    deals: int
    weeks: int


@passes_not_enough_data
def commitment_effect(visits: pd.DataFrame, weeks: int = WEEKS) -> CommitmentEffect | NotEnoughData:
    """Return the difference that goes with a commitment, among visits to deals in one stage and of one size.

    The risk difference of Mantel and Haenszel over stage × thirds of the amount: Σ w (p₁ − p₀) / Σ w with
    w = n₁ n₀ / n (Greenland and Robins, 1985). It is also the coefficient of the commitment in a regression with an
    intercept per stratum; its standard error is the one that allows for visits to one deal resembling each other.

    Parameters
    ----------
    visits
        From `visits`.
    weeks
        As given there.
    """
    if "went_on" not in visits.columns:
        return NotEnoughData("stage_history and opportunities.closed_at", "they tell what came after a visit")
    told = visits[visits["went_on"].notna()]
    stratum = told["stage"].astype(str) + " " + _amount_class(told["amount"])
    centred = told["committed"] - told["committed"].groupby(stratum).transform("mean")
    both = (centred**2).groupby(stratum).transform("sum") > 0
    told, stratum, centred = told[both], stratum[both], centred[both]
    if min((told["committed"] == kind).sum() for kind in (0, 1)) < FEWEST_VISITS:
        return NotEnoughData(f"{FEWEST_VISITS} visits with and without a commitment to deals alike in stage and amount")
    weight = float((centred**2).sum())
    difference = float((centred * told["went_on"]).sum()) / weight
    apart = told["went_on"] - difference * told["committed"]
    residual = (centred * (apart - apart.groupby(stratum).transform("mean"))).to_numpy(float)
    error = _clustered_error(residual, told["opportunity_id"]) / weight
    base = _standard_share(told, stratum)
    return CommitmentEffect(
        difference, difference - EIGHTY_PERCENT * error, difference + EIGHTY_PERCENT * error,
        base + difference, base, len(told), told["opportunity_id"].nunique(), weeks,
    )  # fmt: skip


def _amount_class(amount: pd.Series) -> pd.Series:
    return (amount.rank(pct=True) * AMOUNT_CLASSES).fillna(0.0).round(9).apply(np.ceil).astype(str)


def _standard_share(told: pd.DataFrame, stratum: pd.Series) -> float:
    """Return the share that goes on after visits without a commitment, in Mantel and Haenszel's mix of strata."""
    share = told["committed"].groupby(stratum).mean()
    weight = told.groupby(stratum).size() * share * (1 - share)
    without = told[told["committed"] == 0]
    return float(np.average(without["went_on"].groupby(stratum).mean().reindex(weight.index), weights=weight))


def _clustered_error(scores: NDArray[np.float64], clusters: pd.Series) -> float:
    totals = np.bincount(clusters.factorize()[0], scores)
    count = len(totals)
    return float(np.sqrt(count / max(count - 1, 1) * (totals**2).sum()))

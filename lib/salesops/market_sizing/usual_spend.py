"""What one buyer spends a year in each segment, with what neighbours tell where few are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.market_sizing.segments import NOT_STATED, SEGMENT
from salesops.not_enough_data import NotEnoughData

if TYPE_CHECKING:
    from salesops.market_sizing.arrays import Array

FEWEST = 5
SWEEPS = 50


def usual_spend(accounts: pd.DataFrame) -> pd.DataFrame | NotEnoughData:
    """Return the mean spend of one account in each segment, drawn towards industry × region where few are known.

    The logarithm of a segment's mean is held to be the sum of an effect of the industry, one of the region and one of
    its own; the own one is shrunk by how well the segment's accounts measure it (Efron and Morris, 1975, "Data analysis
    using Stein's estimator", JASA 70).

    Parameters
    ----------
    accounts
        industry, region and potential_spend; empty and negative spends are not counted.

    Returns
    -------
    DataFrame or NotEnoughData
        By industry and region: accounts, spend, and sd, the standard deviation of its logarithm before a correction
        for the share of all buyers that is known.

    Examples
    --------
    >>> rows = {"industry": ["clinic"] * 6, "region": ["East"] * 6, "potential_spend": [90.0, 110.0] * 3}
    >>> found = usual_spend(pd.DataFrame(rows))
    >>> found["spend"].round(1).tolist(), found["accounts"].tolist()
    ([100.0], [6])
    """
    known = accounts[(accounts["potential_spend"] > 0) & (accounts[SEGMENT] != NOT_STATED).all(axis=1)]
    if len(known) < FEWEST:
        return NotEnoughData("accounts.potential_spend", f"{len(known)} accounts state it in a named segment")
    table = known.groupby(SEGMENT)["potential_spend"].agg(accounts="size", mean="mean", spread="std")
    # How much one account differs from the mean of its segment, the same for all segments.
    freedom = (table["accounts"] - 1).clip(lower=0)
    squares = ((table["spread"] / table["mean"]) ** 2 * freedom).sum()
    variation = float(np.sqrt(squares / freedom.sum())) if freedom.sum() > 0 else 1.0
    middle, sd = _shrunk(table.reset_index(), variation / np.sqrt(table["accounts"].to_numpy(dtype=float)))
    found: pd.DataFrame = table.assign(spend=np.exp(middle), sd=sd)[["accounts", "spend", "sd"]]
    return found


def _shrunk(table: pd.DataFrame, error: Array) -> tuple[Array, Array]:
    log_mean = np.log(table["mean"].to_numpy(dtype=float))
    weight = 1 / np.maximum(error, 1e-3) ** 2
    fitted = _additive(log_mean, weight, [pd.factorize(table[name])[0] for name in SEGMENT])
    effects = table[SEGMENT[0]].nunique() + table[SEGMENT[1]].nunique() - 1
    left = len(table) - effects
    if left < 1:
        return log_mean, error
    # Moments: what the residuals vary by beyond the error of the means.
    own = max(float((weight * (log_mean - fitted) ** 2).sum() / left - 1) / float(weight.mean()), 0.0)
    # An additive fit is itself uncertain, by about its share of parameters.
    between = own + effects / len(table) * float(np.median(error)) ** 2
    keep = between / (between + error**2)
    return fitted + keep * (log_mean - fitted), error * np.sqrt(keep)


def _additive(values: Array, weight: Array, factors: list[np.ndarray]) -> Array:
    """Return the weighted fit of a sum of one effect per factor, by sweeping one factor after the other."""
    fitted = np.full(len(values), np.average(values, weights=weight))
    for _ in range(SWEEPS):
        for codes in factors:
            total = np.bincount(codes, weight * (values - fitted))
            fitted = fitted + (total / np.bincount(codes, weight))[codes]
    return fitted

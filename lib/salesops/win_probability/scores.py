"""Scores of predicted chances against what happened, with bootstrap intervals over deals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]

BINS = 8
RESAMPLES = 200
SEED = 20
# No chance is scored as certain: one surprise would otherwise cost infinitely much.
CERTAIN = 1e-4


def log_loss(chance: Vector, won: Vector) -> Vector:
    """Return each row's log loss.

    Examples
    --------
    >>> log_loss(np.array([0.5, 0.8]), np.array([1.0, 0.0])).round(3).tolist()
    [0.693, 1.609]
    """
    safe = chance.clip(CERTAIN, 1 - CERTAIN)
    loss: Vector = -(won * np.log(safe) + (1 - won) * np.log(1 - safe))
    return loss


def area_under_curve(chance: Vector, won: Vector, weights: NDArray[np.float64]) -> Vector:
    """Return the chance that a won row scores above a lost one (ties count half), for each set of weights.

    Parameters
    ----------
    chance, won
        Shape (n,).
    weights
        Shape (sets, n).

    Examples
    --------
    >>> area_under_curve(np.array([0.2, 0.4, 0.4, 0.9]), np.array([0.0, 0.0, 1.0, 1.0]), np.ones((1, 4)))
    array([0.875])
    """
    # Rounded, so that chances equal but for the last digit count as ties.
    chance = chance.round(9)
    order = np.argsort(chance, kind="stable")
    first = np.r_[0, np.flatnonzero(np.diff(chance[order])) + 1]
    wins = np.add.reduceat((weights * won)[:, order], first, axis=1)
    losses = np.add.reduceat((weights * (1 - won))[:, order], first, axis=1)
    below = np.cumsum(losses, axis=1) - losses / 2
    area: Vector = (wins * below).sum(axis=1) / np.maximum(wins.sum(axis=1) * losses.sum(axis=1), 1e-300)
    return area


def bins_of(chance: Vector, bins: int = BINS) -> NDArray[np.int64]:
    """Return the bin of each chance; bins hold about as many rows each, equal chances stay together."""
    chance = chance.round(9)
    edges = np.unique(np.quantile(chance, np.linspace(0, 1, bins + 1)[1:-1]))
    return np.searchsorted(edges, chance, side="left")


def calibration_error(chance: Vector, won: Vector, weights: NDArray[np.float64]) -> Vector:
    """Return the mean distance between predicted and observed share over bins, for each set of weights.

    The expected calibration error of Naeini, Cooper and Hauskrecht (2015), on bins of equal size. It is above zero
    even for a perfect model, by about the sampling error of a bin.
    """
    member = (bins_of(chance)[:, None] == np.arange(BINS)).astype(float)
    gap = np.abs((weights * (won - chance)) @ member)
    error: Vector = gap.sum(axis=1) / weights.sum(axis=1)
    return error


def resampled_deals(deals: NDArray[np.int64], resamples: int = RESAMPLES) -> NDArray[np.float64]:
    """Return how often each row's deal is drawn in each resample; the first set is the sample itself."""
    count = int(deals.max()) + 1
    drawn = np.random.default_rng(SEED).multinomial(count, np.full(count, 1 / count), size=resamples)
    return np.vstack([np.ones(count), drawn])[:, deals].astype(float)


def scores(chance: Vector, won: Vector, base: Vector, weights: NDArray[np.float64]) -> pd.DataFrame:
    """Return log loss, its gain on the base rate, Brier score, AUC and calibration error, with 80% intervals.

    Parameters
    ----------
    chance, won, base
        Chance of the model, what happened (0 or 1), and chance by the base rate, shape (n,).
    weights
        From `resampled_deals`.

    Returns
    -------
    DataFrame
        metric, value, low, high.
    """
    loss, base_loss = log_loss(chance, won), log_loss(base, won)
    share = weights / weights.sum(axis=1, keepdims=True)
    found = {
        "log_loss": share @ loss,
        "log_loss_gain": share @ (base_loss - loss),
        "brier": share @ (chance - won) ** 2,
        "auc": area_under_curve(chance, won, weights),
        "calibration_error": calibration_error(chance, won, weights),
    }
    return pd.DataFrame([(name, *_with_interval(values)) for name, values in found.items()],
                        columns=["metric", "value", "low", "high"])  # fmt: skip


def _with_interval(values: Vector) -> tuple[float, float, float]:
    low, high = np.quantile(values[1:], [0.1, 0.9])
    return float(values[0]), float(low), float(high)


def calibration_table(chance: Vector, won: Vector, weights: NDArray[np.float64]) -> pd.DataFrame:
    """Return predicted and observed share per bin of the predicted chance.

    Returns
    -------
    DataFrame
        bin (1 for the lowest chances), predicted, observed, n (rows), low and high (80%, over deals).
    """
    bin_ = bins_of(chance)
    member = (bin_[:, None] == np.unique(bin_)).astype(float)
    rows = weights @ member
    observed = np.where(rows > 0, (weights * won) @ member / np.maximum(rows, 1), np.nan)
    low, high = np.nanquantile(observed[1:], [0.1, 0.9], axis=0)
    return pd.DataFrame(
        {
            "bin": np.arange(1, member.shape[1] + 1),
            "predicted": chance @ member / member.sum(axis=0),
            "observed": observed[0],
            "n": member.sum(axis=0).astype(int),
            "low": low,
            "high": high,
        }
    )

"""Estimates of many people drawn towards their common mean, the more the less is known of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq

if TYPE_CHECKING:
    from numpy.typing import NDArray

EIGHTY_PERCENT = 1.2815515655446004
# With fewer there is no telling how far people differ, and each stands for himself (Stein's bound).
FEWEST = 4


@dataclass(frozen=True)
class Shrunk:
    """Estimates after shrinkage.

    Parameters
    ----------
    mean
        What all have in common.
    mean_error
        Its standard error.
    spread
        Standard deviation of the true values between people; 0 if they differ by no more than luck would make them.
    values, low, high
        Each one's estimate with its 80% interval.
    """

    mean: float
    mean_error: float
    spread: float
    values: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def shrink(estimates: NDArray[np.float64], errors: NDArray[np.float64]) -> Shrunk:
    """Return empirical Bayes estimates of means that are themselves normal around a common mean.

    With y_i ~ N(θ_i, V_i) and θ_i ~ N(μ, A), each estimate is (1 − B_i) y_i + B_i μ with
    B_i = (k − 3)/(k − 1) · V_i/(V_i + A), and has the variance
    (1 − (k − 1)/k · B_i) V_i + 2/(k − 3) · B_i² · (V̄ + A)/(V_i + A) · (y_i − μ)²
    (Morris, 1983), whose last term says that A is not known. A solves Σ (y_i − μ)²/(V_i + A) = k − 1
    (Paule and Mandel, 1982). With equal V_i this is the estimator of James and Stein around the mean.

    Parameters
    ----------
    estimates
        y, shape (k,).
    errors
        Standard errors √V, above zero, shape (k,).

    Examples
    --------
    >>> found = shrink(np.array([0.0, 0.0, 0.0, 8.0]), np.ones(4))
    >>> found.values.round(2).tolist()
    [0.04, 0.04, 0.04, 7.88]
    """
    k, own = len(estimates), errors**2
    between = variance_between(estimates, errors)
    weights = 1 / (own + between)
    mean, mean_error = float(weights @ estimates / weights.sum()), float(weights.sum() ** -0.5)
    if k < FEWEST:
        return _with_interval(mean, mean_error, between, estimates, own)
    pull = (k - 3) / (k - 1) * own * weights
    typical = float(weights @ own / weights.sum())
    doubt = 2 / (k - 3) * pull**2 * (typical + between) * weights * (estimates - mean) ** 2
    variance = (1 - (k - 1) / k * pull) * own + doubt
    return _with_interval(mean, mean_error, between, (1 - pull) * estimates + pull * mean, variance)


def variance_between(estimates: NDArray[np.float64], errors: NDArray[np.float64]) -> float:
    """Return Paule and Mandel's variance of the true values; 0 where the estimates differ no more than by luck.

    Examples
    --------
    >>> round(variance_between(np.array([-1.0, 0.0, 1.0]), np.full(3, 0.5)), 6)
    0.75
    """

    def excess(between: float) -> float:
        weights = 1 / (errors**2 + between)
        mean = weights @ estimates / weights.sum()
        return float(weights @ (estimates - mean) ** 2 - (len(estimates) - 1))

    if len(estimates) < 2 or excess(0.0) <= 0:
        return 0.0
    # All weights are below 1 / A: at this A the sum cannot reach k − 1 any more.
    most = float(((estimates - estimates.mean()) ** 2).sum())
    return float(brentq(excess, 0.0, most))


def _with_interval(
    mean: float, mean_error: float, between: float, values: NDArray[np.float64], variance: NDArray[np.float64]
) -> Shrunk:
    width = EIGHTY_PERCENT * np.sqrt(variance)
    return Shrunk(mean, mean_error, float(np.sqrt(between)), values, values - width, values + width)

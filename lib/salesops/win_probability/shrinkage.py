"""Shares of several groups, drawn towards their common mean as far as they look alike (beta-binomial)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import betaln, expit, logit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

LOGIT_REACH, LOGIT_STEPS = 3.0, 81
STRENGTHS = np.exp(np.linspace(-1.0, 8.0, 73))
"""How many cases the common mean may be worth."""


def shrunk_shares(successes: Any, trials: Any, draws: int, seed: int = 0) -> Array:
    """Return draws of each group's true share, given what all groups showed.

    The groups' shares come from one beta distribution, whose mean and strength are learned from all of them with the
    prior of Gelman et al. (Bayesian Data Analysis, 5.3). With few groups its strength stays uncertain, and the draws
    carry that.

    Parameters
    ----------
    successes, trials
        Per group; they need not be whole.
    draws
        How many.
    seed
        Of the random numbers.

    Returns
    -------
    array of shape (draws, groups)

    Examples
    --------
    >>> shrunk_shares([0, 30, 60], [2, 100, 200], 4000).mean(axis=0).round(1).tolist()
    [0.3, 0.3, 0.3]
    """
    successes, trials = np.asarray(successes, float), np.asarray(trials, float)
    alpha, beta, weight = common_beta(successes, trials)
    rng = np.random.default_rng(seed)
    at = rng.choice(len(weight), draws, p=weight)
    shares: Array = rng.beta(alpha[at, None] + successes, beta[at, None] + trials - successes)
    return shares


def common_beta(successes: Array, trials: Array) -> tuple[Array, Array, Array]:
    """Return a grid of the beta distribution that the groups come from: alpha, beta, and their weights."""
    centre = logit((successes.sum() + 0.5) / (trials.sum() + 1))
    mean, strength = np.meshgrid(expit(centre + np.linspace(-LOGIT_REACH, LOGIT_REACH, LOGIT_STEPS)), STRENGTHS)
    alpha, beta = (mean * strength).ravel(), ((1 - mean) * strength).ravel()
    # Their prior is (alpha + beta)^(-5/2), seen on the logit of the mean and the logarithm of the strength.
    log_weight = np.log(alpha) + np.log(beta) - 2.5 * np.log(alpha + beta)
    for won, of in zip(successes, trials, strict=True):
        log_weight += betaln(alpha + won, beta + of - won) - betaln(alpha, beta)
    weight = np.exp(log_weight - log_weight.max())
    return alpha, beta, weight / weight.sum()

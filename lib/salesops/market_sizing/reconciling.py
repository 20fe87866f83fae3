"""One figure out of several estimates of the same thing, when any of them may be off by more than it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from salesops.market_sizing.reconciling_parts import (
    cumulative_of,
    in_conflict,
    in_logs,
    log_density,
    nodes_of,
    weights_of,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from salesops.market_sizing.arrays import Array, Flags

# How many values of the disagreement the prior is averaged over, each as likely as the others.
DISAGREEMENTS = 15


@dataclass(frozen=True)
class Reconciled:
    """What several estimates say together, by segment.

    Parameters
    ----------
    nodes, cumulative
        Segments × points: logarithms of the value, and the probability of being below each.
    disagreement
        Segments: posterior mean of how far methods differ beyond their own intervals, in logs.
    weights
        Segments × methods: how much each counts in the centre; rows add up to 1, absent methods have 0.
    conflict
        Segments: whether methods differ by more than their own intervals allow (Cochran's Q, 5%).
    scale
        Methods: what each method's own width was multiplied by; 1 where it was taken at its word.
    """

    nodes: Array
    cumulative: Array
    disagreement: Array
    weights: Array
    conflict: Flags
    scale: Array

    @property
    def p10(self) -> Array:
        """Return the value that the truth is below of with 10%."""
        return self.quantiles(np.array([0.1]))[:, 0]

    @property
    def p50(self) -> Array:
        """Return the median."""
        return self.quantiles(np.array([0.5]))[:, 0]

    @property
    def p90(self) -> Array:
        """Return the value that the truth is below of with 90%."""
        return self.quantiles(np.array([0.9]))[:, 0]

    def quantiles(self, probabilities: Array) -> Array:
        """Return segments × probabilities."""
        rows = [np.interp(probabilities, below, at) for below, at in zip(self.cumulative, self.nodes, strict=True)]
        found: Array = np.exp(np.array(rows).reshape(len(self.nodes), len(probabilities)))
        return found

    def draws(self, n: int, rng: np.random.Generator) -> Array:
        """Return n × segments, segments independent of each other."""
        chances = rng.random((len(self.nodes), n))
        rows = [np.interp(*row) for row in zip(chances, self.cumulative, self.nodes, strict=True)]
        found: Array = np.exp(np.array(rows).reshape(len(self.nodes), n)).T
        return found


def reconcile(p10: ArrayLike, p50: ArrayLike, p90: ArrayLike, nu: float = 4.0, disagreement: float = 0.5) -> Reconciled:
    """Combine estimates by random effects with heavy tails.

    In logs, an estimate errs by √(s² + τ²) times Student's t with `nu` degrees of freedom: s is its own standard
    deviation (one for each side of its median), τ what methods differ by beyond that, half-normal a priori. Random
    effects as in DerSimonian and Laird (1986), "Meta-analysis in clinical trials", Controlled Clinical Trials 7(3),
    with the prior and the tails of Röver (2020), "Bayesian random-effects meta-analysis using the bayesmeta R package",
    Journal of Statistical Software 93(6).

    Parameters
    ----------
    p10, p50, p90
        Segments × methods, above zero, in one unit; NaN in `p50` where a method says nothing.
    nu
        Degrees of freedom of the errors.
    disagreement
        Scale of the half-normal prior of τ, in logs.

    Returns
    -------
    Reconciled
        A segment without any estimate is NaN.

    Raises
    ------
    ValueError
        If the arrays differ in shape, or values are not 0 < p10 ≤ p50 ≤ p90.

    Examples
    --------
    >>> both = reconcile([[80.0, 90.0]], [[100.0, 110.0]], [[125.0, 135.0]])
    >>> both.p50.round(1).tolist(), both.weights.round(2).tolist(), both.conflict.tolist()
    ([105.1], [[0.48, 0.52]], [False])
    """
    centre, lower, upper = in_logs(p10, p50, p90)
    told: Flags = np.asarray(~np.isnan(centre).all(axis=1))
    found = _posterior(centre[told], lower[told], upper[told], nu, disagreement)
    nodes, cumulative, tau, weights = (spread(part, told) for part in found)
    at_their_word = np.ones(centre.shape[1])
    return Reconciled(nodes, cumulative, tau, weights, in_conflict(centre, lower, upper), at_their_word)


def _posterior(
    centre: Array, lower: Array, upper: Array, nu: float, disagreement: float
) -> tuple[Array, Array, Array, Array]:
    """Return nodes, the distribution over them, the mean disagreement and the weights of methods."""
    taus = disagreement * ndtri(0.5 + (np.arange(DISAGREEMENTS) + 0.5) / (2 * DISAGREEMENTS))
    nodes = nodes_of(centre, lower, upper)
    logs = log_density(nodes, centre, lower, upper, taus, nu)
    density = np.exp(logs - logs.max(axis=(0, 2), keepdims=True))
    cumulative = cumulative_of(nodes, density.sum(axis=0))
    by_tau = np.trapezoid(density, nodes[None], axis=2)
    tau = taus @ by_tau / by_tau.sum(axis=0)
    middle = np.array([np.interp(0.5, below, at) for below, at in zip(cumulative, nodes, strict=True)])
    return nodes, cumulative, tau, weights_of(middle, centre, lower, upper, tau, nu)


def spread(part: Array, told: Flags) -> Array:
    """Return one row per segment, NaN where nothing was told."""
    found: Array = np.full((len(told), *part.shape[1:]), np.nan)
    found[told] = part
    return found

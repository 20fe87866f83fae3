"""One figure out of several estimates of the same thing, when any of them may be off by more than it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtri, ndtri

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from salesops.market_sizing.arrays import Array, Flags

Z90 = float(ndtri(0.9))
# How many values of the disagreement the prior is averaged over, each as likely as the others.
DISAGREEMENTS = 15
# Points of the grid around each estimate, and how far it reaches in logs.
POINTS, REACH, FINEST = 81, 12.0, 0.02
CONFLICT_LEVEL = 0.05


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
    """

    nodes: Array
    cumulative: Array
    disagreement: Array
    weights: Array
    conflict: Flags

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
    centre, lower, upper = _in_logs(p10, p50, p90)
    told: Flags = np.asarray(~np.isnan(centre).all(axis=1))
    found = _posterior(centre[told], lower[told], upper[told], nu, disagreement)
    nodes, cumulative, tau, weights = (_spread(part, told) for part in found)
    return Reconciled(nodes, cumulative, tau, weights, _conflict(centre, lower, upper))


def _posterior(
    centre: Array, lower: Array, upper: Array, nu: float, disagreement: float
) -> tuple[Array, Array, Array, Array]:
    """Return nodes, the distribution over them, the mean disagreement and the weights of methods."""
    taus = disagreement * ndtri(0.5 + (np.arange(DISAGREEMENTS) + 0.5) / (2 * DISAGREEMENTS))
    nodes = _nodes(centre, lower, upper)
    log_density = _log_density(nodes, centre, lower, upper, taus, nu)
    density = np.exp(log_density - log_density.max(axis=(0, 2), keepdims=True))
    cumulative = _cumulative(nodes, density.sum(axis=0))
    by_tau = np.trapezoid(density, nodes[None], axis=2)
    tau = taus @ by_tau / by_tau.sum(axis=0)
    middle = np.array([np.interp(0.5, below, at) for below, at in zip(cumulative, nodes, strict=True)])
    return nodes, cumulative, tau, _weights(middle, centre, lower, upper, tau, nu)


def _spread(part: Array, told: Flags) -> Array:
    """Return one row per segment, NaN where nothing was told."""
    found: Array = np.full((len(told), *part.shape[1:]), np.nan)
    found[told] = part
    return found


def _in_logs(p10: ArrayLike, p50: ArrayLike, p90: ArrayLike) -> tuple[Array, Array, Array]:
    """Return medians and the standard deviations below and above them."""
    low, middle, high = (np.atleast_2d(np.asarray(values, dtype=np.float64)) for values in (p10, p50, p90))
    if not low.shape == middle.shape == high.shape:
        raise ValueError(f"p10, p50, p90 must have one shape: {low.shape}, {middle.shape}, {high.shape}")
    given = ~np.isnan(middle)
    if not ((low > 0) & (low <= middle) & (middle <= high) & np.isfinite(high))[given].all():
        raise ValueError("an estimate must have 0 < p10 <= p50 <= p90, all finite")
    gap = np.full(middle.shape, np.nan)
    logs = [np.log(values, where=given, out=gap.copy()) for values in (low, middle, high)]
    return logs[1], (logs[1] - logs[0]) / Z90, (logs[2] - logs[1]) / Z90


def _nodes(centre: Array, lower: Array, upper: Array) -> Array:
    """Return segments × points in rising order: dense around each estimate in terms of its width, wide in the tails."""
    width = np.hypot(np.minimum(lower, upper), FINEST)[:, :, None]
    offsets = np.sinh(np.linspace(-1, 1, POINTS) * np.arcsinh(REACH / width)) * width
    around = (centre[:, :, None] + offsets).reshape(len(centre), -1)
    # A method that says nothing adds no points of its own: those of another stand twice, which changes no area.
    return np.sort(np.where(np.isnan(around), np.nanmin(around, axis=1, keepdims=True), around), axis=1)


def _log_density(nodes: Array, centre: Array, lower: Array, upper: Array, taus: Array, nu: float) -> Array:
    """Return disagreements × segments × points, up to a constant per segment."""
    total = np.zeros((len(taus), *nodes.shape))
    for median, below, above in zip(centre.T, lower.T, upper.T, strict=True):
        off = nodes - median[:, None]
        side = np.where(off < 0, below[:, None], above[:, None])
        scale = np.hypot(side, taus[:, None, None])
        # Half of the probability is on each side, so that a method alone keeps its own median.
        term = -(nu + 1) / 2 * np.log1p((off / scale) ** 2 / nu) - np.log(scale)
        total += np.nan_to_num(term, nan=0.0)
    return total


def _cumulative(nodes: Array, density: Array) -> Array:
    areas = np.diff(nodes, axis=1) * (density[:, 1:] + density[:, :-1]) / 2
    rising = np.cumsum(np.insert(areas, 0, 0.0, axis=1), axis=1)
    found: Array = rising / rising[:, -1:]
    return found


def _weights(at: Array, centre: Array, lower: Array, upper: Array, tau: Array, nu: float) -> Array:
    """Return how much each estimate pulls: the t distribution's weight of an observation that far off."""
    off = at[:, None] - centre
    variance = np.where(off < 0, lower, upper) ** 2 + tau[:, None] ** 2
    pull = np.nan_to_num((nu + 1) / (nu * variance + off**2), nan=0.0)
    found: Array = pull / pull.sum(axis=1, keepdims=True)
    return found


def _conflict(centre: Array, lower: Array, upper: Array) -> Flags:
    """Return whether Cochran's Q is beyond its 95% point, each estimate with its side that faces the mean."""
    known = ~np.isnan(centre)
    usual = np.maximum((lower + upper) / 2, FINEST)
    weight = np.where(known, usual**-2.0, 0.0)
    mean = np.nansum(weight * centre, axis=1) / np.maximum(weight.sum(axis=1), 1e-300)
    facing = np.maximum(np.where(mean[:, None] < centre, lower, upper), FINEST)
    q = np.nansum(((centre - mean[:, None]) / facing) ** 2, axis=1)
    methods = known.sum(axis=1)
    found: Flags = (methods > 1) & (q > chdtri(np.maximum(methods - 1, 1), CONFLICT_LEVEL))
    return found

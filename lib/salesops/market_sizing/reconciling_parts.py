"""The arithmetic behind reconciling estimates: medians and widths in logs, densities on a grid, what pulls how much."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtri, ndtri

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from salesops.market_sizing.arrays import Array, Flags

Z90 = float(ndtri(0.9))
# Points of the grid around each estimate, and how far it reaches in logs.
POINTS, REACH, FINEST = 81, 12.0, 0.02
# At least this many widths, for estimates that hardly say anything.
FARTHEST = 20.0
CONFLICT_LEVEL = 0.05


def in_logs(p10: ArrayLike, p50: ArrayLike, p90: ArrayLike) -> tuple[Array, Array, Array]:
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


def nodes_of(centre: Array, lower: Array, upper: Array) -> Array:
    """Return segments × points in rising order: dense around each estimate in terms of its width, wide in the tails."""
    width = np.hypot(np.minimum(lower, upper), FINEST)[:, :, None]
    offsets = np.sinh(np.linspace(-1, 1, POINTS) * np.arcsinh(np.maximum(REACH / width, FARTHEST))) * width
    around = (centre[:, :, None] + offsets).reshape(len(centre), POINTS * centre.shape[1])
    # A method that says nothing adds no points of its own: those of another stand twice, which changes no area.
    return np.sort(np.where(np.isnan(around), np.nanmin(around, axis=1, keepdims=True), around), axis=1)


def log_density(
    nodes: Array, centre: Array, lower: Array, upper: Array, taus: Array, nu: float, scales: Array | None = None
) -> Array:
    """Return disagreements × segments × points, up to a constant.

    Parameters
    ----------
    scales
        Disagreements × methods: what each method's own standard deviation is multiplied by.
    """
    stretch = np.ones((len(taus), centre.shape[1])) if scales is None else scales
    total = np.zeros((len(taus), *nodes.shape))
    for median, below, above, by in zip(centre.T, lower.T, upper.T, stretch.T, strict=True):
        off = nodes - median[:, None]
        side = np.where(off < 0, below[:, None], above[:, None])
        scale = np.hypot(by[:, None, None] * side, taus[:, None, None])
        # Half of the probability is on each side, so that a method alone keeps its own median.
        term = -(nu + 1) / 2 * np.log1p((off / scale) ** 2 / nu) - np.log(scale)
        total += np.nan_to_num(term, nan=0.0)
    return total


def cumulative_of(nodes: Array, density: Array) -> Array:
    """Return the probability of being below each node, from any multiple of the density there."""
    areas = np.diff(nodes, axis=1) * (density[:, 1:] + density[:, :-1]) / 2
    rising = np.cumsum(np.insert(areas, 0, 0.0, axis=1), axis=1)
    found: Array = rising / rising[:, -1:]
    return found


def weights_of(at: Array, centre: Array, lower: Array, upper: Array, tau: Array, nu: float) -> Array:
    """Return how much each estimate pulls: the t distribution's weight of an observation that far off."""
    off = at[:, None] - centre
    variance = np.where(off < 0, lower, upper) ** 2 + tau[:, None] ** 2
    pull = np.nan_to_num((nu + 1) / (nu * variance + off**2), nan=0.0)
    found: Array = pull / pull.sum(axis=1, keepdims=True)
    return found


def in_conflict(centre: Array, lower: Array, upper: Array) -> Flags:
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

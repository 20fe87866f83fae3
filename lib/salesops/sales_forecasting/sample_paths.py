"""Futures of a whole hierarchy at once: they add up in every month, so that any sum of them has its own right band."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from salesops.sales_forecasting.panel import Array

FEWEST_ORIGINS = 4
PRIOR_ORIGINS = 2.0


def coherent_paths(
    mean: Array,
    errors: Array,
    projection: Array,
    levels: Array,
    scale: Array,
    samples: int = 1000,
    seed: int = 0,
) -> Array:
    """Draw futures from the errors of the past.

    The errors of all nodes and steps of one past origin are kept together, so that what goes together in months and
    nodes stays together. Each future is the forecast plus two past origins' errors, each with a sign of its own,
    mixed as ``cos θ · a + sin θ · b`` with θ uniform between 0 and 90°, and projected so that it adds up; its mirror
    image is another future, so that their mean is the forecast. Errors of each node and step are first brought to
    their own spread, drawn towards that of the node's level; and K origins that overlap are widened by
    ``√(1 + (j + h/2) / K)`` for step j of h.

    Parameters
    ----------
    mean
        Forecasts that add up; horizon × nodes.
    errors
        Rolling errors, actual less forecast; origins × horizon × nodes, from origins one period apart, NaN where
        there is none. Origins whose whole horizon is known give the paths, all give the spread.
    projection
        Nodes × nodes, as `salesops.sales_forecasting.reconciliation.projection` returns it.
    levels
        Level of each node, by any code.
    scale
        Typical error of each node, such as that of the seasonal naive forecast: what makes nodes comparable.
    samples
        Number of futures.
    seed
        The same seed gives the same futures.

    Returns
    -------
    Array
        Samples × horizon × nodes; without any sample if fewer than four origins have their whole horizon known.

    Examples
    --------
    >>> past = np.random.default_rng(0).normal(size=(24, 2, 3))
    >>> constraint = np.array([1.0, -1.0, -1.0])
    >>> from salesops.sales_forecasting.reconciliation import projection
    >>> paths = coherent_paths(np.tile([2.0, 1, 1], (2, 1)), past, projection(constraint[None], past[:, 0]),
    ...                        np.array([0, 1, 1]), np.ones(3), samples=5)
    >>> paths.shape, bool(np.abs(paths @ constraint).max() < 1e-9)
    ((5, 2, 3), True)
    """
    whole = np.all(np.any(np.isfinite(errors), axis=2), axis=1)
    origins, horizon = int(whole.sum()), len(mean)
    if origins < FEWEST_ORIGINS:
        return np.empty((0, *mean.shape))
    rng = np.random.default_rng(seed)
    spread = level_spread(errors, levels, scale, 2 * origins / horizon)
    shapes = _with_siblings(_standardised(errors[whole]), levels, rng)
    step = np.arange(1, horizon + 1)[:, None]
    widened = spread * np.sqrt(1 + (step + horizon / 2) / origins)
    return mean + _mixed((shapes * widened) @ projection.T, samples, rng)


def level_spread(errors: Array, levels: Array, scale: Array, weight: float) -> Array:
    """Return the spread of each node and step, drawn towards its level's.

    Within a level all nodes grow less certain with the horizon at the same pace, which never falls. A node's own
    variance counts as `weight` looks beside the level's usual one, at the node's scale, which counts as two.

    Parameters
    ----------
    errors
        Origins × horizon × nodes, NaN where there is none.
    levels
        Level of each node.
    scale
        Typical error of each node.
    weight
        Independent looks that the errors are worth.

    Returns
    -------
    Array
        Horizon × nodes; zero for nodes that were never off.
    """
    known = np.isfinite(errors)
    count = known.sum(axis=0)
    variance = np.where(known, errors, 0.0) ** 2
    variance = np.where(count > 0, variance.sum(axis=0) / np.maximum(count, 1), np.nan)
    spread = np.zeros_like(variance)
    for level in np.unique(levels):
        nodes = np.flatnonzero((levels == level) & ~(np.nan_to_num(variance, nan=1.0) == 0).all(axis=0))
        if len(nodes):
            spread[:, nodes] = _spread_of_alike(variance[:, nodes], scale[nodes], weight)
    return spread


def _spread_of_alike(variance: Array, scale: Array, weight: float) -> Array:
    """Return the spread of nodes of one level; horizon × nodes."""
    seen = np.isfinite(variance)
    usual = np.where(seen, variance, 0.0).sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
    relative = np.divide(variance, usual, out=np.full_like(variance, np.nan), where=seen & (usual > 0))
    pace = np.maximum.accumulate(_mean_known(relative, axis=1, absent=1.0))
    own = _mean_known(variance / pace[:, None], axis=0, absent=np.nan)
    comparable = np.isfinite(own) & (scale > 0)
    typical = float(np.median(own[comparable] / scale[comparable] ** 2)) if comparable.any() else 0.0
    common = np.where(scale > 0, typical * scale**2, own)
    drawn = (weight * own + PRIOR_ORIGINS * common) / (weight + PRIOR_ORIGINS)
    drawn = np.where(np.isfinite(own), drawn, np.nan_to_num(common))
    spread: Array = np.sqrt(pace[:, None] * drawn)
    return spread


def _mean_known(values: Array, axis: int, absent: float) -> Array:
    known = np.isfinite(values)
    count = known.sum(axis=axis)
    return np.where(count > 0, np.where(known, values, 0.0).sum(axis=axis) / np.maximum(count, 1), absent)


def _standardised(errors: Array) -> Array:
    """Return errors over their root mean square by step and node; zero where that is zero, NaN where unknown."""
    size = np.sqrt(_mean_known(errors**2, axis=0, absent=0.0))
    return np.divide(errors, size, out=np.where(np.isnan(errors), np.nan, 0.0), where=size > 0)


def _with_siblings(shapes: Array, levels: Array, rng: np.random.Generator) -> Array:
    """Fill what a node has no errors for with those of a node of its level that has them all."""
    complete = np.isfinite(shapes).all(axis=(0, 1))
    if complete.all():
        return shapes
    lender = np.arange(shapes.shape[2])
    for level in np.unique(levels[~complete]):
        needing, able = ~complete & (levels == level), complete & (levels == level)
        pool = np.flatnonzero(able if able.any() else complete)
        if len(pool):
            lender[needing] = rng.choice(pool, int(needing.sum()))
    filled: Array = np.nan_to_num(np.where(np.isfinite(shapes), shapes, shapes[:, :, lender]))
    return filled


def _mixed(errors: Array, samples: int, rng: np.random.Generator) -> Array:
    """Return mixtures of the errors of two origins each, every one with its mirror image; samples × horizon × nodes."""
    half, origins = -(-samples // 2), len(errors)
    angle, row = rng.uniform(0, np.pi / 2, half), np.arange(half)
    weights = np.zeros((half, origins))
    for part in (np.cos(angle), np.sin(angle)):
        np.add.at(weights, (row, rng.integers(0, origins, half)), rng.choice([-1.0, 1.0], half) * part)
    mixture = weights @ errors.reshape(origins, -1)
    return np.concatenate([mixture, -mixture])[:samples].reshape(samples, *errors.shape[1:])


def window_sums(paths: Array, first: int, last: int) -> Array:
    """Return each future's sum over steps `first` to `last`, counted from 1, both included; samples × nodes.

    Examples
    --------
    >>> window_sums(np.arange(6.0).reshape(1, 3, 2), 2, 3).tolist()
    [[6.0, 8.0]]
    """
    sums: Array = paths[:, first - 1 : last].sum(axis=1)
    return sums


def path_quantiles(values: Array, probabilities: tuple[float, ...]) -> Array:
    """Return quantiles over the samples (first axis); probabilities × …, NaN if there is no sample.

    Examples
    --------
    >>> path_quantiles(np.arange(5.0)[:, None], (0.5,)).tolist()
    [[2.0]]
    """
    if not len(values):
        return np.full((len(probabilities), *values.shape[1:]), np.nan)
    ordered: Array = np.quantile(values, probabilities, axis=0)
    return ordered

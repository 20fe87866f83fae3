"""Estimates of many segments by the same methods: how wrong each method is can be learned from all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import ndtr, ndtri

from salesops.market_sizing.reconciling import Reconciled, spread
from salesops.market_sizing.reconciling_parts import (
    cumulative_of,
    in_conflict,
    in_logs,
    log_density,
    nodes_of,
    weights_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

    from salesops.market_sizing.arrays import Array, Flags

POINTS, WIDER, STEP = 64, 1.3, 0.05


class _Errors(NamedTuple):
    """Disagreements, scales of each method (points × methods), and how likely each point is."""

    taus: Array
    scales: Array
    chances: Array


class _Known(NamedTuple):
    """Estimates in logs, and the grid they are looked at on."""

    nodes: Array
    centre: Array
    lower: Array
    upper: Array


def reconcile_together(
    p10: ArrayLike,
    p50: ArrayLike,
    p90: ArrayLike,
    nu: float = 4.0,
    disagreement: float = 0.5,
    doubt: float = 0.5,
) -> Reconciled:
    """Combine estimates like `reconcile`, with the size of errors learned from all segments at once.

    Each method's own standard deviation is multiplied by a factor that all segments share (log-normal a priori), and
    they share one disagreement τ. What methods differ by over many segments tells both; what is left unsure about them
    is averaged over (points drawn around the most likely one, weighted by importance). Errors that methods share,
    because one source feeds several, cannot be seen: give such methods as one.

    Parameters
    ----------
    p10, p50, p90, nu, disagreement
        As in `reconcile`.
    doubt
        Standard deviation of the logarithm of the factors a priori; 0 takes stated intervals at their word.

    Examples
    --------
    >>> wrong = np.tile([0.6, 0.0], (30, 1)) * np.where(np.arange(30) % 2, 1, -1)[:, None]
    >>> found = reconcile_together(*(100 * np.exp(wrong + z) for z in (-0.13, 0.0, 0.13)))
    >>> bool((found.p90 / found.p10 > np.exp(0.26)).all())
    True
    """
    centre, lower, upper = in_logs(p10, p50, p90)
    told: Flags = np.asarray(~np.isnan(centre).all(axis=1))
    known = _Known(nodes_of(centre[told], lower[told], upper[told]), centre[told], lower[told], upper[told])
    errors = _learned(known, nu, disagreement, doubt)
    density = np.exp(log_density(*known, errors.taus, nu, errors.scales))
    area = np.trapezoid(density, known.nodes[None], axis=2)
    cumulative = cumulative_of(known.nodes, np.einsum("m,msn->sn", errors.chances, density / area[:, :, None]))
    tau = np.full(int(told.sum()), errors.chances @ errors.taus)
    middle = np.array([np.interp(0.5, below, at) for below, at in zip(cumulative, known.nodes, strict=True)])
    scale = errors.chances @ errors.scales
    weights = weights_of(middle, known.centre, scale * known.lower, scale * known.upper, tau, nu)
    nodes, cumulative, tau, weights = (spread(part, told) for part in (known.nodes, cumulative, tau, weights))
    return Reconciled(nodes, cumulative, tau, weights, in_conflict(centre, lower, upper), scale)


def _learned(known: _Known, nu: float, disagreement: float, doubt: float) -> _Errors:
    """Return points of the posterior of disagreement and factors.

    Both are told by numbers that are standard normal a priori, so that the posterior is nearly normal: points are drawn
    around its top, a little wider, and weighted by what it is over what they were drawn from.
    """

    def errors_at(z: Array) -> tuple[Array, Array]:
        return disagreement * ndtri((1 + ndtr(z[:, 0])) / 2), np.exp(doubt * z[:, 1:])

    def height(z: Array) -> Array:
        found: Array = _log_likelihood(known, *errors_at(z), nu) - (z**2).sum(axis=1) / 2
        return found

    top = minimize(lambda z: -height(z[None])[0], np.zeros(known.centre.shape[1] + 1), method="BFGS").x
    spread_out = np.linalg.cholesky(np.linalg.inv(_curvature(height, top)))
    even = np.random.default_rng(0).standard_normal((POINTS // 2, len(top)))
    normal = np.vstack([even, -even])
    points = top + WIDER * normal @ spread_out.T
    log_weight = height(points) + (normal**2).sum(axis=1) / 2
    weight = np.exp(log_weight - log_weight.max())
    return _Errors(*errors_at(points), weight / weight.sum())


def _log_likelihood(known: _Known, taus: Array, scales: Array, nu: float) -> Array:
    """Return one figure per point: over all segments, the value itself integrated out."""
    density = log_density(*known, taus, nu, scales)
    top = density.max(axis=2, keepdims=True)
    area = np.trapezoid(np.exp(density - top), known.nodes[None], axis=2)
    found: Array = (np.log(area) + top[:, :, 0]).sum(axis=1)
    return found


def _curvature(height: Callable[[Array], Array], top: Array) -> Array:
    """Return minus the second derivatives by differences, at least those of the prior in every direction."""
    steps = STEP * np.eye(len(top))
    size = len(top)
    corners = [
        height((top + a * steps[:, None] + b * steps).reshape(-1, size)).reshape(size, size)
        for a, b in ((1, 1), (1, -1), (-1, 1), (-1, -1))
    ]
    values, vectors = np.linalg.eigh((corners[1] + corners[2] - corners[0] - corners[3]) / (4 * STEP**2))
    found: Array = vectors @ np.diag(np.maximum(values, 0.5)) @ vectors.T
    return found

"""Exact expectations of piecewise-linear pay when attainment is lognormal or normal, and how they move with its mean.

With dⱼ = (m − ln kⱼ) / s and M = exp(m + s²/2), the partial moments of a lognormal give
E f = Σⱼ [Jⱼ Φ(dⱼ) + δⱼ (M Φ(dⱼ + s) − kⱼ Φ(dⱼ))] and dE/dm = Σⱼ [Jⱼ φ(dⱼ) / s + δⱼ M Φ(dⱼ + s)].
With d = (μ − k) / σ, those of a normal give E(a − k)⁺ = (μ − k) Φ(d) + σ φ(d), and its derivative by μ is Φ(d).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from salesops.incentive_simulation.curve import Curve

    Floats = NDArray[np.float64]

_PEAK = 1.0 / np.sqrt(2.0 * np.pi)


def lognormal_pay(curve: Curve, log_mean: ArrayLike, log_sd: ArrayLike) -> tuple[Floats, Floats]:
    """Return expected pay where ln a ~ N(m, s²), and its derivative by m: what one per cent more sales add, times 100.

    Parameters
    ----------
    curve
        Pay over attainment; of several curves, both results are curves × what m and s broadcast to.
    log_mean, log_sd
        m and s > 0, of shapes that broadcast; both results have that shape.

    Examples
    --------
    >>> from salesops.incentive_simulation.curve import Curve
    >>> mean, slope = lognormal_pay(Curve.of_pieces([0.0], [0.0], [1.0]), 0.0, 0.4)
    >>> round(float(mean), 6), round(float(slope), 6)
    (1.083287, 1.083287)
    """
    m, s = np.broadcast_arrays(np.asarray(log_mean, dtype=np.float64), np.asarray(log_sd, dtype=np.float64))
    mean, shape = np.exp(m + s * s / 2), np.broadcast_shapes(m.shape, curve.knots.shape[1:])
    pay, slope = np.zeros(shape), np.zeros(shape)
    with np.errstate(divide="ignore"):
        log_knots = np.log(curve.knots)
    for log_knot, knot, jump, bend in zip(log_knots, curve.knots, curve.jumps, curve.bends, strict=True):
        distance = (m - log_knot) / s
        reached = ndtr(distance)
        above = mean * ndtr(distance + s)
        pay += jump * reached + bend * (above - knot * reached)
        slope += jump * density(distance) / s + bend * above
    return pay, slope


def normal_pay(curve: Curve, mean: ArrayLike, sd: ArrayLike) -> tuple[Floats, Floats]:
    """Return expected pay where a ~ N(μ, σ²), and its derivative by μ.

    Parameters
    ----------
    curve
        Pay over attainment; negative attainment pays what is below the first knot, nothing.
    mean, sd
        μ and σ > 0, of shapes that broadcast; both results have that shape.

    Examples
    --------
    >>> from salesops.incentive_simulation.curve import Curve
    >>> mean, slope = normal_pay(Curve.of_pieces([1.0], [0.0], [1.0]), 1.0, 0.5)
    >>> round(float(mean), 6), float(slope)
    (0.199471, 0.5)
    """
    mu, sigma = np.broadcast_arrays(np.asarray(mean, dtype=np.float64), np.asarray(sd, dtype=np.float64))
    shape = np.broadcast_shapes(mu.shape, curve.knots.shape[1:])
    pay, slope = np.zeros(shape), np.zeros(shape)
    for knot, jump, bend in zip(curve.knots, curve.jumps, curve.bends, strict=True):
        distance = (mu - knot) / sigma
        reached, peak = ndtr(distance), density(distance)
        pay += jump * reached + bend * ((mu - knot) * reached + sigma * peak)
        slope += jump * peak / sigma + bend * reached
    return pay, slope


def density(x: Floats) -> Floats:
    """Return the standard normal density."""
    value: Floats = _PEAK * np.exp(-np.square(x) / 2)
    return value

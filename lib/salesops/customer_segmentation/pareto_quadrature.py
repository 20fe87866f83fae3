"""The integral in the Pareto/NBD likelihood, over when the customer left, in a form that never overflows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from salesops.customer_segmentation.histories import Array

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(8)
NODES, WEIGHTS = 0.5 * (_NODES + 1), 0.5 * _WEIGHTS


@dataclass(frozen=True)
class Departure:
    """When customers left who have left, as weighted points; points × rows.

    Parameters
    ----------
    log_integral
        Log of ∫ s (α + u)^−(r + x) (β + u)^−(s + 1) du over departures u between last order and end.
    chances
        Share of each point in it.
    in_alpha, in_beta
        α + u and β + u at each point.
    """

    log_integral: Array
    chances: Array
    in_alpha: Array
    in_beta: Array


def departure(params: Array, frequency: Array, recency: Array, age: Array) -> Departure:
    """Return the integral over the time of leaving.

    The integrand falls like a power of time. On a scale of v = log of (c + u), c the lesser of α and β, it is smooth
    and bounded; four panels of eight Gauss-Legendre points follow it where it is steep, right after the last order,
    as well as in its tail.

    Parameters
    ----------
    params
        r, α, s, β.
    frequency, recency, age
        By row.
    """
    r, alpha, s, beta = params
    least = min(alpha, beta)
    nearest = least + recency
    lasting = np.log((least + age) / nearest)
    points, widths = _panels(r + frequency, s, alpha + recency, beta + recency, nearest, lasting)
    since = nearest * np.expm1(points)
    in_alpha, in_beta = alpha + recency + since, beta + recency + since
    power = r + frequency
    height = points - power * (np.log(in_alpha) - np.log(alpha + recency)) - (s + 1) * np.log(in_beta)
    top = height.max(axis=0)
    mass = widths * np.exp(height - top)
    total = mass.sum(axis=0)
    log_total = np.log(total, where=total > 0, out=np.full(len(total), -np.inf))
    outside = np.log(nearest) + np.log(s) - power * np.log(alpha + recency)
    return Departure(outside + top + log_total, mass / np.where(total > 0, total, 1.0), in_alpha, in_beta)


def _panels(
    power: Array, s: float, in_alpha: Array, in_beta: Array, nearest: Array, lasting: Array
) -> tuple[Array, Array]:
    """Return integration points and weights; 32 × rows."""
    orders_only = power / in_alpha
    both = orders_only + (s + 1) / in_beta
    ends = [np.log1p(reach / nearest) for reach in (2.5 / both, 3 / orders_only, 16 / orders_only)]
    edges = [np.zeros_like(lasting), *(np.minimum(lasting, end) for end in ends), lasting]
    widths = np.diff(edges, axis=0)
    points = np.stack(edges[:-1])[:, None] + widths[:, None] * NODES[:, None]
    shares = widths[:, None] * WEIGHTS[:, None]
    return points.reshape(-1, len(lasting)), shares.reshape(-1, len(lasting))

"""The change of a product, split exactly among its factors."""

from __future__ import annotations

from itertools import combinations
from math import factorial
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

CENTS = 100


def split_of_product(before: Any, now: Any) -> Array:
    """Return the part of each factor in the change of their product: its mean over all orders of changing them.

    This is the value of Shapley (1953). The parts add up to the change, a factor that has not changed has no part,
    and no factor is favoured by coming first.

    Parameters
    ----------
    before, now
        The factors, along the last axis.

    Examples
    --------
    >>> split_of_product([10.0, 2.0], [20.0, 3.0]).tolist()
    [25.0, 15.0]
    """
    before, now = np.asarray(before, float), np.asarray(now, float)
    count = before.shape[-1]
    parts: Array = np.zeros_like(before)
    for factor in range(count):
        others = [other for other in range(count) if other != factor]
        for size in range(count):
            weight = factorial(size) * factorial(count - 1 - size) / factorial(count)
            for changed in combinations(others, size):
                unchanged = [other for other in others if other not in changed]
                rest = now[..., list(changed)].prod(axis=-1) * before[..., unchanged].prod(axis=-1)
                parts[..., factor] += weight * rest * (now[..., factor] - before[..., factor])
    return parts


def to_the_cent(parts: Array, total: float) -> Array:
    """Return amounts rounded to cents so that they add up to a total, by largest remainders.

    Parameters
    ----------
    parts
        Amounts that add up to `total` but for rounding.
    total
        Their sum, in whole cents.

    Examples
    --------
    >>> to_the_cent(np.array([0.333, 0.333, 0.334]), 1.0).tolist()
    [0.33, 0.33, 0.34]
    """
    cents = np.asarray(parts, float) * CENTS
    floors = np.floor(cents)
    missing = round(round(total * CENTS) - floors.sum())
    # What floating point leaves over, beyond one cent each, goes round once more.
    every, some = divmod(missing, len(cents))
    extra = np.full(len(cents), float(every))
    extra[np.argsort(-(cents - floors), kind="stable")[:some]] += 1
    rounded: Array = (floors + extra) / CENTS
    return rounded

"""Sharing out money so that nothing is left over: every part a whole number of cents, and all parts the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from salesops.sales_forecasting.panel import Array


def shared_out(cents: Array, weights: Array) -> Array:
    """Share out whole numbers by weights with no remainder, by the largest remainders (Hamilton's method).

    Parameters
    ----------
    cents
        Whole numbers, not negative; n of them.
    weights
        n × k, not negative; a row of zeros shares equally.

    Returns
    -------
    Array
        Whole numbers, n × k; each row adds up to its whole, and each part lies within one of its exact share.

    Examples
    --------
    >>> shared_out(np.array([100]), np.array([[1.0, 1.0, 1.0]])).tolist()
    [[34, 33, 33]]
    """
    weights = np.where(weights.sum(axis=1, keepdims=True) > 0, weights, 1.0)
    exact = cents[:, None] * (weights / weights.sum(axis=1, keepdims=True))
    whole = np.floor(exact).astype(np.int64)
    missing = cents - whole.sum(axis=1)
    rank = np.argsort(np.argsort(whole - exact, axis=1, kind="stable"), axis=1, kind="stable")
    return np.asarray(whole + (rank < missing[:, None]))

"""Forecasts that add up: each node of a hierarchy gives way as far as its own errors are large.

A hierarchy is a matrix of constraints, constraints × nodes: +1 for a total, -1 for each of its parts, so that
`constraints @ values` is zero where values add up. Several groupings of one total, and rows that follow from others,
are welcome.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from salesops.sales_forecasting.panel import Array

FEWEST_ERRORS = 6
DEAD_SHARE = 1e-12
SAME = 1e-10


def summing_constraints(summing: Array) -> Array:
    """Return the constraints that a summing matrix stands for.

    Parameters
    ----------
    summing
        Nodes × finest series: 1 where the series is part of the node. The finest series are nodes, too.

    Returns
    -------
    Array
        One constraint for each node that is no finest series; constraints × nodes.

    Examples
    --------
    >>> summing_constraints(np.array([[1, 1], [1, 0], [0, 1]])).tolist()
    [[1.0, -1.0, -1.0]]
    """
    finest = finest_nodes(summing)
    upper = np.setdiff1d(np.arange(len(summing)), finest)
    constraints: Array = np.eye(len(summing))[upper]
    constraints[:, finest] -= summing[upper]
    return constraints


def finest_nodes(summing: Array) -> Array:
    """Return the position among the nodes of each finest series: the row that holds it alone.

    Raises
    ------
    ValueError
        If a finest series is no node of its own.

    Examples
    --------
    >>> finest_nodes(np.array([[1, 1], [0, 1], [1, 0]])).tolist()
    [2, 1]
    """
    alone = (summing != 0).sum(axis=1) == 1
    own = alone[:, None] & (summing == 1)
    if not own.any(axis=0).all():
        missing = int(np.argmin(own.any(axis=0)))
        raise ValueError(f"summing matrix: finest series {missing} has no row of its own")
    # Where a branch has one leaf both rows look alike; the lower one is the leaf.
    position: Array = len(summing) - 1 - own[::-1].argmax(axis=0)
    return position


def reconcile(base: Array, constraints: Array, errors: Array) -> Array:
    """Return forecasts that add up.

    Parameters
    ----------
    base
        Forecasts of each node on its own; … × nodes.
    constraints
        Constraints × nodes.
    errors
        Rolling one-step errors, actual less forecast; origins × nodes, NaN where there is none.

    Returns
    -------
    Array
        Forecasts for which `constraints @ forecast` is zero; … × nodes.

    Examples
    --------
    Too few errors to learn from, so the total, which holds two series, gives way twice as much as each of them.

    >>> reconcile(np.array([[14.0, 5.0, 5.0]]), np.array([[1.0, -1.0, -1.0]]), np.empty((0, 3))).tolist()
    [[12.0, 6.0, 6.0]]
    """
    reconciled: Array = base @ projection(constraints, errors).T
    return reconciled


def projection(constraints: Array, errors: Array) -> Array:
    """Return the matrix that turns forecasts of all nodes into ones that add up.

    Wickramasuriya, Athanasopoulos and Hyndman (2019), "Optimal forecast reconciliation for hierarchical and grouped
    time series through trace minimization": ``I - W C' (C W C')⁻¹ C`` with W the covariance of one-step errors, shrunk
    as `error_covariance` says. With fewer than six origins, W is diagonal and counts the finest series in each node.
    Nodes that were forecast without any error, as those of zeros are, keep their forecast.

    Parameters
    ----------
    constraints
        Constraints × nodes.
    errors
        Rolling one-step errors; origins × nodes, NaN where there is none.

    Returns
    -------
    Array
        Nodes × nodes; apply it as ``forecasts @ projection.T``.
    """
    weights = error_covariance(errors, series_below(constraints))
    spread = weights @ constraints.T
    tension = constraints @ spread
    size = np.sqrt(np.maximum(np.diag(tension), np.finfo(float).tiny))
    inverse = np.linalg.pinv(tension / np.outer(size, size), rcond=SAME, hermitian=True)
    matrix: Array = np.eye(len(weights)) - (spread / size) @ inverse @ (constraints / size[:, None])
    return matrix


def series_below(constraints: Array) -> Array:
    """Return how many finest series each node holds.

    Examples
    --------
    >>> series_below(np.array([[1, -1, -1, 0, 0], [0, 1, 0, -1, -1]])).tolist()
    [3.0, 2.0, 1.0, 1.0, 1.0]
    """
    total, parts = constraints.argmax(axis=1), np.maximum(-constraints, 0.0)
    count = np.ones(constraints.shape[1])
    for _ in range(len(constraints)):
        before = count.copy()
        np.maximum.at(count, total, parts @ count)
        if (count == before).all():
            break
    return count


def error_covariance(errors: Array, series: Array) -> Array:
    """Return the covariance of errors, its correlations shrunk to their mean as far as chance could have made them.

    The target is that of Ledoit and Wolf (2004), "Honey, I shrunk the sample covariance matrix": all correlations are
    their mean r̄ (zero, if that is negative), so that what errs together a little in every part still weighs in the
    total. The weight of the target is that of Schäfer and Strimmer (2005), "A shrinkage approach to large-scale
    covariance matrix estimation": Σ var(r) / Σ (r - r̄)². Errors are not centred: a bias is an error, too.

    Parameters
    ----------
    errors
        Origins × nodes, NaN where there is none. A missing error counts as one that goes with no other.
    series
        Finest series in each node: the variances if there are fewer than six origins, and of nodes without errors.

    Returns
    -------
    Array
        Nodes × nodes.
    """
    known = np.isfinite(errors)
    origins = int(known.any(axis=1).sum())
    variance = _variances(np.where(known, errors, 0.0), known, series, learned=origins >= FEWEST_ERRORS)
    if origins < FEWEST_ERRORS:
        return np.diag(variance)
    deviation = np.sqrt(variance)
    correlation = _shrunk_correlation(np.where(known, errors, 0.0)[known.any(axis=1)] / deviation)
    covariance: Array = correlation * np.outer(deviation, deviation)
    return covariance


def _variances(errors: Array, known: Array, series: Array, *, learned: bool) -> Array:
    """Return each node's variance; of nodes that were never off, next to nothing."""
    count = known.sum(axis=0)
    own = (errors**2).sum(axis=0) / np.maximum(count, 1)
    dead = (count > 0) & (own == 0)
    alive = (count > 0) & ~dead
    usual = float(np.median(own[alive] / series[alive])) if learned and alive.any() else 1.0
    variance = np.where(alive & learned, own, usual * series)
    return np.where(dead, DEAD_SHARE * variance.max(), variance)


def _shrunk_correlation(standard: Array) -> Array:
    """Return correlations of standardised errors (origins × nodes), with ones on the diagonal."""
    origins = len(standard)
    correlation = standard.T @ standard / origins
    square = standard**2
    chance = (square.T @ square / origins - correlation**2) / (origins - 1)
    moves = (standard != 0).any(axis=0).astype(float)
    pairs = np.outer(moves, moves) - np.diag(moves) > 0
    mean = max(float(correlation[pairs].mean()), 0.0) if pairs.any() else 0.0
    apart = float(((correlation[pairs] - mean) ** 2).sum())
    share = min(float(chance[pairs].sum()) / apart, 1.0) if apart > 0 else 1.0
    return np.where(pairs, share * mean + (1 - share) * correlation, np.eye(len(pairs)))


def add_up(bottom: Array, summing: Array, never_negative: Array | None = None) -> Array:
    """Return all nodes as sums of the finest series.

    Parameters
    ----------
    bottom
        Finest series; … × series.
    summing
        Nodes × finest series.
    never_negative
        Finest series whose history never was below zero; they are held at zero or above.

    Returns
    -------
    Array
        … × nodes.

    Examples
    --------
    >>> add_up(np.array([3.0, -1.0]), np.array([[1, 1], [1, 0], [0, 1]]), np.array([True, True])).tolist()
    [3.0, 3.0, 0.0]
    """
    least = -np.inf if never_negative is None else np.where(never_negative, 0.0, -np.inf)
    nodes: Array = np.maximum(bottom, least) @ summing.T
    return nodes

"""Least squares with two sets of fixed effects and clustered errors, exact and fast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from salesops.market_sizing.arrays import Array, Flags, Ints

COLLINEAR = 1e-9


@dataclass(frozen=True)
class AbsorbedFit:
    """Coefficients beside two sets of effects.

    Parameters
    ----------
    coefficients, covariance
        Of the regressors; NaN where the effects leave nothing of one, or two move together exactly. The covariance is
        clustered.
    residuals
        Of every row.
    remaining
        Regressors × 1: standard deviation of what the effects leave of each.
    degrees
        Rows less regressors and independent effects.
    clusters
        How many clusters there are.
    """

    coefficients: Array
    covariance: Array
    residuals: Array
    remaining: Array
    degrees: int
    clusters: int

    @property
    def errors(self) -> Array:
        """Return standard errors."""
        found: Array = np.sqrt(np.diag(self.covariance))
        return found


def absorbed_fit(y: Array, X: Array, larger: Ints, smaller: Ints, clusters: Ints) -> AbsorbedFit:
    """Regress y on X and dummies of two sets of groups.

    By Frisch, Waugh and Lovell both sets are taken out of y and X first: the larger by means, the smaller by solving
    what is left of its normal equations. Unlike alternating means that is exact in one go, however few rows groups
    share. Errors: Arellano (1987), "Computing robust standard errors for within-groups estimators", Oxford Bulletin of
    Economics and Statistics 49(4), times G/(G−1) · (n−1)/(n−k), k counting the effects.

    Parameters
    ----------
    y, X
        n, and n × regressors.
    larger, smaller
        Group of each row, numbered from 0; the second set may have a few thousand groups.
    clusters
        Cluster of each row, numbered from 0.

    Raises
    ------
    ValueError
        If there are not more rows than effects and regressors.

    Examples
    --------
    >>> shop, month = np.array([0, 0, 0, 1, 1, 1]), np.array([0, 1, 2, 0, 1, 2])
    >>> price = np.array([1.0, 2.0, 2.0, 3.0, 3.0, 5.0])
    >>> fit = absorbed_fit(-2 * price + 7 * shop + month, price[:, None], shop, month, shop)
    >>> fit.coefficients.round(9).tolist(), fit.degrees
    ([-2.0], 1)
    """
    degrees = len(y) - X.shape[1] - _independent(larger, smaller)
    if degrees < 1:
        raise ValueError(f"{len(y)} rows are too few for effects of {larger.max() + 1} and {smaller.max() + 1} groups")
    both = _taken_out(np.column_stack([y, X]), larger, smaller)
    outcome, regressors = both[:, 0], both[:, 1:]
    remaining = np.sqrt((regressors**2).mean(axis=0))
    told = _told(regressors, remaining, X.std(axis=0))
    inverse = np.linalg.inv(regressors[:, told].T @ regressors[:, told])
    coefficients, covariance = np.full(X.shape[1], np.nan), np.full((X.shape[1], X.shape[1]), np.nan)
    coefficients[told] = inverse @ (regressors[:, told].T @ outcome)
    residuals = outcome - regressors[:, told] @ coefficients[told]
    groups = int(clusters.max()) + 1
    scores = _sums(regressors[:, told] * residuals[:, None], clusters, groups)
    scale = groups / max(groups - 1, 1) * (len(y) - 1) / degrees
    covariance[np.ix_(told, told)] = scale * inverse @ (scores.T @ scores) @ inverse
    return AbsorbedFit(coefficients, covariance, residuals, remaining, degrees, groups)


def _told(regressors: Array, remaining: Array, before: Array) -> Flags:
    """Return which coefficients can be told: none, if regressors move together exactly."""
    told: Flags = remaining > 1e-9 * np.maximum(before, 1e-300)
    unit = regressors[:, told] / remaining[told]
    apart = np.linalg.eigvalsh(unit.T @ unit / len(unit)).min(initial=1.0) > COLLINEAR
    found: Flags = told & apart
    return found


def _taken_out(columns: Array, larger: Ints, smaller: Ints) -> Array:
    """Return columns less both sets of effects."""
    groups, few = int(larger.max()) + 1, int(smaller.max()) + 1
    size = np.bincount(larger, minlength=groups).astype(np.float64)
    shared = sparse.csr_matrix((np.ones(len(larger)), (larger, smaller)), shape=(groups, few))
    of_few = np.bincount(smaller, minlength=few)
    crossed = np.diag(of_few) - (shared.T @ sparse.diags(1 / np.maximum(size, 1)) @ shared).toarray()
    solved = np.linalg.pinv(crossed, hermitian=True)
    out = np.empty_like(columns)
    for j, column in enumerate(columns.T):
        within = column - _means(column, larger, size)[larger]
        effects = solved @ np.bincount(smaller, within, minlength=few)
        left = column - effects[smaller]
        out[:, j] = left - _means(left, larger, size)[larger]
    return out


def _sums(columns: Array, group: Ints, groups: int) -> Array:
    """Return groups × columns."""
    found = np.empty((groups, columns.shape[1]))
    for j, column in enumerate(columns.T):
        found[:, j] = np.bincount(group, column, minlength=groups)
    return found


def _means(column: Array, group: Ints, size: Array) -> Array:
    found: Array = np.bincount(group, column, minlength=len(size)) / np.maximum(size, 1)
    return found


def _independent(larger: Ints, smaller: Ints) -> int:
    """Return how many effects of both sets can be told apart: groups less connected parts of rows."""
    first, second = int(larger.max()) + 1, int(smaller.max()) + 1
    ones = np.ones(len(larger), dtype=np.int8)
    graph = sparse.coo_matrix((ones, (larger, smaller + first)), shape=(first + second, first + second))
    _, label = connected_components(graph, directed=False)
    used = len(np.unique(larger)) + len(np.unique(smaller))
    return used - len(np.unique(label[larger]))

"""Forecasts that add up, and sample paths that do (Wickramasuriya, Athanasopoulos and Hyndman, 2019)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from salesops.sales_forecasting.panel import Array

SEED = 20190401


def projection(constraints: Array, errors: Array) -> Array:
    """Return the matrix that makes forecasts add up, moving those most whose past errors were largest.

    The minimum trace projection I − W Cᵀ (C W Cᵀ)⁻¹ C, with W the covariance of one-step errors shrunk to its diagonal
    (Schäfer and Strimmer, 2005).

    Parameters
    ----------
    constraints
        C of `C y = 0`; constraints × nodes.
    errors
        One-step errors; origins × nodes.

    Examples
    --------
    >>> errors = np.array([[2.0, 1.0, 1.0], [-1.0, 1.0, 0.0], [0.0, -1.0, 2.0]])
    >>> moved = projection(np.array([[1.0, -1.0, -1.0]]), errors) @ np.array([10.0, 4.0, 4.0])
    >>> bool(np.isclose(moved[0], moved[1] + moved[2]))
    True
    """
    covariance = shrunk_covariance(errors)
    moved = covariance @ constraints.T
    inner = constraints @ moved
    inner[np.diag_indices(len(inner))] += 1e-9 * max(np.trace(inner), 1e-12) / max(len(inner), 1)
    matrix: Array = np.eye(len(covariance)) - moved @ np.linalg.solve(inner, constraints)
    return matrix


def shrunk_covariance(errors: Array) -> Array:
    """Return the second moments of errors, correlations drawn to zero as far as chance could have made them."""
    count = len(errors)
    moments = errors.T @ errors / count
    size = np.sqrt(np.maximum(np.diag(moments), 1e-12))
    scaled = errors / size
    correlation = scaled.T @ scaled / count
    chance = ((scaled**2).T @ scaled**2 / count - correlation**2) / max(count - 1, 1)
    off = ~np.eye(len(size), dtype=bool)
    weight = np.clip(chance[off].sum() / max((correlation[off] ** 2).sum(), 1e-12), 0, 1)
    shrunk: Array = np.where(off, (1 - weight) * correlation, 1.0) * np.outer(size, size)
    return shrunk


def coherent_paths(mean: Array, errors: Array, matrix: Array, samples: int, seed: int = SEED) -> Array:
    """Return what may come: paths that add up at every step, with errors that go wrong together as they did.

    Two past error matrices are mixed at a random angle, each with a random sign, and projected.

    Parameters
    ----------
    mean
        Coherent forecast; horizon × nodes.
    errors
        Past errors, one matrix per origin; origins × horizon × nodes.
    matrix
        Result of `projection`.
    samples
        Number of paths.
    seed
        Of the random numbers.

    Returns
    -------
    Array
        samples × horizon × nodes.
    """
    count, horizon = errors.shape[:2]
    projected = (errors.reshape(-1, errors.shape[2]) @ matrix.T).reshape(count, -1)
    deviation = (_mixtures(count, samples, seed) @ projected).reshape(samples, *mean.shape)
    paths: Array = mean + deviation * _widening(count, horizon)[:, None]
    return paths


def sums_of_errors(errors: Array, first: int, last: int, samples: int, seed: int = SEED) -> Array:
    """Return the deviations of such paths, summed over steps `first` to `last` (from 1); samples × nodes.

    Parameters
    ----------
    errors
        Past errors that add up; origins × horizon × nodes.
    first, last
        Steps, both included.
    samples
        Number of paths.
    seed
        Of the random numbers.
    """
    count, horizon = errors.shape[:2]
    wider = errors * _widening(count, horizon)[:, None]
    return np.asarray(_mixtures(count, samples, seed) @ wider[:, first - 1 : last].sum(axis=1))


def _mixtures(count: int, samples: int, seed: int) -> Array:
    """Return the weights of past errors in each path, samples × origins; every path has its mirror image."""
    rng, half = np.random.default_rng(seed), samples // 2
    angle = rng.uniform(0, np.pi / 2, half)
    weights = np.zeros((half, count))
    for part in (np.cos(angle), np.sin(angle)):
        sign = rng.choice([-1.0, 1.0], half)
        np.add.at(weights, (np.arange(half), rng.integers(0, count, half)), sign * part)
    return np.vstack([weights, -weights])


def _widening(count: int, horizon: int) -> Array:
    """Return, per step, by how much few origins make errors look too small."""
    wider: Array = np.sqrt(1 + (np.arange(1, horizon + 1) + horizon / 2) / count)
    return wider

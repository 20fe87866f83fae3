"""How far clusters lie apart: silhouettes against those of one cloud, and dips in the density between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.spatial.distance import cdist

if TYPE_CHECKING:
    from collections.abc import Sequence

    from salesops.customer_segmentation.arrays import Floats, Labels

# A density needs some points: smaller clusters count as not separate.
FEWEST_IN_CLUSTER = 5
GRID = 256
# Share of the mean variance added to each variance before covariances are inverted.
RIDGE = 0.1


def silhouettes(points: Floats, labellings: Sequence[Labels]) -> list[float]:
    """Return the mean silhouette width of each of several labellings of the same points.

    (b − a) / max(a, b), a the mean distance to one's own cluster and b to the nearest other one; 0 for a cluster of one
    (Rousseeuw 1987, J. Comput. Appl. Math. 20). Distances are found once for all labellings.

    Parameters
    ----------
    points
        Shape (n, d).
    labellings
        Labels 0 to k − 1 for each point, at least two of them in use.

    Examples
    --------
    >>> points = np.array([[0.0], [1.0], [9.0], [10.0]])
    >>> [round(value, 3) for value in silhouettes(points, [np.array([0, 0, 1, 1])])]
    [0.889]
    """
    distances = cdist(points, points)
    return [_silhouette(distances, labels) for labels in labellings]


def _silhouette(distances: Floats, labels: Labels) -> float:
    rows, sizes = np.arange(len(labels)), np.bincount(labels)
    sums = distances @ np.eye(len(sizes))[labels]
    own = sums[rows, labels] / np.maximum(sizes[labels] - 1, 1)
    others = np.where(sizes > 0, sums / np.maximum(sizes, 1), np.inf)
    others[rows, labels] = np.inf
    nearest = others.min(axis=1)
    width = (nearest - own) / np.maximum(np.maximum(own, nearest), 1e-12)
    return float(np.where(sizes[labels] > 1, width, 0.0).mean())


def smallest_dip(points: Floats, labels: Labels) -> float:
    """Return how far the density falls between the two clusters that are least apart: 0 not at all, 1 to nothing.

    Two clusters are looked at along the axis that tells them apart best (Fisher's discriminant). The dip is one less
    the lowest density between their medians over the lower of the two peaks beside it.

    Parameters
    ----------
    points
        Shape (n, d).
    labels
        Labels 0 to k − 1.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> points = np.concatenate([rng.normal(0, 1, 300), rng.normal(8, 1, 300)])[:, None]
    >>> smallest_dip(points, np.repeat([0, 1], 300)) > 0.9
    True
    """
    clusters = [points[labels == label] for label in range(labels.max() + 1)]
    if len(clusters) < 2 or min(map(len, clusters)) < FEWEST_IN_CLUSTER:
        return 0.0
    pairs = ((a, b) for place, a in enumerate(clusters) for b in clusters[place + 1 :])
    return min(_dip(a, b) for a, b in pairs)


def _dip(first: Floats, second: Floats) -> float:
    """Return the dip between two clusters along their discriminant axis."""
    within = _within(first, second)
    # The last term is for clusters without any spread.
    ridge = (RIDGE * np.trace(within) / len(within) + 1e-9) * np.eye(len(within))
    axis = np.linalg.solve(within + ridge, second.mean(axis=0) - first.mean(axis=0))
    a, b = first @ axis, second @ axis
    start, end = np.median(a), np.median(b)
    if end <= start:
        return 0.0
    # Silverman's rule with the spread within clusters: that of both together would smooth the dip away.
    width = 1.06 * np.sqrt((a.var() * len(a) + b.var() * len(b)) / (len(a) + len(b))) * (len(a) + len(b)) ** -0.2
    return _fall(np.concatenate([a, b]), float(start), float(end), float(width))


def _within(first: Floats, second: Floats) -> Floats:
    """Return the covariance within two clusters together."""
    apart = np.concatenate([first - first.mean(axis=0), second - second.mean(axis=0)])
    within: Floats = apart.T @ apart / len(apart)
    return within


def _fall(values: Floats, start: float, end: float, width: float) -> float:
    """Return how far a smoothed density falls between two places, against the lower peak on either side."""
    width = max(width, float(np.ptp(values)) / GRID)
    edges = np.linspace(values.min() - 3 * width, values.max() + 3 * width, GRID + 1)
    counts, _ = np.histogram(values, edges)
    density = gaussian_filter1d(counts.astype(float), width / (edges[1] - edges[0]))
    between = slice(np.searchsorted(edges, start), np.searchsorted(edges, end) + 1)
    if between.stop - between.start < 3:
        return 0.0
    lowest = between.start + int(density[between].argmin())
    peak = min(density[: lowest + 1].max(), density[lowest:].max())
    return float(1 - density[lowest] / peak)

"""Whether clusters are found again in other samples of the same customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from salesops.customer_segmentation.arrays import Floats, Labels


def k_means(points: Floats, count: int, starts: int, seed: int = 0) -> Any:
    """Return a fitted k-means, the best of some starts."""
    from sklearn.cluster import KMeans

    return KMeans(count, n_init=starts, random_state=seed).fit(points)


def found_again(
    points: Floats, labels: Labels, fit: Callable[[Floats], Any], resamples: int, rng: np.random.Generator
) -> Floats:
    """Return for each cluster how well it is found when customers are drawn anew, shape (k,).

    Parameters
    ----------
    points
        Shape (n, d).
    labels
        Clusters 0 to k − 1 of the points themselves.
    fit
        From points to something that predicts clusters.
    resamples
        Number of bootstrap samples; the mean of the Jaccard similarities over them is returned (Hennig 2007, Comput.
        Stat. Data Anal. 52(1)).
    """
    again = [fit(points[rng.integers(0, len(points), len(points))]).predict(points) for _ in range(resamples)]
    found: Floats = np.mean([best_jaccards(labels, other) for other in again], axis=0)
    return found


def best_jaccards(labels: Labels, others: Labels) -> Floats:
    """Return for each cluster the Jaccard similarity, common members over members of either, to its best counterpart.

    Examples
    --------
    >>> best_jaccards(np.array([0, 0, 1, 1]), np.array([1, 1, 1, 0])).round(2).tolist()
    [0.67, 0.5]
    """
    common = np.zeros((labels.max() + 1, others.max() + 1))
    np.add.at(common, (labels, others), 1)
    either = common.sum(axis=1)[:, None] + common.sum(axis=0)[None] - common
    best: Floats = (common / np.maximum(either, 1)).max(axis=1)
    return best

"""How many segments there are: as many as prove separate, stable and not tiny, or none."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.customer_segmentation.separation import silhouettes, smallest_dip
from salesops.customer_segmentation.stability import found_again, k_means

if TYPE_CHECKING:
    from collections.abc import Sequence

    from salesops.customer_segmentation.arrays import Floats, Labels

COUNTS = tuple(range(2, 9))
# What each count has to pass, all of it.
SILHOUETTE_Z, DIP, JACCARD, SHARE = 3.0, 0.3, 0.6, 0.03

CLOUDS, RESAMPLES = 10, 8
MOST_POINTS, SILHOUETTE_POINTS, CLOUD_POINTS = 5_000, 2_000, 700
# Ten clouds tell their spread badly; no silhouette varies less than this from cloud to cloud.
LEAST_SPREAD = 0.005


def criteria(points: Floats, seed: int = 0) -> pd.DataFrame:
    """Return how two to eight clusters of customers stand up against what clusters of one cloud would show.

    Most rules for the number of clusters find some in any data. This one asks four things of each count, of clusters by
    k-means: a mean silhouette more than three standard deviations above that of Gaussian clouds of the same
    covariance; a dip of more than .3 in the density between every two clusters; that each is found again (Jaccard
    above .6, Hennig 2007, Comput. Stat. Data Anal. 52(1)) in resampled customers; and that each has more than 3% of
    the customers.

    Parameters
    ----------
    points
        Customers on one scale, shape (n, d). Of more than 5,000 a random 5,000 are looked at.
    seed
        Of all draws.

    Returns
    -------
    DataFrame
        One row per count that so many different customers can form: segments, silhouette, silhouette_alone (mean of
        the clouds), silhouette_z, dip, stability (the smallest Jaccard), smallest_share, and passes.
    """
    rng = np.random.default_rng(seed)
    points = sample(points, MOST_POINTS, rng)
    counts = possible_counts(points)
    labels = [k_means(points, count, starts=6).labels_.astype(np.int64) for count in counts]
    table = pd.DataFrame(
        {
            "segments": counts,
            **_against_clouds(points, labels, rng),
            "dip": [smallest_dip(points, one) for one in labels],
            "stability": [_least_stable(points, one, rng) for one in labels],
            "smallest_share": [np.bincount(one).min() / len(one) for one in labels],
        }
    )
    return table.assign(passes=_passes(table))


def chosen_count(table: pd.DataFrame) -> int:
    """Return the largest count that passes, or 1.

    Examples
    --------
    >>> chosen_count(pd.DataFrame({"segments": [2, 3, 4], "passes": [True, True, False]}))
    3
    """
    return int(table.loc[table["passes"], "segments"].max()) if table["passes"].any() else 1


def possible_counts(points: Floats) -> tuple[int, ...]:
    """Return the numbers of clusters that so many different points can form.

    Examples
    --------
    >>> possible_counts(np.array([[1.0], [1.0], [2.0], [3.0]]))
    (2, 3)
    """
    different = len(np.unique(points, axis=0))
    return tuple(count for count in COUNTS if count <= different)


def sample(points: Floats, most: int, rng: np.random.Generator) -> Floats:
    """Return all points, or a random `most` of more."""
    return points if len(points) <= most else points[rng.choice(len(points), most, replace=False)]


def _passes(table: pd.DataFrame) -> pd.Series:
    apart = (table["silhouette_z"] > SILHOUETTE_Z) & (table["dip"] > DIP)
    return apart & (table["stability"] > JACCARD) & (table["smallest_share"] > SHARE)


def _least_stable(points: Floats, labels: Labels, rng: np.random.Generator) -> float:
    count = int(labels.max()) + 1
    fit = partial(k_means, count=count, starts=2)
    return float(found_again(points, labels, fit, RESAMPLES, rng).min())


def _against_clouds(points: Floats, labels: Sequence[Labels], rng: np.random.Generator) -> dict[str, Floats]:
    """Return silhouettes beside those of clouds without clusters."""
    alone = _silhouettes_of_clouds(points, len(labels), rng)
    seen = rng.permutation(len(points))[:SILHOUETTE_POINTS]
    found = np.array(silhouettes(points[seen], [one[seen] for one in labels]))
    mean, spread = alone.mean(axis=0), np.maximum(alone.std(axis=0), LEAST_SPREAD)
    return {"silhouette": found, "silhouette_alone": mean, "silhouette_z": (found - mean) / spread}


def _silhouettes_of_clouds(points: Floats, counts: int, rng: np.random.Generator) -> Floats:
    """Return silhouettes of clusters of Gaussian clouds of the same covariance, shape (clouds, counts)."""
    deviations = points - points.mean(axis=0)
    _, sizes, axes = np.linalg.svd(deviations, full_matrices=False)
    spread = sizes[:, None] * axes / np.sqrt(len(points))
    shape = (min(len(points), SILHOUETTE_POINTS), len(sizes))
    clouds = (rng.normal(size=shape) @ spread for _ in range(CLOUDS))
    return np.array([_silhouettes_of_one(cloud, COUNTS[:counts]) for cloud in clouds])


def _silhouettes_of_one(cloud: Floats, counts: Sequence[int]) -> list[float]:
    labels: Sequence[Labels] = [k_means(cloud, count, starts=1).labels_[:CLOUD_POINTS] for count in counts]
    return silhouettes(cloud[:CLOUD_POINTS], labels)

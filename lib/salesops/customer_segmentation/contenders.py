"""What other methods make of the same customers, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.customer_segmentation.mixture import mixture
from salesops.customer_segmentation.number_of_segments import MOST_POINTS, SHARE, SILHOUETTE_POINTS, possible_counts
from salesops.customer_segmentation.separation import silhouettes, smallest_dip
from salesops.customer_segmentation.stability import k_means

if TYPE_CHECKING:
    from salesops.customer_segmentation.arrays import Floats, Labels

NOISE = -1
FEWEST_NEIGHBOURS = 10


def contenders(points: Floats, ours: Labels, seed: int = 0) -> pd.DataFrame:
    """Return what k-means, a Gaussian mixture and HDBSCAN find, each with the number of clusters it likes best.

    Parameters
    ----------
    points
        Customers on one scale, shape (n, d). Of more than 5,000 a random 5,000 are looked at.
    ours
        Segments as chosen, shape (n,); all 0 for none.
    seed
        Of the draw.

    Returns
    -------
    DataFrame
        One row per method: method, chosen_by, segments, left_out (share of customers in no cluster), silhouette, dip,
        smallest_share, and agreement with ours (adjusted Rand index, Hubert and Arabie 1985; 1 is the same, 0 is
        chance). Without two clusters, silhouette and dip are empty.
    """
    from sklearn.metrics import adjusted_rand_score

    rows = np.random.default_rng(seed).permutation(len(points))[:MOST_POINTS]
    points, ours = points[rows], ours[rows]
    found = {
        ("ours", "all four tests"): ours,
        ("k-means", "largest silhouette"): _by_k_means(points),
        ("Gaussian mixture", "lowest BIC"): _by_mixture(points),
        ("HDBSCAN", "density"): _by_density(points),
    }
    return pd.DataFrame(
        [
            {
                "method": method,
                "chosen_by": rule,
                **_figures(points, labels),
                "agreement": adjusted_rand_score(ours, labels),
            }
            for (method, rule), labels in found.items()
        ]
    )


def _by_k_means(points: Floats) -> Labels:
    fits = [_whole(k_means(points, count, starts=4).labels_) for count in possible_counts(points)]
    best = int(np.argmax(silhouettes(points[:SILHOUETTE_POINTS], [fit[:SILHOUETTE_POINTS] for fit in fits])))
    return fits[best]


def _by_mixture(points: Floats) -> Labels:
    fits = [mixture(points, count, shape="full", starts=1) for count in (1, *possible_counts(points))]
    best = min(fits, key=lambda fit: fit.bic(points))
    return _whole(best.predict(points))


def _by_density(points: Floats) -> Labels:
    from sklearn.cluster import HDBSCAN

    fewest = max(FEWEST_NEIGHBOURS, int(SHARE * len(points)))
    found = HDBSCAN(min_cluster_size=fewest, min_samples=FEWEST_NEIGHBOURS, copy=True).fit_predict(points)
    return _whole(found)


def _whole(labels: Labels) -> Labels:
    return labels.astype(np.int64)


def _figures(points: Floats, labels: Labels) -> dict[str, float]:
    kept = labels != NOISE
    used, labels = np.unique(labels[kept], return_inverse=True)
    figures = {
        "segments": len(used),
        "left_out": float(1 - kept.mean()),
        "silhouette": np.nan,
        "dip": np.nan,
        "smallest_share": float(np.bincount(labels).min() / len(kept)) if len(used) else np.nan,
    }
    if len(used) > 1:
        seen = points[kept][:SILHOUETTE_POINTS], labels[:SILHOUETTE_POINTS]
        figures |= {"silhouette": silhouettes(seen[0], [seen[1]])[0], "dip": smallest_dip(points[kept], labels)}
    return figures

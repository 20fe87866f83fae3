"""Normal distributions of one common covariance, one per segment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from salesops.customer_segmentation.arrays import Floats

STARTS, RIDGE = 3, 1e-3


def mixture(points: Floats, count: int, shape: str = "tied", starts: int = STARTS) -> Any:
    """Return a fitted Gaussian mixture, the best of some starts.

    One covariance for all (`tied`) bends less to chance than one for each (`full`), and labels customers better than
    k-means, which takes every segment for a ball of the same size.

    Parameters
    ----------
    points
        Shape (n, d).
    count
        Number of segments.
    """
    from sklearn.mixture import GaussianMixture

    model = GaussianMixture(count, covariance_type=shape, n_init=starts, reg_covar=RIDGE, random_state=0)
    return model.fit(points)

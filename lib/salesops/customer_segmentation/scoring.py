"""How good chances are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import rankdata

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from salesops.customer_segmentation.histories import Array

GROUPS = 5


def calibration_error(chance: Array, happened: NDArray[np.bool_], groups: int = GROUPS) -> float:
    """Return the mean absolute difference between chance and share of events, over groups of equal size by chance.

    Examples
    --------
    >>> calibration_error(np.array([0.5, 0.5, 0.9, 0.9]), np.array([True, False, True, True]), groups=2)
    0.05
    """
    parts = [part for part in np.array_split(np.argsort(chance, kind="stable"), groups) if len(part)]
    gaps = [len(part) * abs(chance[part].mean() - happened[part].mean()) for part in parts]
    return round(float(np.sum(gaps) / max(len(chance), 1)), 12)


def area_under_curve(chance: Array, happened: NDArray[np.bool_]) -> float:
    """Return the chance that one with the event had a higher chance than one without; NaN if there are not both.

    Examples
    --------
    >>> area_under_curve(np.array([0.1, 0.8, 0.8]), np.array([False, True, False]))
    0.75
    """
    events = int(happened.sum())
    others = len(happened) - events
    if not events or not others:
        return float("nan")
    ranks = rankdata(chance)[happened].sum()
    return float((ranks - events * (events + 1) / 2) / (events * others))

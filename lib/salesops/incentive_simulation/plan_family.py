"""A family of pay curves that a search goes through: threshold, quota bonus, accelerator and cap."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.incentive_simulation.curve_terms import curve_of, from_threshold, up_to

if TYPE_CHECKING:
    from collections.abc import Sequence

    from salesops.incentive_simulation.curve import Curve

THRESHOLDS = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7)
BONUSES = (0.0, 0.1, 0.2, 0.3)
ACCELERATORS = (0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0)
CAPS = (1.2, 1.35, 1.5, 1.8, 2.2, 3.0, np.inf)


def plan_family(
    thresholds: Sequence[float] = THRESHOLDS,
    bonuses: Sequence[float] = BONUSES,
    accelerators: Sequence[float] = ACCELERATORS,
    caps: Sequence[float] = CAPS,
) -> pd.DataFrame:
    """Return every combination of terms.

    Returns
    -------
    DataFrame
        threshold (attainment below which nothing is paid), from_first (whether from it on the first unit is paid, too),
        bonus (lump at quota, as a share of target pay), accelerator (rate above the quota over that below it), cap
        (attainment above which nothing more is paid).

    Examples
    --------
    >>> len(plan_family())
    2156
    """
    starts = [(t, first) for t in thresholds for first in (True, False) if t > 0 or first]
    rows = [(*start, *rest) for start, rest in product(starts, product(bonuses, accelerators, caps))]
    return pd.DataFrame(rows, columns=["threshold", "from_first", "bonus", "accelerator", "cap"])


def family_curve(threshold: float, from_first: bool, bonus: float, accelerator: float, cap: float) -> Curve:
    """Return the curve of one combination; it pays the target pay at quota.

    Examples
    --------
    >>> family_curve(0.5, False, 0.2, 2.0, 1.5).pay(np.array([0.5, 1.0, 1.25, 2.0])).round(6).tolist()
    [0.0, 1.0, 1.8, 2.6]
    """
    start = 0.0 if from_first else threshold
    rate = (1.0 - bonus) / (1.0 - start)
    pieces = [(start, 0.0, rate), (1.0, 1.0, rate * accelerator)]
    pieces = from_threshold(pieces, threshold)
    return curve_of(up_to(pieces, cap) if np.isfinite(cap) else pieces)

"""80% intervals of amounts whose errors are of their size."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from salesops.market_sizing.segments import SEGMENT

if TYPE_CHECKING:
    from salesops.market_sizing.arrays import Array

Z80 = 1.2815515655446004
"""Standard deviations from the middle of a normal distribution to either end of its 80% interval."""
QUANTILES = ["p10", "p50", "p90"]


class Range(NamedTuple):
    """An amount with its 80% interval."""

    p10: float
    p50: float
    p90: float


def range_of(draws: Array) -> Range:
    """Return the median and 80% interval of draws of one amount.

    Examples
    --------
    >>> range_of(np.arange(101.0))
    Range(p10=10.0, p50=50.0, p90=90.0)
    """
    low, middle, high = np.quantile(draws, [0.1, 0.5, 0.9])
    return Range(float(low), float(middle), float(high))


def with_interval(middle: pd.Series[float], error: Array | pd.Series[float] | float) -> pd.DataFrame:
    """Return p10, p50 and p90 of lognormal amounts by segment.

    Parameters
    ----------
    middle
        Medians by industry and region.
    error
        Standard deviations of the logarithms.

    Examples
    --------
    >>> clinics = pd.MultiIndex.from_tuples([("clinic", "East")], names=["industry", "region"])
    >>> with_interval(pd.Series([100.0], clinics), 0.1).round(1).values.tolist()
    [['clinic', 'East', 88.0, 100.0, 113.7]]
    """
    spread = np.exp(Z80 * np.asarray(error, dtype=float))
    table = pd.DataFrame({"p10": middle / spread, "p50": middle, "p90": middle * spread})
    return table.reset_index()[[*SEGMENT, *QUANTILES]]

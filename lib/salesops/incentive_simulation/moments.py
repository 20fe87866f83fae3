"""How far results of reps swing together: variances by the method of moments from a panel of log attainments.

A rep's log attainment in a quarter is its own level plus a shock of the company, one of the region and one of its own.
Products of two reps' deviations in the same quarter then have the company's variance as their mean where the regions
differ, and the company's plus the region's where they do not. Maximum likelihood is no more accurate on such panels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

LEAST_VARIANCE = 1e-4
FEWEST_QUARTERS = 2


@dataclass(frozen=True, eq=False)
class Moments:
    """Levels and swings of log attainment.

    Parameters
    ----------
    level
        Per rep: mean of the log attainment; NaN below two quarters.
    quarters
        Per rep: quarters with a result.
    company_sd, region_sd, own_sd
        Standard deviations of the shocks of a quarter.
    degrees
        Quarters less one: how well the common shocks are known.
    """

    level: Floats
    quarters: Ints
    company_sd: float
    region_sd: float
    own_sd: float
    degrees: int

    @property
    def sd(self) -> float:
        """Standard deviation of one rep's log attainment around its level."""
        return float(np.sqrt(self.company_sd**2 + self.region_sd**2 + self.own_sd**2))


def moments(log_attainment: Floats, region: Ints) -> Moments:
    """Return levels and swings.

    Parameters
    ----------
    log_attainment
        Reps × quarters; NaN where a rep was not there.
    region
        Per rep, the number of its region.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> panel = 0.1 * rng.normal(size=(1, 400)) + 0.3 * rng.normal(size=(40, 400))
    >>> found = moments(panel, np.repeat([0, 1], 20))
    >>> round(found.company_sd, 1), round(found.region_sd, 1), round(found.own_sd, 1)
    (0.1, 0.0, 0.3)
    """
    known = ~np.isnan(log_attainment)
    quarters = known.sum(axis=1)
    level = np.where(known, log_attainment, 0.0).sum(axis=1) / np.maximum(quarters, 1)
    usable = quarters >= FEWEST_QUARTERS
    # A level that was estimated from t quarters takes one of t degrees of freedom with it.
    scale = np.sqrt(quarters / np.maximum(quarters - 1.0, 1.0)) * usable
    deviation = np.where(known, log_attainment - level[:, None], 0.0) * scale[:, None]
    products, pairs = deviation @ deviation.T, (known * usable[:, None]).astype(float) @ known.T.astype(float)
    same, itself = region[:, None] == region[None, :], np.eye(len(region), dtype=bool)
    company = max(_mean(products, pairs, ~same), 0.0)
    region_var = max(_mean(products, pairs, same & ~itself) - company, 0.0)
    own = max(_mean(products, pairs, itself) - company - region_var, LEAST_VARIANCE)
    degrees = max(int(known.any(axis=0).sum()) - 1, 1)
    company_sd, region_sd, own_sd = np.sqrt([company, region_var, own]).tolist()
    return Moments(np.where(usable, level, np.nan), quarters, company_sd, region_sd, own_sd, degrees)


def _mean(products: Floats, pairs: Floats, chosen: NDArray[np.bool_]) -> float:
    count = pairs[chosen].sum()
    return float(products[chosen].sum() / count) if count else 0.0


def shrunken(found: Moments) -> tuple[Floats, Floats]:
    """Return each rep's level, drawn towards the mean of all as far as it is luck, and its standard error.

    A rep without a record of its own has the mean of all, and the spread between reps as its error.
    """
    noise = (found.own_sd**2 + found.region_sd**2) / np.maximum(found.quarters, 1)
    known = np.isfinite(found.level)
    mean = float(np.nanmean(found.level)) if known.any() else 0.0
    between = max(float(np.nanvar(found.level)) - float(noise[known].mean()), LEAST_VARIANCE) if known.any() else 0.0
    trust = np.where(known, between / (between + noise), 0.0)
    level = mean + trust * (np.nan_to_num(found.level, nan=mean) - mean)
    return level, np.sqrt(between * (1 - trust))

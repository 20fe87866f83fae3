"""How far results of reps swing together: variances by the method of moments from a panel of log attainments.

A rep's log attainment in a quarter is its own level plus a shock of the company, one of the region, those of the
product lines and markets that its sales are made of, and one of its own. What lines and markets do is known beforehand,
from cells of sales (`shared_variances`). Products of two reps' deviations in the same quarter, less that, then have the
company's variance as their mean where the regions differ, and the company's plus the region's where they do not.
Maximum likelihood is no more accurate on such panels.
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
        Standard deviations of the shocks of a quarter; lines and markets are not among them.
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
        """Standard deviation of one rep's log attainment around its level, but for product lines and markets."""
        return float(np.sqrt(self.company_sd**2 + self.region_sd**2 + self.own_sd**2))


def moments(log_attainment: Floats, region: Ints, known: Floats | float = 0.0) -> Moments:
    """Return levels and swings.

    Parameters
    ----------
    log_attainment
        Reps × quarters; NaN where a rep was not there.
    region
        Per rep, the number of its region.
    known
        Reps × reps: covariance that product lines and markets bring (`Exposures.covariance`).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> panel = 0.1 * rng.normal(size=(1, 400)) + 0.3 * rng.normal(size=(40, 400))
    >>> found = moments(panel, np.repeat([0, 1], 20))
    >>> round(found.company_sd, 1), round(found.region_sd, 1), round(found.own_sd, 1)
    (0.1, 0.0, 0.3)
    """
    there = np.isfinite(log_attainment)
    quarters = there.sum(axis=1)
    level = np.where(there, log_attainment, 0.0).sum(axis=1) / np.maximum(quarters, 1)
    usable = quarters >= FEWEST_QUARTERS
    # A level that was estimated from t quarters takes one of t degrees of freedom with it.
    scale = np.sqrt(quarters / np.maximum(quarters - 1.0, 1.0)) * usable
    deviation = np.where(there, log_attainment - level[:, None], 0.0) * scale[:, None]
    pairs = (there * usable[:, None]).astype(float) @ there.T.astype(float)
    products = deviation @ deviation.T - pairs * known
    company, region_var, own = _parts(products, pairs, region)
    degrees = max(int(there.any(axis=0).sum()) - 1, 1)
    company_sd, region_sd, own_sd = np.sqrt([company, region_var, own]).tolist()
    return Moments(np.where(usable, level, np.nan), quarters, company_sd, region_sd, own_sd, degrees)


def _parts(products: Floats, pairs: Floats, region: Ints) -> tuple[float, float, float]:
    """Return the variances of company, region and each one's own; with one region, what is shared is the company's."""
    same, itself = region[:, None] == region[None, :], np.eye(len(region), dtype=bool)
    within, between = _mean(products, pairs, same & ~itself), _mean(products, pairs, ~same)
    apart = bool((~same).any())
    company = max(between if apart else within, 0.0)
    shared = max(within - company, 0.0) if apart and (same & ~itself).any() else 0.0
    return company, shared, max(_mean(products, pairs, itself) - company - shared, LEAST_VARIANCE)


def _mean(products: Floats, pairs: Floats, chosen: NDArray[np.bool_]) -> float:
    count = pairs[chosen].sum()
    return float(products[chosen].sum() / count) if count else 0.0


def shrunken(found: Moments, known: Floats | float = 0.0) -> tuple[Floats, Floats]:
    """Return each rep's level, drawn towards the mean of all as far as it is luck, and its standard error.

    A rep without a record of its own has the mean of all, and the spread between reps as its error. What product lines
    and markets bring to each one's variance is `known`.
    """
    noise = (found.own_sd**2 + found.region_sd**2 + known) / np.maximum(found.quarters, 1)
    known = np.isfinite(found.level)
    mean = float(np.nanmean(found.level)) if known.any() else 0.0
    between = max(float(np.nanvar(found.level)) - float(noise[known].mean()), LEAST_VARIANCE) if known.any() else 0.0
    trust = np.where(known, between / (between + noise), 0.0)
    level = mean + trust * (np.nan_to_num(found.level, nan=mean) - mean)
    return level, np.sqrt(between * (1 - trust))

"""How many deals will be born in each month to come: level, trend and season of the months before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]

LEARNED_MONTHS = 48
MONTH_DAYS = 365.25 / 12
MONTHS = 12
# Before the data is seen: a trend of some ten per cent a year, months that differ by some fifteen per cent.
LEVEL_PRIOR_SD, TREND_PRIOR_SD, SEASON_PRIOR_SD = 2.0, 0.1, 0.15
NEWTON_STEPS = 25


@dataclass(frozen=True)
class Arrivals:
    """Poisson regression of births per month, with more spread than Poisson's where the past had it.

    Parameters
    ----------
    coefficients
        Log births per month of usual length at the last day, trend per year, and twelve months' deviations.
    covariance
        Of the coefficients.
    dispersion
        Variance of a month's births over their mean, at least 1.
    last_day
        From which the trend counts.
    """

    coefficients: NDArray[np.float64]
    covariance: Matrix
    dispersion: float
    last_day: pd.Timestamp

    def expected(self, months: pd.DataFrame) -> NDArray[np.float64]:
        """Return the expected births of months with columns starts and days."""
        rate: NDArray[np.float64] = np.exp(_design(months, self.last_day) @ self.coefficients) * _length(months)
        return rate

    def draw(self, months: pd.DataFrame, rng: np.random.Generator, count: int) -> Matrix:
        """Return drawn birth rates, shape (count, months): how well they are known, and how they vary.

        A Poisson number of that rate has the variance of the past.
        """
        drawn = rng.multivariate_normal(self.coefficients, self.covariance, count, method="cholesky")
        rates = np.exp(drawn @ _design(months, self.last_day).T) * _length(months)
        if self.dispersion <= 1:
            return rates
        excess = self.dispersion - 1
        return rng.gamma(np.maximum(rates, 1e-9) / excess, excess)


def months_between(after: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
    """Return the calendar months after a day and up to another, first and last cut to the days within.

    Examples
    --------
    >>> months_between(pd.Timestamp("2026-09-15"), pd.Timestamp("2026-10-31"))["days"].tolist()
    [15, 31]
    """
    first = after + pd.Timedelta(days=1)
    starts = pd.date_range(first.replace(day=1), until, freq="MS")
    ends = (starts + pd.offsets.MonthEnd(0)).where(starts + pd.offsets.MonthEnd(0) <= until, until)
    starts = starts.where(starts >= first, first)
    return pd.DataFrame({"starts": starts, "days": (ends - starts).days + 1})


def learn_arrivals(created: pd.Series, since: pd.Timestamp, last_day: pd.Timestamp) -> Arrivals:
    """Return the arrivals of deals, learned from those born after one day and up to another.

    Ridge penalties hold trend and season near none where a short past does not show them.

    Parameters
    ----------
    created
        Day of birth of each deal.
    since, last_day
        First day is not counted, last day is.
    """
    earliest = last_day - pd.DateOffset(months=LEARNED_MONTHS)
    months = months_between(max(since, earliest), last_day)
    days = pd.to_datetime(created)
    cell = np.searchsorted(months["starts"].to_numpy(), days.to_numpy(), side="right") - 1
    births = np.bincount(cell[(cell >= 0) & (days <= last_day).to_numpy()], minlength=len(months)).astype(float)
    return _fit(births, months, last_day)


def _fit(births: NDArray[np.float64], months: pd.DataFrame, last_day: pd.Timestamp) -> Arrivals:
    design, length = _design(months, last_day), _length(months)
    priors = np.r_[LEVEL_PRIOR_SD, TREND_PRIOR_SD, np.full(MONTHS, SEASON_PRIOR_SD)]
    centre = np.zeros(len(priors))
    centre[0] = np.log((births.sum() + 0.5) / length.sum())
    found: NDArray[np.float64] = centre.copy()
    for _ in range(NEWTON_STEPS):
        rate = np.exp(design @ found) * length
        slope = design.T @ (births - rate) - (found - centre) / priors**2
        curvature = (design.T * rate) @ design + np.diag(priors**-2)
        found = found + np.linalg.solve(curvature, slope)
    inverse = np.linalg.inv(curvature)
    free = len(births) - np.trace(inverse @ ((design.T * rate) @ design))
    dispersion = max(1.0, float(((births - rate) ** 2 / rate).sum() / max(free, 1.0)))
    return Arrivals(found, np.asarray(dispersion * inverse, np.float64), dispersion, last_day)


def _design(months: pd.DataFrame, last_day: pd.Timestamp) -> Matrix:
    middle = months["starts"] + pd.to_timedelta(months["days"] / 2, unit="D")
    years = (middle - last_day).dt.days.to_numpy() / 365.25
    season = months["starts"].dt.month.to_numpy()[:, None] == np.arange(1, MONTHS + 1)
    return np.column_stack([np.ones(len(months)), years, season])


def _length(months: pd.DataFrame) -> NDArray[np.float64]:
    length: NDArray[np.float64] = months["days"].to_numpy(float) / MONTH_DAYS
    return length

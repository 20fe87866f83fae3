"""Where each customer stands in its life with us, by its own rhythm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.stats import nbinom

from salesops.not_enough_data import passes_not_enough_data

if TYPE_CHECKING:
    from salesops.customer_segmentation.arrays import Floats

# As in the query of customer features.
HALF_YEAR_DAYS = 182
DAYS_PER_YEAR = 365.25
# Growing and declining are the outer 5% of what the half year could have been; so long a silence came by chance in 2%.
TAIL, SILENCE = 0.05, 0.02
# An account that still ordered in the half year is lost only if its silence is this many times less likely.
DOUBT = 5
# With fewer orders a year the last half year says next to nothing about a trend.
FEWEST_A_YEAR = 6.0
STAGES = ("new", "growing", "mature", "declining", "lost")


@dataclass(frozen=True)
class Rates:
    """Rates of ordering, gamma over customers.

    Parameters
    ----------
    shape
        Of the gamma distribution; large when customers hardly differ.
    days
        Its rate parameter; the mean rate is shape / days, in orders a day.
    """

    shape: float
    days: float


@passes_not_enough_data
def lifecycle_stages(features: pd.DataFrame) -> pd.DataFrame:
    """Return the stage of each customer: new, growing, mature, declining or lost.

    Each customer's rate of ordering before the last half year, drawn towards the company's, says what the half year
    could have brought (a negative binomial: Poisson orders, gamma rates). Growing and declining are its outer 5%. A
    customer is lost whose silence had a chance below 2%, at its rate until then; below .4% if it still ordered in the
    half year. New is who first ordered within the half year, and mature is everybody else. Customers below six orders a
    year are neither growing nor declining: half a year says too little of them.

    Parameters
    ----------
    features
        Result of `customer_features`.

    Returns
    -------
    DataFrame or NotEnoughData
        account_id, lifecycle_stage, at_risk (declining or lost), trend_known (whether six orders a year or more), and
        silence_chance (of a silence as long as now, at the customer's rate until then).

    Notes
    -----
    Counts with gamma rates: Ehrenberg (1959), Applied Statistics 8(1); rates of the company by moments.

    Examples
    --------
    >>> regular = pd.DataFrame({"account_id": ["A", "B"], "orders": 37, "orders_half_year": [6, 0]})
    >>> regular = regular.assign(T_days=1095, recency_days=[1090, 900])
    >>> lifecycle_stages(regular)["lifecycle_stage"].tolist()
    ['mature', 'lost']
    """
    late = features["orders_half_year"].to_numpy("float64")
    known = features["T_days"].to_numpy("float64")
    active = features["recency_days"].to_numpy("float64")
    # The first order only starts the clock.
    repeats = features["orders"].to_numpy("float64") - 1
    new = known < HALF_YEAR_DAYS
    before = np.where(new, 0.0, repeats - late)
    watched = np.maximum(known - HALF_YEAR_DAYS, 1.0)
    rates = company_rates(before[~new], watched[~new])
    silence = _silence_chance(repeats, active, known - active, rates)
    place = _place_of_half_year(late, before, watched, rates)
    trend = (rates.shape + repeats) / (rates.days + np.maximum(active, 1.0)) * DAYS_PER_YEAR >= FEWEST_A_YEAR
    lost = ((silence < SILENCE) & (late == 0)) | (silence < SILENCE / DOUBT)
    stages = np.select(
        [lost, new, trend & (place > 1 - TAIL), trend & (place < TAIL)],
        ["lost", "new", "growing", "declining"],
        "mature",
    )
    return pd.DataFrame(
        {
            "account_id": features["account_id"],
            "lifecycle_stage": stages,
            "at_risk": np.isin(stages, ["declining", "lost"]),
            "trend_known": trend,
            "silence_chance": silence,
        }
    )


def company_rates(orders: Floats, days: Floats) -> Rates:
    """Return the gamma distribution of rates whose mean and variance counts show beyond those of chance.

    Parameters
    ----------
    orders, days
        Orders of each customer in as many days, shape (n,).

    Examples
    --------
    >>> rates = company_rates(np.array([0.0, 10.0]), np.array([100.0, 100.0]))
    >>> round(rates.shape, 6), round(rates.days, 6)
    (1.25, 25.0)
    """
    if not len(orders) or orders.sum() == 0:
        # Nobody has ordered again: as if one order in a year had been seen of one customer.
        return Rates(1.0, DAYS_PER_YEAR)
    mean = orders.sum() / days.sum()
    variance = ((orders - mean * days) ** 2 - mean * days).sum() / (days**2).sum()
    # Where customers differ no more than by chance, all have nearly the mean rate.
    variance = max(float(variance), mean**2 / 1000)
    return Rates(float(mean**2 / variance), float(mean / variance))


def _silence_chance(repeats: Floats, active: Floats, silent: Floats, rates: Rates) -> Floats:
    """Return the chance of no order for so long, at the rate until the last one."""
    days = rates.days + np.maximum(active, 1.0)
    chance: Floats = (days / (days + silent)) ** (rates.shape + repeats)
    return chance


def _place_of_half_year(late: Floats, before: Floats, watched: Floats, rates: Rates) -> Floats:
    """Return how much of the predictive distribution lies below the half year's orders, half of the tie counted."""
    shape, days = rates.shape + before, rates.days + watched
    p = days / (days + HALF_YEAR_DAYS)
    place: Floats = nbinom.cdf(late - 1, shape, p) + nbinom.pmf(late, shape, p) / 2
    return place

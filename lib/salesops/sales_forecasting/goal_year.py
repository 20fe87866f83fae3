"""The coming calendar year, month by month, as far as the forecast reaches and a little beyond."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from salesops.sales_forecasting.series import COMPANY

if TYPE_CHECKING:
    from salesops.sales_forecasting.outlook import Outlook
    from salesops.sales_forecasting.panel import Array

YEAR_MONTHS = 12


@dataclass(frozen=True)
class GoalYear:
    """What each node should sell in the goal year and the one before, as columns in the outlook's order.

    Parameters
    ----------
    year
        The first calendar year of which no month is known.
    before
        Sales of the year before, known or expected; 12 × nodes, NaN before history begins.
    expected
        Sales expected in it; 12 × nodes.
    beyond
        How many of its months lie beyond the forecast: they are those of the year before, grown as the company should.
    """

    year: int
    before: Array
    expected: Array
    beyond: int


def goal_year(outlook: Outlook) -> GoalYear:
    """Return the coming calendar year.

    Parameters
    ----------
    outlook
        Result of `forecast_sales`.
    """
    months = np.concatenate([outlook.nodes.past, outlook.mean])
    next_month = int(outlook.last_month.astype(int)) + 1
    january = next_month + (-next_month) % YEAR_MONTHS
    begins = len(outlook.nodes.past) + january - next_month
    beyond = begins + YEAR_MONTHS - len(months)
    whole = _extended(months, max(beyond, 0), outlook)
    before = whole[max(begins - YEAR_MONTHS, 0) : begins]
    unknown = np.full((YEAR_MONTHS - len(before), whole.shape[1]), np.nan)
    year = 1970 + january // YEAR_MONTHS
    return GoalYear(year, np.concatenate([unknown, before]), whole[begins : begins + YEAR_MONTHS], max(beyond, 0))


def _extended(months: Array, beyond: int, outlook: Outlook) -> Array:
    """Add months like those a year before, all nodes grown by the same factor, so that parts still add up."""
    factor = company_growth(months, outlook)
    for _ in range(beyond):
        a_year_before = months[-YEAR_MONTHS] if len(months) >= YEAR_MONTHS else months[-1]
        months = np.concatenate([months, factor * a_year_before[None]])
    return months


def company_growth(months: Array, outlook: Outlook) -> float:
    """Return the company's expected sales over the same months a year before: at most the last twelve months ahead."""
    company = months[:, outlook.column(COMPANY, "all")]
    count = min(outlook.horizon, YEAR_MONTHS)
    if len(company) < count + YEAR_MONTHS:
        return 1.0
    ahead, before = company[-count:].sum(), company[-count - YEAR_MONTHS : len(company) - YEAR_MONTHS].sum()
    return float(ahead / before) if before > 0 and ahead > 0 else 1.0

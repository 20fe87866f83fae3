"""How much a year should bring: the goal that was given, or the higher of two candidates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from salesops.not_enough_data import passes_not_enough_data
from salesops.report import share
from salesops.sales_forecasting.goal_year import goal_year
from salesops.sales_forecasting.series import ALL, COMPANY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from salesops.sales_forecasting.goal_year import GoalYear
    from salesops.sales_forecasting.outlook import Outlook

FORECAST = "the forecast"


@dataclass(frozen=True)
class Goal:
    """The goal of a year, and what it was chosen from.

    Parameters
    ----------
    months
        What each part should sell in that year.
    amount
        Money.
    basis
        Where it comes from, in words.
    candidates
        From each candidate's name to its amount.
    """

    months: GoalYear
    amount: float
    basis: str
    candidates: Mapping[str, float]

    @property
    def year(self) -> int:
        """Return the calendar year."""
        return self.months.year


@passes_not_enough_data
def goal_of(outlook: Outlook, annual_goal: float = 0.0, growth: float = 0.1) -> Goal:
    """Return the coming calendar year's goal.

    Parameters
    ----------
    outlook
        Result of `forecast_sales`.
    annual_goal
        Money; 0 takes the higher of two candidates: the year before, known or expected, grown by `growth`, and what the
        forecast expects of the year.
    growth
        0.1 for 10% more.
    """
    months = goal_year(outlook)
    company = outlook.column(COMPANY, ALL)
    before, expected = float(months.before[:, company].sum()), float(months.expected[:, company].sum())
    candidates = {f"{months.year - 1} grown by {share(growth)}": before * (1 + growth), FORECAST: expected}
    known = {name: round(amount, 2) for name, amount in candidates.items() if np.isfinite(amount)}
    if annual_goal > 0:
        return Goal(months, annual_goal, "given", known)
    basis = max(known, key=lambda name: known[name])
    return Goal(months, max(known[basis], 0.0), f"{basis}, the higher of two candidates", known)

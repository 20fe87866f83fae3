"""The company's calendar: days counted from 2020-10-01, fortnights for deals, and what the seasons do.

Days are whole numbers, 0 for 2020-10-01. Deals move in fortnights that end exactly on the last day; the first year of
fortnights lies before day 0, so that the pipeline is in full swing when the tables begin.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from salesops.tables.sample.draws import Floats, Ints

DAY_ZERO = np.datetime64("2020-10-01", "D")
LAST_DAY = 2190  # 2026-09-30
DAYS_PER_YEAR = 365.25
FORTNIGHT = 14
STEPS_BEFORE = 26
STEPS = 183
FIRST_DAY = LAST_DAY + 1 - FORTNIGHT * STEPS
FIRST_QUARTER = -5  # 2019Q3, in which FIRST_DAY lies
QUARTERS = 30
NEVER = 10**6
# A fortnight begins on a Thursday: these offsets are its working days.
WORKING_OFFSETS = np.array([0, 1, 4, 5, 6, 7, 8, 11, 12, 13])

NEW_YEARS_DAYS = (
    date(2020, 1, 25),
    date(2021, 2, 12),
    date(2022, 2, 1),
    date(2023, 1, 22),
    date(2024, 2, 10),
    date(2025, 1, 29),
    date(2026, 2, 17),
    date(2027, 2, 6),
)
# Orders of consumables, and births of deals, by month from January.
ORDER_SEASON = np.array([1.00, 0.94, 1.06, 1.02, 1.00, 1.03, 0.96, 0.94, 1.02, 0.96, 1.05, 1.12])
DEAL_SEASON = np.array([0.85, 0.90, 1.20, 1.15, 1.05, 1.00, 0.90, 0.85, 1.05, 1.05, 1.05, 0.95])
# Buyers decide before the budget year ends: what is added to the log-odds of winning by month.
DECISION_SEASON = np.array([-0.25, -0.30, -0.05, 0.0, 0.0, 0.15, -0.05, -0.10, 0.05, 0.05, 0.15, 0.30])
WEEKEND = 0.15


def day_number(day: date) -> int:
    """Return a date as days since 2020-10-01.

    Examples
    --------
    >>> day_number(date(2026, 9, 30))
    2190
    """
    return int((np.datetime64(day, "D") - DAY_ZERO).astype(np.int64))


def dates(days: Ints) -> np.ndarray:
    """Return day numbers as datetime64[s]; `NEVER` becomes NaT."""
    found = (DAY_ZERO + np.where(days >= NEVER, 0, days)).astype("datetime64[s]")
    return np.where(days >= NEVER, np.datetime64("NaT", "s"), found)


def month_of(days: Ints) -> Ints:
    """Return months since 2020-10 (0), of day numbers."""
    return (DAY_ZERO + days).astype("datetime64[M]").astype(np.int64) - 609


def quarter_of(days: Ints) -> Ints:
    """Return quarters since 2020Q4 (0), of day numbers."""
    return month_of(days) // 3


def year_of(days: Ints) -> Ints:
    """Return calendar years of day numbers."""
    return (DAY_ZERO + days).astype("datetime64[Y]").astype(np.int64) + 1970


def month_of_year(days: Ints) -> Ints:
    """Return 0 for January to 11 for December, of day numbers."""
    return (month_of(days) + 9) % 12


def step_of(days: Ints) -> Ints:
    """Return the fortnight (0 to 182) in which each day lies."""
    return np.clip((days - FIRST_DAY) // FORTNIGHT, 0, STEPS - 1)


def step_start(steps: Ints) -> Ints:
    """Return the first day of each fortnight."""
    return FIRST_DAY + FORTNIGHT * steps


def around_new_year(days: Ints) -> Floats:
    """Return what Chinese New Year does to orders: a rush before, next to nothing in the week, a slow return."""
    feasts = np.array([day_number(feast) for feast in NEW_YEARS_DAYS])
    nearest = np.abs(days[:, None] - feasts).argmin(axis=1)
    offset = days - feasts[nearest]
    effect = np.ones(len(days))
    effect[(offset >= -16) & (offset <= -3)] = 1.20
    effect[(offset >= -2) & (offset <= 6)] = 0.08
    effect[(offset >= 7) & (offset <= 14)] = 0.80
    return effect


def _daily(month_factors: Floats) -> Floats:
    days = np.arange(FIRST_DAY, LAST_DAY + 1)
    weekday = (days + 3) % 7  # 2020-10-01 was a Thursday
    national_week = (month_of_year(days) == 9) & (_day_of_month(days) <= 7)
    factor = month_factors[month_of_year(days)] * around_new_year(days)
    factor = factor * np.where(weekday >= 5, WEEKEND, 1.0) * np.where(national_week, 0.35, 1.0)
    relative: Floats = factor / factor.mean()
    return relative


def _day_of_month(days: Ints) -> Ints:
    then = DAY_ZERO + days
    number: Ints = (then - then.astype("datetime64[M]")).astype(np.int64) + 1
    return number


@cache
def order_clock() -> Floats:
    """Return operational time: the sum of daily order factors up to the start of each day from `FIRST_DAY` on.

    A customer's rhythm is regular in this time, in which a quiet holiday week is short; its mean speed is 1.
    """
    return np.concatenate([[0.0], np.cumsum(_daily(ORDER_SEASON))])


@cache
def deal_births() -> Floats:
    """Return the seasonal factor of deal births for each fortnight, 1 in the mean."""
    daily = _daily(DEAL_SEASON).reshape(STEPS, FORTNIGHT)
    factor: Floats = daily.mean(axis=1)
    return factor

"""What the calendar does to a month: how many days people work, and how much of the New Year's feast lies in it."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from holidays import HolidayBase

    from salesops.sales_forecasting.panel import Array

FEAST, WORKING_DAYS = "feast", "working days"
# From New Year's Eve to the Lantern Festival, when the last ones are back at work.
FEAST_DAYS = np.arange(-1, 15)
FEWEST_WORKING_DAYS = 1.0
LUNAR_YEARS = range(1901, 2099)
YEARS_LOOKED_AT = range(2021, 2027)


@cache
def working_days(first: str, count: int, country: str) -> Array:
    """Return the working days of each month: neither weekend nor public holiday, and weekends that are worked instead.

    Parameters
    ----------
    first
        First month, 2020-10.
    count
        Number of months.
    country
        Two letters of ISO 3166, as CN; one that the package holidays knows.

    Examples
    --------
    >>> working_days("2026-02", 2, "CN").tolist()
    [16.0, 22.0]
    """
    months = np.datetime64(first, "M") + np.arange(count + 1)
    days = np.arange(months[0], months[-1], dtype="datetime64[D]")
    calendar = _public_holidays(country, range(int(first[:4]), int(str(months[-1])[:4]) + 1))
    works = np.array([calendar.is_working_day(day) for day in days.astype(object)])
    total = np.bincount((days.astype("datetime64[M]") - months[0]).astype(int), works, count)
    return np.maximum(total, FEWEST_WORKING_DAYS)


@cache
def feast_share(first: str, count: int, country: str) -> Array:
    """Return the share of the Chinese New Year's sixteen days that lies in each month; zero where nobody keeps it.

    Examples
    --------
    >>> feast_share("2025-01", 2, "CN").tolist(), feast_share("2025-01", 2, "DE").tolist()
    ([0.25, 0.75], [0.0, 0.0])
    """
    months = np.datetime64(first, "M") + np.arange(count)
    years = [y for y in range(int(str(months[0])[:4]), int(str(months[-1])[:4]) + 1) if y in LUNAR_YEARS]
    feasts = [new_year(year) for year in years if _keeps_new_year(country)]
    days = np.array(feasts, "datetime64[D]").reshape(-1, 1) + FEAST_DAYS
    share: Array = (days.astype("datetime64[M]").ravel()[:, None] == months).sum(axis=0) / len(FEAST_DAYS)
    return share


def new_year(year: int) -> date:
    """Return the day on which the Chinese year begins.

    Examples
    --------
    >>> new_year(2026)
    datetime.date(2026, 2, 17)
    """
    from lunardate import LunarDate

    day: date = LunarDate(year, 1, 1).to_solar_date()
    return day


@cache
def _keeps_new_year(country: str) -> bool:
    """Return whether the Chinese New Year, or the day after it, is a holiday in all years looked at but one at most.

    A single year would not tell: in 2026 the day is the last one of carnival, too.
    """
    if not country:
        return False
    calendar = _public_holidays(country, YEARS_LOOKED_AT)
    days = [new_year(year) for year in YEARS_LOOKED_AT]
    kept = sum(any(day + timedelta(days=shift) in calendar for shift in (0, 1)) for day in days)
    return kept >= len(days) - 1


def _public_holidays(country: str, years: range) -> HolidayBase:
    # Imported here: only this needs it, and only where a country is given.
    import holidays

    return holidays.country_holidays(country, years=years)


def calendar_of(first: np.datetime64, count: int, country: str) -> dict[str, Array]:
    """Return what moves in a country's calendar, month by month: the feast's share, and log working days."""
    if not country:
        return {}
    start = str(first.astype("datetime64[M]"))
    feast = feast_share(start, count, country)
    found = {FEAST: feast} if feast.any() else {}
    return found | {WORKING_DAYS: np.log(working_days(start, count, country))}


def calendar_matrix(calendar: Mapping[str, Array], count: int) -> Array:
    """Return what moves in a calendar as columns, of which there may be none; months × columns."""
    return np.stack(list(calendar.values()), axis=1) if calendar else np.empty((count, 0))

"""Targets: a yearly goal above last year's sales, shared out to months and parts of the business, adding up exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.tables.sample.calendar import ORDER_SEASON
from salesops.tables.sample.catalogue import CHANNELS, LINES, REGION_WEIGHTS, REGIONS
from salesops.tables.sample.draws import Floats, Ints, stream
from salesops.tables.sample.people import ROLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from salesops.tables.sample.company import Company
    from salesops.tables.sample.market import Market
    from salesops.tables.sample.totals import Totals

GROWTH_WANTED = 0.12
UNIT = 100  # CNY; every sales target is a multiple of it
MONTHS_PLANNED = 75  # 2020-10 to 2026-12
FIRST_PLAN = 15  # months planned at once in the beginning: the last quarter of 2020, and 2021
YEAR_TARGETS = tuple(range(2021, 2027))


def apportion(totals: Ints, weights: Floats) -> Ints:
    """Share out whole numbers by weights, with no remainder, by the largest remainders.

    Parameters
    ----------
    totals
        n numbers.
    weights
        n × k, not negative; a row of zeros shares equally.

    Examples
    --------
    >>> apportion(np.array([10]), np.array([[1.0, 1.0, 1.0]])).tolist()
    [[4, 3, 3]]
    """
    weights = np.where(weights.sum(axis=1, keepdims=True) > 0, weights, 1.0)
    exact = totals[:, None] * weights / weights.sum(axis=1, keepdims=True)
    shares = np.floor(exact).astype(np.int64)
    missing = totals - shares.sum(axis=1)
    rank = np.argsort(np.argsort(shares - exact, axis=1, kind="stable"), axis=1, kind="stable")
    whole: Ints = shares + (rank < missing[:, None])
    return whole


def targets_table(company: Company, totals: Totals, market: Market) -> pd.DataFrame:
    """Return the `targets` table: months, quarters and years for parts of the business; quarters for reps."""
    months = monthly_goals(company, totals)
    before = _year_before(totals.sales)
    shares = {
        "region": (REGIONS, 0.5 * _share(before.sum(axis=(2, 3))) + 0.5 * REGION_WEIGHTS),
        "product_line": (LINES, _share(before.sum(axis=(1, 3)))),
        "channel": (CHANNELS, _share(before.sum(axis=(1, 2)))),
    }
    parts = [_by_period("company", ("all",), months[:, None], "sales", UNIT)]
    parts += [_by_period(level, keys, apportion(months, w), "sales", UNIT) for level, (keys, w) in shares.items()]
    parts += [_for_reps(company, totals), *_for_customers(totals), *_for_share(market)]
    return pd.concat(parts, ignore_index=True)


def monthly_goals(company: Company, totals: Totals) -> Ints:
    """Return the company's sales target of each month, in units of `UNIT`.

    The first goals come from a market study (the truth with an error of about 4%); from 2022 on a year's goal is the
    twelve months to September before, plus `GROWTH_WANTED`.
    """
    rng = stream(company.seed, "targets")
    actual = totals.sales.sum(axis=(1, 2, 3))
    season = ORDER_SEASON[(np.arange(MONTHS_PLANNED) + 9) % 12]
    start = actual[:FIRST_PLAN].mean() * np.exp(rng.normal(0.02, 0.04))
    level = np.full(MONTHS_PLANNED, start)
    for first in range(FIRST_PLAN, MONTHS_PLANNED, 12):
        level[first : first + 12] = actual[first - 15 : first - 3].mean() * (1 + GROWTH_WANTED)
    goals: Ints = np.round(level * season / season.mean() / UNIT).astype(np.int64)
    return goals


def _year_before(sales: Floats) -> Floats:
    """Return for each month planned the sums of the twelve months known when it was planned."""
    start = np.concatenate([np.zeros(FIRST_PLAN), np.repeat(np.arange(0, 60, 12), 12)]).astype(np.int64)
    sums = np.concatenate([np.zeros((1, *sales.shape[1:])), np.cumsum(sales, axis=0)])
    known: Floats = sums[start + 12] - sums[start]
    return known


def _share(amounts: Floats) -> Floats:
    positive = np.maximum(amounts, 0)
    share: Floats = positive / np.maximum(positive.sum(axis=1, keepdims=True), 1.0)
    return share


def _by_period(level: str, keys: Sequence[str], months: Ints, measure: str, unit: int) -> pd.DataFrame:
    """Return months, quarters and calendar years of one level."""
    first = np.arange(MONTHS_PLANNED)
    name = np.datetime_as_string(np.datetime64("2020-10") + first, unit="M").astype(object)
    quarters = months.reshape(-1, 3, len(keys)).sum(axis=1)
    years = quarters[1:].reshape(-1, 4, len(keys)).sum(axis=1)
    parts = [
        _rows(name, level, keys, months, measure, unit),
        _rows(quarter_names(len(quarters)), level, keys, quarters, measure, unit),
        _rows(np.array([str(year) for year in YEAR_TARGETS], dtype=object), level, keys, years, measure, unit),
    ]
    return pd.concat(parts, ignore_index=True)


def quarter_names(count: int) -> np.ndarray:
    """Return names of quarters from 2020Q4 on.

    Examples
    --------
    >>> quarter_names(2).tolist()
    ['2020Q4', '2021Q1']
    """
    number = np.arange(count) + 3
    return np.array([f"{2020 + n // 4}Q{n % 4 + 1}" for n in number.tolist()], dtype=object)


def _rows(
    periods: np.ndarray, level: str, keys: Sequence[str], values: np.ndarray, measure: str, unit: float
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "period": np.repeat(periods, len(keys)),
            "level": level,
            "key": np.tile(np.array(keys, dtype=object), len(periods)),
            "measure": measure,
            "target": values.ravel() * float(unit),
        }
    )


def quotas(company: Company, totals: Totals) -> Ints:
    """Return quarters × people: targets of account managers, in units of `UNIT`.

    Half follows what the seat sold in the year before, half is the same for all seats; who held the seat for a part of
    the quarter has that part of its target.
    """
    staff, goals = company.staff, monthly_goals(company, totals).reshape(-1, 3).sum(axis=1)
    account_managers = staff.seat_role[staff.seat] == ROLES.index("AR")
    seats = staff.seats_of("AR").size
    by_seat = np.zeros((len(totals.by_person), len(staff.seat_role)))
    np.add.at(by_seat.T, staff.seat, totals.by_person.T)
    before = by_seat.reshape(-1, 4, by_seat.shape[1]).sum(axis=1)[np.maximum(np.arange(len(goals)) // 4 - 1, 0)]
    weights = 0.5 * _share(before) + 0.5 / seats
    return apportion(goals, weights[:, staff.seat] * staff.presence(len(goals)) * account_managers)


def _for_reps(company: Company, totals: Totals) -> pd.DataFrame:
    shared = quotas(company, totals)
    rows = _rows(quarter_names(len(shared)), "rep", list(company.staff.ids), shared, "sales", UNIT)
    return rows[rows["target"] > 0]


def _for_customers(totals: Totals) -> list[pd.DataFrame]:
    """Return quarterly targets for the number of buying customers, regions adding up to the company."""
    wanted = np.concatenate([totals.buyers[:4], np.ceil(totals.buyers * 1.08)])[: MONTHS_PLANNED // 3]
    names = quarter_names(len(wanted))
    return [
        _rows(names, "company", ("all",), wanted.sum(axis=1, keepdims=True), "customers", 1),
        _rows(names, "region", REGIONS, wanted, "customers", 1),
    ]


def _for_share(market: Market) -> list[pd.DataFrame]:
    """Return yearly targets for the share of the market: from where we stood in 2021, up by five per cent a year."""
    growth = 1.05 ** np.arange(len(YEAR_TARGETS))[:, None]
    names = np.array([str(year) for year in YEAR_TARGETS], dtype=object)
    size, ours = market.size[-len(market.share)], market.share[0] * market.size[-len(market.share)]
    company = ours.sum(keepdims=True).reshape(1, 1) / size.sum()
    regions = (ours.sum(axis=0) / np.maximum(size.sum(axis=0), 1.0))[None, :]
    return [
        _rows(names, "company", ("all",), np.round(company * growth, 3), "share", 1),
        _rows(names, "region", REGIONS, np.round(regions * growth, 3), "share", 1),
    ]

"""What selling costs, month by month: people, pay for results, travel, marketing, promotions, channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.tables.sample.calendar import DAY_ZERO, DAYS_PER_YEAR, LAST_DAY, day_number, step_of
from salesops.tables.sample.catalogue import CHANNELS, LINES, PROMOTIONS, REGIONS
from salesops.tables.sample.draws import Floats, Ints, Texts, stream
from salesops.tables.sample.pay import PLANS, pay, plan_in_force
from salesops.tables.sample.people import BASE_SALARY, ROLES, TARGET_INCENTIVE
from salesops.tables.sample.totals import MONTHS

if TYPE_CHECKING:
    from salesops.tables.sample.company import Company
    from salesops.tables.sample.people import Staff
    from salesops.tables.sample.totals import Totals

TRAVEL_PER_PERSON, MARKETING_SHARE, CHANNEL_SHARE = 5200.0, 0.012, 0.025
COLUMNS = ["month", "category", "amount", "region", "channel", "product_line", "rep_id"]


def attainments(staff: Staff, totals: Totals, quotas: Floats) -> Floats:
    """Return quarters × people: own sales over target for account managers, the region's for all others.

    Parameters
    ----------
    quotas
        Quarters × people, CNY; 0 for who has none.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        own = np.where(quotas > 0, totals.by_person / quotas, np.nan)
    region = staff.seat_region[staff.seat]
    sold = np.stack([totals.by_person[:, region == r].sum(axis=1) for r in range(len(REGIONS))], axis=1)
    asked = np.stack([quotas[:, region == r].sum(axis=1) for r in range(len(REGIONS))], axis=1)
    return np.where(staff.seat_role[staff.seat] == 0, own, (sold / np.maximum(asked, 1))[:, region])


def expenses_table(company: Company, totals: Totals, attainment: Floats) -> pd.DataFrame:
    """Return the `expenses` table."""
    rng = stream(company.seed, "expenses")
    sales = totals.sales
    heads = _headcount(company.staff)
    salaries = np.tensordot(heads, BASE_SALARY / 12.0, axes=([2], [0]))
    travel = TRAVEL_PER_PERSON * heads[:, :, :3].sum(axis=2) * np.exp(0.12 * rng.normal(size=(MONTHS, len(REGIONS))))
    marketing = MARKETING_SHARE * _smooth(sales.sum(axis=(1, 3)))
    marketing = marketing * np.exp(0.25 * rng.normal(size=marketing.shape))
    support = CHANNEL_SHARE * np.maximum(sales.sum(axis=(1, 2))[:, 1:], 0)
    parts = [
        _by_month("salaries", salaries, "region", REGIONS),
        _by_month("travel", travel, "region", REGIONS),
        _by_month("marketing", marketing, "product_line", LINES),
        _by_month("channel support", support, "channel", CHANNELS[1:]),
        _incentives(company.staff, attainment),
        _promotions(),
    ]
    return pd.concat(parts, ignore_index=True).reindex(columns=COLUMNS)


def months(numbers: Ints) -> Texts:
    """Return names of months counted from 2020-10.

    Examples
    --------
    >>> months(np.array([0, 3])).tolist()
    ['2020-10', '2021-01']
    """
    names: Texts = np.datetime_as_string(DAY_ZERO.astype("datetime64[M]") + numbers, unit="M").astype(object)
    return names


def _by_month(category: str, amounts: Floats, column: str, keys: tuple[str, ...]) -> pd.DataFrame:
    month, key = (index.ravel() for index in np.indices(amounts.shape))
    names = np.array(keys, dtype=object)[key]
    return pd.DataFrame(
        {"month": months(month), "category": category, "amount": np.round(amounts.ravel(), 2), column: names}
    )


def _headcount(staff: Staff) -> Floats:
    """Return months × regions × roles: people at work."""
    heads = np.zeros((len(REGIONS), len(ROLES)))
    np.add.at(heads, (staff.seat_region, staff.seat_role), 1.0)
    return np.broadcast_to(heads, (MONTHS, *heads.shape))


def _smooth(amounts: Floats) -> Floats:
    """Return the mean of each month and the eleven before it."""
    sums = np.concatenate([np.zeros((1, amounts.shape[1])), np.cumsum(amounts, axis=0)])
    first = np.maximum(np.arange(len(amounts)) - 11, 0)
    means: Floats = (sums[1:] - sums[first]) / (np.arange(len(amounts)) - first + 1)[:, None]
    return means


def _incentives(staff: Staff, attainment: Floats) -> pd.DataFrame:
    """Return incentive pay, in the month that ends the quarter, as the plan in force says."""
    region, role = staff.seat_region[staff.seat], staff.seat_role[staff.seat]
    present = staff.presence(len(attainment))
    known = np.nan_to_num(attainment, nan=0.0)
    force = _plan_by_quarter(len(attainment))[:, region]
    shares = np.stack([pay(plan, known, known) for plan in PLANS])
    earned = np.take_along_axis(shares, force[None], axis=0)[0] * present * TARGET_INCENTIVE[role] / 4
    quarter, person = np.nonzero(earned > 0)
    return pd.DataFrame(
        {
            "month": months(3 * quarter + 2),
            "category": "incentive pay",
            "amount": np.round(earned[quarter, person], 2),
            "region": np.array(REGIONS, dtype=object)[region[person]],
            "rep_id": staff.ids[person],
        }
    )


def _plan_by_quarter(quarters: int) -> Ints:
    """Return quarters × regions: the plan in force in the middle of each quarter."""
    middle = step_of(np.round((np.arange(quarters) + 0.5) * DAYS_PER_YEAR / 4).astype(np.int64))
    return plan_in_force(middle).T


def _promotions() -> pd.DataFrame:
    past = [promotion for promotion in PROMOTIONS if day_number(promotion.starts) <= LAST_DAY]
    return pd.DataFrame(
        {
            "month": [promotion.starts.isoformat()[:7] for promotion in past],
            "category": "promotions",
            "amount": [float(promotion.cost) for promotion in past],
        }
    )

"""Cohorts: how many of the customers who first bought in one period still buy so much later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis
import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.tables.queries import collect

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir

QUARTER, MONTH = 3, 1
SHORT_HISTORY_DAYS = 730
"""Below two years of orders, cohorts are months and not quarters."""
FEWEST_IN_CELL = 5
Z80 = 1.2815515655446004


@dataclass(frozen=True)
class Cohorts:
    """How many of each cohort bought in each later period.

    Parameters
    ----------
    rows
        cohort (in words), age (periods since the first purchase, from 1), members (of whom that period is over) and
        active (of those, who bought in it).
    period_months
        Months of a period: 3, or 1 where the history is short.
    first
        The cohort that holds who was there already when the data begins.
    """

    rows: pd.DataFrame
    period_months: int
    first: str

    @property
    def period(self) -> str:
        """What a period is called."""
        return "quarter" if self.period_months == QUARTER else "month"


def cohort_counts(orders: ir.Table, period_months: int) -> ir.Table:
    """Return how many customers first bought in a period and bought again so many periods later.

    Returns
    -------
    Table
        first (period of the first purchase, counted in periods from the year 0), age (periods since) and customers.

    Examples
    --------
    >>> from datetime import date
    >>> days = [date(2026, 1, 5), date(2026, 2, 5), date(2026, 8, 5)]
    >>> lines = ibis.memtable({"account_id": ["A", "A", "A"], "ordered_at": days, "amount": [1.0, 1.0, 1.0]})
    >>> collect(cohort_counts(lines, 3), "age")[["age", "customers"]].values.tolist()
    [[0, 1], [2, 1]]
    """
    day = orders.ordered_at
    month = day.year() * 12 + day.month() - 1
    period = (month / period_months).floor().cast("int64")
    # Grouped by account and period, each customer counts once in a period.
    active = orders.filter(orders.amount > 0).mutate(period=period).select("account_id", "period").distinct()
    first = active.mutate(first=active.period.min().over(ibis.window(group_by="account_id")))
    aged = first.mutate(age=first.period - first["first"])
    return aged.group_by("first", "age").aggregate(customers=aged.count())


@passes_not_enough_data
def cohorts(orders: ir.Table, buyers: pd.DataFrame, as_of: date) -> Cohorts | NotEnoughData:
    """Return the share of each cohort that bought again, by time since its first purchase.

    Parameters
    ----------
    orders
        From `customer_orders`.
    buyers
        From `buyers`, for the length of the history.
    as_of
        Last day that is known; a period that is not over on that day does not count.
    """
    short = (pd.Timestamp(as_of) - buyers["first_order"].min()).days < SHORT_HISTORY_DAYS
    period_months = MONTH if short else QUARTER
    counts: pd.DataFrame = collect(cohort_counts(orders, period_months), "first", "age")  # type: ignore[assignment]
    rows = _by_cohort(counts, _last_complete(as_of, period_months), period_months)
    if not (rows["members"] >= FEWEST_IN_CELL).any():
        periods = "months" if short else "quarters"
        return NotEnoughData(f"{FEWEST_IN_CELL} customers who first bought in one of two complete {periods} or more")
    return Cohorts(rows, period_months, rows["cohort"].iloc[0])


def _last_complete(as_of: date, period_months: int) -> int:
    """Return the last period that is over at the end of `as_of`, counted from the year 0.

    Examples
    --------
    >>> from datetime import date
    >>> _last_complete(date(2026, 9, 30), 3) % 4, _last_complete(date(2026, 9, 29), 3) % 4
    (2, 1)
    """
    next_day = pd.Timestamp(as_of) + pd.Timedelta(days=1)
    return int(next_day.year * 12 + next_day.month - 1) // period_months - 1


def _by_cohort(counts: pd.DataFrame, last: int, period_months: int) -> pd.DataFrame:
    """Return members and active ones by cohort and age: periods still running are left out."""
    done = counts[counts["first"] + counts["age"] <= last]
    sizes = done[done["age"] == 0].set_index("first")["customers"]
    ages = pd.MultiIndex.from_product([sizes.index, range(1, max(last - int(counts["first"].min()), 0) + 1)])
    active = done.set_index(["first", "age"])["customers"].reindex(ages, fill_value=0).rename_axis(["first", "age"])
    grid = active.rename("active").reset_index()
    grid = grid[grid["first"] + grid["age"] <= last]
    grid = grid.assign(members=grid["first"].map(sizes), cohort=_names(grid["first"], period_months))
    return grid.groupby(["cohort", "age"], sort=True)[["members", "active"]].sum().reset_index()


def _names(first: pd.Series, period_months: int) -> pd.Series:
    """Return the calendar year of quarters, and each month by itself."""
    month = first * period_months
    year = (month // 12).astype(str)
    return year if period_months == QUARTER else year + "-" + (month % 12 + 1).astype(str).str.zfill(2)


def retention(found: Cohorts) -> pd.DataFrame:
    """Return the share that bought, one row per cohort and a column per age; empty where fewer than five are known."""
    rows = found.rows[found.rows["members"] >= FEWEST_IN_CELL]
    return rows.assign(share=rows["active"] / rows["members"]).pivot(index="cohort", columns="age", values="share")


def retained(found: Cohorts, age: int, *, since: str = "") -> pd.Series:
    """Return members, active and share of new customers at an age, over cohorts after the first, with 80% ends.

    The first cohort is left out: when its members really first bought is not known.

    Parameters
    ----------
    found
        From `cohorts`.
    age
        Periods since the first purchase.
    since
        First cohort that counts, by its name.
    """
    rows = found.rows
    chosen = rows[(rows["age"] == age) & (rows["cohort"] != found.first) & (rows["cohort"] >= since)]
    members, active = float(chosen["members"].sum()), float(chosen["active"].sum())
    low, high = wilson(active, members)
    share = active / members if members else np.nan
    return pd.Series({"members": members, "active": active, "share": share, "low": low, "high": high})


def wilson(hits: float, trials: float) -> tuple[float, float]:
    """Return Wilson's 80% interval of a share (1927, Journal of the American Statistical Association 22(158)).

    Examples
    --------
    >>> [round(end, 4) for end in wilson(5, 10)]
    [0.3122, 0.6878]
    """
    if not trials:
        return np.nan, np.nan
    rate, extra = hits / trials, Z80**2 / trials
    middle = (rate + extra / 2) / (1 + extra)
    half = Z80 * np.sqrt(rate * (1 - rate) / trials + extra / (4 * trials)) / (1 + extra)
    return float(middle - half), float(middle + half)

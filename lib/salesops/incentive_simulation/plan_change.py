"""What a change of pay plan did to sales in the past: the same customers' orders before and after, here and there.

Where a plan began on different days in different regions, orders of one product by one customer are compared before
and after, against those of regions in which nothing changed in the same quarter:
log amount = customer and product + quarter + effect · new plan. Fixed effects of customer and product take the place of
a shrunken "before", quarter effects that of drift. Standard errors are clustered by rep, and by region and quarter: a
plan begins in whole regions, so that what a region's quarter had of its own must not pass for many orders' evidence.
What sets regions apart for good from the change on cannot be told from the plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from salesops.incentive_simulation.plan import IncentivePlan

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

FEWEST_CLUSTERS, FEWEST_LINES = 8, 200
_ROUNDS, _PRECISION = 500, 1e-9


@dataclass(frozen=True)
class PlanChange:
    """The effect of a new plan on the log of an order's amount.

    Parameters
    ----------
    effect, error
        Estimate and standard error: 0.1 is about 10% more.
    before, after
        Names of the plans.
    orders, reps
        Order lines and clusters that it rests on.
    """

    effect: float
    error: float
    before: str
    after: str
    orders: int
    reps: int


@passes_not_enough_data
def plan_change(
    orders: pd.DataFrame, before: IncentivePlan | None, after: IncentivePlan, regions: pd.Series | None = None
) -> PlanChange | NotEnoughData:
    """Return what the change from one plan to another did to the amounts of orders.

    Parameters
    ----------
    orders
        Table orders, with rep_id and region.
    before, after
        The plans, with the days and regions in which they were in force.
    regions
        Region by rep_id, where that of the order is not the rep's or there is none.

    Returns
    -------
    PlanChange or NotEnoughData
        The latter where no plan changed, where it changed everywhere on one day, and where orders are too few.
    """
    if before is None or not after.in_force or not before.in_force:
        return NotEnoughData("an earlier plan", "no plan's file says when it was in force before today's")
    lines = _lines(orders, regions)
    if isinstance(lines, NotEnoughData):
        return lines
    lines = lines[in_force(before, lines) | in_force(after, lines)]
    new = in_force(after, lines).astype(float)
    missing = _missing(lines, new, after)
    if missing is not None:
        return missing
    shocks = _numbers(lines["region"]) * 10**6 + _quarter(lines).to_numpy()
    clusters = [_numbers(lines["rep_id"]), pd.factorize(shocks)[0]]
    effect, error = clustered_effect(np.log(lines["amount"].to_numpy()), new, _groups(lines), clusters)
    return PlanChange(effect, error, before.name, after.name, len(lines), lines["rep_id"].nunique())


def _missing(lines: pd.DataFrame, new: Floats, after: IncentivePlan) -> NotEnoughData | None:
    """Return what the orders lack to show what the plan did, if anything."""
    if len(lines) < FEWEST_LINES or lines["rep_id"].nunique() < FEWEST_CLUSTERS or not 0 < new.mean() < 1:
        return NotEnoughData("more orders under both plans")
    if len({time.starts for time in after.in_force}) < 2:
        why = "what a plan does cannot be told from what a quarter does"
        return NotEnoughData("a plan that began in some regions first", why)
    return None


def _groups(lines: pd.DataFrame) -> list[Ints]:
    """Return the number of the customer and product, and of the quarter, of each order."""
    # A product that is not told is one of its own.
    product = _numbers(lines["product"]) + 1
    what = _numbers(lines["account_id"]) * (int(product.max()) + 1) + product
    return [pd.factorize(what)[0], pd.factorize(_quarter(lines))[0]]


def _quarter(lines: pd.DataFrame) -> pd.Series:
    return pd.Series(lines["ordered_at"].dt.year * 4 + lines["ordered_at"].dt.quarter)


def _numbers(column: pd.Series) -> Ints:
    numbers: Ints = pd.factorize(column)[0].astype(np.int64)
    return numbers


def in_force(plan: IncentivePlan, lines: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which orders (ordered_at, region) were made while a plan was in force."""
    found = np.zeros(len(lines), dtype=bool)
    for time in plan.in_force:
        inside = lines["region"].isin(time.regions).to_numpy() if time.regions else np.ones(len(lines), dtype=bool)
        if time.starts:
            inside = inside & (lines["ordered_at"] >= pd.Timestamp(time.starts)).to_numpy()
        if time.ends:
            inside = inside & (lines["ordered_at"] < pd.Timestamp(time.ends) + pd.Timedelta(days=1)).to_numpy()
        found |= inside
    return found


def _lines(orders: pd.DataFrame, regions: pd.Series | None) -> pd.DataFrame | NotEnoughData:
    product = next((name for name in ("product_id", "product_line") if name in orders), None)
    if "rep_id" not in orders or ("region" not in orders and regions is None):
        return NotEnoughData("orders.rep_id and orders.region")
    lines = orders[(orders["amount"] > 0) & orders["rep_id"].notna() & orders["ordered_at"].notna()]
    region = lines["rep_id"].map(regions) if regions is not None else lines["region"]
    return lines.assign(region=region, product=lines[product] if product else "all")


def clustered_effect(outcome: Floats, treated: Floats, groups: list[Ints], clusters: list[Ints]) -> tuple[float, float]:
    """Return the least-squares effect of `treated` with fixed effects of `groups`, and its clustered standard error.

    Fixed effects are swept out in turns until nothing moves (Guimarães and Portugal 2010, Stata Journal 10:628). With
    two ways to cluster, errors may go together in either (Cameron, Gelbach and Miller 2011, JBES 29:238); the error is
    never taken to be less than by the first alone.

    Examples
    --------
    >>> who, when = np.repeat(np.arange(30), 10), np.tile(np.arange(10), 30)
    >>> new = ((who < 15) & (when > 4)).astype(float)
    >>> effect, _ = clustered_effect(who + 0.3 * when + 0.2 * new, new, [who, when], [who])
    >>> round(effect, 6)
    0.2
    """
    y, x = (_swept(column, groups) for column in (outcome, treated))
    spread = float(x @ x)
    if spread < 1e-9 * len(x):
        return 0.0, float("inf")
    effect = float(x @ y) / spread
    scores = x * (y - effect * x)
    variances = [_between(scores, cluster) for cluster in clusters]
    if len(clusters) > 1:
        both = pd.factorize(clusters[0] * (int(clusters[1].max()) + 1) + clusters[1])[0]
        variances.append(sum(variances) - _between(scores, both))
    return effect, float(np.sqrt(max(variances[0], variances[-1])) / spread)


def _between(scores: Floats, cluster: Ints) -> float:
    """Return the variance of the sum of scores that go together within clusters."""
    sums = np.bincount(cluster, weights=scores)
    count = len(sums)
    return float(sums @ sums) * count / max(count - 1, 1)


def _swept(column: Floats, groups: list[Ints]) -> Floats:
    left: Floats = column - column.mean()
    sizes = [np.bincount(group) for group in groups]
    for _ in range(_ROUNDS):
        moved = 0.0
        for group, size in zip(groups, sizes, strict=True):
            means = np.bincount(group, weights=left) / size
            left = left - means[group]
            moved = max(moved, float(np.abs(means).max()))
        if moved < _PRECISION:
            break
    return left

"""What promotions did to sales, by kind, and what planned ones should add."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.sales_forecasting.adjustments import Adjustment, no_adjustment
from salesops.sales_forecasting.calendar_effects import FEWEST_MONTHS, freed, robust_regression
from salesops.sales_forecasting.series import COMPANY
from salesops.sales_forecasting.workdays import calendar_matrix

if TYPE_CHECKING:
    from salesops.sales_forecasting.nodes import Nodes
    from salesops.sales_forecasting.outlook import Outlook
    from salesops.sales_forecasting.panel import Array

YEAR = 12
NORMAL_90 = 1.2816
LEAST_MOVED = 0.2
LARGEST_LOG_LIFT = 1.0


@dataclass(frozen=True)
class Exposure:
    """When promotions ran and will run.

    Parameters
    ----------
    kinds
        Kinds of promotion, sorted.
    share
        Share of each month's days on which one of a kind ran; all months × kinds.
    first
        First month, the same as that of history.
    """

    kinds: tuple[str, ...]
    share: Array
    first: np.datetime64


@passes_not_enough_data
def promotion_exposure(history: pd.DataFrame, promotions: pd.DataFrame, horizon: int) -> Exposure | NotEnoughData:
    """Return on which share of each month promotions of each kind ran, and are planned to run.

    Parameters
    ----------
    history
        Result of `monthly_sales`.
    promotions
        Table promotions; those still to come are plans.
    horizon
        Months ahead.
    """
    dated = promotions.dropna(subset=["starts_at", "ends_at"])
    if dated.empty:
        return NotEnoughData("promotions with a first and a last day")
    first, last = (history["ds"].agg(end).to_datetime64().astype("datetime64[M]") for end in ("min", "max"))
    months = np.arange(first, last + horizon + 1)
    kinds = tuple(sorted(dated["kind"].unique()))
    days = np.arange(months[0], months[-1] + 1, dtype="datetime64[D]")
    begin, end = (dated[name].to_numpy("datetime64[D]") for name in ("starts_at", "ends_at"))
    runs = (days[:, None] >= begin) & (days[:, None] <= end)
    of_kind = dated["kind"].to_numpy()[:, None] == np.array(kinds, object)
    on = (runs @ of_kind).astype(float) > 0
    month = (days.astype("datetime64[M]") - months[0]).astype(int)
    length = np.bincount(month)
    share = np.stack([np.bincount(month, column) for column in on.T], axis=1) / length[:, None]
    return Exposure(kinds, share, months[0])


def log_lifts(sales: Array, exposure: Array, calendar: Array) -> tuple[Array, Array]:
    """Return what a whole month of each kind adds to the log of sales, and its standard error; NaN if not measurable.

    Trend, season, working days and feasts are allowed for. A kind that comes in the same months of every year cannot be
    told from the season, and one that never ran cannot be measured.

    Parameters
    ----------
    sales
        Sales that promotions could have moved; one per month.
    exposure
        Share of each month under each kind; months × kinds.
    calendar
        What else moves; months × columns.
    """
    lift, error = np.full((2, exposure.shape[1]), np.nan)
    if len(sales) < FEWEST_MONTHS or (sales <= 0).any():
        return lift, error
    inside = np.ones((len(sales) - YEAR, exposure.shape[1]), bool)
    moved = np.square(freed(exposure, inside)).sum(axis=0)
    seen = moved > LEAST_MOVED**2
    if seen.any():
        columns = np.hstack([exposure[:, seen], calendar])
        started = np.ones((len(sales), 1), bool)
        beta, variance = robust_regression(np.log(sales)[:, None], columns, started)
        lift[seen], error[seen] = beta[: seen.sum(), 0], np.sqrt(variance[: seen.sum(), 0])
    return lift, error


def drawn_together(lift: Array, error: Array) -> Array:
    """Return what is reckoned with: each kind drawn to the mean of all, and that mean to zero, as far as chance goes.

    Empirical Bayes, as few promotions of a kind say little about it. A kind that cannot be measured counts as nothing.

    Examples
    --------
    >>> drawn_together(np.array([0.2, 0.0, np.nan]), np.array([0.001, 0.001, np.nan])).round(2).tolist()
    [0.2, 0.0, 0.0]
    >>> drawn_together(np.array([0.2, 0.0]), np.array([0.1, 0.1])).round(2).tolist()
    [0.07, 0.07]
    """
    seen = np.isfinite(lift)
    used = np.zeros(len(lift))
    if seen.any():
        beta, noise = lift[seen], error[seen] ** 2
        middle, uncertain = np.average(beta, weights=1 / noise), 1 / (1 / noise).sum()
        differ = max(float(((beta - middle) ** 2 - noise).mean()), 0.0)
        middle *= middle**2 / (middle**2 + uncertain)
        used[seen] = (differ * beta + noise * middle) / (differ + noise)
    return np.clip(used, -LARGEST_LOG_LIFT, LARGEST_LOG_LIFT)


@passes_not_enough_data
def lift_table(outlook: Outlook, exposure: Exposure) -> pd.DataFrame:
    """Return the measured lift of each kind of promotion.

    Parameters
    ----------
    outlook
        Result of `forecast_sales`.
    exposure
        Result of `promotion_exposure`.

    Returns
    -------
    DataFrame
        kind, months_run (months' worth of days in the past), lift, low and high (share of the sales promotions could
        move, for a month wholly under one, with an 80% interval; NaN if not measurable) and months_planned.
    """
    sales = outlook.nodes.covered[:, outlook.structure.company]
    known = len(sales)
    calendar = calendar_matrix(outlook.reasons.calendar, len(exposure.share))
    lift, error = log_lifts(sales, exposure.share[:known], calendar[:known])
    return pd.DataFrame(
        {
            "kind": exposure.kinds,
            "months_run": exposure.share[:known].sum(axis=0),
            "lift": np.expm1(lift),
            "low": np.expm1(lift - NORMAL_90 * error),
            "high": np.expm1(lift + NORMAL_90 * error),
            "months_planned": exposure.share[known:].sum(axis=0),
        }
    )


def promotion_adjustment(nodes: Nodes, cuts: Array, horizon: int, exposure: Exposure, calendar: Array) -> Adjustment:
    """Return what promotions do to each month, learned anew at each origin from what was known then.

    Planned ones raise the months ahead by the lift of their kind, on the share of a part's sales of the last twelve
    months that promotions could move. A kind that cannot be measured changes nothing.

    Parameters
    ----------
    nodes
        What is forecast.
    cuts
        Months between each origin and the end of what is known.
    horizon
        Months ahead.
    exposure
        Result of `promotion_exposure`.
    calendar
        What else moves; all months × columns.
    """
    adjustment = no_adjustment(nodes, cuts, horizon)
    company = int(np.flatnonzero(nodes.facts["level"] == COMPANY)[0])
    for origin, cut in enumerate(cuts):
        known = len(nodes.past) - cut
        used = drawn_together(*log_lifts(nodes.covered[:known, company], exposure.share[:known], calendar[:known]))
        raised = np.exp(exposure.share[: known + horizon] @ used)[:, None]
        share = _share(nodes.covered[:known], nodes.past[:known])
        recent = _share(*(values[max(known - YEAR, 0) : known].sum(axis=0) for values in (nodes.covered, nodes.past)))
        adjustment.past[origin, :known] = 1 / (1 - share + share / raised[:known])
        adjustment.ahead[origin] = 1 + recent * (raised[known:] - 1)
    return adjustment


def _share(part: Array, whole: Array) -> Array:
    share: Array = np.clip(np.divide(part, whole, out=np.zeros_like(part), where=whole > 0), 0.0, 1.0)
    return share

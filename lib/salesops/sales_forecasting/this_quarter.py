"""The quarter that runs, or the next one: what is booked, and what is still to come by three forecasts and their mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import stats

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.sales_forecasting.combination import combined, combined_again, inverse_variance
from salesops.sales_forecasting.deal_expectation import expect_deals
from salesops.sales_forecasting.deal_states import deal_book
from salesops.sales_forecasting.quarter_ways import last_year_again, pipeline_way, run_rate_way, time_series_way
from salesops.sales_forecasting.quarter_windows import quarter_windows, sums_between
from salesops.sales_forecasting.series import COMPANY

if TYPE_CHECKING:
    from datetime import date

    from salesops.sales_forecasting.deal_expectation import DealExpectation
    from salesops.sales_forecasting.outlook import Outlook
    from salesops.sales_forecasting.panel import Array
    from salesops.sales_forecasting.quarter_windows import QuarterWindows

WAYS = ("time series", "run rate", "pipeline")
NAIVE, RAW, ALL = "last year again", "pipeline as it stands", "weighted together"
QUARTERS_OF_WEIGHTS, QUARTERS_OF_SCALE = 12, 8
FEWEST_ERRORS = 4
INSIDE = 0.8


@dataclass(frozen=True)
class ThisQuarter:
    """What a quarter should bring, and how such forecasts did on the same day of past quarters.

    Parameters
    ----------
    windows
        The quarters; the last is the one forecast.
    sold, left
        What was sold up to the known day and after it; one per quarter, `left` NaN for the last.
    ways
        What was still to come by each of `WAYS`; quarters × ways, NaN where one could not be made.
    naive, raw
        The same by the year before, and by deals without scaling.
    weights
        Of the ways, adding up to 1.
    past
        What all together would have said; one per past quarter.
    deals
        What deals should bring; None without deals.
    """

    windows: QuarterWindows
    sold: Array
    left: Array
    ways: Array
    naive: Array
    raw: Array
    weights: Array
    past: Array
    deals: DealExpectation | None

    @property
    def period(self) -> str:
        """Return the quarter, such as 2026Q4."""
        return self.windows.period

    @property
    def booked(self) -> float:
        """Return what has been sold in the quarter."""
        return float(self.sold[-1])

    @property
    def coming(self) -> float:
        """Return what is still to come, all ways weighted together."""
        return float(combined(self.ways[-1], self.weights))

    @property
    def total(self) -> float:
        """Return what the quarter should bring in all."""
        return self.booked + self.coming

    @property
    def spread(self) -> float:
        """Return half the width of the 80% interval; NaN with fewer than four past errors."""
        scale = self.ways[:, 0]
        errors = ((self.left - self.past) / scale)[:-1]
        errors = errors[np.isfinite(errors)][-QUARTERS_OF_WEIGHTS:]
        if len(errors) < FEWEST_ERRORS:
            return float("nan")
        wider = stats.t.ppf((1 + INSIDE) / 2, len(errors)) * np.sqrt(1 + 1 / len(errors))
        return float(wider * np.sqrt(np.mean(errors**2)) * scale[-1])

    @property
    def low(self) -> float:
        """Return the total's 10% quantile; never less than what is booked, unless returns are expected."""
        return self.booked + max(self.coming - self.spread, min(self.coming, 0.0))

    @property
    def high(self) -> float:
        """Return the total's 90% quantile."""
        return self.total + self.spread


@passes_not_enough_data
def this_quarter(
    orders: pd.DataFrame,
    outlook: Outlook,
    as_of: date,
    opportunities: pd.DataFrame | NotEnoughData,
    stage_history: pd.DataFrame | NotEnoughData,
) -> ThisQuarter | NotEnoughData:
    """Forecast what is still to be booked in the quarter of the day after `as_of`.

    Parameters
    ----------
    orders, opportunities, stage_history
        Tables, cut to `as_of`; without deals, the pipeline is left out.
    outlook
        Result of `forecast_sales`.
    as_of
        Last day that is known.
    """
    windows = quarter_windows(as_of, QUARTERS_OF_WEIGHTS + QUARTERS_OF_SCALE)
    monthly = outlook.history.loc[outlook.history["level"] == COMPANY, "y"].to_numpy(float)
    begins = outlook.history["ds"].min().to_datetime64().astype("datetime64[D]")
    windows = windows.since(begins)
    sold, left, left_after_month = _sums(orders, windows)
    return _forecast(windows, monthly, sold, left, left_after_month, _expected(opportunities, stage_history, windows))


def _forecast(
    windows: QuarterWindows, monthly: Array, sold: Array, left: Array, after_month: Array, deals: DealExpectation | None
) -> ThisQuarter:
    raw = deals.total if deals is not None else np.full(len(sold), np.nan)
    ways = np.column_stack(
        [
            time_series_way(monthly, windows, left, after_month, QUARTERS_OF_SCALE),
            run_rate_way(sold, left, QUARTERS_OF_SCALE),
            pipeline_way(raw, left, QUARTERS_OF_SCALE),
        ]
    )
    scale = ways[:, 0]
    errors = ((left[:, None] - ways) / scale[:, None])[-1 - QUARTERS_OF_WEIGHTS : -1]
    weights = inverse_variance(errors, np.isfinite(ways[-1]))
    past = combined_again(ways, left, scale, QUARTERS_OF_WEIGHTS)
    return ThisQuarter(windows, sold, left, ways, last_year_again(left), raw, weights, past, deals)


def _sums(orders: pd.DataFrame, windows: QuarterWindows) -> tuple[Array, Array, Array]:
    """Return what was sold up to the known day, after it, and after the last whole month; the last two unknown now."""
    days, amounts = orders["ordered_at"].to_numpy("datetime64[D]"), orders["amount"].to_numpy(float)
    sold = sums_between(days, amounts, windows.first - 1, windows.known)
    left, after_month = (sums_between(days, amounts, edge, windows.end) for edge in (windows.known, windows.month_end))
    left[-1] = after_month[-1] = np.nan
    return sold, left, after_month


def _expected(
    opportunities: pd.DataFrame | NotEnoughData, stage_history: pd.DataFrame | NotEnoughData, windows: QuarterWindows
) -> DealExpectation | None:
    if isinstance(opportunities, NotEnoughData) or opportunities.empty or "amount" not in opportunities:
        return None
    return expect_deals(deal_book(opportunities, stage_history), windows, QUARTERS_OF_SCALE)


def value_added(quarter: ThisQuarter) -> pd.DataFrame:
    """Return how far off each step was on the same day of past quarters, and what it adds over the year before.

    Returns
    -------
    DataFrame
        step, quarters, error (mean absolute error over mean sales of a quarter), value_added (error of repeating the
        year before less this error); in the order in which steps are built. All are compared over the quarters that
        all were made for; steps that are absent now have no row.
    """
    steps = {NAIVE: quarter.naive, **dict(zip(WAYS, quarter.ways.T, strict=True))}
    steps = {**steps, RAW: quarter.raw, ALL: quarter.past}
    table = pd.DataFrame({name: steps[name] for name in (NAIVE, *WAYS[:2], RAW, WAYS[2], ALL)})
    there = table.iloc[:-1].tail(QUARTERS_OF_WEIGHTS).dropna(axis=1, how="all").dropna()
    actual = quarter.left[there.index]
    total = float(np.mean(actual + quarter.sold[there.index])) if len(there) else np.nan
    error = there.sub(actual, axis=0).abs().mean() / total
    found = pd.DataFrame({"step": error.index, "quarters": len(there), "error": error.to_numpy()})
    return found.assign(value_added=float(error.get(NAIVE, np.nan)) - found["error"])

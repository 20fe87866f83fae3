"""The quarter that runs, or the next one: what is booked, and what is still to come by three forecasts in one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.sales_forecasting.combination import combined, combined_again, inverse_variance
from salesops.sales_forecasting.deal_expectation import expect_deals
from salesops.sales_forecasting.deal_states import deal_book
from salesops.sales_forecasting.quarter_ways import last_year_again, pipeline_way, run_rate_way, time_series_way
from salesops.sales_forecasting.quarter_windows import quarter_windows, sums_between
from salesops.sales_forecasting.series import COMPANY

if TYPE_CHECKING:
    import pandas as pd

    from salesops.sales_forecasting.deal_expectation import DealExpectation
    from salesops.sales_forecasting.outlook import Outlook
    from salesops.sales_forecasting.panel import Array
    from salesops.sales_forecasting.quarter_inputs import QuarterInputs
    from salesops.sales_forecasting.quarter_windows import QuarterWindows

WAYS = ("time series", "run rate", "pipeline")
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
    def errors(self) -> Array:
        """Return what the weighted forecast was off by on the same day of past quarters, over the time series' own."""
        off = ((self.left - self.past) / self.ways[:, 0])[:-1]
        return off[np.isfinite(off)][-QUARTERS_OF_WEIGHTS:]

    @property
    def deviation(self) -> float:
        """Return the scale of the t distribution of what is still to come; NaN with fewer than four past errors."""
        off = self.errors
        if len(off) < FEWEST_ERRORS:
            return float("nan")
        return float(np.sqrt(np.mean(off**2) * (1 + 1 / len(off))) * abs(self.ways[-1, 0]))

    @property
    def spread(self) -> float:
        """Return half the width of the 80% interval; NaN with fewer than four past errors."""
        return float(stats.t.ppf((1 + INSIDE) / 2, len(self.errors)) * self.deviation)

    @property
    def low(self) -> float:
        """Return the total's 10% quantile; never less than what is booked, unless returns are expected."""
        return self.booked + max(self.coming - self.spread, min(self.coming, 0.0))

    @property
    def high(self) -> float:
        """Return the total's 90% quantile."""
        return self.total + self.spread


@passes_not_enough_data
def this_quarter(inputs: QuarterInputs, outlook: Outlook) -> ThisQuarter | NotEnoughData:
    """Forecast what is still to be booked in the quarter of the day after `as_of`.

    Parameters
    ----------
    inputs
        Sales by day and deals; without deals, the pipeline is left out.
    outlook
        Result of `forecast_sales`.
    """
    if isinstance(inputs.days, NotEnoughData):
        return inputs.days
    windows = quarter_windows(inputs.as_of, QUARTERS_OF_WEIGHTS + QUARTERS_OF_SCALE)
    monthly = outlook.history.loc[outlook.history["level"] == COMPANY, "y"].to_numpy(float)
    windows = windows.since(outlook.history["ds"].min().to_datetime64().astype("datetime64[D]"))
    sold, left, left_after_month = _sums(inputs.days, windows)
    return _forecast(windows, monthly, sold, left, left_after_month, _expected(inputs, windows))


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


def _sums(sales: pd.DataFrame, windows: QuarterWindows) -> tuple[Array, Array, Array]:
    """Return what was sold up to the known day, after it, and after the last whole month; the last two unknown now."""
    days, amounts = sales["ordered_at"].to_numpy("datetime64[D]"), sales["amount"].to_numpy(float)
    sold = sums_between(days, amounts, windows.first - 1, windows.known)
    left, after_month = (sums_between(days, amounts, edge, windows.end) for edge in (windows.known, windows.month_end))
    left[-1] = after_month[-1] = np.nan
    return sold, left, after_month


def _expected(inputs: QuarterInputs, windows: QuarterWindows) -> DealExpectation | None:
    deals = inputs.opportunities
    if isinstance(deals, NotEnoughData) or not {"amount", "created_at", "closed_at"} <= set(deals) or deals.empty:
        return None
    return expect_deals(deal_book(deals, inputs.stage_history), windows, QUARTERS_OF_SCALE)

"""The quarter that runs, or the next one: what is booked, and what is still to come by several forecasts in one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.sales_forecasting.combination import combined, combined_again, error_scale, inverse_variance
from salesops.sales_forecasting.deal_expectation import expect_deals
from salesops.sales_forecasting.deal_orders import NOT_LINKED
from salesops.sales_forecasting.deal_states import deal_book
from salesops.sales_forecasting.deal_worth import deal_worth
from salesops.sales_forecasting.quarter_sums import quarter_sums
from salesops.sales_forecasting.quarter_ways import last_year_again, pipeline_way, run_rate_way, time_series_way
from salesops.sales_forecasting.quarter_windows import QUARTER_MONTHS, quarter_windows
from salesops.sales_forecasting.series import ALL, COMPANY

if TYPE_CHECKING:
    from salesops.sales_forecasting.deal_expectation import DealExpectation
    from salesops.sales_forecasting.deal_orders import DealOrders
    from salesops.sales_forecasting.outlook import Outlook
    from salesops.sales_forecasting.panel import Array
    from salesops.sales_forecasting.quarter_inputs import QuarterInputs
    from salesops.sales_forecasting.quarter_sums import QuarterSums
    from salesops.sales_forecasting.quarter_windows import QuarterWindows

TIME_SERIES, RUN_RATE, PIPELINE = "time series", "run rate", "pipeline"
DEALS_AND_SERIES, DEALS_AND_RATE = "deals + time series", "deals + run rate"
QUARTERS_OF_WEIGHTS, QUARTERS_OF_SCALE = 12, 8
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
    names, ways
        What was still to come by each way; quarters × ways, NaN where one could not be made. The first way is the time
        series.
    naive
        The same by the year before; one per quarter.
    weights
        Of the ways, adding up to 1.
    past
        What all together would have said; one per past quarter.
    deals
        What deals were expected to bring; None without deals.
    deals_coming
        What they should bring until the quarter's end, as past quarters turned out; NaN where that is not known.
    linked
        Whether deals are part of the sales that are forecast.
    link
        How won deals became orders.
    """

    windows: QuarterWindows
    sold: Array
    left: Array
    names: tuple[str, ...]
    ways: Array
    naive: Array
    weights: Array
    past: Array
    deals: DealExpectation | None
    deals_coming: float
    linked: bool
    link: DealOrders = NOT_LINKED

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
        return error_scale(self.errors) * abs(float(self.ways[-1, 0]))

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
    """Forecast what is still to be sold in the quarter of the day after the last known one.

    Where won deals come back as orders, the deals on hand and the rest of the business are forecast apart: what deals
    should bring, plus the rest by the time series, and by the run rate. Where they do not, what deals should bring is
    scaled to all sales by past quarters.

    Parameters
    ----------
    inputs
        Sales by day, and deals; without deals, they are left out.
    outlook
        Result of `forecast_sales`.
    """
    if isinstance(inputs.days, NotEnoughData):
        return inputs.days
    monthly = outlook.history[outlook.history["level"] == COMPANY]
    month, y = monthly["ds"].to_numpy("datetime64[M]"), monthly["y"].to_numpy(float)
    windows = quarter_windows(inputs.as_of, QUARTERS_OF_WEIGHTS + QUARTERS_OF_SCALE).since(
        month[0].astype("datetime64[D]")
    )
    days, amounts = inputs.days["ordered_at"].to_numpy("datetime64[D]"), inputs.days["amount"].to_numpy(float)
    sales = quarter_sums(days, amounts, windows, month, y)
    found = from_sums(windows, sales, *_of_deals(inputs, windows, month), months_ahead(outlook, windows))
    return replace(found, link=inputs.link)


def months_ahead(outlook: Outlook, windows: QuarterWindows) -> Array:
    """Return what the outlook says, or would have said, of the months of each quarter that had not begun.

    NaN for quarters from which the outlook was not made again.
    """
    months, company = QUARTER_MONTHS - windows.whole_months, outlook.column(COMPANY, ALL)
    said = np.full(len(windows.first), np.nan)
    if months > outlook.horizon:
        return said
    back = outlook.rolling.cuts // QUARTER_MONTHS
    there = (outlook.rolling.cuts % QUARTER_MONTHS == 0) & (back < len(said))
    said[-1 - back[there]] = outlook.rolling.mean[there, :months, company].sum(axis=1)
    said[-1] = outlook.mean[:months, company].sum()
    return said


def from_sums(
    windows: QuarterWindows,
    sales: QuarterSums,
    deals: DealExpectation | None,
    of_deals: QuarterSums | None,
    said: Array | None = None,
) -> ThisQuarter:
    """Return the forecast from sums.

    Parameters
    ----------
    windows
        The quarters.
    sales
        What was sold in them.
    deals
        What deals were expected to bring; None without deals.
    of_deals
        The part of sales that came from deals; None where they are not part of them.
    said
        Result of `months_ahead`.
    """
    ways = {
        TIME_SERIES: time_series_way(sales, windows, QUARTERS_OF_SCALE, said),
        RUN_RATE: run_rate_way(sales.sold, sales.left, QUARTERS_OF_SCALE),
        **_deal_ways(windows, sales, deals, of_deals),
    }
    table = np.column_stack(list(ways.values()))
    scale, left = table[:, 0], sales.left
    errors = ((left[:, None] - table) / scale[:, None])[-1 - QUARTERS_OF_WEIGHTS : -1]
    weights = inverse_variance(errors, np.isfinite(table[-1]))
    past = combined_again(table, left, scale, QUARTERS_OF_WEIGHTS)
    coming = np.nan if deals is None else float(deals.total[-1])
    if deals is not None and of_deals is not None:
        coming = float(pipeline_way(deals.total, of_deals.left, QUARTERS_OF_SCALE)[-1])
    return ThisQuarter(
        windows, sales.sold, left, tuple(ways), table, last_year_again(left), weights, past, deals, coming,
        linked=of_deals is not None,
    )  # fmt: skip


def _deal_ways(
    windows: QuarterWindows, sales: QuarterSums, deals: DealExpectation | None, of_deals: QuarterSums | None
) -> dict[str, Array]:
    if deals is None:
        return {}
    if of_deals is None:
        return {PIPELINE: pipeline_way(deals.total, sales.left, QUARTERS_OF_SCALE)}
    coming = pipeline_way(deals.total, of_deals.left, QUARTERS_OF_SCALE)
    rest = sales.less(of_deals)
    return {
        DEALS_AND_SERIES: coming + time_series_way(rest, windows, QUARTERS_OF_SCALE),
        DEALS_AND_RATE: coming + run_rate_way(rest.sold, rest.left, QUARTERS_OF_SCALE),
    }


def _of_deals(
    inputs: QuarterInputs, windows: QuarterWindows, month: Array
) -> tuple[DealExpectation | None, QuarterSums | None]:
    table = inputs.opportunities
    if isinstance(table, NotEnoughData) or not {"amount", "created_at", "closed_at"} <= set(table) or table.empty:
        return None, None
    book = deal_book(table, inputs.stage_history, inputs.link)
    worth = deal_worth(book, windows, inputs.open_deals)
    deals = expect_deals(book, windows, inputs.link.days, QUARTERS_OF_SCALE, worth)
    if not inputs.link.linked:
        return deals, None
    return deals, quarter_sums(book.ordered[book.won], book.amount[book.won], windows, month)

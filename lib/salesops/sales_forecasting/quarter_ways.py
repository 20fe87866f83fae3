"""Three ways to forecast what is still to be sold in a quarter, also as they would have been in past quarters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.sales_forecasting.forms import forecast_panel
from salesops.sales_forecasting.panel import Panel
from salesops.sales_forecasting.quarter_windows import QUARTER_MONTHS
from salesops.sales_forecasting.rolling import roll

if TYPE_CHECKING:
    from salesops.sales_forecasting.panel import Array
    from salesops.sales_forecasting.quarter_sums import QuarterSums
    from salesops.sales_forecasting.quarter_windows import QuarterWindows

YEAR_MONTHS, YEAR_QUARTERS = 12, 4
FEWEST_MONTHS = 18
LEAST_SHARE_SOLD = 0.02


def time_series_way(
    sales: QuarterSums, windows: QuarterWindows, quarters: int, months_ahead: Array | None = None
) -> Array:
    """Return the time series' forecast of what was still to come in each quarter.

    Months that have not begun are forecast from the months before them. Of a month that is partly over, what is still
    to come is the share that was still to come in past quarters.

    Parameters
    ----------
    sales
        Sales of the company, or of a part of it.
    windows
        Result of `quarter_windows`.
    quarters
        The most past quarters that the share is taken over.
    months_ahead
        What another forecast said of the months that had not begun; one per quarter, NaN where it said nothing.

    Returns
    -------
    Array
        Money, one per quarter; NaN where history was too short then.
    """
    monthly, horizon = sales.monthly, QUARTER_MONTHS - windows.whole_months
    panel = Panel(monthly[:, None], np.array([len(monthly)]))
    cuts = QUARTER_MONTHS * np.arange(1, len(windows.first))
    cuts = cuts[cuts < len(monthly)]
    total = np.full(len(windows.first), np.nan)
    if len(monthly) >= FEWEST_MONTHS:
        total[-1] = forecast_panel(panel, horizon, YEAR_MONTHS).mean.sum()
    if len(cuts):
        past = roll(panel, horizon, YEAR_MONTHS, cuts, FEWEST_MONTHS).mean[:, :, 0].sum(axis=1)
        total[-1 - len(cuts) : -1] = past[::-1]
    total = total if months_ahead is None else np.where(np.isfinite(months_ahead), months_ahead, total)
    whole = windows.known[-1] == windows.month_end[-1]
    return total if whole else total * _ratio(sales.left, sales.after_month, quarters)


def run_rate_way(sold: Array, left: Array, quarters: int) -> Array:
    """Return what was still to come if each quarter went on as the ones before it had done from the same day on.

    Parameters
    ----------
    sold, left
        What was sold up to the day, and after it; one per quarter.
    quarters
        The most past quarters that the share sold by that day is taken over.

    Returns
    -------
    Array
        Money, one per quarter; NaN where nothing had been sold by that day in the quarters before.

    Examples
    --------
    >>> run_rate_way(np.array([25.0, 30.0]), np.array([75.0, np.nan]), 8).tolist()
    [nan, 90.0]
    """
    sold_before, left_before = _before(sold, quarters), _before(left, quarters)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = sold_before / (sold_before + left_before)
        return np.asarray(np.where(share > LEAST_SHARE_SOLD, sold / share * (1 - share), np.nan))


def pipeline_way(expected: Array, left: Array, quarters: int) -> Array:
    """Return what deals were expected to bring, scaled by what came over what was expected in the quarters before.

    Parameters
    ----------
    expected
        What deals should bring by the quarter's end; one per quarter, NaN where it is not known.
    left
        What was sold after the known day; one per quarter.
    quarters
        The most past quarters that are compared.
    """
    return expected * _ratio(np.where(np.isfinite(expected), left, 0.0), np.nan_to_num(expected), quarters)


def last_year_again(left: Array) -> Array:
    """Return what was sold over the same days of the year before.

    Examples
    --------
    >>> last_year_again(np.array([1.0, 2.0, 3.0, 4.0, np.nan])).tolist()
    [nan, nan, nan, nan, 1.0]
    """
    return np.concatenate([np.full(min(YEAR_QUARTERS, len(left)), np.nan), left[:-YEAR_QUARTERS]])


def _ratio(above: Array, below: Array, quarters: int) -> Array:
    """Return the ratio of two sums over the quarters before each; NaN where there is nothing below."""
    over, under = _before(above, quarters), _before(below, quarters)
    return np.asarray(np.divide(over, under, out=np.full(len(over), np.nan), where=under > 0))


def _before(values: Array, quarters: int) -> Array:
    """Return the sum over the quarters before each, at most so many."""
    running = np.concatenate([[0.0], np.cumsum(np.nan_to_num(values))])[:-1]
    earlier = np.concatenate([np.zeros(quarters), running])[: len(running)]
    return np.asarray(running - earlier)

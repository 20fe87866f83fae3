"""One number for the coming quarter: what all parts should sell follows what the quarter's forecasts say together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from salesops.not_enough_data import NotEnoughData
from salesops.sales_forecasting.quarter_windows import QUARTER_MONTHS

if TYPE_CHECKING:
    from salesops.sales_forecasting.outlook import Outlook
    from salesops.sales_forecasting.panel import Array
    from salesops.sales_forecasting.this_quarter import ThisQuarter


def anchored(outlook: Outlook | NotEnoughData, quarter: ThisQuarter | NotEnoughData) -> Outlook | NotEnoughData:
    """Return the outlook with the quarter's months moved to where the quarter's own forecast sees the company.

    Booked orders and open deals tell of the company as a whole: every part gets its share of what they change. In each
    path all parts' months of the quarter are multiplied by one number, so that paths still add up; the numbers are
    such that the company's sums over paths, in their order, become quantiles of the quarter's forecast. Later months
    stay.

    Parameters
    ----------
    outlook
        Result of `forecast_sales`.
    quarter
        Result of `this_quarter`; without one, or where it lies beyond the horizon, the outlook stays as it is.
    """
    if isinstance(outlook, NotEnoughData) or isinstance(quarter, NotEnoughData):
        return outlook
    steps = QUARTER_MONTHS - quarter.windows.whole_months
    usual = float(outlook.mean[:steps, outlook.structure.company].sum())
    coming = quarter.total - _known(outlook, quarter)
    if steps > outlook.horizon or usual <= 0 or coming < 0:
        return outlook
    mean, paths = outlook.mean.copy(), outlook.paths.copy()
    mean[:steps] *= coming / usual
    paths[:, :steps] *= _factors(outlook, quarter, steps, coming)[:, None, None]
    return replace(outlook, mean=outlook.structure.exact(mean, outlook.floor), paths=paths)


def _known(outlook: Outlook, quarter: ThisQuarter) -> float:
    """Return what the company sold in the quarter's months that are over."""
    past: Array = outlook.nodes.past[:, outlook.structure.company]
    return float(past[len(past) - quarter.windows.whole_months :].sum())


def _factors(outlook: Outlook, quarter: ThisQuarter, steps: int, coming: float) -> Array:
    """Return what the quarter's months are multiplied by in each path."""
    sums = outlook.sums(1, steps)[:, outlook.structure.company]
    if not np.isfinite(quarter.deviation):
        return np.full(len(sums), coming / float(outlook.mean[:steps, outlook.structure.company].sum()))
    place = (np.argsort(np.argsort(sums, kind="stable"), kind="stable") + 0.5) / max(len(sums), 1)
    wanted = coming + quarter.deviation * stats.t.ppf(place, len(quarter.errors))
    # What is booked stays booked, unless returns are expected.
    wanted = np.maximum(wanted, min(coming, quarter.booked - _known(outlook, quarter)))
    factors: Array = np.divide(wanted, sums, out=np.ones_like(sums), where=sums > 0)
    return factors

"""The gap between a quarter's forecast and its target, as a figure and as an alert."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from salesops.not_enough_data import NotEnoughData
from salesops.report import Kpi, money
from salesops.report.numbers import period_in_words
from salesops.sales_forecasting.waterfall import gap_left_band, quarter_target

if TYPE_CHECKING:
    import pandas as pd

    from salesops.report import Message
    from salesops.sales_forecasting.this_quarter import ThisQuarter

OUTSIDE = {
    1: "The gap is larger than the forecast's usual error.",
    -1: "The target is exceeded by more than the forecast's usual error.",
}


def gap_kpi(
    quarter: ThisQuarter | NotEnoughData, completion: pd.DataFrame | NotEnoughData, currency: str
) -> Kpi | None:
    """Return what the quarter should bring over its target, less 1, with its 80% interval; None without a target.

    Parameters
    ----------
    quarter
        Result of `this_quarter`.
    completion
        Result of `target_completion`.
    currency
        What money is called.
    """
    if isinstance(quarter, NotEnoughData):
        return None
    target, _ = quarter_target(completion, quarter.period)
    if not target > 0:
        return None
    ends = (quarter.low, quarter.high) if np.isfinite(quarter.spread) else ()
    low, high = (end / target - 1 for end in ends) if ends else (None, None)
    band = ("; outside its band" if gap_left_band(quarter, target) else "; within its band") if ends else ""
    label = f"Forecast against target, {period_in_words(quarter.period)}"
    note = f"{money(quarter.total - target, currency)}{band}"
    return Kpi("forecast_against_target", label, quarter.total / target - 1, "share", low, high, better="up", note=note)


def alerted(
    message: Message | None, quarter: ThisQuarter | NotEnoughData | None, completion: pd.DataFrame | NotEnoughData
) -> Message | None:
    """Return the message on the target, as an alert where the gap has left its band: where it is wider than chance.

    Parameters
    ----------
    message
        What is said of the target.
    quarter, completion
        As in `gap_kpi`.
    """
    if message is None or quarter is None or isinstance(quarter, NotEnoughData):
        return message
    side = gap_left_band(quarter, quarter_target(completion, quarter.period)[0])
    return replace(message, lead=f"Alert: {message.lead}", text=f"{message.text} {OUTSIDE[side]}") if side else message

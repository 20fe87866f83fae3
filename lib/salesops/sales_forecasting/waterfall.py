"""From what is booked to the target: which part of it is in sight, and which is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData
from salesops.sales_forecasting.series import COMPANY

if TYPE_CHECKING:
    from salesops.sales_forecasting.this_quarter import ThisQuarter

BOOKED, WAITING, OPEN, OTHER, GAP = "Booked", "Won, not yet ordered", "Open deals", "Other sales", "Gap"


def gap_steps(quarter: ThisQuarter, target: float) -> pd.DataFrame:
    """Return the steps from what is booked to the target.

    What is still to come is the weighted forecast. Of it, won deals that wait for delivery and open deals make up what
    such deals were expected to bring, each scaled by how past quarters turned out; the rest is business that no deal
    announces: repeat orders and deals not born yet.

    Parameters
    ----------
    quarter
        Result of `this_quarter`.
    target
        Money; NaN where there is none, which leaves the gap out.

    Returns
    -------
    DataFrame
        step, amount, start and end (money, where the bar lies). The gap's amount is target less total: above zero where
        sales are missing.
    """
    names, amounts = [BOOKED], [quarter.booked]
    if quarter.deals is not None and np.isfinite(quarter.deals_coming):
        waiting, open_deals = float(quarter.deals.waiting[-1]), float(quarter.deals.open[-1])
        known = min(quarter.deals_coming, max(quarter.coming, 0.0)) / max(waiting + open_deals, 1e-9)
        names += [WAITING, OPEN]
        amounts += [waiting * known, open_deals * known]
    names, amounts = [*names, OTHER], [*amounts, quarter.total - sum(amounts)]
    if np.isfinite(target):
        names, amounts = [*names, GAP], [*amounts, target - quarter.total]
    end = np.cumsum(amounts)
    return pd.DataFrame({"step": names, "amount": amounts, "start": end - amounts, "end": end})


def quarter_target(completion: pd.DataFrame | NotEnoughData, period: str) -> tuple[float, float]:
    """Return the company's target of a quarter and the chance to meet it; NaN where there is none.

    Parameters
    ----------
    completion
        Result of `target_completion`.
    period
        The quarter.
    """
    if isinstance(completion, NotEnoughData):
        return np.nan, np.nan
    rows = completion[(completion["level"] == COMPANY) & (completion["period"] == period)]
    return (np.nan, np.nan) if rows.empty else (float(rows["target"].iloc[0]), float(rows["probability_met"].iloc[0]))


def gap_left_band(quarter: ThisQuarter, target: float) -> int:
    """Return 1 if the target lies above the 80% interval, −1 if below it, 0 within it or where that is not known."""
    if not (np.isfinite(quarter.spread) and np.isfinite(target)):
        return 0
    return int(target > quarter.high) - int(target < quarter.low)

"""From need to order: how many deals each stage holds, how many go on from it, and how long that takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.win_probability.marks import days_of
from salesops.win_probability.stages import first_entries
from salesops.win_probability.steps import step_with_losses, window

if TYPE_CHECKING:
    from datetime import date

    from salesops.win_probability.marks import Days


@passes_not_enough_data
def stage_conversion(
    opportunities: pd.DataFrame, stage_history: pd.DataFrame, as_of: date, quarters: int
) -> pd.DataFrame | NotEnoughData:
    """Return one row per stage of buying, in order.

    A deal goes on from a stage when it first enters a later one, or is won; going back does not count. Deals in the
    stage at any time of the last `quarters` are watched, for as long as they were in it; those still there are
    censored (see `passage`), so that slow losses do not make a stage look better than it is.

    Parameters
    ----------
    opportunities, stage_history
        Tables of the input contract, cut to `as_of`.
    as_of
        Last day.
    quarters
        Quarters watched.

    Returns
    -------
    DataFrame
        stage, open_deals and open_amount (in it on `as_of`), left, went_on, lost (deals, in those quarters),
        lost_amount, conversion with low and high (Wilson, 80%, on the deals that left), days_q1, days_median,
        days_q3 to leaving, days_low and days_high (80% interval of their median).
    """
    if stage_history.empty:
        return NotEnoughData("stage_history", "the table is empty")
    if "closed_at" not in opportunities.columns:
        return NotEnoughData("opportunities.closed_at")
    first = first_entries(opportunities, stage_history)
    if first.columns.empty:
        return NotEnoughData("stages of buying in stage_history", "it holds only the endings of deals")
    start, last = window(as_of, quarters)
    entered, onward = first.to_numpy().astype(last.dtype), _onward(first, opportunities)
    lost, amounts = _lost_days(opportunities), opportunities["amount"].to_numpy(float)
    rows = [
        {"stage": stage, **step_with_losses(entered[:, i], onward[:, i], lost, amounts, start, last)}
        for i, stage in enumerate(first.columns)
    ]
    return pd.DataFrame(rows).merge(_open_now(opportunities), on="stage", how="left").fillna({"open_deals": 0})


def _onward(first: pd.DataFrame, opportunities: pd.DataFrame) -> Days:
    """Return the day each deal first got past each stage: into any later one, or won."""
    won = opportunities["closed_at"].where(opportunities["status"] == "won").to_numpy()
    later = np.column_stack([first.to_numpy(), won.astype(first.to_numpy().dtype)])[:, 1:]
    earliest: Days = np.fmin.accumulate(later[:, ::-1], axis=1)[:, ::-1].astype("datetime64[D]")
    return earliest


def _lost_days(opportunities: pd.DataFrame) -> Days:
    return days_of(opportunities["closed_at"].where(opportunities["status"] == "lost"))


def _open_now(opportunities: pd.DataFrame) -> pd.DataFrame:
    still_open = opportunities[opportunities["status"] == "open"]
    grouped = still_open.groupby("stage")["amount"]
    return pd.DataFrame({"open_deals": grouped.size(), "open_amount": grouped.sum()}).reset_index()

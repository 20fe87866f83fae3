"""Deals that closed in the quarters looked back on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from salesops.not_enough_data import NotEnoughData
from salesops.win_probability.marks import MONTHS_PER_QUARTER

if TYPE_CHECKING:
    from datetime import date

    from salesops.win_probability.deal_tables import Table

CLOSED = ("won", "lost")


def quarters_back(as_of: date, quarters: int) -> pd.Timestamp:
    """Return the day `quarters` before `as_of`; what happened after it lies in those quarters.

    Examples
    --------
    >>> from datetime import date
    >>> str(quarters_back(date(2026, 9, 30), 8).date())
    '2024-09-30'
    """
    return pd.Timestamp(as_of) - pd.DateOffset(months=MONTHS_PER_QUARTER * quarters)


def closed_within(opportunities: Table, as_of: date, quarters: int) -> pd.DataFrame | NotEnoughData:
    """Return the deals won or lost in the last `quarters`.

    Parameters
    ----------
    opportunities
        Table of the input contract, cut to `as_of`.
    as_of
        Last day.
    quarters
        Quarters back from it.
    """
    if isinstance(opportunities, NotEnoughData):
        return opportunities
    if "closed_at" not in opportunities.columns:
        return NotEnoughData("opportunities.closed_at", "without it no deal is known to have closed")
    recent = opportunities["closed_at"] > quarters_back(as_of, quarters)
    closed = opportunities[recent & opportunities["status"].isin(CLOSED)].reset_index(drop=True)
    if closed.empty:
        return NotEnoughData("a deal that closed", f"no deal did in the last {quarters} quarters")
    return closed

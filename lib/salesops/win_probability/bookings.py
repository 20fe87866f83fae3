"""Bookings of this quarter and the next three: deals open today, deals not yet born, and the swings that all share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.win_probability.marks import coming_quarters
from salesops.win_probability.past_bookings import width_asked_for
from salesops.win_probability.simulated_bookings import shown, simulate
from salesops.win_probability.standpoints import standpoint_today, won_between

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from salesops.win_probability.learn import DealModel
    from salesops.win_probability.simulated_bookings import Simulated

QUANTILES = {"p10": 0.1, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p90": 0.9}


@passes_not_enough_data
def bookings(learned: DealModel, opportunities: pd.DataFrame, past: pd.DataFrame) -> pd.DataFrame | NotEnoughData:
    """Return all bookings of the next four quarters, from deals open today and from deals not yet born.

    A quarter that has begun holds what was booked in it before, too.

    Parameters
    ----------
    learned
        From `salesops.win_probability.learn.learn`.
    opportunities
        Table of deals, cut to the as-of day. Deals without an amount count as 0.
    past
        From `past_bookings`: how wide intervals should have been.

    Returns
    -------
    DataFrame
        period (2026Q4), mean, p10, p25, p50, p75, p90, and the parts of the mean: from_open, from_new and booked
        (before the as-of day), in the currency of the amounts.
    """
    standpoint = standpoint_today(learned, opportunities)
    amounts = shown(standpoint)
    if len(amounts) and not (amounts > 0).any():
        return NotEnoughData("amounts of open deals", "all are empty or zero")
    quarters = coming_quarters(learned.as_of)
    simulated = simulate(standpoint, amounts, quarters["quarters_ahead"].to_numpy(), quarters["ends"])
    booked = np.zeros(len(quarters))
    before = pd.Period(quarters["period"].iloc[0]).start_time - pd.Timedelta(days=1)
    booked[0] = won_between(opportunities, before, standpoint.day)
    return quarters[["period"]].join(_described(simulated, booked, width_asked_for(past)))


def _described(simulated: Simulated, booked: NDArray[np.float64], width: float) -> pd.DataFrame:
    totals = simulated.totals
    middle = totals.mean(axis=0)
    widened = booked + np.maximum(middle + width * (totals - middle), 0.0)
    found = {name: np.quantile(widened, level, axis=0) for name, level in QUANTILES.items()}
    parts = {"from_open": simulated.open_deals.mean(axis=0), "from_new": simulated.new_deals.mean(axis=0)}
    return pd.DataFrame({"mean": booked + middle, **found, **parts, "booked": booked})

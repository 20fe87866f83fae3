"""Orders that came since a past day, beside those that were expected then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.customer_segmentation.future_orders import draw_orders
from salesops.customer_segmentation.outlook_settings import DAYS_PER_WEEK
from salesops.not_enough_data import NotEnoughData, passes_not_enough_data

if TYPE_CHECKING:
    from salesops.customer_segmentation.learned_orders import LearnedOrders

POINTS = 13
FUTURES = 100
SEED = 20260930


@passes_not_enough_data
def order_tracking(learned: LearnedOrders) -> pd.DataFrame | NotEnoughData:
    """Return orders of customers known at the past standpoint, added up since.

    Parameters
    ----------
    learned
        Customers as known today and some time ago.

    Returns
    -------
    DataFrame or NotEnoughData
        week (weeks since), day, actual, expected, low and high (of 80% of futures; they tell the play of chance, not
        that of a model which is wrong): numbers of orders up to then. NotEnoughData if history is too short.
    """
    if isinstance(learned.past, NotEnoughData):
        return learned.past
    known, rng = learned.past.known, np.random.default_rng(SEED)
    days = np.unique(np.ceil(learned.past_days * np.arange(1, POINTS + 1) / POINTS).astype(np.int64))
    totals = np.stack([draw_orders(learned.past.model, known.known, day, FUTURES, rng).sum(axis=1) for day in days])
    expected, (low, high) = totals.mean(axis=1), np.quantile(totals, [0.1, 0.9], axis=1)
    return pd.DataFrame(
        {
            "week": days / DAYS_PER_WEEK,
            "day": (known.on + days).astype("datetime64[D]").astype("datetime64[us]"),
            "actual": [int(known.orders_within(float(day)).sum()) for day in days],
            # Drawn anew for each day: what is added up never falls.
            "expected": np.maximum.accumulate(expected),
            "low": np.maximum.accumulate(low),
            "high": np.maximum.accumulate(high),
        }
    )

"""Past looks at customers: the risk seen then, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.customer_segmentation.order_book import known_on
from salesops.not_enough_data import NotEnoughData

if TYPE_CHECKING:
    from salesops.customer_segmentation.histories import Ints
    from salesops.customer_segmentation.learned_orders import LearnedOrders, Standpoint
    from salesops.customer_segmentation.order_book import OrderBook

DAYS_BETWEEN_LOOKS = 14


def churn_looks(learned: LearnedOrders, past: Standpoint) -> pd.DataFrame:
    """Return one row per look and customer that has ordered twice, from the past standpoint on.

    All looks use the model as it was fitted at the past standpoint, and histories as known at the look.

    Parameters
    ----------
    learned
        All orders.
    past
        The past standpoint.

    Returns
    -------
    DataFrame
        account (its place), day, last (day of the last order before), silent_days, risk (chance of no order within the
        weeks of warning), overdue (whether the usual time of the next order has passed), next (day of the next order, a
        very late one where none has come).
    """
    days = range(past.known.on, past.known.on + learned.past_days, DAYS_BETWEEN_LOOKS)
    return pd.concat([_look(learned, past, day) for day in days], ignore_index=True)


def _look(learned: LearnedOrders, past: Standpoint, day: int) -> pd.DataFrame:
    known = known_on(learned.book, day, learned.settings.memory_days)
    if isinstance(known, NotEnoughData):
        return pd.DataFrame()
    model, history = past.model, known.known
    again = history.frequency.rows()[history.row_of] > 0
    gap = model.usual_gap(history)
    found = pd.DataFrame(
        {
            "account": known.customers,
            "day": day,
            "last": day - known.silent_days,
            "silent_days": known.silent_days,
            "risk": model.none_within(history, learned.settings.churn_days),
            "overdue": known.silent_days > gap,
            "next": _next_orders(learned.book, known.customers, day),
        }
    )
    return found[again]


def _next_orders(book: OrderBook, customers: Ints, day: int) -> Ints:
    """Return the day of each customer's first order after a day."""
    place = book.first[customers] + np.bincount(book.account[book.day <= day], minlength=len(book.accounts))[customers]
    there = place < book.first[customers + 1]
    never = np.iinfo(np.int64).max // 2
    found: Ints = np.where(there, book.day[np.minimum(place, len(book.day) - 1)], never)
    return found

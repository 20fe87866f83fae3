"""What the rest of this package starts from: customers as known today, and as they were known one horizon ago."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from salesops.customer_segmentation.order_book import Known, OrderBook, day_number, known_on, order_book
from salesops.customer_segmentation.outlook_settings import OutlookSettings
from salesops.customer_segmentation.regularity_mixture import RegularityMixture
from salesops.not_enough_data import NotEnoughData, passes_not_enough_data

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd


@dataclass(frozen=True)
class Standpoint:
    """Customers as known on a day, and the default model fitted to them, times in days."""

    known: Known
    model: RegularityMixture


@dataclass(frozen=True)
class LearnedOrders:
    """Order histories and what was learned from them.

    Parameters
    ----------
    book
        All orders up to today.
    today
        Customers as known today.
    past
        Customers as they were known some weeks ago: what has happened since judges the model. NotEnoughData where
        history is too short.
    past_days
        Days between the two.
    settings
        What it was computed with.
    """

    book: OrderBook
    today: Standpoint
    past: Standpoint | NotEnoughData
    past_days: int
    settings: OutlookSettings


@passes_not_enough_data
def learn_orders(
    order_days: pd.DataFrame, as_of: date, settings: OutlookSettings | None = None
) -> LearnedOrders | NotEnoughData:
    """Fit the default model to all customers, as known today and some time ago.

    Parameters
    ----------
    order_days
        account_id, day (datetime64) and amount (money), as `salesops.tables.queries.order_days` finds them. Days after
        `as_of` are not looked at; nor are amounts that are missing or not above zero.
    as_of
        Last day that is known.
    settings
        Horizons, discount and the like.

    Returns
    -------
    LearnedOrders or NotEnoughData
        The latter if fewer than ten customers have ordered on two days.

    Examples
    --------
    >>> import pandas as pd
    >>> days = pd.to_datetime(["2026-01-01", "2026-01-20", "2026-03-01"] * 12)
    >>> orders = {"account_id": np.repeat(list("ABCDEFGHIJKL"), 3), "day": days, "amount": np.arange(36) + 1.0}
    >>> learned = learn_orders(pd.DataFrame(orders), pd.Timestamp("2026-03-15"))
    >>> len(learned.today.known.customers)
    12
    """
    settings = settings or OutlookSettings()
    book = order_book(order_days[order_days["day"] <= np.datetime64(as_of, "D")])
    if isinstance(book, NotEnoughData):
        return book
    on = day_number(as_of)
    today = standpoint(book, on, settings)
    if isinstance(today, NotEnoughData):
        return today
    past_days = _past_days(book, on, settings)
    past = standpoint(book, on - past_days, settings, today)
    return LearnedOrders(book, today, past, past_days, settings)


def standpoint(
    book: OrderBook, on: int, settings: OutlookSettings, near: Standpoint | None = None
) -> Standpoint | NotEnoughData:
    """Return customers as known on a day with the model fitted to them, its search begun at that of `near`."""
    known = known_on(book, on, settings.memory_days)
    if isinstance(known, NotEnoughData):
        return known
    start = None if near is None else near.model.point_
    return Standpoint(known, RegularityMixture().fit_histories(known.known, start))


def _past_days(book: OrderBook, on: int, settings: OutlookSettings) -> int:
    """Return how far to go back: the horizon, but at most half of what has been watched."""
    watched = on - int(book.day.min())
    return max(1, min(settings.horizon_days, -(-watched // 2)))

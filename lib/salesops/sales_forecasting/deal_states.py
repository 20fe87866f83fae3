"""Where every deal stood on past days: open in a stage, or won and waiting to become an order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData

if TYPE_CHECKING:
    from salesops.sales_forecasting.deal_orders import DealOrders
    from salesops.sales_forecasting.panel import Array

NEVER = np.datetime64("2200-01-01", "D")
NO_STAGE = "no stage"


@dataclass(frozen=True)
class DealBook:
    """Deals as arrays, one entry per deal, with their stages in the order of time.

    Parameters
    ----------
    ids
        opportunity_id.
    created, closed, planned, ordered
        Days; `NEVER` for what has not happened. Of a won deal, `planned` is the day on which it should become an order,
        as known once it is won, and `ordered` the day on which it did.
    won
        Whether it is known to be won.
    amount
        Money.
    entry_deal, entry_day, entry_stage, entry_close
        The stages deals entered: position of the deal, day, code of the stage and the closing day expected then; by
        deal, then by day.
    stages
        Name of each code.
    """

    ids: Array
    created: Array
    closed: Array
    planned: Array
    ordered: Array
    won: Array
    amount: Array
    entry_deal: Array
    entry_day: Array
    entry_stage: Array
    entry_close: Array
    stages: tuple[str, ...]


def deal_book(opportunities: pd.DataFrame, stage_history: pd.DataFrame | NotEnoughData, link: DealOrders) -> DealBook:
    """Return deals as arrays.

    A won deal is planned to become an order on its day of delivery where the table tells it, else as many days after
    winning as that takes in the median. Without a stage history, no past stage is known, and all open deals count
    alike.

    Parameters
    ----------
    opportunities
        Table of deals, cut to the as-of day.
    stage_history
        Table of the stages they entered.
    link
        Result of `deal_orders`.
    """
    deals = opportunities.drop_duplicates("opportunity_id").reset_index(drop=True)
    won, closed = (deals["status"] == "won").to_numpy(), _days(deals, "closed_at")
    delivered = _days(deals, "delivery_at")
    planned = np.where(delivered < NEVER, np.maximum(delivered, closed), np.minimum(closed + link.days, NEVER))
    matched = link.ordered.reindex(deals["opportunity_id"]).to_numpy("datetime64[D]")
    entries, stages = _entries(deals, stage_history)
    return DealBook(
        ids=deals["opportunity_id"].to_numpy(object),
        created=_days(deals, "created_at"),
        closed=closed,
        planned=np.where(won, planned, NEVER),
        ordered=np.where(won, np.where(np.isnat(matched), planned, matched), NEVER),
        won=won,
        amount=deals["amount"].fillna(0.0).to_numpy(float),
        entry_deal=entries["deal"].to_numpy(int),
        entry_day=entries["entered_at"].to_numpy("datetime64[D]"),
        entry_stage=entries["stage"].to_numpy(int),
        entry_close=_days(entries, "expected_close"),
        stages=stages,
    )


def standing_on(book: DealBook, day: np.datetime64) -> tuple[Array, Array]:
    """Return the code of the stage that each deal stood in at the end of a day, and when it should close.

    Parameters
    ----------
    book
        Result of `deal_book`.
    day
        Any day.

    Returns
    -------
    tuple
        Codes (the first one where no stage is told) and days (`NEVER` where none is told), one per deal.
    """
    deals = np.arange(len(book.ids))
    if not len(book.entry_deal):
        return np.zeros(len(deals), int), np.full(len(deals), NEVER)
    origin = book.entry_day.min()
    span = int((max(book.entry_day.max(), day) - origin).astype(int)) + 2
    place = book.entry_deal * span + (book.entry_day - origin).astype(int)
    upto = max(int((day - origin).astype(int)), -1)
    last = np.maximum(np.searchsorted(place, deals * span + upto, side="right") - 1, 0)
    told = (book.entry_deal[last] == deals) & (book.entry_day[last] <= day)
    return np.where(told, book.entry_stage[last], 0), np.where(told, book.entry_close[last], NEVER)


def open_on(book: DealBook, day: np.datetime64) -> Array:
    """Return which deals were open at the end of a day."""
    return np.asarray((book.created <= day) & (book.closed > day))


def waiting_on(book: DealBook, day: np.datetime64) -> Array:
    """Return which deals were won by the end of a day and not booked as an order yet."""
    return np.asarray(book.won & (book.closed <= day) & (book.ordered > day))


def _days(deals: pd.DataFrame, column: str) -> Array:
    if column not in deals:
        return np.full(len(deals), NEVER)
    day = deals[column].to_numpy("datetime64[D]")
    return np.where(np.isnat(day), NEVER, day)


def _entries(deals: pd.DataFrame, history: pd.DataFrame | NotEnoughData) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return one row per stage entered, with codes; deals that the table does not name are passed over."""
    if isinstance(history, NotEnoughData):
        empty = pd.DataFrame({"deal": [], "entered_at": np.zeros(0, "datetime64[us]"), "stage": []})
        return empty, (NO_STAGE,)
    place = pd.Series(np.arange(len(deals)), index=deals["opportunity_id"])
    entries = history.dropna(subset=["opportunity_id", "stage", "entered_at"])
    entries = entries.assign(deal=entries["opportunity_id"].map(place)).dropna(subset="deal").astype({"deal": int})
    code, names = pd.factorize(entries["stage"])
    stages = (NO_STAGE, *map(str, names))
    return entries.assign(stage=code + 1).sort_values(["deal", "entered_at"], kind="stable"), stages

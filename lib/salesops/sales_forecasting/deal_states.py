"""Where every deal stood on past days: open in a stage, or won and waiting to become an order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData

if TYPE_CHECKING:
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
    created, closed, ordered
        Days; `NEVER` for what has not happened. `ordered` is the day a won deal is booked as an order.
    won
        Whether it is known to be won.
    amount
        Money.
    entry_deal, entry_day, entry_stage
        The stages deals entered: position of the deal, day and code of the stage; by deal, then by day.
    stages
        Name of each code.
    """

    ids: Array
    created: Array
    closed: Array
    ordered: Array
    won: Array
    amount: Array
    entry_deal: Array
    entry_day: Array
    entry_stage: Array
    stages: tuple[str, ...]


def deal_book(opportunities: pd.DataFrame, stage_history: pd.DataFrame | NotEnoughData) -> DealBook:
    """Return deals as arrays.

    A won deal becomes an order on the day of delivery where the table tells it, else on the day it was won. Without a
    stage history, no past stage is known, and all open deals count alike.

    Parameters
    ----------
    opportunities
        Table of deals, cut to the as-of day.
    stage_history
        Table of the stages they entered.
    """
    deals = opportunities.drop_duplicates("opportunity_id").reset_index(drop=True)
    won = (deals["status"] == "won").to_numpy()
    closed = _days(deals, "closed_at")
    delivered = _days(deals, "delivery_at")
    ordered = np.where(won, np.where(delivered < NEVER, np.maximum(delivered, closed), closed), NEVER)
    entries, stages = _entries(deals, stage_history)
    return DealBook(
        ids=deals["opportunity_id"].to_numpy(object),
        created=_days(deals, "created_at"),
        closed=closed,
        ordered=ordered,
        won=won,
        amount=deals["amount"].fillna(0.0).to_numpy(float),
        entry_deal=entries["deal"].to_numpy(),
        entry_day=entries["entered_at"].to_numpy("datetime64[D]"),
        entry_stage=entries["stage"].to_numpy(),
        stages=stages,
    )


def stage_on(book: DealBook, day: np.datetime64) -> Array:
    """Return the code of the stage each deal stood in at the end of a day; the first one where none is told.

    Parameters
    ----------
    book
        Result of `deal_book`.
    day
        Any day.
    """
    if not len(book.entry_deal):
        return np.zeros(len(book.ids), int)
    origin = book.entry_day.min()
    span = int((max(book.entry_day.max(), day) - origin).astype(int)) + 2
    place = book.entry_deal * span + (book.entry_day - origin).astype(int)
    upto = int((day - origin).astype(int))
    last = np.searchsorted(place, np.arange(len(book.ids)) * span + max(upto, -1), side="right") - 1
    told = (last >= 0) & (book.entry_deal[np.maximum(last, 0)] == np.arange(len(book.ids)))
    return np.where(told, book.entry_stage[np.maximum(last, 0)], 0)


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
        empty: dict[str, Any] = {"deal": np.zeros(0, int), "entered_at": np.zeros(0, "datetime64[D]"), "stage": []}
        return pd.DataFrame(empty), (NO_STAGE,)
    place = pd.Series(np.arange(len(deals)), index=deals["opportunity_id"])
    entries = history[["opportunity_id", "stage", "entered_at"]].dropna()
    entries = entries.assign(deal=entries["opportunity_id"].map(place)).dropna(subset="deal").astype({"deal": int})
    code, names = pd.factorize(entries["stage"])
    stages = (NO_STAGE, *map(str, names))
    return entries.assign(stage=code + 1).sort_values(["deal", "entered_at"], kind="stable"), stages

"""How deals become orders: which order a won deal came back as, how long that took, and how much of sales it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData
from salesops.tables.queries import collect

if TYPE_CHECKING:
    from datetime import date

    from salesops.tables import Tables

LONGEST_DAYS, AMOUNT_TOLERANCE = 366, 0.005
SETTLED_DAYS = 183
LINKED_SHARE = 0.5


@dataclass(frozen=True)
class DealOrders:
    """What is known of the way from a won deal to its order.

    Parameters
    ----------
    ordered
        Day by opportunity_id, of deals that came back as an order of the same customer and amount.
    share
        Their share of the amount won up to half a year before the last day; NaN without such deals.
    days
        Median days from winning to ordering; 0 where no order was found.
    """

    ordered: pd.Series
    share: float
    days: int

    @property
    def linked(self) -> bool:
        """Return whether deals are part of orders: at least half of what was won came back as an order."""
        return bool(self.share >= LINKED_SHARE)


NOT_LINKED = DealOrders(pd.Series(dtype="datetime64[us]"), float("nan"), 0)


def deal_orders(known: Tables) -> DealOrders:
    """Return which won deals came back as an order, matched where the data is.

    A won deal is matched with the first day, from the day of winning to a year later, on which its customer ordered one
    line of the same amount (within half a percent).

    Parameters
    ----------
    known
        Tables orders and opportunities, as of a day.
    """
    if not (known.has("orders", "account_id") and known.has("opportunities", "account_id", "closed_at", "amount")):
        return NOT_LINKED
    deals, orders = known.expressions["opportunities"], known.expressions["orders"]
    won = deals.filter(deals.status == "won", deals.amount > 0).select(
        "opportunity_id", "account_id", "closed_at", "amount"
    )
    lines = orders.select("account_id", "ordered_at", paid=orders.amount)
    pairs = won.left_join(lines, "account_id")
    days = pairs.ordered_at.delta(pairs.closed_at, unit="day")
    same = (pairs.paid - pairs.amount).abs() <= AMOUNT_TOLERANCE * pairs.amount
    fits = same & (days >= 0) & (days <= LONGEST_DAYS)
    found = pairs.group_by("opportunity_id").aggregate(
        closed_at=pairs.closed_at.max(), amount=pairs.amount.max(), ordered_at=pairs.ordered_at.min(where=fits)
    )
    matches = collect(found, "opportunity_id")
    return NOT_LINKED if isinstance(matches, NotEnoughData) else from_matches(matches, known.as_of)


def from_matches(matches: pd.DataFrame, as_of: date) -> DealOrders:
    """Return what matches tell.

    Parameters
    ----------
    matches
        opportunity_id, closed_at, amount, and ordered_at (empty without a match): won deals.
    as_of
        Last day that is known.
    """
    settled = matches[matches["closed_at"] <= pd.Timestamp(as_of) - pd.Timedelta(days=SETTLED_DAYS)]
    there = matches.dropna(subset="ordered_at")
    if settled.empty or there.empty:
        return NOT_LINKED
    share = settled.loc[settled["ordered_at"].notna(), "amount"].sum() / settled["amount"].sum()
    days = int(np.median((there["ordered_at"] - there["closed_at"]).dt.days))
    return DealOrders(there.set_index("opportunity_id")["ordered_at"], float(share), days)

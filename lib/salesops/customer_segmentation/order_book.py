"""All order days of a company, sorted once, so that customers can be looked at as they were known on any day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.customer_segmentation.histories import Array, Histories, Ints, histories
from salesops.customer_segmentation.spending import Spending
from salesops.not_enough_data import NotEnoughData
from salesops.tables.queries.days import SMALLEST_AMOUNT

if TYPE_CHECKING:
    from datetime import date

# From fewer customers that ordered twice, nothing is said of how customers order.
FEWEST_BUYERS = 10
# Rhythms change: what lies further back is left out, but for the last orders of those who order seldom.
MEMORY_DAYS = 728
ORDERS_REMEMBERED = 6


@dataclass(frozen=True)
class OrderBook:
    """Order days by account and day.

    Parameters
    ----------
    accounts
        Identifiers, sorted.
    account
        Place of each order's account among them; orders are sorted by it.
    day
        Day of each order, days since 1970.
    amount
        Money of each order.
    first
        Place of each account's first order, and at the end the number of orders.
    """

    accounts: pd.Index
    account: Ints
    day: Ints
    amount: Array
    first: Ints


@dataclass(frozen=True)
class Known:
    """Customers as known on a day.

    Parameters
    ----------
    book
        All orders.
    on
        The day, days since 1970.
    customers
        Places of the accounts that had ordered by then.
    known
        Their histories, in days.
    spending
        Their amounts.
    silent_days
        Days since their last order.
    """

    book: OrderBook
    on: int
    customers: Ints
    known: Histories
    spending: Spending
    silent_days: Ints

    @property
    def account_id(self) -> pd.Index:
        """Return the customers' identifiers."""
        return self.book.accounts[self.customers]

    def orders_within(self, days: float) -> Ints:
        """Return how many orders each customer placed in the days after."""
        book = self.book
        soon = (book.day > self.on) & (book.day <= self.on + days)
        return np.bincount(book.account[soon], minlength=len(book.accounts))[self.customers]

    def amount_within(self, days: float) -> Array:
        """Return the amount of these orders."""
        book = self.book
        soon = (book.day > self.on) & (book.day <= self.on + days)
        found: Array = np.bincount(book.account[soon], book.amount[soon], len(book.accounts)).astype(np.float64)
        return found[self.customers]


def order_book(order_days: pd.DataFrame) -> OrderBook | NotEnoughData:
    """Sort order days by account and day.

    Parameters
    ----------
    order_days
        account_id, day (datetime64), amount (money): one row per account and day with an order, as
        `salesops.tables.queries.order_days` finds them. Rows without a day or an amount above zero count for nothing.

    Returns
    -------
    OrderBook or NotEnoughData
        The latter if no row is left.

    Examples
    --------
    >>> days = pd.to_datetime(["2026-03-01", "2026-01-05", "2026-02-01"])
    >>> book = order_book(pd.DataFrame({"account_id": ["A", "B", "A"], "day": days, "amount": [3.0, 1.0, 2.0]}))
    >>> book.amount.tolist(), book.first.tolist()
    ([2.0, 3.0, 1.0], [0, 2, 3])
    """
    amount = order_days["amount"].to_numpy(dtype=np.float64, na_value=np.nan)
    counts = (np.nan_to_num(amount, posinf=0.0) > SMALLEST_AMOUNT) & order_days["day"].notna().to_numpy()
    kept = order_days[counts & order_days["account_id"].notna().to_numpy()]
    if kept.empty:
        return NotEnoughData(
            "orders with a day and an amount above zero", "no account has bought more than it returned"
        )
    codes, accounts = pd.factorize(kept["account_id"], sort=True)
    day = kept["day"].to_numpy().astype("datetime64[D]").astype(np.int64)
    order = np.lexsort((day, codes))
    account = codes[order].astype(np.int64)
    first = np.searchsorted(account, np.arange(len(accounts) + 1))
    return OrderBook(pd.Index(accounts), account, day[order], kept["amount"].to_numpy(dtype=np.float64)[order], first)


def day_number(day: date | pd.Timestamp) -> int:
    """Return days since 1970."""
    return int(np.datetime64(day, "D").astype(np.int64))


def known_on(book: OrderBook, on: int, memory_days: float = MEMORY_DAYS) -> Known | NotEnoughData:
    """Return the customers as known at the end of a day.

    Parameters
    ----------
    book
        All orders; later ones are not looked at.
    on
        The day, days since 1970.
    memory_days
        Orders further back count only where a customer has fewer than `ORDERS_REMEMBERED` since then; its history
        then begins with the first order that counts.

    Returns
    -------
    Known or NotEnoughData
        The latter if fewer than `FEWEST_BUYERS` customers had ordered twice.

    Examples
    --------
    >>> days = pd.to_datetime(["2026-01-01", "2026-01-11"] * 10)
    >>> rows = {"account_id": np.repeat(list("ABCDEFGHIJ"), 2), "day": days, "amount": 5.0}
    >>> found = known_on(order_book(pd.DataFrame(rows)), day_number(pd.Timestamp("2026-01-21")))
    >>> found.silent_days.tolist()[:3], found.spending.total.tolist()[:3]
    ([10, 10, 10], [10.0, 10.0, 10.0])
    """
    orders = np.bincount(book.account[book.day <= on], minlength=len(book.accounts))
    customers = np.flatnonzero(orders)
    if (orders > 1).sum() < FEWEST_BUYERS:
        return NotEnoughData(
            f"{FEWEST_BUYERS} customers that have ordered on two days",
            f"of {len(customers):,} customers {(orders > 1).sum():,} have",
        )
    end = book.first[customers] + orders[customers]
    start = _remembered(book, customers, end, on - memory_days)
    first, last = book.day[start], book.day[end - 1]
    gaps = _sums(_log_gaps(book), start + 1, end)
    known = histories(end - start - 1, last - first, on - first, gaps)
    return Known(book, on, customers, known, _spending(book.amount, start, end), on - last)


def _remembered(book: OrderBook, customers: Ints, end: Ints, since: float) -> Ints:
    """Return the place of each customer's first order that counts."""
    old = np.bincount(book.account[book.day < since], minlength=len(book.accounts))[customers]
    first = book.first[customers]
    found: Ints = np.maximum(first, np.minimum(first + old, end - ORDERS_REMEMBERED))
    return found


def _log_gaps(book: OrderBook) -> Array:
    """Return the logarithm of the days since the order before, without meaning for an account's first."""
    found: Array = np.log(np.maximum(np.diff(book.day, prepend=0), 1).astype(np.float64))
    return found


def _spending(amount: Array, start: Ints, end: Ints) -> Spending:
    logs = np.log(amount)
    sums = [_sums(values, start, end) for values in (amount, amount**2, logs, logs**2)]
    return Spending((end - start).astype(np.float64), *sums)


def _sums(values: Array, start: Ints, end: Ints) -> Array:
    """Return the sum of values from each start to before each end."""
    # What is added up here is one customer's alone: differences of running totals would lose small amounts.
    places = np.column_stack([start, end]).ravel()
    found: Array = np.where(end > start, np.add.reduceat(np.append(values, 0.0), places)[::2], 0.0)
    return found

"""What deals should still bring as orders by a quarter's end: a plain expectation by stage, as known on each day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from salesops.sales_forecasting.deal_states import NEVER, open_on, standing_on, waiting_on

if TYPE_CHECKING:
    from salesops.sales_forecasting.deal_states import DealBook
    from salesops.sales_forecasting.panel import Array
    from salesops.sales_forecasting.quarter_windows import QuarterWindows

# A class's share is drawn to what is usual as if this many of its deals had gone as usual.
DEALS_OF_TRUST = 10.0


@dataclass(frozen=True)
class DealExpectation:
    """Per quarter: what deals known on its day were expected to bring until its end.

    Parameters
    ----------
    waiting, open
        Won deals that were not ordered yet, and open deals; money, one per quarter, NaN where no quarter before it
        taught what deals bring.
    share
        The share of its amount that each class of deals was expected to bring; quarters × classes (see
        `classes_on`).
    """

    waiting: Array
    open: Array
    share: Array

    @property
    def total(self) -> Array:
        """Return both together."""
        return np.asarray(self.waiting + self.open)


def classes_on(book: DealBook, day: np.datetime64, end: np.datetime64, lag_days: int) -> Array:
    """Return the class of each deal on a day: by stage, and by whether it should be an order by the quarter's end.

    Two classes per stage (not due, due) for open deals by the closing day expected then, and after them two for won
    deals that wait for their order; −1 for deals that were neither.

    Parameters
    ----------
    book
        Result of `deal_book`.
    day, end
        Last known day, and the quarter's last.
    lag_days
        Days from winning to ordering.
    """
    stage, close = standing_on(book, day)
    due = np.minimum(close, NEVER - lag_days) + lag_days <= end
    waits = 2 * len(book.stages) + (book.planned <= end)
    return np.where(open_on(book, day), 2 * stage + due, np.where(waiting_on(book, day), waits, -1))


def expect_deals(
    book: DealBook, windows: QuarterWindows, lag_days: int = 0, quarters: int = 8, worth: Array | None = None
) -> DealExpectation:
    """Return what deals were expected to bring as orders by the end of each quarter, as known on its day.

    The share of a class is the amount that its deals brought as orders between the same day and the end of past
    quarters, over the amount that stood there: winning and timing in one number, learned only from quarters that were
    over.

    Parameters
    ----------
    book
        Result of `deal_book`.
    windows
        Result of `quarter_windows`.
    lag_days
        Days from winning to ordering.
    quarters
        The most past quarters that shares are learned over.
    worth
        For the last quarter alone: a factor on each open deal's share, such as its chance of winning over what is usual
        in its stage.
    """
    width = 2 * len(book.stages) + 2
    count, amount, brought = np.zeros((3, len(windows.first), width))
    for q, (known, end) in enumerate(zip(windows.known, windows.end, strict=True)):
        kind = classes_on(book, known, end, lag_days)
        there = kind >= 0
        came = np.where((book.ordered > known) & (book.ordered <= end), book.amount, 0.0)
        kind = kind[there]
        count[q], brought[q] = np.bincount(kind, minlength=width), np.bincount(kind, came[there], minlength=width)
        factor = 1.0 if worth is None or q < len(count) - 1 else np.where(kind < width - 2, worth[there], 1.0)
        amount[q] = np.bincount(kind, book.amount[there] * factor, minlength=width)
    share = _shares_before(count, amount, brought, quarters)
    expected = share * amount
    return DealExpectation(expected[:, -2:].sum(axis=1), expected[:, :-2].sum(axis=1), share)


def _shares_before(count: Array, amount: Array, brought: Array, quarters: int) -> Array:
    """Return per quarter the share that each class brought over the quarters before it."""
    deals, stood, came = (_sum_before(each, quarters) for each in (count, amount, brought))
    any_deal = deals.sum(axis=1, keepdims=True)
    typical = np.divide(stood.sum(axis=1, keepdims=True), any_deal, out=np.ones_like(any_deal), where=any_deal > 0)
    usual = np.concatenate([_usual(came[:, :-2], stood[:, :-2]), np.tile([0.0, 1.0], (len(came), 1))], axis=1)
    # Deals may all be without an amount.
    added = DEALS_OF_TRUST * np.maximum(typical, np.finfo(float).tiny)
    return np.asarray((came + added * usual) / (stood + added))


def _usual(came: Array, stood: Array) -> Array:
    """Return the share that all open deals brought that were due, or not due, alike; 0 where there were none."""
    usual = np.zeros_like(stood)
    for due in (0, 1):
        alike = slice(due, None, 2)
        all_came, all_stood = (each[:, alike].sum(axis=1, keepdims=True) for each in (came, stood))
        usual[:, alike] = np.divide(all_came, all_stood, out=np.zeros_like(all_came), where=all_stood > 0)
    return usual


def _sum_before(values: Array, quarters: int) -> Array:
    """Return the sums over at most so many rows before each row."""
    none = np.zeros((quarters + 1, values.shape[1]))
    running = np.concatenate([none, np.cumsum(values, axis=0)])
    return np.asarray(running[quarters:-1] - running[: len(values)])

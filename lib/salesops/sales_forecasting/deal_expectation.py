"""What deals should still bring as orders by a quarter's end: a plain expectation by stage, as known on each day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from salesops.sales_forecasting.deal_states import open_on, stage_on, waiting_on

if TYPE_CHECKING:
    from salesops.sales_forecasting.deal_states import DealBook
    from salesops.sales_forecasting.panel import Array
    from salesops.sales_forecasting.quarter_windows import QuarterWindows

# A stage's share is drawn to that of all open deals as if this many of its deals had gone as all did.
DEALS_OF_TRUST = 10.0


@dataclass(frozen=True)
class DealExpectation:
    """Per quarter: what deals known on its day were expected to bring until its end.

    Parameters
    ----------
    waiting
        Won deals that are due as orders by the quarter's end; money, one per quarter.
    open
        Open deals: amount × the share that their stage has brought by the quarter's end in past quarters; money.
    share
        That share, quarters × stages.
    """

    waiting: Array
    open: Array
    share: Array

    @property
    def total(self) -> Array:
        """Return both together; NaN where no quarter before it taught what a stage brings."""
        return np.asarray(self.waiting + self.open)


def expect_deals(
    book: DealBook, windows: QuarterWindows, quarters: int = 8, worth: Array | None = None
) -> DealExpectation:
    """Return what deals were expected to bring as orders by the end of each quarter, as known on its day.

    The share of a stage is the amount that its open deals brought as orders between the same day and the end of past
    quarters, over the amount that was open: winning and timing in one number, learned only from quarters that were
    over.

    Parameters
    ----------
    book
        Result of `deal_book`.
    windows
        Result of `quarter_windows`.
    quarters
        The most past quarters that shares are learned over.
    worth
        For the last quarter alone: a factor on each deal's share, such as its chance of winning over its stage's.

    Returns
    -------
    DealExpectation
        NaN for open deals of quarters with none before them.
    """
    shape = (len(windows.first), len(book.stages))
    count, amount, brought = np.zeros((3, *shape))
    waiting: Array = np.zeros(shape[0])
    now: Array = np.zeros(shape[1])
    for q, (known, end) in enumerate(zip(windows.known, windows.end, strict=True)):
        is_open, stage = open_on(book, known), stage_on(book, known)
        due = (book.ordered > known) & (book.ordered <= end)
        waiting[q] = book.amount[waiting_on(book, known) & due].sum()
        count[q], amount[q], brought[q] = (
            np.bincount(stage[chosen], weight[chosen], minlength=shape[1])
            for chosen, weight in (
                (is_open, np.ones(len(stage))), (is_open, book.amount), (is_open & due, book.amount)
            )
        )  # fmt: skip
        now = amount[q]
        if worth is not None and q == shape[0] - 1:
            now = np.bincount(stage[is_open], (book.amount * worth)[is_open], minlength=shape[1])
    share = _shares_before(count, amount, brought, quarters)
    amount[-1] = now
    return DealExpectation(waiting, (share * amount).sum(axis=1), share)


def _shares_before(count: Array, amount: Array, brought: Array, quarters: int) -> Array:
    """Return per quarter the share that each stage brought over the quarters before it."""
    before = [
        np.concatenate([np.zeros((1, each.shape[1])), np.cumsum(each, axis=0)])[:-1]
        for each in (count, amount, brought)
    ]
    past = [each - np.concatenate([np.zeros((quarters, each.shape[1])), each])[: len(each)] for each in before]
    deals, was_open, came = past
    with np.errstate(invalid="ignore", divide="ignore"):
        overall = came.sum(axis=1, keepdims=True) / was_open.sum(axis=1, keepdims=True)
        typical = was_open.sum(axis=1, keepdims=True) / deals.sum(axis=1, keepdims=True)
    added = DEALS_OF_TRUST * typical
    return np.asarray((came + added * overall) / (was_open + added))


def _sum_before(values: Array, quarters: int) -> Array:
    """Return the sums over at most so many rows before each row."""
    none = np.zeros((quarters + 1, values.shape[1]))
    running = np.concatenate([none, np.cumsum(values, axis=0)])
    return np.asarray(running[quarters:-1] - running[: len(values)])

"""Since when, until when and in which rhythm each customer orders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from salesops.tables.sample.calendar import DAYS_PER_YEAR, FIRST_DAY, LAST_DAY, NEVER, order_clock
from salesops.tables.sample.deals import WON

if TYPE_CHECKING:
    from salesops.tables.sample.accounts import Accounts
    from salesops.tables.sample.deal_tables import Book
    from salesops.tables.sample.draws import Bools, Floats, Ints


@dataclass(frozen=True)
class Custom:
    """Since when, and until when, each account of a chunk is a customer; `NEVER` for those who are not."""

    start: Ints
    end: Ints

    @property
    def alive(self) -> Bools:
        """Return who is a customer on the last day."""
        return (self.start <= LAST_DAY) & (self.end > LAST_DAY)


def custom_of(accounts: Accounts, book: Book) -> Custom:
    """Return who is a customer when: from the first delivery on, for a lifetime, and as long as equipment comes."""
    won = np.flatnonzero(book.shown & (book.story.status == WON) & (book.delivery >= 0))
    account, delivery = book.story.deals.account[won], book.delivery[won]
    first, last = np.full(len(accounts), NEVER), np.full(len(accounts), -NEVER)
    np.minimum.at(first, account, delivery)
    np.maximum.at(last, account, delivery)
    start = np.where(accounts.initial, 0, first)
    leaves = start + np.ceil(accounts.lifetime).astype(np.int64)
    return Custom(start, np.maximum(leaves, last))


def order_days(rng: np.random.Generator, accounts: Accounts, custom: Custom) -> tuple[Ints, Ints]:
    """Return account and day of each order: a gamma renewal process in the customer's own time.

    Own time u runs with the season, and faster as the customer grows: u = (exp(g c) − 1) / g, where c is the
    season's clock in years since the start and g the growth per year.
    """
    clock = order_clock() / DAYS_PER_YEAR
    here = np.flatnonzero(custom.start <= LAST_DAY)
    start = clock[custom.start[here] - FIRST_DAY]
    span = clock[np.minimum(custom.end[here], LAST_DAY + 1) - FIRST_DAY] - start
    growth = np.where(np.abs(accounts.growth[here]) < 1e-6, 1e-6, accounts.growth[here])
    own_span = np.expm1(growth * span) / growth
    who, own = _renewals(rng, accounts.rate[here], accounts.regularity[here], own_span)
    when = start[who] + np.log1p(growth[who] * own) / growth[who]
    day = np.searchsorted(clock, when, side="right") - 1 + FIRST_DAY
    return here[who], np.minimum(day, LAST_DAY)


def _renewals(rng: np.random.Generator, rate: Floats, shape: Floats, span: Floats) -> tuple[Ints, Floats]:
    """Return customer and own time of each order of stationary renewal processes, from 0 to `span`."""
    expected = rate * span
    draws = np.ceil(expected + 6 * np.sqrt(expected / shape + 1) + 4).astype(np.int64)
    who = np.repeat(np.arange(len(rate)), draws)
    gaps = rng.gamma(shape[who]) / (shape * rate)[who]
    # The first look at a customer falls anywhere within a gap, and more often within a long one.
    head = np.cumsum(draws) - draws
    gaps[head] = rng.random(len(rate)) * rng.gamma(shape + 1) / (shape * rate)
    total = np.cumsum(gaps)
    own = total - (total[head] - gaps[head])[who]
    ordered = own < span[who]
    return who[ordered], own[ordered]

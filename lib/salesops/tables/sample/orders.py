"""Orders: won deals become equipment orders on delivery, and customers order consumables in their own rhythm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from salesops.tables.sample.accounts import FURTHER_LINE, LINES_BOUGHT, PRODUCTS_BOUGHT
from salesops.tables.sample.calendar import LAST_DAY, step_of
from salesops.tables.sample.catalogue import (
    CONSUMABLE_PRODUCTS,
    CONSUMABLES,
    DISCOUNT,
    ELASTICITY,
    EQUIPMENT,
    LAUNCHED,
    LIST_PRICE,
    NEED,
    PRODUCT_LINE,
    PROMOTION_BOOST,
    QUANTITY_NOISE,
    TAKE_UP,
    UNIT_COST,
    list_prices,
    promotion_on,
)
from salesops.tables.sample.deals import WON
from salesops.tables.sample.draws import Floats, Ints, choose, stream
from salesops.tables.sample.rhythm import order_days

if TYPE_CHECKING:
    from salesops.tables.sample.accounts import Accounts
    from salesops.tables.sample.company import Company
    from salesops.tables.sample.deal_tables import Book
    from salesops.tables.sample.rhythm import Custom

# Prices are agreed anew every year; the discount then moves by this much, for no reason that has to do with need.
RENEGOTIATED_SD = 0.05
RETURNED = 0.015
_YEARS = 7


@dataclass(frozen=True)
class Lines:
    """Order lines of a chunk; `net_price` is the price of one unit after all discounts."""

    account: Ints
    day: Ints
    product: Ints
    quantity: Ints
    net_price: Floats
    promotion: Ints

    @property
    def amount(self) -> Floats:
        """Return the value of each line; that of a return is negative."""
        return np.round(self.quantity * self.net_price, 2)

    @property
    def cost(self) -> Floats:
        """Return our cost of each line; costs rise with list prices."""
        level = list_prices(self.product, self.day) / LIST_PRICE[self.product]
        cost: Floats = np.round(self.quantity * UNIT_COST[self.product] * level, 2)
        return cost


def equipment_lines(book: Book) -> Lines:
    """Return one order line for each won deal that was delivered within the six years."""
    delivered = book.shown & (book.story.status == WON) & (book.delivery >= 0) & (book.delivery <= LAST_DAY)
    deals = book.story.deals.take(delivered)
    nothing = np.full(len(deals), -1)
    return Lines(deals.account, book.delivery[delivered], deals.product, deals.quantity, deals.unit_price, nothing)


def consumable_lines(company: Company, chunk: int, accounts: Accounts, custom: Custom) -> Lines:
    """Return the order lines of consumables of a chunk."""
    account, day = order_days(stream(company.seed, "rhythm", chunk), accounts, custom)
    rng = stream(company.seed, "consumables", chunk)
    row, line = _lines_on(rng, accounts, account)
    account, day = account[row], day[row]
    product = _products(rng, accounts, account, line, day)
    promotion = np.where(rng.random(len(day)) < TAKE_UP, promotion_on(day), -1)
    net_price = _net_prices(rng, accounts, account, product, day, promotion)
    effort = company.staff.effort[accounts.seat[account], step_of(day)]
    usual_price = LIST_PRICE[product] * (1 - accounts.discount[account])
    log_quantity = (
        np.log(accounts.line_value[account] / usual_price)
        + ELASTICITY[line] * np.log(net_price / usual_price)
        + np.where(promotion >= 0, PROMOTION_BOOST[promotion], 0.0)
        + np.log(effort)
        + QUANTITY_NOISE * rng.normal(size=len(day))
    )
    quantity = np.maximum(np.round(np.exp(log_quantity)), 1).astype(np.int64)
    return _with_returns(rng, Lines(account, day, product, quantity, net_price, promotion))


def _net_prices(
    rng: np.random.Generator, accounts: Accounts, account: Ints, product: Ints, day: Ints, promotion: Ints
) -> Floats:
    """Return unit prices after the discount of the year's contract and that of the promotion."""
    moved = accounts.discount[:, None] + RENEGOTIATED_SD * rng.normal(size=(len(accounts), _YEARS))
    contract = np.clip(moved, 0.0, 0.4)[account, day // 365]
    off = np.where(promotion >= 0, DISCOUNT[promotion], 0.0)
    price: Floats = np.round(list_prices(product, day) * (1 - contract) * (1 - off), 2)
    return price


def _lines_on(rng: np.random.Generator, accounts: Accounts, account: Ints) -> tuple[Ints, Ints]:
    """Return order and consumables line of each order line: a first one by the need, sometimes further ones."""
    wanted = _lines_bought(rng, accounts)[account]
    further = rng.random(wanted.shape) < FURTHER_LINE[accounts.segment[account]][:, None]
    first = choose(rng, wanted)
    on_order = further & (wanted > 0)
    on_order[np.arange(len(account)), first] = True
    row, line = np.nonzero(on_order)
    return row, line


def _lines_bought(rng: np.random.Generator, accounts: Accounts) -> Floats:
    """Return accounts × lines: the weight of each line in the account's orders, 0 for what it never buys."""
    need = NEED[accounts.industry]
    liking = np.log(need) + rng.gumbel(size=need.shape)
    rank = np.argsort(np.argsort(-liking, axis=1), axis=1)
    return np.where(rank < LINES_BOUGHT[accounts.segment][:, None], need, 0.0)


def _products(rng: np.random.Generator, accounts: Accounts, account: Ints, line: Ints, day: Ints) -> Ints:
    """Return the product of each line out of those that the account buys; nothing is sold before its launch."""
    options = CONSUMABLE_PRODUCTS
    start = np.searchsorted(PRODUCT_LINE[options], np.arange(len(CONSUMABLES)) + len(EQUIPMENT))
    size = np.diff(np.append(start, len(options)))
    variety = np.minimum(PRODUCTS_BOUGHT[accounts.segment[account]], size[line])
    nth = np.minimum((variety * rng.random(len(line)) ** 1.5).astype(np.int64), variety - 1)
    product = options[start[line] + (accounts.number[account] * 7 + line + nth) % size[line]]
    return np.where(LAUNCHED[product] <= day, product, options[start[line]])


def _with_returns(rng: np.random.Generator, lines: Lines) -> Lines:
    """Return the lines and, days later, what was sent back of a few of them."""
    sent_back = np.flatnonzero(rng.random(len(lines.day)) < RETURNED)
    back_at = lines.day[sent_back] + rng.integers(3, 40, len(sent_back))
    known = back_at <= LAST_DAY
    sent_back, back_at = sent_back[known], back_at[known]
    share = rng.uniform(0.1, 1.0, len(sent_back))
    quantity = -np.maximum(np.round(share * lines.quantity[sent_back]), 1).astype(np.int64)
    return Lines(
        np.append(lines.account, lines.account[sent_back]),
        np.append(lines.day, back_at),
        np.append(lines.product, lines.product[sent_back]),
        np.append(lines.quantity, quantity),
        np.append(lines.net_price, lines.net_price[sent_back]),
        np.append(lines.promotion, np.full(len(sent_back), -1)),
    )

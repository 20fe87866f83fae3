"""Order lines as the ledger shows them: numbered by day, priced, credited, paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.tables.sample.accounts import payment_terms
from salesops.tables.sample.calendar import LAST_DAY, NEVER, dates, step_of
from salesops.tables.sample.catalogue import (
    CHANNELS,
    LINES,
    PRODUCT_LINE,
    PRODUCTS,
    PROMOTIONS,
    REGIONS,
)
from salesops.tables.sample.draws import Ints, pick, stream
from salesops.tables.sample.orders import Lines

if TYPE_CHECKING:
    from salesops.tables.sample.accounts import Accounts
    from salesops.tables.sample.company import Company

_LINES_PER_ACCOUNT = 250
NO_REP, NO_COST = 0.004, 0.01
VERY_LATE = 0.03


def joined(first: Lines, second: Lines) -> Lines:
    """Return all lines of both, by day."""
    both = [np.concatenate(pair) for pair in zip(_columns(first), _columns(second), strict=True)]
    order = np.lexsort((both[2], both[0], both[1]))
    return Lines(*(column[order] for column in both))


def _columns(lines: Lines) -> list[np.ndarray]:
    return [lines.account, lines.day, lines.product, lines.quantity, lines.net_price, lines.promotion]


def orders_table(company: Company, chunk: int, accounts: Accounts, lines: Lines) -> pd.DataFrame:
    """Return the `orders` table of a chunk, in the order of days."""
    rng = stream(company.seed, "payments", chunk)
    account, staff, count = lines.account, company.staff, len(lines.day)
    first = chunk * company.chunk_accounts * _LINES_PER_ACCOUNT
    person = staff.person_at[accounts.seat[account], step_of(lines.day)]
    partner = accounts.partner[account]
    blank = rng.random((count, 2)) < (NO_REP, NO_COST)
    return pd.DataFrame(
        {
            "order_id": np.char.mod("O%06d", first + np.arange(count) + 1).astype(object),
            "account_id": accounts.ids[account],
            "ordered_at": dates(lines.day),
            "amount": lines.amount,
            "product_id": pick([product.product_id for product in PRODUCTS], lines.product),
            "product_line": pick(LINES, PRODUCT_LINE[lines.product]),
            "quantity": lines.quantity,
            "unit_price": lines.net_price,
            "rep_id": pick(staff.ids, np.where(blank[:, 0], -1, person)),
            "channel": pick(CHANNELS, (partner >= 0).astype(np.int64)),
            "partner_id": pick(company.partners.ids, partner),
            "region": pick(REGIONS, accounts.region[account]),
            "cost": np.where(blank[:, 1], np.nan, lines.cost),
            "paid_at": dates(_paid(rng, accounts, lines)),
            "promotion_id": pick([promotion.promotion_id for promotion in PROMOTIONS], lines.promotion),
        }
    )


def _paid(rng: np.random.Generator, accounts: Accounts, lines: Lines) -> Ints:
    """Return the day each line was paid: around the agreed term, mostly late, a few very late; `NEVER` if not yet."""
    terms = payment_terms(accounts)[lines.account]
    slowness = np.exp(0.25 * rng.normal(size=len(terms)))
    very_late = np.where(rng.random(len(terms)) < VERY_LATE, 150, 0)
    days = np.round(terms * slowness + rng.gamma(1.5, 6.0, len(terms)) + very_late).astype(np.int64)
    paid = lines.day + np.where(lines.quantity < 0, 0, days)
    return np.where(paid > LAST_DAY, NEVER, paid)

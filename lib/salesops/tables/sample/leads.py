"""Leads: signs of interest, of which some became deals and most did not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.tables.sample.births import SOURCES
from salesops.tables.sample.calendar import LAST_DAY, dates, step_of
from salesops.tables.sample.deal_tables import misspell
from salesops.tables.sample.draws import Ints, Texts, pick, stream

if TYPE_CHECKING:
    from salesops.tables.sample.accounts import Accounts
    from salesops.tables.sample.company import Company
    from salesops.tables.sample.deal_tables import Book

# Share of leads that become a deal, and what a lead costs in CNY, by SOURCES; an account plan needs no lead.
CONVERSION = np.array([1.0, 0.65, 0.40, 0.24, 0.55, 0.33])
LEAD_COST = np.array([0.0, 200.0, 2600.0, 380.0, 650.0, 900.0])
ACCOUNT_KNOWN = 0.4
NO_COST = 0.05
_LEADS_PER_ACCOUNT = 60


def leads_table(company: Company, chunk: int, accounts: Accounts, book: Book) -> pd.DataFrame:
    """Return the `leads` table of a chunk, in the order of days."""
    rng = stream(company.seed, "leads", chunk)
    deals = book.story.deals
    led = np.flatnonzero(book.shown & (deals.source > 0) & (deals.created >= 0))
    cold = _cold(rng, led, deals.source[led])
    deal = np.concatenate([led, cold])
    won_over = np.arange(len(deal)) < len(led)
    day = deals.created[deal] - np.round(rng.gamma(1.5, 12.0, len(deal))).astype(np.int64)
    day = np.where(won_over, day, day + rng.integers(-60, 61, len(deal)))
    account = deals.account[deal]
    day = np.clip(day, accounts.created[account], LAST_DAY)
    known = won_over | (rng.random(len(deal)) < ACCOUNT_KNOWN)
    source = deals.source[deal]
    cost = np.round(LEAD_COST[source] * np.exp(0.4 * rng.normal(size=len(deal))), 2)
    frame = pd.DataFrame(
        {
            "created_at": dates(day),
            "source": misspell(rng, pick(SOURCES, source)),
            "account_id": pick(accounts.ids, np.where(known, account, -1)),
            "rep_id": pick(company.staff.ids, company.staff.person_at[deals.seat[deal], step_of(day)]),
            "cost": np.where(rng.random(len(deal)) < NO_COST, np.nan, cost),
            "opportunity_id": np.where(won_over, book.ids[deal], None),
        }
    )
    frame = frame.iloc[np.argsort(day, kind="stable")]
    frame.insert(0, "lead_id", _ids(chunk * company.chunk_accounts, len(frame)))
    return frame


def _cold(rng: np.random.Generator, led: Ints, source: Ints) -> Ints:
    """Return the deals (rows) beside which a lead went nowhere: as many as the source's conversion asks for."""
    failures = rng.poisson((1 - CONVERSION[source]) / CONVERSION[source])
    return np.repeat(led, failures)


def _ids(accounts_before: int, count: int) -> Texts:
    number = accounts_before * _LEADS_PER_ACCOUNT + np.arange(count) + 1
    ids: Texts = np.char.mod("L%05d", number).astype(object)
    return ids

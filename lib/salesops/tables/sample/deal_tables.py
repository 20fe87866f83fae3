"""Deals as the CRM shows them: opportunities, stage history, scorecards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.tables.sample.births import GRADES, NOBODY, SOURCES
from salesops.tables.sample.calendar import LAST_DAY, dates, step_of
from salesops.tables.sample.catalogue import CHANNELS, COMPETITORS, LINES
from salesops.tables.sample.deals import LOST
from salesops.tables.sample.draws import Bools, Ints, Texts, choose, pick, stream
from salesops.tables.sample.dynamics import COMPARISON, CONFIRMATIONS, STAGES

if TYPE_CHECKING:
    from salesops.tables.sample.accounts import Accounts
    from salesops.tables.sample.company import Company
    from salesops.tables.sample.deals import Story

STATUSES = ("open", "won", "lost")
LOSS_REASONS = ("price", "relationship", "product fit", "payment terms", "budget withdrawn", "no decision")
# 2020-07-01: a quarter before the first orders, because equipment is delivered months after a deal is won.
FIRST_CLOSING = -92
NOT_SCORED = 0.04
# Share of names that somebody typed in another way.
MISSPELT = 0.015
_DEALS_PER_ACCOUNT = 100


@dataclass(frozen=True)
class Book:
    """The deals that the tables show, and what closing settled about them.

    Parameters
    ----------
    shown
        Whether a deal is in the tables: those closed before `FIRST_CLOSING` are not.
    number
        Number of every deal, shown or not, in the whole company.
    delivery
        Day of delivery: of a won deal the day its order is booked, else the day the customer asks for.
    """

    story: Story
    shown: Bools
    number: Ints
    delivery: Ints

    @property
    def ids(self) -> Texts:
        """Return the opportunity_id of every deal, shown or not."""
        ids: Texts = np.char.mod("D%06d", self.number).astype(object)
        return ids


def keep_book(company: Company, chunk: int, accounts: Accounts, story: Story) -> Book:
    """Return the deals of a chunk as the tables number and show them."""
    rng = stream(company.seed, "records", chunk)
    account = story.deals.account
    nth = np.arange(len(account)) - np.searchsorted(account, account)
    number = accounts.number[account] * _DEALS_PER_ACCOUNT + nth
    lead_time = np.round(35 + rng.gamma(2.0, 14.0, len(account))).astype(np.int64)
    return Book(story, story.closed >= FIRST_CLOSING, number, story.expected + lead_time)


def opportunities_table(company: Company, chunk: int, accounts: Accounts, book: Book) -> pd.DataFrame:
    """Return the `opportunities` table of a chunk."""
    rng = stream(company.seed, "opportunities", chunk)
    story, deals = book.story, book.story.deals
    count, staff = len(deals), company.staff
    offered = story.reached >= COMPARISON
    end = step_of(np.minimum(story.closed, LAST_DAY))
    blank = rng.random((count, 3)) < (0.01, 0.05, 0.08)
    met = np.where(deals.competitor == NOBODY, -1, deals.competitor)
    theirs = deals.amount / np.exp(deals.price_gap)
    partner = accounts.partner[deals.account]
    return pd.DataFrame(
        {
            "opportunity_id": book.ids,
            "account_id": accounts.ids[deals.account],
            "amount": np.where(offered, deals.amount, deals.list_amount),
            "created_at": dates(deals.created),
            "stage": pick(STAGES, story.state.stage),
            "status": pick(STATUSES, story.status),
            "closed_at": dates(story.closed),
            "expected_close": dates(story.expected),
            "rep_id": people_in(staff.ids, staff.person_at, deals.seat, end),
            "solution_rep_id": people_in(staff.ids, staff.person_at, deals.solution, end),
            "fulfilment_rep_id": people_in(staff.ids, staff.person_at, deals.fulfilment, end),
            "partner_id": pick(company.partners.ids, partner),
            "channel": pick(CHANNELS, (partner >= 0).astype(np.int64)),
            "product_line": pick(LINES, deals.line),
            "source": misspell(rng, pick(SOURCES, np.where(blank[:, 0], -1, deals.source))),
            "grade": pick(GRADES, deals.grade),
            "competitor": misspell(rng, pick(COMPETITORS, met)),
            "loss_reason": misspell(rng, pick(LOSS_REASONS, _loss_reason(rng, accounts, story))),
            "our_price": np.where(offered & ~blank[:, 1], deals.amount, np.nan),
            "competitor_price": np.where(offered & (met >= 0) & ~blank[:, 2], np.round(theirs, -2), np.nan),
            "delivery_at": dates(book.delivery),
        }
    )[book.shown]


def people_in(ids: Texts, person_at: Ints, seat: Ints, step: Ints) -> Texts:
    """Return the rep_id of who sat in each seat in each fortnight; a negative seat gives None."""
    return pick(ids, np.where(seat >= 0, person_at[np.maximum(seat, 0), step], -1))


def _loss_reason(rng: np.random.Generator, accounts: Accounts, story: Story) -> Ints:
    """Return why each lost deal is said to have been lost: what worked against it is named more often."""
    deals, count = story.deals, len(story.deals)
    faced = deals.competitor != NOBODY
    relation = accounts.relationship[deals.account] - 3
    late = story.state.stage >= COMPARISON
    weights = np.column_stack(
        [
            np.exp(0.6 + 7.0 * deals.price_gap) * (faced & late),
            np.exp(-0.1 - 0.6 * relation) * faced,
            0.7 * np.ones(count),
            0.35 * late,
            0.5 + 0.3 * ~late,
            0.3 + 0.05 * story.state.in_stage,
        ]
    )
    return np.where(story.status == LOST, choose(rng, weights), -1)


def misspell(rng: np.random.Generator, texts: Texts) -> Texts:
    """Return texts of which a few are typed in small letters, or with a space at the end."""
    draw = rng.random(len(texts))
    filled = texts != np.array(None, dtype=object)
    small, spaced = filled & (draw < MISSPELT / 2), filled & (draw > 1 - MISSPELT / 2)
    texts = texts.copy()
    texts[small] = [text.lower() for text in texts[small]]
    texts[spaced] = texts[spaced] + " "
    return texts


def stage_history_table(book: Book) -> pd.DataFrame:
    """Return the `stage_history` table: entries into stages, and slips of the expected closing."""
    changes, deals = book.story.changes, book.story.deals
    deal, day = changes["deal"], changes["day"]
    order = np.lexsort((np.arange(len(deal)), day, deal))
    order = order[book.shown[deal[order]]]
    deal = deal[order]
    return pd.DataFrame(
        {
            "opportunity_id": book.ids[deal],
            "stage": pick(STAGES, changes["stage"][order]),
            "entered_at": dates(day[order]),
            "amount": np.where(changes["reached"][order] >= COMPARISON, deals.amount[deal], deals.list_amount[deal]),
            "expected_close": dates(changes["expected"][order]),
        }
    )


def scorecards_table(company: Company, chunk: int, book: Book) -> pd.DataFrame:
    """Return the `scorecards` table; a few deals were never scored."""
    scores = book.story.scores
    rng = stream(company.seed, "scorecards", chunk)
    scored = book.shown & (rng.random(len(book.shown)) >= NOT_SCORED)
    order = np.lexsort((scores["day"], scores["deal"]))
    order = order[scored[scores["deal"][order]]]
    ticks = scores["confirmed"][order].astype(np.int64)
    head = {"opportunity_id": book.ids[scores["deal"][order]], "scored_at": dates(scores["day"][order])}
    return pd.DataFrame(head | {name: ticks[:, i] for i, name in enumerate(CONFIRMATIONS)})

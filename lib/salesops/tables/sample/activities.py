"""What reps do: visits and calls for deals, and care for customers between deals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.tables.sample.calendar import DAYS_PER_YEAR, LAST_DAY, dates, step_of
from salesops.tables.sample.deal_tables import people_in
from salesops.tables.sample.draws import Floats, Ints, Texts, choose, pick, stream

if TYPE_CHECKING:
    from salesops.tables.sample.accounts import Accounts
    from salesops.tables.sample.company import Company
    from salesops.tables.sample.deal_tables import Book
    from salesops.tables.sample.rhythm import Custom

KINDS = ("visit", "phone", "message", "e-mail", "event")
# By whether the customer committed to something.
KIND_WEIGHTS = np.array([[0.42, 0.24, 0.20, 0.08, 0.06], [0.66, 0.14, 0.08, 0.03, 0.09]])
CARE_WEIGHTS = np.array([0.35, 0.35, 0.18, 0.10, 0.02])
HOURS = np.array([3.5, 0.5, 0.25, 0.25, 5.0])
COST_PER_HOUR = np.array([160.0, 20.0, 10.0, 10.0, 420.0])
# Contacts per year with a customer besides deals, by hidden segment: more with those who order often.
CARE_PER_YEAR = np.array([1.6, 0.9, 0.4, 0.7])


def activities_table(company: Company, chunk: int, accounts: Accounts, book: Book, custom: Custom) -> pd.DataFrame:
    """Return the `activities` table of a chunk: first those for deals, then those between deals."""
    return pd.concat(
        [_for_deals(company, chunk, accounts, book), _care(company, chunk, accounts, custom)], ignore_index=True
    )


def _for_deals(company: Company, chunk: int, accounts: Accounts, book: Book) -> pd.DataFrame:
    """Return visits and calls for deals, and whether the customer committed to an act that moves the deal."""
    rng = stream(company.seed, "activities", chunk)
    visits, deals = book.story.visits, book.story.deals
    order = np.lexsort((visits["day"], visits["deal"]))
    order = order[book.shown[visits["deal"][order]]]
    deal, day, committed = (visits[name][order] for name in ("deal", "day", "commitment"))
    kind = choose(rng, KIND_WEIGHTS[committed.astype(np.int64)])
    frame = _rows(rng, company, accounts, deals.account[deal], day, kind)
    frame.insert(0, "activity_id", _ids("V", book.number[deal], deal))
    frame.insert(3, "opportunity_id", book.ids[deal])
    frame.insert(6, "commitment", committed.astype(np.float64))
    return frame


def _care(company: Company, chunk: int, accounts: Accounts, custom: Custom) -> pd.DataFrame:
    """Return contacts with customers outside deals; nothing else in the model depends on them."""
    rng = stream(company.seed, "care", chunk)
    until = np.minimum(custom.end, LAST_DAY)
    days = np.maximum(until - custom.start, 0)
    account = np.repeat(np.arange(len(accounts)), rng.poisson(CARE_PER_YEAR[accounts.segment] * days / DAYS_PER_YEAR))
    day = custom.start[account] + np.floor(rng.random(len(account)) * days[account]).astype(np.int64)
    kind = choose(rng, np.tile(CARE_WEIGHTS, (len(account), 1)))
    frame = _rows(rng, company, accounts, account, day, kind)
    frame.insert(0, "activity_id", _ids("C", accounts.number[account] + 1, account))
    return frame


def _rows(
    rng: np.random.Generator, company: Company, accounts: Accounts, account: Ints, day: Ints, kind: Ints
) -> pd.DataFrame:
    staff = company.staff
    hours: Floats = np.maximum(np.round(HOURS[kind] * np.exp(0.3 * rng.normal(size=len(kind))), 1), 0.1)
    return pd.DataFrame(
        {
            "occurred_at": dates(day),
            "kind": pick(KINDS, kind),
            "account_id": accounts.ids[account],
            "rep_id": people_in(staff.ids, staff.person_at, accounts.seat[account], step_of(day)),
            "hours": hours,
            "cost": np.round(hours * COST_PER_HOUR[kind]),
        }
    )


def _ids(prefix: str, number: Ints, owner: Ints) -> Texts:
    """Return identifiers made of the owner's number and a running one; rows of one owner stand together."""
    nth = np.arange(len(owner)) - np.searchsorted(owner, owner) + 1
    ids: Texts = np.char.mod(prefix + "%06d", number * 100 + nth).astype(object)
    return ids

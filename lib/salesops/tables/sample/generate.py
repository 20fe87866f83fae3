"""The sample company as a whole: all tables, and the truth behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.tables.sample import accounts as accounts_
from salesops.tables.sample import deal_tables, order_tables, orders, truth
from salesops.tables.sample.activities import activities_table
from salesops.tables.sample.births import bear
from salesops.tables.sample.catalogue_tables import products_table, promotions_table
from salesops.tables.sample.company import CHUNK, Company, found
from salesops.tables.sample.contacts import contacts_table
from salesops.tables.sample.deals import run_deals
from salesops.tables.sample.expenses import attainments, expenses_table
from salesops.tables.sample.forward import win_probabilities
from salesops.tables.sample.leads import leads_table
from salesops.tables.sample.market import competition_table, diffusion_truth, draw_market, market_table, market_truth
from salesops.tables.sample.partners import partners_table
from salesops.tables.sample.people import reps_table
from salesops.tables.sample.rhythm import custom_of
from salesops.tables.sample.surveys import feedback_table, price_survey_table, staff_survey_table
from salesops.tables.sample.targets import UNIT, quotas, targets_table
from salesops.tables.sample.totals import Totals

if TYPE_CHECKING:
    from collections.abc import Iterator

Frames = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Sample:
    """A whole sample company.

    Parameters
    ----------
    tables
        The tables of the input contract by name; dates are datetime64, what is missing is NaN, NaT or None.
    truth
        What the tables were drawn from, for tests of estimators: never an input of the suite.
    """

    tables: Frames
    truth: Frames


@dataclass(frozen=True)
class Part:
    """Some rows of some tables: a chunk of accounts, or what the company as a whole has."""

    tables: Frames
    truth: Frames


def generate(accounts: int = 700, seed: int = 2026) -> Sample:
    """Return a sample company: the same bits for the same arguments on every machine.

    Parameters
    ----------
    accounts
        Number of accounts; people, partners and the market grow with it.
    seed
        Any whole number of at least 0; another seed gives another company under the same law.

    Examples
    --------
    >>> sample = generate(accounts=30, seed=1)
    >>> len(sample.tables["accounts"])
    30
    """
    several = list(parts(accounts, seed))
    return Sample(_joined([part.tables for part in several]), _joined([part.truth for part in several]))


def _joined(parts_: list[Frames]) -> Frames:
    names = dict.fromkeys(name for part in parts_ for name in part)
    return {name: pd.concat([part[name] for part in parts_ if name in part], ignore_index=True) for name in names}


def parts(accounts: int, seed: int, *, with_truth: bool = True, chunk_accounts: int = CHUNK) -> Iterator[Part]:
    """Yield the company part by part, so that it never has to be held as a whole.

    Parameters
    ----------
    accounts, seed
        As for `generate`.
    with_truth
        Whether to work out the chance of every open deal too, which takes the longest.
    chunk_accounts
        Accounts that are drawn at a time; another number gives other draws.
    """
    company = found(accounts, seed, chunk_accounts)
    totals = Totals.zero(len(company.staff.seat))
    yield _at_first(company)
    for chunk in range(company.chunks):
        yield draw_chunk(company, chunk, totals, with_truth=with_truth)
    yield _at_last(company, totals)


def _at_first(company: Company) -> Part:
    """Return what does not depend on any account."""
    tables = {
        "products": products_table(),
        "reps": reps_table(company.staff, company.seed),
        "partners": partners_table(company.partners),
        "promotions": promotions_table(),
        "price_survey": price_survey_table(company.seed),
    }
    return Part(tables, truth.constants() | {"reps": truth.reps_truth(company.staff)})


def _at_last(company: Company, totals: Totals) -> Part:
    """Return what depends on all accounts together."""
    market = draw_market(company.seed, totals)
    targets = (UNIT * quotas(company, totals)[: len(totals.by_person)]).astype(np.float64)
    attainment = attainments(company.staff, totals, targets)
    tables = {
        "market": market_table(company.seed, market),
        "competition": competition_table(company.seed, market),
        "targets": targets_table(company, totals, market),
        "expenses": expenses_table(company, totals, attainment),
        "staff_survey": staff_survey_table(company.seed, company.staff, attainment),
    }
    known = {
        "market": market_truth(market),
        "diffusion": diffusion_truth(market),
        "plans": truth.plans_truth(company, totals),
    }
    return Part(tables, known)


def draw_chunk(company: Company, chunk: int, totals: Totals, *, with_truth: bool) -> Part:
    """Return one chunk of accounts with all that happens to them, and add its sales to the totals."""
    accounts = accounts_.draw_accounts(company, chunk)
    story = run_deals(company, chunk, accounts, bear(company, chunk, accounts))
    book = deal_tables.keep_book(company, chunk, accounts, story)
    custom = custom_of(accounts, book)
    consumables = orders.consumable_lines(company, chunk, accounts, custom)
    lines = order_tables.joined(orders.equipment_lines(book), consumables)
    totals.add(company, accounts, lines)
    tables = {
        "accounts": accounts_.accounts_table(company, chunk, accounts),
        "contacts": contacts_table(company, chunk, accounts),
        "opportunities": deal_tables.opportunities_table(company, chunk, accounts, book),
        "stage_history": deal_tables.stage_history_table(book),
        "scorecards": deal_tables.scorecards_table(company, chunk, book),
        "activities": activities_table(company, chunk, accounts, book, custom),
        "orders": order_tables.orders_table(company, chunk, accounts, lines),
        "leads": leads_table(company, chunk, accounts, book),
        "feedback": feedback_table(company, chunk, accounts, custom),
    }
    known = {"customers": truth.customers_truth(accounts, custom)}
    if with_truth:
        known["deals"] = truth.deals_truth(book, *win_probabilities(company, chunk, story))
    return Part(tables, known)

"""What the company books, added up while chunks of accounts go by: all that later tables need of the order lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from salesops.tables.sample.calendar import STEPS, month_of, quarter_of, step_of, year_of
from salesops.tables.sample.catalogue import CHANNELS, INDUSTRIES, LINES, PRODUCT_LINE, REGIONS

if TYPE_CHECKING:
    from salesops.tables.sample.accounts import Accounts
    from salesops.tables.sample.company import Company
    from salesops.tables.sample.draws import Floats, Ints
    from salesops.tables.sample.orders import Lines

MONTHS = 72
FIRST_YEAR, YEARS = 2020, 7


@dataclass
class Totals:
    """Sums over accounts.

    Parameters
    ----------
    sales
        Months × regions × lines × channels, CNY; month 0 is 2020-10.
    by_person, margin_by_person
        Quarters × people, CNY: sales, and sales less cost.
    by_segment
        Years from 2020 × industries × regions × lines, CNY.
    buyers
        Quarters × regions: accounts that ordered.
    potential
        Industries × regions: what the known accounts spend per year with anyone.
    known
        Industries × regions: number of known accounts.
    """

    sales: Floats
    by_person: Floats
    margin_by_person: Floats
    by_segment: Floats
    buyers: Ints
    potential: Floats
    known: Ints

    @classmethod
    def zero(cls, people: int) -> Totals:
        """Return sums over no account."""
        regions, industries, lines = len(REGIONS), len(INDUSTRIES), len(LINES)
        return cls(
            sales=np.zeros((MONTHS, regions, lines, len(CHANNELS))),
            by_person=np.zeros((MONTHS // 3, people)),
            margin_by_person=np.zeros((MONTHS // 3, people)),
            by_segment=np.zeros((YEARS, industries, regions, lines)),
            buyers=np.zeros((MONTHS // 3, regions), dtype=np.int64),
            potential=np.zeros((industries, regions)),
            known=np.zeros((industries, regions), dtype=np.int64),
        )

    def add(self, company: Company, accounts: Accounts, lines: Lines) -> None:
        """Add the order lines of a chunk of accounts."""
        account, amount, line = lines.account, lines.amount, PRODUCT_LINE[lines.product]
        month, quarter = month_of(lines.day), quarter_of(lines.day)
        region, industry = accounts.region[account], accounts.industry[account]
        channel = (accounts.partner[account] >= 0).astype(np.int64)
        person = company.staff.person_at[accounts.seat[account], np.clip(step_of(lines.day), 0, STEPS - 1)]
        _add_to(self.sales, (month, region, line, channel), amount)
        _add_to(self.by_person, (quarter, person), amount)
        _add_to(self.margin_by_person, (quarter, person), amount - lines.cost)
        _add_to(self.by_segment, (year_of(lines.day) - FIRST_YEAR, industry, region, line), amount)
        bought = np.unique(account * len(self.buyers) + quarter)
        _add_to(self.buyers, (bought % len(self.buyers), accounts.region[bought // len(self.buyers)]), None)
        _add_to(self.potential, (accounts.industry, accounts.region), accounts.potential)
        _add_to(self.known, (accounts.industry, accounts.region), None)


def _add_to(total: np.ndarray, index: tuple[Ints, ...], amount: Floats | None) -> None:
    flat = np.ravel_multi_index(index, total.shape)
    total += np.bincount(flat, amount, total.size).reshape(total.shape).astype(total.dtype)

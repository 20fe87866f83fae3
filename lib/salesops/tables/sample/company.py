"""What all accounts share: people, partners, quarterly shocks, and how accounts are cut into chunks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from salesops.errors import InputError
from salesops.tables.sample.calendar import QUARTERS
from salesops.tables.sample.draws import Floats, Ints, stream
from salesops.tables.sample.partners import Partners, sign_up
from salesops.tables.sample.people import Staff, hire

CHUNK = 4000
ACCOUNTS_PER_SCALE = 700
# Standard deviation of the shock that all open deals share in a quarter, in log-odds of winning.
SHOCK_SD = 0.25


@dataclass(frozen=True)
class Company:
    """The seller.

    Parameters
    ----------
    accounts, seed
        What the company was asked for.
    chunk_accounts
        Accounts that are drawn at a time.
    staff, partners
        People and distributors; their number grows with the number of accounts.
    shocks
        Per quarter from 2019Q3: what is added to the log-odds of winning.
    """

    accounts: int
    seed: int
    chunk_accounts: int
    staff: Staff
    partners: Partners
    shocks: Floats

    @property
    def chunks(self) -> int:
        """Return the number of chunks of accounts."""
        return -(-self.accounts // self.chunk_accounts)

    def numbers(self, chunk: int) -> Ints:
        """Return the numbers of the accounts in a chunk."""
        first = chunk * self.chunk_accounts
        return np.arange(first, min(first + self.chunk_accounts, self.accounts))


def found(accounts: int, seed: int, chunk_accounts: int = CHUNK) -> Company:
    """Return the company that serves this many accounts.

    Raises
    ------
    InputError
        If there is not at least one account, or the seed is negative.
    """
    if accounts < 1:
        raise InputError(f"accounts is {accounts}: wanted at least 1")
    if seed < 0:
        raise InputError(f"seed is {seed}: wanted a whole number of at least 0")
    scale = max(1, round(accounts / ACCOUNTS_PER_SCALE))
    shocks = SHOCK_SD * stream(seed, "shocks").normal(size=QUARTERS)
    return Company(accounts, seed, chunk_accounts, hire(seed, scale), sign_up(seed, scale), shocks)

"""The people we know at each account: which decision roles, how they stand to us."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.tables.sample import names
from salesops.tables.sample.accounts import ROLE_NAMES
from salesops.tables.sample.draws import Floats, Texts, pick, stream

if TYPE_CHECKING:
    from salesops.tables.sample.accounts import Accounts
    from salesops.tables.sample.company import Company

DECIDER = ROLE_NAMES.index("decider")


def contacts_table(company: Company, chunk: int, accounts: Accounts) -> pd.DataFrame:
    """Return the `contacts` table of a chunk.

    An account with role coverage c shows round(7 c) of the seven roles (at least one); their mean relationship level
    and the decider's attitude show, rounded, what is true of the account.
    """
    rng = stream(company.seed, "contacts", chunk)
    count, roles = len(accounts), len(ROLE_NAMES)
    known = shown_roles(accounts.coverage)
    order = np.argsort(rng.random((count, roles)), axis=1)
    account, place = np.nonzero(np.arange(roles)[None, :] < known[:, None])
    role = order[account, place]
    return pd.DataFrame(
        {
            "contact_id": accounts.ids[account] + "-" + np.char.mod("%d", place + 1).astype(object),
            "account_id": accounts.ids[account],
            "decision_role": pick(ROLE_NAMES, role),
            "name": _some_missing(rng, names.people(rng, len(role))),
            "attitude": _around(rng, accounts.attitude[account], 0.4, -2, 2),
            "relationship_level": _around(rng, accounts.relationship[account], 0.4, 1, 5),
        }
    )


def shown_roles(coverage: Floats) -> Floats:
    """Return how many of the seven roles are known, from role coverage."""
    known: Floats = np.maximum(np.round(len(ROLE_NAMES) * coverage), 1)
    return known


def _around(rng: np.random.Generator, truth: Floats, noise: float, low: int, high: int) -> Floats:
    seen = np.clip(np.round(truth + noise * rng.normal(size=len(truth))), low, high)
    return np.where(rng.random(len(truth)) < 0.04, np.nan, seen)


def _some_missing(rng: np.random.Generator, found: Texts) -> Texts:
    kept = found.copy()
    kept[rng.random(len(found)) < 0.05] = None
    return kept

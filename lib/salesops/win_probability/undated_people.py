"""Whether today's contacts may stand for the past: not where closings have left their mark on them.

Contacts carry no day. Had a won (or lost) deal brought new contacts, better relations or other attitudes, customers
with closed deals would show other levels, or another spread, than customers none of whose deals has closed yet:
those are the witnesses. Where the two differ, or there are too few witnesses, what is known of people stays out of
the chances.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.win_probability.customer_people import PEOPLE_COLUMNS, customer_people
from salesops.win_probability.features import BY_NAME

if TYPE_CHECKING:
    import pandas as pd

FEWEST_WITNESSES = 30
# Standard errors that a difference in level, or in spread, may have by chance over the three columns.
CERTAIN_ERRORS = 3.0


def people_marked_by_closings(
    accounts: pd.DataFrame, opportunities: pd.DataFrame, contacts: pd.DataFrame
) -> dict[str, str]:
    """Return which of the columns of `customer_people` may not be used, and why, as a sentence.

    Parameters
    ----------
    accounts, opportunities, contacts
        Tables of the input contract.
    """
    ids = accounts["account_id"]
    people = customer_people(ids, contacts)
    closed = ids.isin(opportunities.loc[opportunities["status"] != "open", "account_id"])
    there = [name for name in PEOPLE_COLUMNS if name in people.columns]
    reasons = {name: _reason(name, people.loc[closed, name], people.loc[~closed, name]) for name in there}
    return {name: reason for name, reason in reasons.items() if reason}


def _reason(name: str, after: pd.Series, before: pd.Series) -> str:
    label, after, before = BY_NAME[name].label, after.dropna(), before.dropna()
    if min(len(after), len(before)) < FEWEST_WITNESSES:
        few = f"{len(before)} customers without and {len(after)} with closed deals show it"
        return f"{label} carries no day, and {few}: too few to tell whether closings changed it"
    spreads = [(part - part.mean()) ** 2 for part in (after, before)]
    if max(_errors(after, before), _errors(*spreads)) <= CERTAIN_ERRORS:
        return ""
    levels = f"{after.mean():.2f} for customers with closed deals and {before.mean():.2f} for those without"
    return f"{label} carries no day and differs, {levels}: closings seem to have changed it"


def _errors(one: pd.Series, other: pd.Series) -> float:
    """Return how many standard errors two means lie apart."""
    error = float(np.sqrt(one.var() / len(one) + other.var() / len(other)))
    return abs(float(one.mean() - other.mean())) / max(error, 1e-12)

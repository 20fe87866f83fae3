"""The record of a rep, customer or product line up to a day: how its deals had ended by then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import logit

from salesops.win_probability.deal_history import deal_days
from salesops.win_probability.marks import days_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Closed deals of the whole company that a record is mixed with, so that three lucky wins do not look like a talent.
PRIOR_DEALS = 15.0


def record_up_to(rows: pd.DataFrame, opportunities: pd.DataFrame, by: str) -> NDArray[np.float64]:
    """Return how far the past deals of each row's rep, customer or line went better than the company's.

    Only deals closed up to the row's snapshot count, so that a deal never speaks for itself.

    Parameters
    ----------
    rows
        Snapshots with the column `by`, n rows.
    opportunities
        Table of deals with status, closed_at and `by`.
    by
        Column whose record is wanted.

    Returns
    -------
    ndarray of shape (n,)
        Log-odds of winning against the company's own, shrunk by `PRIOR_DEALS`; 0 where nothing is known.
    """
    closed = opportunities[opportunities["status"] != "open"].sort_values("closed_at", kind="stable")
    won, ended = _counts_up_to(rows, closed, pd.Series(0, closed.index), pd.Series(0, rows.index))
    company = (won + 1) / (ended + 2)
    own_won, own_ended = _counts_up_to(rows, closed, closed[by], rows[by])
    share = (own_won + PRIOR_DEALS * company) / (own_ended + PRIOR_DEALS)
    record: NDArray[np.float64] = logit(share) - logit(company)
    return record


def _counts_up_to(
    rows: pd.DataFrame, closed: pd.DataFrame, owners: pd.Series, wanted: pd.Series
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return deals won and deals closed by each row's owner up to its snapshot."""
    known = pd.Index(owners.dropna().unique())
    codes = known.get_indexer(owners)
    order = np.argsort(codes, kind="stable")
    keys = deal_days(codes, days_of(closed["closed_at"]))[order]
    won = np.concatenate([[0.0], np.cumsum((closed["status"] == "won").to_numpy(float)[order])])
    codes = known.get_indexer(wanted)
    upto = np.searchsorted(keys, deal_days(codes, days_of(rows["snapshot"])), side="right")
    start = np.searchsorted(keys, deal_days(codes, np.full(len(rows), np.datetime64("1000-01-01"))))
    none = codes < 0
    return np.where(none, 0.0, won[upto] - won[start]), np.where(none, 0.0, upto - start)

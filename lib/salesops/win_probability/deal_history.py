"""What the history of stages knew about a deal on any past day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.win_probability.marks import days_of, whole_days

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from salesops.win_probability.marks import Days

# A deal's code and a day in one integer: days since 1970 stay under this for the next two thousand years.
_DAY_SPAN = 1_000_000
_DAY_OFFSET = 400_000


def deal_days(codes: NDArray[np.int64], days: Days) -> NDArray[np.int64]:
    """Return one sortable number per deal and day, so that one search finds the last entry up to a day.

    Examples
    --------
    >>> keys = deal_days(np.array([0, 0, 1]), np.array(["2026-01-01", "2026-02-01", "1999-01-01"], "datetime64[D]"))
    >>> bool((np.diff(keys) > 0).all())
    True
    """
    return codes * _DAY_SPAN + days.astype(np.int64) + _DAY_OFFSET


def running_state(history: pd.DataFrame) -> pd.DataFrame:
    """Return the history in order of deal and day, with what had been seen of each deal up to each entry.

    Parameters
    ----------
    history
        Table stage_history: opportunity_id, stage, entered_at, [amount, expected_close].

    Returns
    -------
    DataFrame
        opportunity_id, entered_at, stage, stage_since, and where the history has them amount, expected_close,
        slips (times the expected closing moved back) and slipped_days (days it moved back in all).
    """
    # A stable sort keeps the entries of one day in the order in which the history lists them.
    state = history.sort_values(["opportunity_id", "entered_at"], kind="stable", ignore_index=True)
    deal = state.groupby("opportunity_id", sort=False)
    moved = state["stage"] != deal["stage"].shift()
    state["stage_since"] = state["entered_at"].where(moved)
    for column in ("stage_since", "amount", "expected_close"):
        if column in state:
            state[column] = deal[column].ffill()
    return _with_slips(state) if "expected_close" in state else state


def _with_slips(state: pd.DataFrame) -> pd.DataFrame:
    deal = state.groupby("opportunity_id", sort=False)
    later = whole_days(days_of(state["expected_close"]) - days_of(deal["expected_close"].shift()))
    later = np.where(later > 0, later, 0.0)
    state["slips"] = pd.Series(later > 0).groupby(state["opportunity_id"], sort=False).cumsum().astype(float)
    state["slipped_days"] = pd.Series(later).groupby(state["opportunity_id"], sort=False).cumsum()
    return state


def known_then(state: pd.DataFrame, deals: pd.Series, days: Days) -> pd.DataFrame:
    """Return the last entry of each deal up to and including a day; a row without any is empty.

    Parameters
    ----------
    state
        From `running_state`.
    deals, days
        One opportunity_id and one day per row wanted, n rows.

    Returns
    -------
    DataFrame
        n rows with the columns of `state` but its opportunity_id, indexed like `deals`.
    """
    if state.empty:
        return state.drop(columns="opportunity_id").reindex(range(len(deals))).set_axis(deals.index)
    known = pd.Index(state["opportunity_id"].unique())
    entered = deal_days(known.get_indexer(state["opportunity_id"]), days_of(state["entered_at"]))
    codes = known.get_indexer(deals)
    position = np.searchsorted(entered, deal_days(codes, days), side="right") - 1
    found = (position >= 0) & (codes >= 0)
    found &= entered[position] // _DAY_SPAN == codes
    then = state.drop(columns="opportunity_id").iloc[np.where(found, position, 0)]
    return then.set_axis(deals.index).where(pd.Series(found, deals.index))

"""Past looks at the pipeline: the deals open on each mark, with what was known of them on that day and no later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData
from salesops.win_probability.deal_history import known_then, running_state
from salesops.win_probability.looks_by_query import by_query, stage_by_query
from salesops.win_probability.marks import MONTHS_PER_QUARTER, days_of, whole_days

if TYPE_CHECKING:
    from salesops.win_probability.looks_by_query import Queries
    from salesops.win_probability.marks import Days

# Set when a deal is born, as far as the contract tells; what else a closed deal shows today may have come later.
BORN_WITH = ("account_id", "rep_id", "product_line", "channel", "source", "partner_id")
ACCOUNT_COLUMNS = ("industry", "region")


def take_snapshots(
    opportunities: pd.DataFrame,
    stage_history: pd.DataFrame | NotEnoughData,
    accounts: pd.DataFrame | NotEnoughData,
    marks: Days,
    queries: Queries | None = None,
) -> pd.DataFrame:
    """Return one row per deal and mark at which it was open.

    Today's stage, amount and expected closing of a deal are never used: they come from the history, or are absent.

    Parameters
    ----------
    opportunities, stage_history, accounts
        Tables of the input contract, cut to the last mark.
    marks
        Days at which the pipeline is looked at, ascending.
    queries
        The same tables as expressions: a long history is asked of the engine that holds it.

    Returns
    -------
    DataFrame
        opportunity_id, mark (position in `marks`), snapshot (day), closed_mark (first mark on or after the closing;
        -1 for a deal not closed), status, age_days, what the deal and its account were born with, and where the
        history has them stage, days_in_stage, amount, days_to_expected_close, slips, slipped_days.
    """
    rows = _open_at(opportunities, marks)
    if not isinstance(stage_history, NotEnoughData) and len(stage_history) and len(rows):
        if by_query("stage_history", stage_history, queries or {}):
            then = stage_by_query(rows, queries or {}, marks)
        else:
            then = known_then(running_state(stage_history), rows["opportunity_id"], days_of(rows["snapshot"]))
        rows = _with_history(rows, then)
    if not isinstance(accounts, NotEnoughData):
        there = [column for column in ACCOUNT_COLUMNS if column in accounts.columns]
        rows = rows.join(accounts.set_index("account_id")[there], on="account_id")
    return rows


def _open_at(opportunities: pd.DataFrame, marks: Days) -> pd.DataFrame:
    created, closed = days_of(opportunities["created_at"]), days_of(opportunities["closed_at"])
    first = np.searchsorted(marks, created, side="left")
    closed_mark = np.where(np.isnat(closed), len(marks), np.searchsorted(marks, closed, side="left"))
    looks = np.maximum(closed_mark - first, 0)
    deal = np.repeat(np.arange(len(opportunities)), looks)
    mark = np.arange(len(deal)) - np.repeat(np.cumsum(looks) - looks, looks) + first[deal]
    kept = [column for column in ("opportunity_id", "status", *BORN_WITH) if column in opportunities.columns]
    rows = opportunities[kept].iloc[deal].reset_index(drop=True)
    ended = np.where(np.isnat(closed), -1, closed_mark)[deal]
    return rows.assign(
        mark=mark, snapshot=marks[mark], closed_mark=ended, age_days=whole_days(marks[mark] - created[deal])
    )


def _with_history(rows: pd.DataFrame, then: pd.DataFrame) -> pd.DataFrame:
    looked = days_of(rows["snapshot"])
    rows["stage"] = then["stage"]
    rows["days_in_stage"] = whole_days(looked - days_of(then["stage_since"]))
    for column in ("amount", "slips", "slipped_days"):
        if column in then:
            rows[column] = then[column].astype(float)
    if "expected_close" in then:
        rows["days_to_expected_close"] = whole_days(days_of(then["expected_close"]) - looked)
    return rows


def outcomes(rows: pd.DataFrame, known_mark: int) -> pd.DataFrame:
    """Return how each snapshot ended, as known at a mark.

    Parameters
    ----------
    rows
        From `take_snapshots`, n rows; all at or before `known_mark`.
    known_mark
        Mark up to which outcomes are known; a deal closed after it is still open.

    Returns
    -------
    DataFrame
        kind (won, lost or open), quarter (whole quarters passed before the one in which it closed; -1 if open) and
        watched (whole quarters from the snapshot to `known_mark`), n rows.

    Examples
    --------
    >>> rows = pd.DataFrame({"mark": [0, 0], "closed_mark": [4, 9], "status": ["won", "lost"]})
    >>> outcomes(rows, 8).values.tolist()
    [['won', 1, 2], ['open', -1, 2]]
    """
    closed = (rows["closed_mark"] >= 0) & (rows["closed_mark"] <= known_mark)
    quarter = (rows["closed_mark"] - rows["mark"] - 1) // MONTHS_PER_QUARTER
    return pd.DataFrame(
        {
            "kind": rows["status"].where(closed, "open"),
            "quarter": quarter.where(closed, -1),
            "watched": (known_mark - rows["mark"]) // MONTHS_PER_QUARTER,
        }
    )

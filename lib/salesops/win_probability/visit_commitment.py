"""Visits that end in a commitment of the customer, and how deals go on after them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData
from salesops.win_probability.closings import quarters_back
from salesops.win_probability.clusters import shares_by
from salesops.win_probability.deal_history import known_then, running_state
from salesops.win_probability.marks import days_of
from salesops.win_probability.shrunk_means import shrink
from salesops.win_probability.stages import first_entries

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from salesops.win_probability.deal_tables import DealTables
    from salesops.win_probability.marks import Days

VISIT = "visit"
WEEKS = 4


def visits(tables: DealTables, as_of: date, quarters: int, weeks: int = WEEKS) -> pd.DataFrame | NotEnoughData:
    """Return the visits to deals of the last quarters of which it is known whether they ended in a commitment.

    Parameters
    ----------
    tables
        Tables of the input contract, cut to `as_of`; without stage_history nothing is known of what came after a visit.
    as_of, quarters
        Last day, and quarters back from it.
    weeks
        Within which a deal goes on after a visit, or does not.

    Returns
    -------
    DataFrame
        opportunity_id, rep_id (empty if not known), status (of the deal today), day, committed (0 or 1), amount, and
        with a history stage (and amount: those of the evening before) and went_on (1 if it entered a later stage or
        was won within `weeks`, else 0; empty for visits too late to tell, or to closed deals, or where no stage of
        buying is known).
    """
    opportunities, activities, history = tables.opportunities, tables.activities, tables.stage_history
    if isinstance(opportunities, NotEnoughData):
        return opportunities
    if isinstance(activities, NotEnoughData):
        return activities
    found = _commitments(opportunities, activities, quarters_back(as_of, quarters))
    if isinstance(found, NotEnoughData) or isinstance(history, NotEnoughData) or history.empty:
        return found
    if "closed_at" not in opportunities.columns:
        return found
    return _with_what_came(found, opportunities, history, np.datetime64(as_of, "D"), weeks)


def _commitments(
    opportunities: pd.DataFrame, activities: pd.DataFrame, since: pd.Timestamp
) -> pd.DataFrame | NotEnoughData:
    for column in ("opportunity_id", "commitment"):
        if column not in activities.columns:
            return NotEnoughData(f"activities.{column}")
    deals = opportunities.set_index("opportunity_id")
    is_visit = activities["kind"].str.strip().str.casefold() == VISIT
    told = activities["commitment"].notna() & activities["opportunity_id"].isin(deals.index)
    known = activities[is_visit & told & (activities["occurred_at"] > since)].reset_index(drop=True)
    if known.empty:
        return NotEnoughData('activities of kind "visit" to deals, with a commitment of 0 or 1')
    return pd.DataFrame(
        {
            "opportunity_id": known["opportunity_id"],
            "rep_id": known.get("rep_id"),
            "status": known["opportunity_id"].map(deals["status"]),
            "day": days_of(known["occurred_at"]),
            "committed": known["commitment"].astype(float),
            "amount": known["opportunity_id"].map(deals["amount"]).astype(float),
        }
    )


def _with_what_came(
    found: pd.DataFrame, opportunities: pd.DataFrame, history: pd.DataFrame, as_of: np.datetime64, weeks: int
) -> pd.DataFrame:
    stages = first_entries(opportunities, history).columns
    rank = pd.Series(np.arange(len(stages), dtype=float), index=stages)
    then = _evening_before(found, opportunities, history)
    here, day = then["stage"].map(rank).to_numpy(float), days_of(found["day"])
    until = day + 7 * weeks
    entered = history["opportunity_id"].isin(found["opportunity_id"])
    entries = history.loc[entered, ["opportunity_id", "stage", "entered_at"]]
    after = found[["opportunity_id"]].assign(visit=np.arange(len(found)), here=here, day=day, until=until)
    after = after.merge(entries, on="opportunity_id")
    later = (after["stage"].map(rank) > after["here"]) & after["entered_at"].between(
        after["day"], after["until"] + pd.Timedelta(days=1), inclusive="left"
    )
    closed, won = _closings(found["opportunity_id"], opportunities)
    went_on = np.isin(np.arange(len(found)), after.loc[later, "visit"]) | (won & (closed <= until))
    # After a deal has closed, a visit cannot move it any more.
    told = (until <= as_of) & np.isfinite(here) & ~(closed < day)
    amount = then["amount"].fillna(found["amount"]) if "amount" in then else found["amount"]
    return found.assign(stage=then["stage"], amount=amount, went_on=np.where(told, went_on.astype(float), np.nan))


def _evening_before(found: pd.DataFrame, opportunities: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """Return how each deal stood the evening before its visit: a step taken on the day of a visit came out of it."""
    created = days_of(found["opportunity_id"].map(opportunities.set_index("opportunity_id")["created_at"]))
    evening = np.fmax(days_of(found["day"]) - 1, created)
    visited = history[history["opportunity_id"].isin(found["opportunity_id"])]
    return known_then(running_state(visited), found["opportunity_id"], evening)


def _closings(deals: pd.Series, opportunities: pd.DataFrame) -> tuple[Days, NDArray[np.bool_]]:
    by_deal = opportunities.set_index("opportunity_id")
    return days_of(deals.map(by_deal["closed_at"])), (deals.map(by_deal["status"]) == "won").to_numpy(bool)


def commitment_by_outcome(visits: pd.DataFrame) -> pd.DataFrame:
    """Return the share of visits that ended in a commitment, by how their deals stand today.

    Returns
    -------
    DataFrame
        share, low, high (80%, visits to one deal counted as alike as they are), n and effective_n, indexed by status.
    """
    return shares_by(visits["committed"], visits["status"], visits["opportunity_id"])


def commitment_by_rep(visits: pd.DataFrame, since: pd.Timestamp) -> pd.DataFrame:
    """Return the share of each rep's visits that ended in a commitment, drawn towards the team's.

    Parameters
    ----------
    visits
        From `visits`.
    since
        Visits after this day count: who has left long ago is no longer of interest.

    Returns
    -------
    DataFrame
        rep_id, visits, share (as counted), value with low and high (see `shrink`), the highest value first.
    """
    visits = visits[visits["day"] > since]
    found = shares_by(visits["committed"], visits["rep_id"], visits["opportunity_id"])
    if found.empty:
        return pd.DataFrame(columns=["rep_id", "visits", "share", "value", "low", "high"])
    # Nobody's share is so certain that luck had no part in it: one visit more of each kind keeps it off 0 and 1.
    team = (visits["committed"].sum() + 1) / (len(visits) + 2)
    errors = np.sqrt(team * (1 - team) / found["effective_n"].to_numpy(float))
    drawn = shrink(found["share"].to_numpy(float), errors)
    table = pd.DataFrame(
        {
            "rep_id": found.index, "visits": found["n"].to_numpy(), "share": found["share"].to_numpy(),
            "value": drawn.values.clip(0, 1), "low": drawn.low.clip(0, 1), "high": drawn.high.clip(0, 1),
        }
    )  # fmt: skip
    return table.sort_values("value", ascending=False, kind="stable", ignore_index=True)

"""Visits that end in a commitment of the customer, and how deals go on after them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.win_probability.closings import quarters_back
from salesops.win_probability.clusters import shares_by
from salesops.win_probability.deal_history import known_then, running_state
from salesops.win_probability.marks import days_of
from salesops.win_probability.shrinkage import EIGHTY_PERCENT, shrink
from salesops.win_probability.stages import first_entries

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from salesops.win_probability.deal_tables import DealTables

VISIT = "visit"
WEEKS = 4
AMOUNT_CLASSES = 3
FEWEST_VISITS = 20


@dataclass(frozen=True)
class CommitmentEffect:
    """How much more often deals go on after a visit with a commitment than after one without.

    Parameters
    ----------
    difference, low, high
        Difference of the two shares, with its 80% interval.
    with_commitment, without
        The shares themselves, as they would be with the same mix of stages and amounts.
    visits, deals
        That it rests on.
    weeks
        Within which a deal went on.
    """

    difference: float
    low: float
    high: float
    with_commitment: float
    without: float
    visits: int
    deals: int
    weeks: int


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
        with a history stage (the one it stood in the evening before) and went_on (1 if it entered a later stage or
        was won within `weeks`, else 0; empty for visits too late to tell, and where no stage is known).
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
    day, until = days_of(found["day"]), days_of(found["day"]) + 7 * weeks
    stood = _stage_before(found, opportunities, history)
    here = stood.map(rank).to_numpy(float)
    entries = history.assign(rank=history["stage"].map(rank), entered=days_of(history["entered_at"]))
    after = found[["opportunity_id"]].assign(visit=np.arange(len(found)), here=here, day=day, until=until)
    after = after.merge(entries[["opportunity_id", "rank", "entered"]], on="opportunity_id")
    later = (after["rank"] > after["here"]) & (after["entered"] >= after["day"]) & (after["entered"] <= after["until"])
    went_on = np.isin(np.arange(len(found)), after.loc[later, "visit"])
    went_on |= _won_by(found["opportunity_id"], opportunities, until)
    told = (until <= as_of) & np.isfinite(here)
    return found.assign(stage=stood, went_on=np.where(told, went_on.astype(float), np.nan))


def _stage_before(found: pd.DataFrame, opportunities: pd.DataFrame, history: pd.DataFrame) -> pd.Series:
    """Return the stage in the evening before each visit: a step taken on the day of a visit came out of it."""
    created = days_of(found["opportunity_id"].map(opportunities.set_index("opportunity_id")["created_at"]))
    evening = np.maximum(days_of(found["day"]) - 1, np.where(np.isnat(created), days_of(found["day"]) - 1, created))
    return known_then(running_state(history), found["opportunity_id"], evening)["stage"]


def _won_by(deals: pd.Series, opportunities: pd.DataFrame, until: NDArray[np.datetime64]) -> NDArray[np.bool_]:
    by_deal = opportunities.set_index("opportunity_id")
    won = by_deal["closed_at"].where(by_deal["status"] == "won")
    return days_of(deals.map(won)) <= until


@passes_not_enough_data
def commitment_effect(visits: pd.DataFrame, weeks: int = WEEKS) -> CommitmentEffect | NotEnoughData:
    """Return the difference that goes with a commitment, among visits to deals in one stage and of one size.

    The risk difference of Mantel and Haenszel over stage × thirds of the amount: Σ w (p₁ − p₀) / Σ w with
    w = n₁ n₀ / n (Greenland and Robins, 1985). It is also the coefficient of the commitment in a regression with an
    intercept per stratum; its standard error is the one that allows for visits to one deal resembling each other.

    Parameters
    ----------
    visits
        From `visits`.
    weeks
        As given there.
    """
    if "went_on" not in visits.columns:
        return NotEnoughData("stage_history and opportunities.closed_at", "they tell what came after a visit")
    told = visits[visits["went_on"].notna()]
    stratum = pd.Series(told["stage"].astype(str) + " " + _amount_class(told["amount"]), told.index)
    centred = told["committed"] - told["committed"].groupby(stratum).transform("mean")
    both = centred.groupby(stratum).transform(lambda c: (c**2).sum()) > 0
    told, stratum, centred = told[both], stratum[both], centred[both]
    if min((told["committed"] == kind).sum() for kind in (0, 1)) < FEWEST_VISITS:
        return NotEnoughData(f"{FEWEST_VISITS} visits with and without a commitment to deals alike in stage and amount")
    weight = float((centred**2).sum())
    difference = float((centred * told["went_on"]).sum()) / weight
    apart = told["went_on"] - difference * told["committed"]
    residual = (centred * (apart - apart.groupby(stratum).transform("mean"))).to_numpy(float)
    error = _clustered_error(residual, told["opportunity_id"]) / weight
    base = _standard_share(told, stratum)
    return CommitmentEffect(
        difference, difference - EIGHTY_PERCENT * error, difference + EIGHTY_PERCENT * error,
        base + difference, base, len(told), told["opportunity_id"].nunique(), weeks,
    )  # fmt: skip


def _amount_class(amount: pd.Series) -> pd.Series:
    return (amount.rank(pct=True) * AMOUNT_CLASSES).fillna(0.0).round(9).apply(np.ceil).astype(str)


def _standard_share(told: pd.DataFrame, stratum: pd.Series) -> float:
    """Return the share that goes on after visits without a commitment, in Mantel and Haenszel's mix of strata."""
    share = told["committed"].groupby(stratum).mean()
    weight = told.groupby(stratum).size() * share * (1 - share)
    without = told[told["committed"] == 0]
    return float(np.average(without["went_on"].groupby(stratum).mean().reindex(weight.index), weights=weight))


def _clustered_error(scores: NDArray[np.float64], clusters: pd.Series) -> float:
    totals = np.bincount(clusters.factorize()[0], scores)
    count = len(totals)
    return float(np.sqrt(count / max(count - 1, 1) * (totals**2).sum()))


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

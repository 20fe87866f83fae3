"""What is said of a deal's scorecard, activity, people, price, responsibles and rep."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.win_probability.confirmations import COMES_LAST, in_words, ticked_columns
from salesops.win_probability.customer_people import ROLES

if TYPE_CHECKING:
    from numpy.typing import NDArray

DAYS_PER_MONTH = 365.25 / 12


def scorecard_words(rows: pd.DataFrame, parts: pd.DataFrame) -> pd.Series:
    """Return "7 of 13 confirmed, among them funds (C6)", or "…, but not funds (C6)" where the card speaks against us.

    Parameters
    ----------
    rows
        Snapshots with confirmations, n rows.
    parts
        Contributions of single confirmations, in log-odds: the weightiest is named.
    """
    ticks = [tick for tick in ticked_columns(rows.columns) if tick in parts.columns]
    ticked = rows[ticks].fillna(0.0) > 0
    count = ticked.sum(axis=1).astype(str) + f" of {len(ticks)} confirmed"
    with_ = ", among them " + _weightiest(parts[ticks].where(ticked, 0.0))
    without = ", but not " + _weightiest(-parts[ticks].mask(ticked, 0.0).drop(columns=COMES_LAST, errors="ignore"))
    card = [name for name in (*ticks, "confirmed", "days_since_review") if name in parts.columns]
    ending = with_.where(parts[card].sum(axis=1) > 0, without)
    said = (count + ending.where(ending.str.endswith(")"), "")).where(rows["days_since_review"].notna())
    return said.fillna("never reviewed")


def _weightiest(parts: pd.DataFrame) -> pd.Series:
    """Return the confirmation with the largest part; nothing where no part is above zero."""
    return parts.idxmax(axis=1).map(in_words).where(parts.max(axis=1) > 0, "")


def activity_words(rows: pd.DataFrame) -> pd.Series:
    """Return "9 activities with 3 commitments, none in the last 90 days"."""
    done = rows["activities"]
    text: pd.Series = _count(done, "activity", "activities")
    if "commitments" in rows:
        with_ = " with " + _count(rows["commitments"], "commitment", "commitments")
        text = text + with_.where(rows["commitments"] > 0, " without a commitment")
    text = text + np.where(rows["recent_activities"] == 0, ", none in the last 90 days", "")
    return text.where(done > 0, "no activity yet").where(done.notna(), "activity not recorded")


def pace_words(rows: pd.DataFrame) -> pd.Series:
    """Return whether the customer confirms faster than others, as far as its reviews tell."""
    pace = rows["customer_pace"]
    words = ["customer confirms faster than others", "customer confirms slower than others"]
    return pd.Series(np.select([pace > 0, pace < 0], words, ""), rows.index)


def rep_record_words(rows: pd.DataFrame) -> pd.Series:
    """Return whether the rep's past deals went better than others'."""
    record = rows["rep_id_record"]
    words = ["rep won more often than others", "rep won less often than others"]
    return pd.Series(np.select([record > 0, record < 0], words, ""), rows.index)


def people_words(rows: pd.DataFrame) -> pd.Series:
    """Return "5 of 7 roles known, mostly for us"."""
    text: pd.Series = _whole(rows["roles_covered"] * ROLES) + f" of {ROLES} roles known"
    if "attitude" in rows:
        sides = [rows["attitude"] >= 0.5, rows["attitude"] <= -0.5]
        text = text + np.select(sides, [", mostly for us", ", mostly against us"], "")
    if "relationship_level" in rows:
        level = rows["relationship_level"].map("{:.1f}".format, na_action="ignore")
        text = text + (", relationship level " + level.astype(object)).fillna("")
    return text.where(rows["roles_covered"] > 0, "no contact known")


def triangle_words(rows: pd.DataFrame) -> pd.Series:
    """Return whether account, solution and fulfilment responsible are all named."""
    complete = "account, solution and fulfilment responsible named"
    known = pd.Series(np.where(rows["iron_triangle"] > 0, complete, "iron triangle incomplete"), rows.index)
    return known.where(rows["iron_triangle"].notna(), "")


def price_gap_words(rows: pd.DataFrame) -> pd.Series:
    """Return "our price 5% over the competitor's"."""
    gap = 100 * np.expm1(rows["price_gap"])
    side = np.where(gap > 0, "% over the competitor's", "% under the competitor's")
    text: pd.Series = ("our price " + _whole(gap.abs()) + side).where(
        gap.abs().round() >= 1, "our price equals the competitor's"
    )
    return text.where(gap.notna(), "no price comparison yet")


def record_words(rows: pd.DataFrame) -> pd.Series:
    """Return how the customer's closed deals ended in comparison with others'."""
    better = rows["account_id_record"]
    kinds = ["customer bought more often than others", "customer bought less often than others"]
    return pd.Series(np.select([better > 0, better < 0], kinds, "customer without closed deals"), rows.index)


def tenure_words(rows: pd.DataFrame) -> pd.Series:
    """Return "rep with us for 5 months"."""
    months = (rows["rep_tenure_days"] / DAYS_PER_MONTH).round()
    years = "rep with us for " + _count((months / 12).round(), "year", "years")
    return ("rep with us for " + _count(months, "month", "months")).where(months < 24, years).where(months.notna(), "")


def _count(values: pd.Series, one: str, many: str) -> pd.Series:
    noun: NDArray[np.str_] = np.where(values == 1, f" {one}", f" {many}")
    return _whole(values) + noun


def _whole(values: pd.Series) -> pd.Series:
    return values.round().fillna(0).astype(int).astype(str)

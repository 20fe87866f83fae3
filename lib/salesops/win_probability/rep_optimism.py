"""What reps said of their deals at past month-ends, against what became of them: closing day and amount."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.win_probability.closings import CLOSED, quarters_back
from salesops.win_probability.marks import MONTHS_PER_QUARTER, days_of, month_marks, whole_days
from salesops.win_probability.shrunk_means import Shrunk, shrink
from salesops.win_probability.snapshots import take_snapshots

if TYPE_CHECKING:
    from datetime import date

# Looks of the year before the first closing that counts: few deals are open for longer.
EARLIER_MONTHS = 12
FEWEST_DEALS = 10
MEASURES = {"days_late": "days_late", "slipped": "slipped", "amount_change": "amount_log_ratio"}


@passes_not_enough_data
def stated_and_realised(
    opportunities: pd.DataFrame, stage_history: pd.DataFrame, as_of: date, quarters: int
) -> pd.DataFrame | NotEnoughData:
    """Return, deal by deal, how far what was said of it at month-ends lay from what came.

    Every month-end at which a deal was open is a look, and a deal counts once, by the mean of its looks. Days late
    are those of deals that closed in the last `quarters`, won or lost; whether a stated day slipped is told of all
    days that came due in them, also of deals still open, so that the slowest deals are not left out.

    Parameters
    ----------
    opportunities, stage_history
        Tables of the input contract, cut to `as_of`; the history says what was stated when.
    as_of, quarters
        Last day, and quarters back from it.

    Returns
    -------
    DataFrame
        opportunity_id, rep_id, days_late (closing less stated closing; below zero if early), slipped (share of its
        stated days that passed with the deal open) and, of won deals, amount_log_ratio (natural log of the amount at
        closing over the one stated); empty where a deal says nothing of it.
    """
    for column in ("closed_at", "rep_id"):
        if column not in opportunities.columns:
            return NotEnoughData(f"opportunities.{column}")
    if "expected_close" not in stage_history.columns or stage_history["expected_close"].isna().all():
        return NotEnoughData("stage_history.expected_close", "it tells what was expected when")
    marks = month_marks(as_of, MONTHS_PER_QUARTER * quarters + EARLIER_MONTHS)
    looks = take_snapshots(opportunities, stage_history, NotEnoughData("accounts"), marks)
    looks = looks.join(opportunities.set_index("opportunity_id")[["closed_at"]], on="opportunity_id")
    said = _compared(looks, opportunities, as_of, quarters)
    per_deal = said.groupby(["opportunity_id", "rep_id"], as_index=False)[list(MEASURES.values())].mean()
    per_deal = per_deal.dropna(subset=["days_late", "slipped"], how="all").reset_index(drop=True)
    if len(per_deal) < FEWEST_DEALS:
        why = f"{len(per_deal)} in the last {quarters} quarters"
        return NotEnoughData(f"{FEWEST_DEALS} deals with a rep whose stated closing came due", why)
    return per_deal


def _compared(looks: pd.DataFrame, opportunities: pd.DataFrame, as_of: date, quarters: int) -> pd.DataFrame:
    start, last = quarters_back(as_of, quarters), pd.Timestamp(as_of)
    stated = looks["snapshot"] + pd.to_timedelta(looks["days_to_expected_close"], unit="D")
    closed = looks["closed_at"].where(looks["status"].isin(CLOSED))
    late = pd.Series(whole_days(days_of(closed) - days_of(stated)), looks.index)
    due = (stated > start) & (stated <= last)
    slipped = (~(closed.dt.normalize() <= stated)).astype(float)
    return looks.assign(
        days_late=late.where(closed > start),
        slipped=slipped.where(due),
        amount_log_ratio=_amount_log_ratio(looks, opportunities).where((looks["status"] == "won") & (closed > start)),
    )


def _amount_log_ratio(looks: pd.DataFrame, opportunities: pd.DataFrame) -> pd.Series:
    if "amount" not in looks.columns:
        return pd.Series(np.nan, looks.index)
    final = looks["opportunity_id"].map(opportunities.set_index("opportunity_id")["amount"]).astype(float)
    both = (final > 0) & (looks["amount"] > 0)
    return (final.where(both) / looks["amount"].where(both)).apply(np.log)


@passes_not_enough_data
def rep_optimism(stated: pd.DataFrame) -> pd.DataFrame:
    """Return what each rep's word was worth, drawn towards the team's mean the more the fewer deals speak for it.

    Each rep's mean over deals is taken with the standard error that the spread between deals of one rep (the same for
    all reps) gives it, and drawn towards the mean as `shrink` does.

    Parameters
    ----------
    stated
        From `stated_and_realised`.

    Returns
    -------
    DataFrame
        rep_id, deals, days_late with days_late_low and days_late_high (80%), days_late_own (before shrinkage), slipped
        with slipped_low and slipped_high, won_deals, and amount_change (amount at closing over the one stated, less
        one) with amount_change_low and amount_change_high; the latest rep first.
    """
    grouped = stated.groupby("rep_id")
    table = pd.DataFrame({"deals": grouped.size(), "won_deals": grouped["amount_log_ratio"].count()})
    table["days_late_own"] = grouped["days_late"].mean()
    for name, column in MEASURES.items():
        found = team_and_reps(stated, column)
        drawn = pd.DataFrame() if isinstance(found, NotEnoughData) else found[1]
        for part, column_name in (("value", name), ("low", f"{name}_low"), ("high", f"{name}_high")):
            table[column_name] = drawn[part].reindex(table.index) if part in drawn else np.nan
    shares, changes = (table.columns[table.columns.str.startswith(name)] for name in ("slipped", "amount_change"))
    table[shares], table[changes] = table[shares].clip(0, 1), np.expm1(table[changes])
    return table.reset_index().sort_values("days_late", ascending=False, kind="stable", ignore_index=True)


def team_and_reps(stated: pd.DataFrame, column: str) -> tuple[Shrunk, pd.DataFrame] | NotEnoughData:
    """Return one measure of the team (its mean and how far reps differ) and of each rep (value, low, high).

    Parameters
    ----------
    stated
        From `stated_and_realised`.
    column
        days_late, slipped or amount_log_ratio.
    """
    known = stated[stated[column].notna()]
    by_rep = known.groupby("rep_id")[column].agg(["mean", "size", "var"])
    freedom = (by_rep["size"] - 1).sum()
    variance = float(((by_rep["size"] - 1) * by_rep["var"].fillna(0.0)).sum()) / max(freedom, 1)
    if len(known) < FEWEST_DEALS or freedom < 1 or variance <= 0:
        return NotEnoughData(f"{FEWEST_DEALS} deals that differ in {column}, with more than one of some rep")
    drawn = shrink(by_rep["mean"].to_numpy(float), np.sqrt(variance / by_rep["size"].to_numpy(float)))
    reps = pd.DataFrame({"value": drawn.values, "low": drawn.low, "high": drawn.high}, index=by_rep.index)
    return drawn, reps

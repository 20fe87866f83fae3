"""The open deals, each with its chance, what it is worth, when it closes, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.win_probability.chances import cumulative
from salesops.win_probability.contributions import contributions
from salesops.win_probability.hazard import LandmarkHazard
from salesops.win_probability.marks import DAYS_PER_QUARTER, coming_quarters
from salesops.win_probability.next_confirmation import next_confirmations
from salesops.win_probability.reasons import phrases, strongest, told, top_reasons

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from salesops.win_probability.learn import DealModel

STEPS_PER_QUARTER = 6
REASONS = ("reasons_up", "reasons_down", "strongest_up", "strongest_down")
SHOWN = ("stage", "amount", "rep_id", "account_id", "product_line")


@passes_not_enough_data
def open_deals(
    learned: DealModel, opportunities: pd.DataFrame, names: dict[str, dict[str, str]], currency: str
) -> pd.DataFrame | NotEnoughData:
    """Return one row per open deal, largest expected amount first.

    Parameters
    ----------
    learned
        From `salesops.win_probability.learn.learn`.
    opportunities
        Table of deals, cut to the as-of day.
    names
        For account_id and rep_id: from the identifier to the name people use (see `names_of`).
    currency
        What money is called in the reasons.

    Returns
    -------
    DataFrame
        opportunity_id, win_probability with low and high (80%: how well the chance is known), win_this_quarter (by
        the end of the quarter that holds the day after as_of), expected_amount (chance × amount; empty without an
        amount), expected_close (median day of winning, if won), reasons_up, reasons_down, next_confirmation and
        next_gain (see `next_confirmations`; empty without a scorecard), then account, rep, product_line, stage, amount,
        strongest_up and strongest_down (what the first reason is about).
    """
    today = learned.today
    if today.empty:
        return NotEnoughData("an open deal", "all deals are closed on that day")
    low, high = learned.model.win_interval(today)
    ahead = coming_quarters(learned.as_of, 1)["quarters_ahead"].tolist()
    by = learned.model.predict_proba_by(today, [*ahead, np.inf])
    reasons = _reasons(learned, names, currency)
    table = pd.DataFrame(
        {
            "opportunity_id": today["opportunity_id"],
            "win_probability": by.won[:, 1],
            "low": low,
            "high": high,
            "win_this_quarter": by.won[:, 0],
            "expected_close": expected_close(learned),
            "reasons_up": reasons["reasons_up"],
            "reasons_down": reasons["reasons_down"],
        }
    )
    amounts = today["opportunity_id"].map(opportunities.set_index("opportunity_id")["amount"].astype(float))
    table = table.join(next_confirmations(learned, amounts)).join(_shown(opportunities, names), on="opportunity_id")
    table = table.join(reasons[["strongest_up", "strongest_down"]])
    table.insert(5, "expected_amount", table["win_probability"] * table["amount"])
    return table.sort_values("expected_amount", ascending=False, kind="stable", ignore_index=True)


def names_of(accounts: pd.DataFrame | NotEnoughData, reps: pd.DataFrame | NotEnoughData) -> dict[str, dict[str, str]]:
    """Return the names of accounts and reps by identifier; tables or names that are absent are left out."""
    tables = {"account_id": accounts, "rep_id": reps}
    return {
        key: dict(zip(table[key].astype(str), table["name"].fillna(table[key]).astype(str), strict=True))
        for key, table in tables.items()
        if not isinstance(table, NotEnoughData) and "name" in table.columns
    }


def expected_close(learned: DealModel) -> pd.Series:
    """Return the day by which half of a deal's chance of winning has come true."""
    today, steps = learned.today, learned.model.horizon_quarters * STEPS_PER_QUARTER
    horizons = np.arange(1, steps + 1) / STEPS_PER_QUARTER
    hazards = learned.model.hazards(today)
    by = cumulative(hazards, np.broadcast_to(np.r_[horizons, np.inf], (len(today), steps + 1))).won
    first = (by[:, :-1] >= by[:, -1:] / 2).argmax(axis=1)
    reached = by[:, -2] >= by[:, -1] / 2
    days: NDArray[np.float64] = np.round(np.where(reached, horizons[first], horizons[-1]) * DAYS_PER_QUARTER)
    return pd.Series(pd.Timestamp(learned.as_of) + pd.to_timedelta(days, unit="D"), today.index)


def _reasons(learned: DealModel, names: dict[str, dict[str, str]], currency: str) -> pd.DataFrame:
    if not isinstance(learned.model, LandmarkHazard):
        return pd.DataFrame("", learned.today.index, list(REASONS))
    parts = contributions(learned.model, learned.today)
    past = learned.snapshots[learned.snapshots["status"] != "open"]
    said, topics = phrases(learned.today, parts, past, names, currency), told(parts)
    found = [tell(topics, said, up=up) for tell in (top_reasons, strongest) for up in (True, False)]
    return pd.concat(found, axis=1, keys=REASONS)


def _shown(opportunities: pd.DataFrame, names: dict[str, dict[str, str]]) -> pd.DataFrame:
    kept = [column for column in SHOWN if column in opportunities.columns]
    shown = opportunities.set_index("opportunity_id")[kept].copy()
    shown["amount"] = shown["amount"].astype(float)
    for key, label in (("account_id", "account"), ("rep_id", "rep")):
        known = shown[key] if key in shown else pd.Series("", shown.index)
        shown[label] = known.map(names.get(key, {})).astype(object).fillna(known).fillna("").astype(str)
    return shown.drop(columns=[key for key in ("account_id", "rep_id") if key in shown])

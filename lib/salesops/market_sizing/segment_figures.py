"""The figures behind a segment's scores: how open it is, what it leaves us, and how we do there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.market_sizing.rivals import US
from salesops.market_sizing.segments import SEGMENT
from salesops.not_enough_data import NotEnoughData
from salesops.tables.queries import collect

if TYPE_CHECKING:
    from salesops.market_sizing.coverage import Coverage
    from salesops.market_sizing.segments import Ours
    from salesops.tables import Tables

WIN_YEARS = 2
PRIOR_DEALS = 10.0
"""How many deals of the average win rate a segment's own are joined by."""


def segment_figures(
    known: Tables, ours: Ours | NotEnoughData, rows: pd.DataFrame | NotEnoughData, shares: pd.DataFrame | NotEnoughData,
    covered: Coverage | NotEnoughData,
) -> pd.DataFrame | NotEnoughData:  # fmt: skip
    """Return openness, margin, relative share, coverage and win rate by segment; those not known are left out.

    Parameters
    ----------
    known
        The tables as of a day.
    ours
        From `ours`.
    rows, shares
        From `revenues` and `market_shares`.
    covered
        From `coverage`.

    Returns
    -------
    DataFrame or NotEnoughData
        industry, region; openness (1 less the Herfindahl index of rivals and us), margin (a share of sales), relative
        share (ours over the largest rival's), coverage (share of accounts' spend with an opportunity or an order), win
        rate (of deals closed in two years).
    """
    if isinstance(ours, NotEnoughData):
        return ours
    parts = [_margin(ours)]
    if not isinstance(rows, NotEnoughData) and not isinstance(shares, NotEnoughData):
        parts.append(_competition(rows, shares))
    if not isinstance(covered, NotEnoughData):
        parts.append(_covered(covered))
    wins = _win_rate(known, ours)
    table = pd.concat([*parts, wins] if wins is not None else parts, axis=1)
    return table.rename_axis(SEGMENT).reset_index()


def _margin(ours: Ours) -> pd.DataFrame:
    last_year = ours.sales["month"] > pd.Timestamp(ours.as_of) - pd.DateOffset(years=1)
    rows = ours.sales[last_year & ours.sales["cost"].notna()]
    sums = rows.groupby(SEGMENT)[["sales", "cost"]].sum()
    return pd.DataFrame({"margin": 1 - sums["cost"] / sums["sales"].where(sums["sales"] > 0)})


def _competition(rows: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    last = shares[shares["year"] == shares["year"].max()]
    names = rows[[*SEGMENT, "segment"]].drop_duplicates("segment")
    mine = last[last["competitor"] == US].set_index("segment")["relative_share"]
    found = names.assign(
        openness=1 - names["segment"].map(last.groupby("segment")["hhi"].first()),
        **{"relative share": names["segment"].map(mine).fillna(0.0)},
    )
    return found.set_index(SEGMENT)[["openness", "relative share"]]


def _covered(covered: Coverage) -> pd.DataFrame:
    steps = [step for step in ("opportunity", "order") if step in covered.accounts]
    busy = covered.accounts[steps].any(axis=1) * covered.accounts["spend"]
    sums = pd.DataFrame({"busy": busy, "spend": covered.accounts["spend"]}).groupby(
        [covered.accounts[name] for name in SEGMENT]
    ).sum()  # fmt: skip
    return pd.DataFrame({"coverage": sums["busy"] / sums["spend"].where(sums["spend"] > 0)})


def _win_rate(known: Tables, ours: Ours) -> pd.DataFrame | None:
    """Return the share of closed deals that were won, joined by a few of the average."""
    if not known.has("opportunities", "closed_at"):
        return None
    deals = known.expressions["opportunities"]
    since = (pd.Timestamp(known.as_of) - pd.DateOffset(years=WIN_YEARS)).date()
    closed = deals.filter(deals.closed_at > since, deals.status.isin(["won", "lost"]))
    counts = collect(closed.group_by("account_id").aggregate(closed=closed.count(), won=(closed.status == "won").sum()))
    if isinstance(counts, NotEnoughData) or counts.empty:
        return None
    joined = counts.merge(ours.accounts[["account_id", *SEGMENT]], on="account_id")
    sums = joined.groupby(SEGMENT)[["closed", "won"]].sum()
    mean = float(np.divide(sums["won"].sum(), max(sums["closed"].sum(), 1)))
    return pd.DataFrame({"win rate": (sums["won"] + PRIOR_DEALS * mean) / (sums["closed"] + PRIOR_DEALS)})

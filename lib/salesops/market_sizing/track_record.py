"""What earlier runs said we could win, held against what was then sold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from salesops.market_sizing.segments import SEGMENT
from salesops.market_sizing.words import segment_names
from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.paths import resolve
from salesops.report import day
from salesops.tables.ledger.read import read_ledger

if TYPE_CHECKING:
    from salesops.market_sizing.segments import Ours

TOPIC, TABLE = "market_sizing", "expected_sales"
EVERYTHING = "all"
BASE = "base"
"""A scenario says what would be, not what is expected."""


def earlier_estimates(ledger: str) -> pd.DataFrame | NotEnoughData:
    """Return what earlier runs expected to sell, from the ledger: the newest run of each day, no scenarios.

    Parameters
    ----------
    ledger
        The ledger's folder; relative to the project.

    Returns
    -------
    DataFrame or NotEnoughData
        as_of, segment, period (last day of the twelve months), p10, p50, p90.
    """
    rows = read_ledger(resolve(ledger), kind="forecast", topic=TOPIC)
    rows = rows[(rows["name"] == TABLE) & (rows["scenario"] == BASE)]
    if rows.empty:
        return NotEnoughData("earlier runs of this notebook", f"the ledger ({ledger}) holds none yet")
    newest = rows["started_at"] == rows.groupby("as_of")["started_at"].transform("max")
    columns = {"as_of": "as_of", "key": "segment", "period": "period", "low": "p10", "mid": "p50", "high": "p90"}
    return rows.loc[newest, list(columns)].rename(columns=columns).drop_duplicates(["as_of", "segment", "period"])


@passes_not_enough_data
def track_record(estimates: pd.DataFrame, ours: Ours) -> pd.DataFrame | NotEnoughData:
    """Return earlier estimates beside what was sold in the same twelve months, where those are over.

    Parameters
    ----------
    estimates
        From `earlier_estimates`.
    ours
        From `salesops.market_sizing.segments.ours`.

    Returns
    -------
    DataFrame or NotEnoughData
        The columns of `estimates`, sold, within (whether inside the 80% interval) and ratio (sold over p50).
    """
    ends = pd.to_datetime(estimates["period"])
    past = estimates[ends <= pd.Timestamp(ours.as_of)]
    if past.empty:
        return NotEnoughData(
            "an earlier run whose twelve months are over", f"the first are over on {day(str(ends.min().date()))}"
        )
    sold = pd.concat([_sold(ours, period) for period in past["period"].unique()])
    found = past.merge(sold, on=["period", "segment"], how="left").fillna({"sold": 0.0})
    within = (found["sold"] >= found["p10"]) & (found["sold"] <= found["p90"])
    return found.assign(within=within, ratio=found["sold"] / found["p50"])


def _sold(ours: Ours, period: str) -> pd.DataFrame:
    end = pd.Timestamp(period)
    months = ours.sales["month"]
    rows = ours.sales[(months <= end) & (months > end - pd.DateOffset(years=1))]
    sums = rows.groupby(SEGMENT)["sales"].sum().reset_index()
    named = pd.DataFrame({"segment": segment_names(sums), "sold": sums["sales"]})
    total = pd.DataFrame({"segment": [EVERYTHING], "sold": [rows["sales"].sum()]})
    return pd.concat([named, total]).drop_duplicates("segment", keep="last").assign(period=period)

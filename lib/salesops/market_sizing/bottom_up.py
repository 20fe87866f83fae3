"""The market from below: buyers × adoption × what one of them spends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.market_sizing.intervals import with_interval
from salesops.market_sizing.segments import NOT_STATED, SEGMENT
from salesops.market_sizing.usual_spend import usual_spend
from salesops.not_enough_data import NotEnoughData, passes_not_enough_data

if TYPE_CHECKING:
    import pandas as pd

    from salesops.market_sizing.parameters import Parameters

METHOD = "bottom_up"
COUNTED = "buyers counted by table market × what our accounts say they spend"
KNOWN = "accounts we know, over the share of all buyers that they are (a parameter) × what they say they spend"


@passes_not_enough_data
def bottom_up(
    accounts: pd.DataFrame, market: pd.DataFrame | None, year: int, parameters: Parameters
) -> pd.DataFrame | NotEnoughData:
    """Return each segment's market from the number of buyers and what one of them spends.

    Parameters
    ----------
    accounts
        From `salesops.market_sizing.segments.ours`.
    market
        Table market, which counts the buyers; without it they are our accounts over `known_share`.
    year
        Calendar year.
    parameters
        Of which count_error, known_share and unknown_spend.

    Returns
    -------
    DataFrame or NotEnoughData
        industry, region, p10, p50, p90 (money a year), and buyers. A segment without accounts borrows nothing: it has
        no row.
    """
    spend = usual_spend(accounts)
    if isinstance(spend, NotEnoughData):
        return spend
    known = accounts[(accounts[SEGMENT] != NOT_STATED).all(axis=1)].groupby(SEGMENT).size()
    table = spend.assign(known=known).join(_buyers(known, market, year, parameters), how="inner")
    table = table[table["buyers"] > 0]
    if table.empty:
        return NotEnoughData("accounts", "no segment has both accounts and a count of buyers")
    share = (table["known"] / table["buyers"]).clip(upper=1)
    # Only the buyers that we do not know can differ from those that we do.
    sampling = table["sd"] * np.sqrt(1 - table["accounts"] / table[["buyers", "accounts"]].max(axis=1))
    error = np.hypot(sampling, parameters.count_error)
    each = table["spend"] * (share + (1 - share) * parameters.unknown_spend)
    return with_interval(table["buyers"] * each, error).assign(buyers=table["buyers"].to_numpy())


def counts_buyers(market: pd.DataFrame | None, year: int) -> bool:
    """Return whether table market says how many buyers there are in a year."""
    return market is not None and "adopters" in market and bool(market.loc[market["year"] == year, "adopters"].sum())


def _buyers(known: pd.Series[int], market: pd.DataFrame | None, year: int, parameters: Parameters) -> pd.Series[float]:
    if market is not None and counts_buyers(market, year):
        return market[market["year"] == year].groupby(SEGMENT)["adopters"].sum().rename("buyers").astype(float)
    return (known / parameters.known_share).rename("buyers")

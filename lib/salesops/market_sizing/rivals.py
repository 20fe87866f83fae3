"""Who sells how much in each segment, us among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from salesops.market_sizing.segments import ALL, NOT_STATED, SEGMENT
from salesops.market_sizing.share_shift import share_flows, share_shift
from salesops.market_sizing.shares import market_shares
from salesops.market_sizing.words import segment_names
from salesops.not_enough_data import NotEnoughData, passes_not_enough_data

if TYPE_CHECKING:
    from salesops.market_sizing.segments import Ours

US = "us"
WHOLE = "all segments"


@passes_not_enough_data
def revenues(ours: Ours, competition: pd.DataFrame) -> pd.DataFrame | NotEnoughData:
    """Return yearly revenue by segment and competitor, our own among them.

    Years that we did not sell in for all twelve months are left out, since shares would be of part of a year.

    Parameters
    ----------
    ours
        From `salesops.market_sizing.segments.ours`.
    competition
        Table competition, with or without industry and region.

    Returns
    -------
    DataFrame or NotEnoughData
        year, industry, region, segment (its name), competitor (`us` for us) and revenue.
    """
    keys = [name for name in SEGMENT if name in competition and competition[name].notna().any()]
    rows = competition.assign(**{name: ALL for name in SEGMENT if name not in keys}).dropna(subset=["revenue", *keys])
    theirs = rows.groupby(["year", *SEGMENT, "competitor"])["revenue"].sum().reset_index()
    sales = ours.sales[(ours.sales[keys] != NOT_STATED).all(axis=1)] if keys else ours.sales
    sales = sales.assign(year=sales["month"].dt.year, **{name: ALL for name in SEGMENT if name not in keys})
    full = sales.groupby("year")["month"].nunique()
    years = set(full[full == 12].index) & set(theirs["year"])
    if not years:
        return NotEnoughData("a calendar year of both orders and competition", "they have none in common")
    mine = sales.groupby(["year", *SEGMENT])["sales"].sum().rename("revenue").reset_index()
    both = pd.concat([theirs, mine.assign(competitor=US)], ignore_index=True)
    both = both[both["year"].isin(years) & (both["revenue"] > 0)]
    return both.assign(segment=segment_names(both)).reset_index(drop=True)


def whole(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the same revenues with all segments added up as one."""
    sums = rows.groupby(["year", "competitor"])["revenue"].sum().reset_index()
    return sums.assign(segment=WHOLE)


@passes_not_enough_data
def shares_of(rows: pd.DataFrame) -> pd.DataFrame | NotEnoughData:
    """Return shares and concentration by year, of each segment and of all as one (see `market_shares`)."""
    return market_shares(pd.concat([rows, whole(rows)], ignore_index=True))


@passes_not_enough_data
def shift_of(rows: pd.DataFrame) -> pd.DataFrame | NotEnoughData:
    """Return how shares moved from the first to the last year, split (see `share_shift`)."""
    years = _first_and_last(rows)
    return years if isinstance(years, NotEnoughData) else share_shift(rows, *years)


@passes_not_enough_data
def flows_of(rows: pd.DataFrame) -> pd.DataFrame | NotEnoughData:
    """Return who took share from whom between the first and the last year (see `share_flows`)."""
    years = _first_and_last(rows)
    return years if isinstance(years, NotEnoughData) else share_flows(rows, *years)


def _first_and_last(rows: pd.DataFrame) -> tuple[int, int] | NotEnoughData:
    first, last = int(rows["year"].min()), int(rows["year"].max())
    if first == last:
        return NotEnoughData("competition and orders of two years", f"only {last} is in both")
    return first, last

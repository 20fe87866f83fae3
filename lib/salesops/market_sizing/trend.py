"""How each segment grows or declines: what its market does by the sources, and what we sell there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.market_sizing.segments import NOT_STATED, SEGMENT
from salesops.not_enough_data import NotEnoughData

if TYPE_CHECKING:
    from salesops.market_sizing.segments import Ours
    from salesops.market_sizing.sizes import Sizes

YEARS = 4
"""Years that growth is measured over, the last one included."""
GROWTH_ERROR = 0.03
"""Error of a yearly growth in logs that one pair of years tells, or an outlook states."""


def market_growth(market: pd.DataFrame | NotEnoughData, year: int) -> pd.DataFrame | NotEnoughData:
    """Return how fast each segment's market has grown lately, a year, in logs.

    Parameters
    ----------
    market
        Table market.
    year
        Last year that counts.

    Returns
    -------
    DataFrame or NotEnoughData
        By industry and region: growth (the slope of log spend over the last four years; where the source states an
        outlook, halfway to that), sd (its standard error, not below what one pair of years can tell), outlook, years.

    Examples
    --------
    >>> rows = {"industry": "clinic", "region": "East", "year": [2023, 2024, 2025], "spend": [100.0, 110.0, 121.0]}
    >>> market_growth(pd.DataFrame(rows), 2025)["growth"].round(4).tolist()
    [0.0953]
    """
    if isinstance(market, NotEnoughData):
        return market
    rows = market[(market["year"] <= year) & (market["year"] > year - YEARS) & (market["spend"] > 0)]
    wide = rows.pivot_table(index=SEGMENT, columns="year", values="spend", aggfunc="sum").dropna()
    if wide.shape[1] < 2 or wide.empty:
        return NotEnoughData("market of at least two years", f"it has {wide.shape[1]} up to {year}")
    time = wide.columns.to_numpy(dtype=float) - wide.columns.to_numpy(dtype=float).mean()
    logs = np.log(wide.to_numpy(dtype=float))
    slope = logs @ time / (time @ time)
    left = logs - logs.mean(axis=1, keepdims=True) - slope[:, None] * time
    freedom = max(wide.shape[1] - 2, 1)
    error = np.sqrt((left**2).sum(axis=1) / freedom / (time @ time))
    found = pd.DataFrame({"growth": slope, "sd": np.maximum(error, GROWTH_ERROR / np.sqrt(freedom))}, wide.index)
    return _with_outlook(found.assign(years=wide.shape[1]), rows[rows["year"] == year])


def _with_outlook(found: pd.DataFrame, last: pd.DataFrame) -> pd.DataFrame:
    """Return growth halfway between the trend and the source's outlook; half their distance is an error, too."""
    if "growth_outlook" not in last:
        return found.assign(outlook=np.nan)
    outlook = last.groupby(SEGMENT)["growth_outlook"].mean().reindex(found.index)
    half = ((outlook - found["growth"]) / 2).fillna(0.0)
    return found.assign(outlook=outlook, growth=found["growth"] + half, sd=np.hypot(found["sd"], half))


def own_growth(ours: Ours | NotEnoughData) -> pd.DataFrame | NotEnoughData:
    """Return our sales of the last twelve months in each segment, of the twelve before, and the growth in logs.

    Parameters
    ----------
    ours
        From `salesops.market_sizing.segments.ours`.
    """
    if isinstance(ours, NotEnoughData):
        return ours
    end = (pd.Timestamp(ours.as_of) + pd.Timedelta(days=1)).to_period("M").to_timestamp()
    months = ours.sales["month"]
    if months.empty or months.min() > end - pd.DateOffset(months=24):
        return NotEnoughData("orders of two years", "sales begin later")
    rows = ours.sales.assign(
        now=ours.sales["sales"].where((months < end) & (months >= end - pd.DateOffset(months=12)), 0.0),
        before=ours.sales["sales"].where(
            (months < end - pd.DateOffset(months=12)) & (months >= end - pd.DateOffset(months=24)), 0.0
        ),
    )
    found = rows.groupby(SEGMENT)[["now", "before"]].sum()
    both = (found["now"] > 0) & (found["before"] > 0)
    return found.assign(growth=np.log(found["now"].where(both) / found["before"].where(both)))


def growths(
    sizes: Sizes | NotEnoughData, market: pd.DataFrame | NotEnoughData, ours: Ours | NotEnoughData
) -> tuple[pd.DataFrame | NotEnoughData, pd.DataFrame | NotEnoughData]:
    """Return the growth of each segment's market up to the year that is sized, and that of our sales."""
    if isinstance(sizes, NotEnoughData):
        return sizes, own_growth(ours)
    return market_growth(market, sizes.year), own_growth(ours)


def season(ours: Ours | NotEnoughData, by: str = "industry") -> pd.DataFrame | NotEnoughData:
    """Return what each calendar month sells over a year's mean month, over whole years.

    Parameters
    ----------
    ours
        From `salesops.market_sizing.segments.ours`.
    by
        `industry` or `region`.

    Returns
    -------
    DataFrame or NotEnoughData
        One row per part, columns 1 to 12; 1.2 means 20% above the mean month. Each year counts the same, so that
        growth between years does not look like season.
    """
    if isinstance(ours, NotEnoughData):
        return ours
    end = (pd.Timestamp(ours.as_of) + pd.Timedelta(days=1)).to_period("M").to_timestamp()
    rows = ours.sales[ours.sales["month"] < end]
    ago = (end.year - rows["month"].dt.year) * 12 + end.month - rows["month"].dt.month
    years = int(ago.max()) // 12 if len(rows) else 0
    if years < 2:
        return NotEnoughData("orders of two years", f"{years} whole years of sales")
    rows = rows.assign(back=(ago - 1) // 12, calendar=rows["month"].dt.month)
    rows = rows[rows["back"] < years]
    sums = rows.pivot_table(index=[by, "back"], columns="calendar", values="sales", aggfunc="sum").fillna(0.0)
    sums = sums.reindex(columns=range(1, 13), fill_value=0.0)
    shares: pd.DataFrame = 12 * sums.div(sums.sum(axis=1), axis=0)
    return shares.groupby(level=by).mean()


def growth_table(
    growth: pd.DataFrame | NotEnoughData, own: pd.DataFrame | NotEnoughData
) -> pd.DataFrame | NotEnoughData:
    """Return the market's growth and ours by segment, as shares a year, fastest market first.

    Parameters
    ----------
    growth, own
        From `growths`; one of them may be missing.

    Returns
    -------
    DataFrame or NotEnoughData
        industry, region, market, ours, and more (money by which our sales grew).
    """
    there = [table for table in (growth, own) if not isinstance(table, NotEnoughData)]
    if not there:
        return growth if isinstance(growth, NotEnoughData) else NotEnoughData("market of two years")
    columns = {}
    for name, table in (("market", growth), ("ours", own)):
        columns[name] = np.nan if isinstance(table, NotEnoughData) else np.expm1(table["growth"])
    columns["more"] = np.nan if isinstance(own, NotEnoughData) else own["now"] - own["before"]
    index = there[0].index if len(there) == 1 else there[0].index.union(there[1].index)
    table = pd.DataFrame(columns, index=index).reset_index()
    table = table[(table[SEGMENT] != NOT_STATED).all(axis=1)]
    return table.sort_values(["market", "ours"], ascending=False, ignore_index=True)

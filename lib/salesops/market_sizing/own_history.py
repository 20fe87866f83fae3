"""The market from our own history: what we sold, over our share of what was sold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.market_sizing.intervals import with_interval
from salesops.market_sizing.segments import NOT_STATED, SEGMENT
from salesops.not_enough_data import NotEnoughData, passes_not_enough_data

if TYPE_CHECKING:
    from salesops.market_sizing.arrays import Array
    from salesops.market_sizing.parameters import Parameters

METHOD = "own_history"
RIVALS = "our orders + what table competition thinks that rivals sold"
ASSUMED = "our orders over the share of the market that a parameter assumes"
ELSEWHERE_ERROR = 0.35
"""Further error, in logs, where our share is that of a wider part of the market than the segment."""


@passes_not_enough_data
def own_history(
    sales: pd.DataFrame, competition: pd.DataFrame | None, year: int, parameters: Parameters
) -> pd.DataFrame | NotEnoughData:
    """Return each segment's market as our sales over our share of it.

    Parameters
    ----------
    sales
        Our sales by industry, region and month, from `salesops.market_sizing.segments.ours`.
    competition
        Table competition; without it our share is the parameter `assumed_share`.
    year
        Calendar year.
    parameters
        Of which rival_error and assumed_share.

    Returns
    -------
    DataFrame or NotEnoughData
        industry, region, p10, p50, p90 (money a year), and share (ours). Where competition does not tell segments
        apart, our share of industry, region or everything stands for each segment's, and the interval is wider.

    Examples
    --------
    >>> from salesops.market_sizing.parameters import Parameters
    >>> where = {"industry": ["clinic"], "region": ["East"]}
    >>> ours = pd.DataFrame({**where, "month": [pd.Timestamp(2025, 1, 1)], "sales": [30.0]})
    >>> rivals = pd.DataFrame({**where, "year": [2025], "competitor": ["Alpha"], "revenue": [70.0]})
    >>> own_history(ours, rivals, 2025, Parameters())[["p50", "share"]].round(2).values.tolist()
    [[100.0, 0.3]]
    """
    sold = sales[(sales["month"].dt.year == year) & (sales[SEGMENT] != NOT_STATED).all(axis=1)]
    mine = sold.groupby(SEGMENT)["sales"].sum()
    mine = mine[mine > 0]
    if mine.empty:
        return NotEnoughData("orders", f"nothing was sold in {year} to accounts with an industry and a region")
    found = _shares(mine, competition, year, parameters)
    return found if isinstance(found, NotEnoughData) else _sizes(mine, *found)


def _sizes(mine: pd.Series[float], share: pd.Series[float], error: Array) -> pd.DataFrame:
    table = with_interval(mine / share, error)
    # What we sold ourselves is no estimate: the market is at least that.
    return table.assign(p10=np.maximum(table["p10"], mine.to_numpy()), share=share.to_numpy())


def _shares(
    mine: pd.Series[float], competition: pd.DataFrame | None, year: int, parameters: Parameters
) -> tuple[pd.Series[float], Array] | NotEnoughData:
    """Return our share in each segment and the error of the size that follows, in logs."""
    rows = None if competition is None else competition[(competition["year"] == year) & (competition["revenue"] > 0)]
    if rows is None or rows.empty:
        if not parameters.assumed_share:
            return NotEnoughData("competition, or the parameter assumed_share", f"no rival's sales of {year} are known")
        share = pd.Series(parameters.assumed_share, mine.index)
        return share, np.full(len(mine), np.hypot(parameters.rival_error, ELSEWHERE_ERROR))
    keys = [name for name in SEGMENT if name in rows and rows[name].notna().any()]
    share = _share_by(mine, rows, keys)
    wider = 0.0 if len(keys) == len(SEGMENT) else ELSEWHERE_ERROR
    return share, np.hypot(share_error(np.asarray(share, dtype=float), parameters), wider)


def _share_by(mine: pd.Series[float], rows: pd.DataFrame, keys: list[str]) -> pd.Series[float]:
    """Return our share in each segment as that of whatever part of the market the rows tell apart."""
    if not keys:
        return pd.Series(mine.sum() / (mine.sum() + rows["revenue"].sum()), mine.index)
    parts = mine.index.to_frame(index=False)[keys].agg(tuple, axis=1).to_numpy()
    rivals = rows.groupby(rows[keys].agg(tuple, axis=1))["revenue"].sum()
    ours = mine.groupby(parts).sum()
    share = ours / (ours + rivals.reindex(ours.index))
    return pd.Series(share.reindex(parts).to_numpy(), mine.index)


def share_error(share: Array, parameters: Parameters) -> Array:
    """Return the error of our share of the market, in logs: what rivals sell is known to `rival_error`.

    Examples
    --------
    >>> from salesops.market_sizing.parameters import Parameters
    >>> share_error(np.array([0.1, 1.0]), Parameters()).round(2).tolist()
    [0.18, 0.0]
    """
    return parameters.rival_error * (1 - share)

"""Who has which share of each segment, and how concentrated segments are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data

if TYPE_CHECKING:
    import pandas as pd

    from salesops.market_sizing.arrays import Array

LARGEST = 4


@passes_not_enough_data
def market_shares(rows: pd.DataFrame) -> pd.DataFrame | NotEnoughData:
    """Return shares, relative shares and concentration by segment and year.

    Parameters
    ----------
    rows
        year, segment, competitor, revenue; rows of the same three are added up, and what has no revenue above zero is
        not in the market. Our own sales are one of the competitors.

    Returns
    -------
    DataFrame or NotEnoughData
        year, segment, competitor, share (0 to 1), hhi (sum of squared shares, 0 to 1; Herfindahl 1950, Hirschman 1945),
        cr4 (share of the four largest), relative_share (over the largest other one; infinite for a monopoly), revenue.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = {"year": [2025] * 3, "segment": ["East"] * 3, "competitor": ["us", "A", "B"], "revenue": [50.0, 30, 20]}
    >>> found = market_shares(pd.DataFrame(rows)).set_index("competitor")
    >>> found.loc["A", ["share", "hhi", "relative_share"]].round(2).to_dict()
    {'share': 0.3, 'hhi': 0.38, 'relative_share': 0.6}
    """
    sales = rows.groupby(["year", "segment", "competitor"], as_index=False)["revenue"].sum()
    sales = sales[sales["revenue"] > 0].reset_index(drop=True)
    if sales.empty:
        return NotEnoughData("competition", "no competitor has sales")
    market = sales.groupby(["year", "segment"])["revenue"]
    sales["share"] = sales["revenue"] / market.transform("sum")
    sales["hhi"] = (sales["share"] ** 2).groupby([sales["year"], sales["segment"]]).transform("sum")
    place = market.rank(method="first", ascending=False)
    among = sales["share"].where(place <= LARGEST, 0.0)
    sales["cr4"] = among.groupby([sales["year"], sales["segment"]]).transform("sum")
    sales["relative_share"] = _relative(sales, place)
    columns = ["year", "segment", "competitor", "share", "hhi", "cr4", "relative_share", "revenue"]
    found: pd.DataFrame = sales[columns]
    return found


def _relative(sales: pd.DataFrame, place: pd.Series) -> Array:
    """Return each revenue over that of the largest other competitor."""
    by = [sales["year"], sales["segment"]]
    first = sales["revenue"].groupby(by).transform("max")
    second = sales["revenue"].where(place == 2, 0.0).groupby(by).transform("max")
    rival = np.where(place == 1, second, first)
    own = sales["revenue"].to_numpy(dtype=np.float64)
    relative: Array = np.divide(own, rival, out=np.full(len(sales), np.inf), where=rival > 0)
    return relative

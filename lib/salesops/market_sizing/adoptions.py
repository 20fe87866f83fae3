"""New buyers a year of each industry and segment, from the market's count of those who have adopted."""

from __future__ import annotations

import pandas as pd

from salesops.market_sizing.words import segment_names
from salesops.not_enough_data import NotEnoughData, passes_not_enough_data


@passes_not_enough_data
def new_adopters(market: pd.DataFrame) -> pd.DataFrame | NotEnoughData:
    """Return how many have adopted in each year, by industry as a whole and by industry and region.

    A count that falls from one year to the next is a correction, and no adoption: the year has none.

    Parameters
    ----------
    market
        Table market, with adopters: those that have adopted by the year.

    Returns
    -------
    DataFrame or NotEnoughData
        segment, year and adoptions. The first year of a segment counts all who had adopted by then, if it begins with
        the market's first year.

    Examples
    --------
    >>> rows = {"year": [2023, 2024], "industry": ["clinic"] * 2, "region": ["East"] * 2, "adopters": [5.0, 12.0]}
    >>> new_adopters(pd.DataFrame(rows)).values.tolist()
    [['clinic', 2023, 5.0], ['clinic', 2024, 7.0], ['clinic · East', 2023, 5.0], ['clinic · East', 2024, 7.0]]
    """
    if "adopters" not in market or not market["adopters"].notna().any():
        return NotEnoughData("market.adopters")
    rows = market.dropna(subset=["adopters"])
    parts = rows.assign(segment=segment_names(rows))
    whole = rows.assign(segment=rows["industry"])
    both = pd.concat([whole, parts]).groupby(["segment", "year"], as_index=False)["adopters"].sum()
    before = both.groupby("segment")["adopters"].shift(fill_value=0.0)
    found: pd.DataFrame = both.assign(adoptions=(both["adopters"] - before).clip(lower=0))[
        ["segment", "year", "adoptions"]
    ]
    return found

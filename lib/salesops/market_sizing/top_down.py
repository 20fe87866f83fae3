"""The market from above: what a published source says is spent, less what is not our category."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.market_sizing.intervals import QUANTILES, Z80
from salesops.market_sizing.segments import SEGMENT
from salesops.not_enough_data import NotEnoughData, passes_not_enough_data

if TYPE_CHECKING:
    import pandas as pd

    from salesops.market_sizing.parameters import Parameters

METHOD = "top_down"
FEEDS = "what table market says is spent"


@passes_not_enough_data
def top_down(market: pd.DataFrame, year: int, parameters: Parameters) -> pd.DataFrame | NotEnoughData:
    """Return each segment's market from the source's spend × the share of it that is on what we sell.

    Parameters
    ----------
    market
        Table market; p10 and p90 may be absent.
    year
        Calendar year.
    parameters
        Of which category_share, and size_error where the source states no range.

    Returns
    -------
    DataFrame or NotEnoughData
        industry, region, p10, p50, p90: money a year.

    Examples
    --------
    >>> import pandas as pd
    >>> from salesops.market_sizing.parameters import Parameters
    >>> source = {"year": [2025], "industry": ["clinic"], "region": ["East"], "spend": [100.0], "p10": [80.0],
    ...           "p90": [125.0]}
    >>> top_down(pd.DataFrame(source), 2025, Parameters(category_share=0.5)).values.tolist()
    [['clinic', 'East', 40.0, 50.0, 62.5]]
    """
    rows = market[(market["year"] == year) & (market["spend"] > 0)]
    if rows.empty:
        return NotEnoughData("market", f"it has no spend for {year}")
    middle = rows.groupby(SEGMENT)["spend"].sum() * parameters.category_share
    spread = np.exp(Z80 * parameters.size_error)
    low, high = (_end(rows, name) * parameters.category_share for name in ("p10", "p90"))
    table = middle.to_frame("p50").assign(
        p10=low.where((low > 0) & (low <= middle), middle / spread),
        p90=high.where(high >= middle, middle * spread),
    )
    return table.reset_index()[[*SEGMENT, *QUANTILES]]


def _end(rows: pd.DataFrame, name: str) -> pd.Series[float]:
    stated = rows[name] if name in rows else rows["spend"] * np.nan
    return stated.astype(float).groupby([rows[key] for key in SEGMENT]).sum(min_count=1)

"""Sources on the market at the grain that our own accounts have: with industries and regions, or without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.market_sizing.segments import ALL, SEGMENT
from salesops.not_enough_data import NotEnoughData

if TYPE_CHECKING:
    import pandas as pd

    from salesops.market_sizing.segments import Ours

ADDED = ("spend", "accounts", "adopters", "p10", "p90")
OUTLOOK = "growth_outlook"


def at_our_grain(
    ours: Ours | NotEnoughData, market: pd.DataFrame | NotEnoughData, competition: pd.DataFrame | NotEnoughData
) -> tuple[pd.DataFrame | NotEnoughData, pd.DataFrame | NotEnoughData]:
    """Return the tables market and competition, added up where our accounts do not tell industries or regions apart.

    Ranges are added, too: their errors are taken to be shared, which is the wider reading.

    Parameters
    ----------
    ours
        From `salesops.market_sizing.segments.ours`.
    market, competition
        The tables, as known on the day.
    """
    blurred = [] if isinstance(ours, NotEnoughData) else [n for n in SEGMENT if (ours.accounts[n] == ALL).all()]
    if not blurred:
        return market, competition
    if not isinstance(market, NotEnoughData):
        market = _added(market.assign(**dict.fromkeys(blurred, ALL)))
    if not isinstance(competition, NotEnoughData):
        competition = competition.drop(columns=blurred, errors="ignore")
    return market, competition


def _added(market: pd.DataFrame) -> pd.DataFrame:
    keys = ["year", *SEGMENT]
    columns = [name for name in ADDED if name in market]
    table = market.groupby(keys)[columns].sum(min_count=1)
    if OUTLOOK in market:
        weighted = (market[OUTLOOK] * market["spend"]).groupby([market[name] for name in keys]).sum()
        table[OUTLOOK] = weighted / table["spend"]
    return table.reset_index()

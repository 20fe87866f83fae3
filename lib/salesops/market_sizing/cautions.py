"""What a reader should know of the sources before using a figure on the market."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.market_sizing.segments import NOT_STATED, SEGMENT
from salesops.not_enough_data import NotEnoughData
from salesops.report import plural, share

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from salesops.market_sizing.segments import Ours

SMALL = 0.005


def cautions(ours: Ours | NotEnoughData, market: pd.DataFrame | NotEnoughData) -> list[str]:
    """Return what the tables hold that no figure can be right with, or that is left out.

    Parameters
    ----------
    ours
        From `salesops.market_sizing.segments.ours`.
    market
        The table, as known on the day.
    """
    return [*_places(ours), *_sales_above_market(ours, market)]


def _places(ours: Ours | NotEnoughData) -> Iterator[str]:
    if isinstance(ours, NotEnoughData):
        return
    nowhere = (ours.accounts[SEGMENT] == NOT_STATED).any(axis=1)
    if nowhere.any():
        yield f"{plural(int(nowhere.sum()), 'account')} without industry or region: in no segment."
    lost = ours.sales.loc[(ours.sales[SEGMENT] == NOT_STATED).any(axis=1), "sales"].sum()
    total = ours.sales["sales"].sum()
    if total > 0 and lost / total > SMALL:
        yield f"{share(lost / total)} of sales are to accounts without industry or region, and in no segment."


def _sales_above_market(ours: Ours | NotEnoughData, market: pd.DataFrame | NotEnoughData) -> Iterator[str]:
    """Say so where we sold more than the market is said to spend: a share over 100%."""
    if isinstance(ours, NotEnoughData) or isinstance(market, NotEnoughData):
        return
    sold = ours.sales.assign(year=ours.sales["month"].dt.year).groupby([*SEGMENT, "year"])["sales"].sum()
    spend = market.groupby([*SEGMENT, "year"])["spend"].sum()
    over = sold[sold > spend.reindex(sold.index)]
    if len(over):
        industry, region, year = over.index[-1]
        many = plural(len(over), "segment and year", "segments and years")
        yield (
            f"In {many} we sold more than table market says is spent, a share over 100% (as in {industry}, {region}, "
            f"{year}): that source is too low, or of another category."
        )

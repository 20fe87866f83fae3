"""How big each segment's market is: three ways, what they make together, and where they disagree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.market_sizing import bottom_up, own_history, top_down
from salesops.market_sizing.intervals import QUANTILES
from salesops.market_sizing.learned_errors import reconcile_together
from salesops.market_sizing.segments import SEGMENT
from salesops.market_sizing.words import WAYS
from salesops.not_enough_data import NotEnoughData

if TYPE_CHECKING:
    from collections.abc import Mapping

    from salesops.market_sizing.parameters import Parameters
    from salesops.market_sizing.reconciling import Reconciled
    from salesops.market_sizing.segments import Ours

METHODS = (top_down.METHOD, bottom_up.METHOD, own_history.METHOD)
RECONCILED = "reconciled"
TAM = "TAM"


@dataclass(frozen=True)
class Sizes:
    """The total market by segment.

    Parameters
    ----------
    year
        Calendar year that the sizes are of.
    ways
        One row per segment and way: industry, region, method, p10, p50, p90.
    segments
        One row per segment, in the order of `draws`: industry, region, p10, p50, p90 reconciled, conflict (whether the
        ways differ by more than their intervals allow), disagreement, ways (their number), buyers and share (ours) as
        far as known.
    reconciled
        What the ways make together.
    feeds
        From each way that was possible to what feeds it; from the others to what they lack.
    """

    year: int
    ways: pd.DataFrame
    segments: pd.DataFrame
    reconciled: Reconciled
    feeds: Mapping[str, str]

    @property
    def methods(self) -> list[str]:
        """The ways that were possible, in the order of `reconciled`."""
        return list(dict.fromkeys(self.ways["method"]))


def size_year(ours: Ours, market: pd.DataFrame | None, competition: pd.DataFrame | None) -> int:
    """Return the calendar year to size: the last one that the sources on the market tell of, else the last full one.

    Parameters
    ----------
    ours
        From `salesops.market_sizing.segments.ours`.
    market, competition
        The tables, as known on the day; None where there is none.
    """
    told = [int(table["year"].max()) for table in (market, competition) if table is not None and len(table)]
    as_of = pd.Timestamp(ours.as_of)
    return max(told) if told else int((as_of + pd.Timedelta(days=1)).year - 1)


def _market_sizes(
    ours: Ours, market: pd.DataFrame | None, competition: pd.DataFrame | None, parameters: Parameters
) -> Sizes | NotEnoughData:
    year = size_year(ours, market, competition)
    above = NotEnoughData("market") if market is None else top_down.top_down(market, year, parameters)
    below = bottom_up.bottom_up(ours.accounts, market, year, parameters)
    past = own_history.own_history(ours.sales, competition, year, parameters)
    found = dict(zip(METHODS, (above, below, past), strict=True))
    there = {name: table for name, table in found.items() if not isinstance(table, NotEnoughData)}
    if not there:
        lacking = [
            f"{WAYS[name]} needs {gone.needs}" for name, gone in found.items() if isinstance(gone, NotEnoughData)
        ]
        return NotEnoughData("market, accounts.potential_spend or competition", "; ".join(lacking))
    feeds = {
        top_down.METHOD: top_down.FEEDS,
        bottom_up.METHOD: bottom_up.COUNTED if bottom_up.counts_buyers(market, year) else bottom_up.KNOWN,
        own_history.METHOD: own_history.ASSUMED if competition is None else own_history.RIVALS,
    }
    said = {name: feeds[name] if name in there else str(found[name]) for name in METHODS}
    return _combined(year, there, said)


def market_sizes(
    ours: Ours | NotEnoughData, market: pd.DataFrame | NotEnoughData, competition: pd.DataFrame | NotEnoughData,
    parameters: Parameters,
) -> Sizes | NotEnoughData:  # fmt: skip
    """Return the total market of each segment by three ways, and reconciled.

    Parameters
    ----------
    ours
        From `salesops.market_sizing.segments.ours`.
    market, competition
        The tables, as known on the day; each may be missing.
    parameters
        The notebook's parameters.
    """
    if isinstance(ours, NotEnoughData):
        return ours
    return _market_sizes(ours, or_none(market), or_none(competition), parameters)


def or_none(table: pd.DataFrame | NotEnoughData) -> pd.DataFrame | None:
    """Return a table, or None where there is none: of several sources, one may be missing."""
    return None if isinstance(table, NotEnoughData) else table


def _combined(year: int, there: Mapping[str, pd.DataFrame], feeds: Mapping[str, str]) -> Sizes:
    ways = pd.concat([table.assign(method=name) for name, table in there.items()], ignore_index=True)
    wide = ways.pivot(index=SEGMENT, columns="method", values="p50")
    low, middle, high = (
        ways.pivot(index=SEGMENT, columns="method", values=name)[list(there)].to_numpy(dtype=float)
        for name in QUANTILES
    )
    found = reconcile_together(low, middle, high)
    segments = wide.index.to_frame(index=False).assign(
        p10=found.p10, p50=found.p50, p90=found.p90, conflict=found.conflict, disagreement=found.disagreement,
        ways=np.isfinite(middle).sum(axis=1),
    )  # fmt: skip
    for name, table, column in ((bottom_up.METHOD, "buyers", "buyers"), (own_history.METHOD, "share", "share")):
        known = there.get(name)
        values = known.set_index(SEGMENT)[table] if known is not None else pd.Series(dtype=float)
        segments[column] = values.reindex(wide.index).to_numpy() if len(values) else np.nan
    return Sizes(year, ways[[*SEGMENT, "method", *QUANTILES]], segments, found, feeds)

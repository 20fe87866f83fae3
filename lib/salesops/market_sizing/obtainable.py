"""TAM, SAM and SOM of each segment and of all, as distributions, and what the answer depends on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.market_sizing.ground import ground_of
from salesops.market_sizing.intervals import QUANTILES, Z80, Range, range_of
from salesops.market_sizing.reach import INPUTS, Ground, drawn_scores, reach, summed
from salesops.market_sizing.segments import ALL, SEGMENT
from salesops.market_sizing.sensitivity import sobol, tornado
from salesops.market_sizing.words import segment_names
from salesops.not_enough_data import NotEnoughData, passes_not_enough_data

if TYPE_CHECKING:
    from datetime import date

    from salesops.market_sizing.parameters import Parameters
    from salesops.market_sizing.sales_force import SalesForce
    from salesops.market_sizing.segments import Ours
    from salesops.market_sizing.sizes import Sizes

MEASURES = ("TAM", "SAM", "SOM")
SOBOL_DRAWS = 2000
SEED = 20260930


@dataclass(frozen=True)
class Obtainable:
    """What can be served and won.

    Parameters
    ----------
    segments
        In the order of `Sizes.segments`: industry, region, sales and customers of ours now, share (of what we can
        serve), growth, and tam, sam, som, wanted (medians), each with _low and _high but for wanted.
    totals
        TAM, SAM, SOM and wanted of all segments.
    regions
        By region: reps, customers now, carried (what reps can carry) and needed (what the wanted share takes).
    ground
        What went in.
    bounded
        Whether a sales force bounds what can be won, or why it does not.
    """

    segments: pd.DataFrame
    totals: dict[str, Range]
    regions: pd.DataFrame
    ground: Ground
    bounded: SalesForce | NotEnoughData

    @cached_property
    def drivers(self) -> pd.DataFrame:
        """What the answer depends on, from `drivers`; worked out only where it is asked for."""
        return drivers(self.ground)

    @property
    def sells(self) -> bool:
        """Whether we sell anything now: without that no share is known that could be won."""
        return bool(self.ground.sales.sum() > 0)


def obtainable(
    sizes: Sizes | NotEnoughData, ours: Ours | NotEnoughData, growth: pd.DataFrame | NotEnoughData,
    force: SalesForce | NotEnoughData, elasticity: float, parameters: Parameters,
) -> Obtainable | NotEnoughData:  # fmt: skip
    """Return TAM, SAM and SOM by segment and in all.

    Parameters
    ----------
    sizes, ours
        From `market_sizes` and `ours`.
    growth, force
        From `market_growth` and `sales_force`; without growth none is supposed, without reps nothing bounds what can
        be won.
    elasticity
        Change of the quantity sold, in logs, over that of the price: what a change of price does to sales.
    parameters
        The notebook's parameters.
    """
    if isinstance(sizes, NotEnoughData):
        return sizes
    if isinstance(ours, NotEnoughData):
        return ours
    grown = None if isinstance(growth, NotEnoughData) else growth
    there = None if isinstance(force, NotEnoughData) else force
    ground = ground_of(sizes, ours, grown, there, elasticity, parameters)
    return _simulated(ground, sizes, force, parameters)


def _simulated(ground: Ground, sizes: Sizes, force: SalesForce | NotEnoughData, parameters: Parameters) -> Obtainable:
    found = reach(ground, drawn_scores(parameters.draws, len(ground.middle), SEED))
    measures = {"tam": found.total, "sam": found.served, "som": found.won}
    segments = sizes.segments[SEGMENT].assign(
        sales=ground.sales, customers=ground.customers, share=ground.share,
        growth=np.where(ground.growth_known, ground.growth, np.nan),
        wanted=np.median(found.wanted, axis=0),
    )  # fmt: skip
    for name, draws in measures.items():
        low, middle, high = np.quantile(draws, [0.1, 0.5, 0.9], axis=0)
        segments = segments.assign(**{name: middle, f"{name}_low": low, f"{name}_high": high})
    sums = {**dict(zip(MEASURES, measures.values(), strict=True)), "wanted": found.wanted}
    totals = {name: range_of(draws.sum(axis=1)) for name, draws in sums.items()}
    return Obtainable(segments, totals, _regions(ground, sizes), ground, force)


def _regions(ground: Ground, sizes: Sizes) -> pd.DataFrame:
    if not len(ground.reps):
        return pd.DataFrame()
    names = sizes.segments["region"] if len(ground.reps) > 1 else pd.Series([ALL] * len(sizes.segments))
    needed = ground.customers + np.maximum(ground.goal - ground.share, 0) * ground.middle * ground.fit / ground.each
    rows = pd.DataFrame({"region": names, "customers": ground.customers, "needed": needed})
    found = rows.groupby("region", sort=False).sum()
    places = pd.Series(ground.region).groupby(names.to_numpy(), sort=False).first()
    reps = ground.reps[places.reindex(found.index).to_numpy()]
    return found.assign(reps=reps, carried=reps * ground.per_rep).reset_index()


def drivers(ground: Ground) -> pd.DataFrame:
    """Return what the obtainable market of all segments depends on: the swing of each input, and Sobol's indices.

    Returns
    -------
    DataFrame
        input, at_p10, at_p50, at_p90, swing, first and total with their intervals; widest swing first.
    """
    ends = np.full(len(INPUTS), Z80)
    swings = tornado(lambda scores: summed(ground, scores), -ends, 0 * ends, ends, INPUTS)
    rng = np.random.default_rng(SEED)
    two = rng.standard_normal((2, SOBOL_DRAWS, len(INPUTS)))
    return swings.merge(sobol(lambda scores: summed(ground, scores), two[0], two[1], INPUTS), on="input")


@passes_not_enough_data
def expected_sales(reached: Obtainable, as_of: date, draws: int) -> pd.DataFrame:
    """Return what can be won in the twelve months that end one, two, … years from now, by segment and in all.

    Returns
    -------
    DataFrame
        segment (its name; `all segments` for their sum), industry, region, period (last day of the twelve months), p10,
        p50, p90.
    """
    scores = drawn_scores(draws, len(reached.segments), SEED)
    names = pd.concat([reached.segments[SEGMENT], pd.DataFrame({name: [ALL] for name in SEGMENT})], ignore_index=True)
    parts = []
    for years in range(1, reached.ground.years + 1):
        won = reach(reached.ground, scores, years).won
        ends = np.quantile(np.column_stack([won, won.sum(axis=1)]), [0.1, 0.5, 0.9], axis=0)
        period = (pd.Timestamp(as_of) + pd.DateOffset(years=years)).strftime("%Y-%m-%d")
        parts.append(names.assign(period=period, **dict(zip(QUANTILES, ends, strict=True))))
    table = pd.concat(parts, ignore_index=True)
    return table.assign(segment=segment_names(table))

"""TAM, SAM and SOM of each segment and of all, as distributions, and what the answer depends on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.market_sizing.intervals import QUANTILES, Z80, Range, range_of
from salesops.market_sizing.reach import INPUTS, Ground, drawn_scores, reach, summed
from salesops.market_sizing.segments import ALL, SEGMENT
from salesops.market_sizing.sensitivity import sobol, tornado
from salesops.market_sizing.serviceable import serviceable
from salesops.market_sizing.words import segment_names
from salesops.not_enough_data import NotEnoughData, passes_not_enough_data

if TYPE_CHECKING:
    from datetime import date

    from salesops.market_sizing.arrays import Array
    from salesops.market_sizing.parameters import Parameters
    from salesops.market_sizing.sales_force import SalesForce
    from salesops.market_sizing.segments import Ours
    from salesops.market_sizing.sizes import Sizes

MEASURES = ("TAM", "SAM", "SOM")
BETTER = 0.75
"""The share to strive for is that of the better quarter of our segments."""
NO_GROWTH_SD = 0.05
"""Standard deviation of a yearly growth nobody has measured, around none."""
SOBOL_DRAWS = 2000
SEED = 20260930
MONTHS, DAYS_A_YEAR = 12, 365.25


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


def _ground(
    sizes: Sizes, ours: Ours, growth: pd.DataFrame | None, force: SalesForce | None, elasticity: float,
    parameters: Parameters,
) -> Ground:  # fmt: skip
    segments = sizes.segments
    index = pd.MultiIndex.from_frame(segments[SEGMENT])
    now = ours.accounts[ours.accounts["orders"] > 0].groupby(SEGMENT)
    dearer = (1 + parameters.price_change) ** (1 + elasticity) * (1 - parameters.entrant_share)
    sales = dearer * now["sales"].sum().clip(lower=0).reindex(index, fill_value=0.0).to_numpy(dtype=float)
    customers: Array = now.size().reindex(index, fill_value=0).to_numpy().astype(np.float64)
    fit = serviceable(segments, ours.accounts, parameters)
    middle = segments["p50"].to_numpy(dtype=float)
    yearly = pd.DataFrame({"growth": 0.0, "sd": NO_GROWTH_SD}, index)
    if growth is not None:
        yearly = growth[["growth", "sd"]].reindex(index).fillna({"growth": growth["growth"].mean(), "sd": NO_GROWTH_SD})
    lag = _lag(ours.as_of, sizes.year)
    served = middle * fit["fit"].to_numpy() * np.exp(lag * yearly["growth"].to_numpy())
    share = np.minimum(np.divide(sales, served, out=np.zeros_like(sales), where=served > 0), 1.0)
    able = share[served > 0]
    goal = np.full(len(share), np.quantile(able, BETTER) if len(able) else 0.0)
    known = np.zeros(len(index), dtype=bool) if growth is None else np.asarray(index.isin(growth.index))
    reps, region = _reps(segments["region"], force, parameters)
    return Ground(
        low=segments["p10"].to_numpy(dtype=float), middle=middle, high=segments["p90"].to_numpy(dtype=float),
        fit=fit["fit"].to_numpy(), fit_sd=fit["sd"].to_numpy(), sales=sales, customers=customers,
        each=_each(sales, customers), share=share, goal=goal,
        growth=yearly["growth"].to_numpy() + parameters.growth_change, growth_sd=yearly["sd"].to_numpy(),
        growth_known=known,
        region=region, reps=reps, per_rep=force.per_rep if force else 0.0, per_rep_sd=force.spread if force else 0.0,
        lag=lag, years=parameters.obtainable_years,
    )  # fmt: skip


def _lag(as_of: date, year: int) -> float:
    """Return the years from the middle of a calendar year to the middle of the twelve months that end on a day."""
    return float((pd.Timestamp(as_of) - pd.DateOffset(months=6) - pd.Timestamp(year, 7, 1)).days / DAYS_A_YEAR)


def _each(sales: np.ndarray, customers: np.ndarray) -> np.ndarray:
    """Return what one more customer buys: the segment's mean, joined by a few customers of the average kind."""
    total = max(float(customers.sum()), 1.0)
    mean = max(float(sales.sum()) / total, 1.0)
    each: np.ndarray = (sales + 5 * mean) / (customers + 5)
    return each


def _reps(regions: pd.Series[str], force: SalesForce | None, parameters: Parameters) -> tuple[np.ndarray, np.ndarray]:
    """Return reps by region, new ones shared out like those in place, and each segment's position in them."""
    if force is None:
        return np.zeros(0), np.zeros(len(regions), dtype=np.int64)
    here = force.reps if set(force.reps.index) & set(regions) else pd.Series({ALL: force.reps.sum()})
    names = list(dict.fromkeys(regions)) if ALL not in here.index else [ALL]
    reps = here.reindex(names, fill_value=0.0).to_numpy(dtype=float)
    part = max(0.0, 1 - parameters.ramp_months / (MONTHS * parameters.obtainable_years))
    total = reps.sum()
    new = parameters.new_reps * part * (reps / total if total else np.full(len(reps), 1 / len(reps)))
    place = regions.map({name: i for i, name in enumerate(names)}).fillna(0).to_numpy(dtype=np.int64)
    return reps + new, place


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
    ground = _ground(sizes, ours, grown, there, elasticity, parameters)
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

"""What is known of each segment and of the sales force, put together for simulated markets."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from salesops.market_sizing.reach import Ground
from salesops.market_sizing.segments import ALL, SEGMENT
from salesops.market_sizing.serviceable import serviceable

if TYPE_CHECKING:
    from datetime import date

    from salesops.market_sizing.arrays import Array, Ints
    from salesops.market_sizing.parameters import Parameters
    from salesops.market_sizing.sales_force import SalesForce
    from salesops.market_sizing.segments import Ours
    from salesops.market_sizing.sizes import Sizes

BETTER = 0.75
"""The share to strive for is that of the better quarter of our segments."""
NO_GROWTH_SD = 0.05
"""Standard deviation of a yearly growth nobody has measured, around none."""
TYPICAL_CUSTOMERS = 5.0
"""How many customers of the average kind a segment's own are joined by, since few say little of what one buys."""
MONTHS, DAYS_A_YEAR = 12, 365.25


class Now(NamedTuple):
    """What we sell in each segment in a year, to how many, and what one more customer would buy."""

    sales: Array
    customers: Array
    each: Array


class Shares(NamedTuple):
    """Our share of what we can serve in each segment, and that of our better segments."""

    now: Array
    goal: Array


def ground_of(
    sizes: Sizes, ours: Ours, growth: pd.DataFrame | None, force: SalesForce | None, elasticity: float,
    parameters: Parameters,
) -> Ground:  # fmt: skip
    """Return the ground of simulated markets: medians and standard deviations by segment, and the reps by region.

    Parameters
    ----------
    sizes, ours, growth, force, elasticity, parameters
        As `salesops.market_sizing.obtainable.obtainable` takes them.
    """
    segments, lag = sizes.segments, _lag(ours.as_of, sizes.year)
    index = pd.MultiIndex.from_frame(segments[SEGMENT])
    fit = serviceable(segments, ours.accounts, parameters)
    yearly = _growth(index, growth)
    now = _now(index, ours.accounts, _change(elasticity, parameters))
    served = segments["p50"].to_numpy() * fit["fit"].to_numpy() * np.exp(lag * yearly["growth"].to_numpy())
    shares = _shares(now.sales, served)
    more = np.maximum(shares.goal - shares.now, 0.0) * served / now.each
    reps, region = _reps(segments["region"], now.customers + more, force, parameters)
    return Ground(
        low=segments["p10"].to_numpy(dtype=float), middle=segments["p50"].to_numpy(dtype=float),
        high=segments["p90"].to_numpy(dtype=float), fit=fit["fit"].to_numpy(), fit_sd=fit["sd"].to_numpy(),
        sales=now.sales, customers=now.customers, each=now.each, share=shares.now, goal=shares.goal,
        growth=yearly["growth"].to_numpy() + parameters.growth_change, growth_sd=yearly["sd"].to_numpy(),
        growth_known=yearly["known"].to_numpy(), region=region, reps=reps,
        per_rep=force.per_rep if force else 0.0, per_rep_sd=force.spread if force else 0.0,
        lag=lag, years=parameters.obtainable_years,
    )  # fmt: skip


def ramped(parameters: Parameters) -> float:
    """Return the part of the years in which a rep hired now carries as many customers as the others.

    Examples
    --------
    >>> from salesops.market_sizing.parameters import Parameters
    >>> ramped(Parameters(ramp_months=9, obtainable_years=3))
    0.75
    """
    return max(0.0, 1 - parameters.ramp_months / (MONTHS * parameters.obtainable_years))


def _change(elasticity: float, parameters: Parameters) -> float:
    """Return what a scenario leaves of today's sales: by prices, by a newcomer, by what may no longer be served."""
    dearer = (1 + parameters.price_change) ** (1 + elasticity)
    return float(dearer * (1 - parameters.entrant_share) * min(1 + parameters.regulation_shift, 1.0))


def _lag(as_of: date, year: int) -> float:
    """Return the years from the middle of a calendar year to the middle of the twelve months that end on a day."""
    return float((pd.Timestamp(as_of) - pd.DateOffset(months=6) - pd.Timestamp(year, 7, 1)).days / DAYS_A_YEAR)


def _growth(index: pd.MultiIndex, growth: pd.DataFrame | None) -> pd.DataFrame:
    if growth is None:
        return pd.DataFrame({"growth": 0.0, "sd": NO_GROWTH_SD, "known": False}, index)
    usual = {"growth": growth["growth"].mean(), "sd": NO_GROWTH_SD}
    return growth[["growth", "sd"]].reindex(index).fillna(usual).assign(known=index.isin(growth.index))


def _now(index: pd.MultiIndex, accounts: pd.DataFrame, change: float) -> Now:
    buying = accounts[accounts["orders"] > 0].groupby(SEGMENT)
    sales: Array = change * buying["sales"].sum().clip(lower=0).reindex(index, fill_value=0.0).to_numpy(dtype=float)
    customers: Array = buying.size().reindex(index, fill_value=0).to_numpy().astype(np.float64)
    mean = max(float(sales.sum()) / max(float(customers.sum()), 1.0), 1.0)
    return Now(sales, customers, (sales + TYPICAL_CUSTOMERS * mean) / (customers + TYPICAL_CUSTOMERS))


def _shares(sales: Array, served: Array) -> Shares:
    share = np.minimum(np.divide(sales, served, out=np.zeros_like(sales), where=served > 0), 1.0)
    able = share[served > 0]
    return Shares(share, np.full(len(share), np.quantile(able, BETTER) if len(able) else 0.0))


def _reps(
    regions: pd.Series[str], needed: Array, force: SalesForce | None, parameters: Parameters
) -> tuple[Array, Ints]:
    """Return reps by region, new ones where customers are most beyond what reps carry, and each segment's region."""
    if force is None:
        return np.zeros(0), np.zeros(len(regions), dtype=np.int64)
    here = force.reps if set(force.reps.index) & set(regions) else pd.Series({ALL: force.reps.sum()})
    names = list(dict.fromkeys(regions)) if ALL not in here.index else [ALL]
    reps: Array = here.reindex(names, fill_value=0.0).to_numpy().astype(np.float64)
    place: Ints = regions.map({name: i for i, name in enumerate(names)}).fillna(0).to_numpy().astype(np.int64)
    short = np.maximum(np.bincount(place, needed, len(reps)) - reps * force.per_rep, 0.0)
    part = short / short.sum() if short.sum() > 0 else np.full(len(reps), 1 / len(reps))
    return reps + parameters.new_reps * ramped(parameters) * part, place

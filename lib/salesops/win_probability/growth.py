"""The growth formula: sales = opportunities × conversion × deal size ÷ sales cycle, and what each brought."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.win_probability.marks import MONTHS_PER_QUARTER, days_of, whole_days
from salesops.win_probability.shapley import split_of_product, to_the_cent
from salesops.win_probability.wilson import LEVEL

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

OPPORTUNITIES, CONVERSION, DEAL_SIZE, CYCLE, SALES = "opportunities", "conversion", "deal_size", "sales_cycle", "sales"
FACTORS = (OPPORTUNITIES, CONVERSION, DEAL_SIZE, CYCLE)
REDRAWS, REDRAWS_AT_ONCE = 400, 50


class Period(NamedTuple):
    """Three months: its name, the day before its first, and its last day."""

    name: str
    before: np.datetime64
    last: np.datetime64

    @property
    def days(self) -> float:
        """Number of days."""
        return float((self.last - self.before) / np.timedelta64(1, "D"))


@passes_not_enough_data
def growth_split(opportunities: pd.DataFrame, as_of: date, against: int = 4) -> pd.DataFrame | NotEnoughData:
    """Return what each factor of the growth formula brought in the change of won amounts between two quarters.

    Deals in work are counted on each day, from that of their creation to that of their closing, and their mean is
    what a quarter had in opportunities. The sales cycle is the days of work per deal closed. Then
    deals in work × conversion × deal size × (days of the quarter ÷ sales cycle) is what was won, without remainder.

    Parameters
    ----------
    opportunities
        Table of the input contract, cut to `as_of`.
    as_of
        Last day of the later quarter; three months back if it ends none.
    against
        How many quarters earlier the other one lies.

    Returns
    -------
    DataFrame or NotEnoughData
        One row per factor (opportunities, conversion, deal_size, sales_cycle in days) and one for sales: factor,
        before, now, part (in money; the factors' add up to that of sales to the cent), low and high (80%: how far
        the part would move if chance had dealt other deals of the same kind), period_before, period. A factor that a
        quarter without closings cannot have is taken as unchanged.
    """
    if "closed_at" not in opportunities.columns:
        return NotEnoughData("opportunities.closed_at")
    earlier, later = _period(as_of, against), _period(as_of, 0)
    first = days_of(opportunities["created_at"]).min() if len(opportunities) else np.datetime64("NaT")
    if np.isnat(first) or first > earlier.before:
        return NotEnoughData(f"deals from before {earlier.name}", "the data begins later")
    tallies = np.stack([_tallies(opportunities, period) for period in (earlier, later)])
    if not tallies[..., 2].any():
        return NotEnoughData(f"a deal won in {earlier.name} or in {later.name}")
    low, high = _luck(tallies, np.array([earlier.days, later.days]))
    return _split(tallies, earlier, later).assign(low=low, high=high, period_before=earlier.name, period=later.name)


def _split(tallies: Array, earlier: Period, later: Period) -> pd.DataFrame:
    before, now = _factors(tallies.sum(axis=1), np.array([earlier.days, later.days]))
    sales = np.round(tallies[..., 3].sum(axis=1), 2)
    change = float(np.round(sales[1] - sales[0], 2))
    parts = split_of_product(_with_turns(before, earlier.days), _with_turns(now, later.days))
    found = pd.DataFrame({
        "factor": [*FACTORS, SALES], "before": [*before, sales[0]], "now": [*now, sales[1]],
        "part": [*to_the_cent(parts, change), change],
    })  # fmt: skip
    # Without a closing there is no sales cycle.
    return found.replace(np.inf, np.nan)


def _period(as_of: date, back: int) -> Period:
    day = pd.Timestamp(as_of)
    ends = [day - pd.DateOffset(months=MONTHS_PER_QUARTER * quarters) for quarters in (back, back + 1)]
    if day.is_quarter_end:
        ends = [end + pd.offsets.MonthEnd(0) for end in ends]
    last, before = (end.to_numpy().astype("datetime64[D]") for end in ends)
    name = str(ends[0].to_period("Q")) if day.is_quarter_end else f"3 months to {ends[0]:%d %b %Y}"
    return Period(name, before, last)


def _tallies(opportunities: pd.DataFrame, period: Period) -> Array:
    """Return per deal what it adds to a period: days in work, closings, wins, amount won."""
    created, closed = days_of(opportunities["created_at"]), days_of(opportunities["closed_at"])
    # A closing noted before the creation is one on its day.
    closed = np.where(closed < created, created, closed)
    first = np.maximum(created, period.before + 1)
    until = np.where(np.isnat(closed) | (closed > period.last), period.last, closed)
    days = np.maximum(whole_days(until - first) + 1, 0)
    ended = (closed > period.before) & (closed <= period.last) & (opportunities["status"] != "open").to_numpy()
    won = ended & (opportunities["status"] == "won").to_numpy()
    amount = np.where(won, opportunities["amount"].fillna(0.0).to_numpy(float), 0.0)
    return np.column_stack([days, ended, won, amount]).astype(float)


def _factors(sums: Array, days: Array) -> Array:
    """Return the factors of both periods, shape (..., 2, 4), from the sums of their tallies."""
    worked, closed, won, amount = np.moveaxis(sums, -1, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        cycle = np.where(worked > 0, worked / closed, np.nan)
        factors = np.stack([worked / days, won / closed, amount / won, cycle], axis=-1)
    # The other period's stands for a factor that one cannot have, and nothing for one that neither has.
    other = factors[..., ::-1, :]
    return np.nan_to_num(np.where(np.isnan(factors), other, factors), nan=0.0, posinf=np.inf)


def _with_turns(factors: Array, days: float | Array) -> Array:
    """Return the factors with, for the sales cycle, how often it fits into the period."""
    cycle = factors[..., 3]
    turns = np.divide(days, cycle, out=np.zeros_like(cycle), where=cycle > 0)
    return np.concatenate([factors[..., :3], turns[..., None]], axis=-1)


def _luck(tallies: Array, days: Array) -> tuple[Array, Array]:
    """Return 80% intervals of the parts and of the change over redraws of the deals (Poisson bootstrap)."""
    touched = tallies[:, tallies.any(axis=(0, 2))]
    rng = np.random.default_rng(0)
    found = []
    for _ in range(REDRAWS // REDRAWS_AT_ONCE):
        times = rng.poisson(1.0, (REDRAWS_AT_ONCE, touched.shape[1])).astype(float)
        factors = _factors(np.einsum("rd,pdt->rpt", times, touched, optimize=True), days)
        turned = _with_turns(factors, days)
        found.append(split_of_product(turned[:, 0], turned[:, 1]))
    parts = np.concatenate(found)
    low, high = np.quantile(np.column_stack([parts, parts.sum(axis=1)]), [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    return low, high

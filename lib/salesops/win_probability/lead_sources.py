"""Lead sources: what each costs, how many of its leads become deals and are won, and what the money brings."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.win_probability.arrival import arrival
from salesops.win_probability.marks import days_of, whole_days
from salesops.win_probability.shrinkage import shrunk_shares
from salesops.win_probability.steps import step_with_losses, window
from salesops.win_probability.wilson import LEVEL

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from salesops.win_probability.marks import Days

    Array = NDArray[np.float64]

DRAWS = 4000
UNNAMED = "not named"


class Traced(NamedTuple):
    """Leads with what became of them: the day they became a deal, and how that deal ended."""

    source: pd.Series
    created: Days
    became_deal: Days
    won: Days
    lost: Days
    amount: Array
    cost: Array


@passes_not_enough_data
def lead_sources(
    leads: pd.DataFrame, opportunities: pd.DataFrame, as_of: date, quarters: int
) -> pd.DataFrame | NotEnoughData:
    """Return one row per lead source, the one that brings most per money spent first.

    Conversion to a deal is that of leads of the last `quarters`, with recent ones counted for as long as they were
    watched; the chance of winning is that of the sources' deals decided in those quarters. For ranking, both are
    drawn towards the mean of all sources by a beta-binomial model (`shrunk_shares`), the more the fewer leads or
    deals a source has, so that no source comes first by luck alone.

    Parameters
    ----------
    leads, opportunities
        Tables of the input contract, cut to `as_of`.
    as_of
        Last day.
    quarters
        Quarters watched.

    Returns
    -------
    DataFrame or NotEnoughData
        source, leads, deals (of those leads so far), won (deals of the source, in those quarters), won_amount;
        conversion with low and high (as seen, Wilson) and conversion_shrunk; win_rate (shrunk) and won_share, the
        share of leads that is won in the end (shrunk); days_median to a deal; spent, cost_per_lead, cost_per_win,
        won_per_cost (amount won in the end per money spent on leads), the shrunk ones and the costs with `_low` and
        `_high`. Intervals hold in 80%. Leads without a cost are taken to cost what others of their source do.
    """
    if "opportunity_id" not in leads.columns:
        return NotEnoughData("leads.opportunity_id")
    if "closed_at" not in opportunities.columns:
        return NotEnoughData("opportunities.closed_at")
    if "source" not in leads.columns:
        return NotEnoughData("leads.source")
    start, last = window(as_of, quarters)
    traced = _traced(leads, opportunities)
    there = sorted(traced.source[traced.created > start].unique())
    if not there:
        return NotEnoughData("leads", f"none came in in the last {quarters} quarters")
    rows = pd.DataFrame([_one_source(traced, source, start, last) for source in there])
    found = _with_shrunk(rows, _spread(traced.cost, traced.source), _spread(traced.amount, traced.source))
    return found.sort_values(["won_per_cost", "won_share"], ascending=False, na_position="last", ignore_index=True)


def _traced(leads: pd.DataFrame, opportunities: pd.DataFrame) -> Traced:
    deals = opportunities.set_index("opportunity_id").reindex(leads["opportunity_id"])
    closed, status = days_of(deals["closed_at"]), deals["status"].to_numpy(object)
    won, lost = (np.where(status == ending, closed, np.datetime64("NaT")) for ending in ("won", "lost"))
    amount = np.where(status == "won", deals["amount"].to_numpy(float), np.nan)
    cost = leads["cost"].to_numpy(float) if "cost" in leads.columns else np.full(len(leads), np.nan)
    source = leads["source"].fillna(UNNAMED)
    return Traced(source, days_of(leads["created_at"]), days_of(deals["created_at"]), won, lost, amount, cost)


def _one_source(traced: Traced, source: str, start: np.datetime64, last: np.datetime64) -> dict[str, object]:
    of_source = (traced.source == source).to_numpy()
    recent = of_source & (traced.created > start)
    watched, converted = whole_days(last - traced.created[recent]), traced.became_deal[recent] <= last
    days = whole_days(np.minimum(np.where(converted, traced.became_deal[recent], last), last) - traced.created[recent])
    to_deal = arrival(np.maximum(days, 0.0), converted, watched)
    won, amount = traced.won[of_source], traced.amount[of_source]
    to_win = step_with_losses(traced.became_deal[of_source], won, traced.lost[of_source], amount, start, last)
    won_lately = (won > start) & (won <= last)
    return {
        "source": source, "leads": int(recent.sum()), "deals": int(converted.sum()), "won": int(won_lately.sum()),
        "won_amount": float(np.nansum(amount[won_lately])), "conversion": to_deal.share, "conversion_low": to_deal.low,
        "conversion_high": to_deal.high, "trials": to_deal.trials, "closed": to_win["left"],
        "won_of_closed": to_win["conversion"], "days_median": to_deal.days_quartiles[1],
        "days_low": to_deal.median_interval[0], "days_high": to_deal.median_interval[1],
        **_costs(traced.cost[recent]),
    }  # fmt: skip


def _costs(cost: Array) -> dict[str, float]:
    known = cost[np.isfinite(cost)]
    per_lead = float(known.mean()) if len(known) else np.nan
    return {"costs_known": float(len(known)), "cost_per_lead": per_lead, "spent": per_lead * len(cost)}


def _spread(values: Array, source: pd.Series) -> float:
    """Return the coefficient of variation of values within their sources."""
    seen = pd.Series(values, source.index)
    mean = seen.groupby(source).transform("mean")
    relative = (seen / mean.where(mean > 0)).dropna()
    return float(relative.std()) if len(relative) > 1 else 1.0


def _with_shrunk(rows: pd.DataFrame, cost_spread: float, amount_spread: float) -> pd.DataFrame:
    trials, closed = rows["trials"].to_numpy(float), rows["closed"].to_numpy(float)
    converted, won = rows["conversion"].to_numpy(float) * trials, rows["won_of_closed"].fillna(0.0).to_numpy() * closed
    conversion, win_rate = shrunk_shares(converted, trials, DRAWS), shrunk_shares(won, closed, DRAWS, seed=1)
    # Without a decided deal there is no win rate, and without a won one no cost of winning.
    win_rate = np.where(closed.sum() > 0, win_rate, np.nan)
    mean_amount = rows["won_amount"].to_numpy() / rows["won"].where(rows["won"] > 0).to_numpy(float)
    amount = _draws_of_mean(mean_amount, rows["won"].to_numpy(float), amount_spread, seed=2)
    cost = _draws_of_mean(rows["cost_per_lead"].to_numpy(), rows["costs_known"].to_numpy(), cost_spread, seed=3)
    won_share = conversion * win_rate
    leads_per_win = np.where(won.sum() > 0, 1 / np.maximum(won_share, 1e-9), np.nan)
    draws = {
        "conversion_shrunk": conversion, "win_rate": win_rate, "won_share": won_share, "cost_per_lead": cost,
        "cost_per_win": cost * leads_per_win, "won_per_cost": won_share * amount / cost,
    }  # fmt: skip
    summed = {column: values for name, drawn in draws.items() for column, values in _summary(name, drawn).items()}
    return rows.drop(columns=["trials", "closed", "won_of_closed", "costs_known"]).assign(**summed)


def _draws_of_mean(mean: Array, count: Array, spread: float, seed: int) -> Array:
    """Return draws of a mean of positive amounts; NaN where there is none or it is zero."""
    known = (mean > 0) & (count > 0)
    shape = np.where(known, count, 1.0) / max(spread, 1e-6) ** 2
    drawn = np.random.default_rng(seed).gamma(shape, np.where(known, mean, 1.0) / shape, (DRAWS, len(mean)))
    return np.where(known, drawn, np.nan)


def _summary(name: str, draws: Array) -> dict[str, Array]:
    low, middle, high = np.quantile(draws, [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2], axis=0)
    return {name: middle, f"{name}_low": low, f"{name}_high": high}

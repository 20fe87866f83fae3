"""Lead to cash: from the first sign of interest through each stage of buying to the order and its payment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.stats import norm

from salesops.not_enough_data import NotEnoughData
from salesops.tables import queries
from salesops.win_probability.marks import days_of
from salesops.win_probability.steps import step_with_losses, step_without_losses, window
from salesops.win_probability.wilson import LEVEL

if TYPE_CHECKING:
    from datetime import date

    from salesops.tables import Tables
    from salesops.win_probability.passage import Vector

    Table = pd.DataFrame | NotEnoughData
    Row = dict[str, object]

LEAD, STAGE, WON, ORDER, PAID = "lead", "stage", "won", "order", "paid"
COLUMNS = (
    "kind", "step", "reached", "reached_low", "reached_high", "conversion", "low", "high", "left", "went_on", "lost",
    "lost_amount", "under_way", "open_amount", "days_q1", "days_median", "days_q3", "days_low", "days_high", "needs",
)  # fmt: skip


def first_orders(known: Tables) -> Table:
    """Return the first order after each won deal, and the day it was paid (`tables.queries.first_orders`)."""
    missing = next((name for name in ("orders", "opportunities") if name not in known.expressions), None)
    if missing:
        return NotEnoughData(missing)
    query = queries.first_orders(known.expressions["orders"], known.expressions["opportunities"])
    return queries.collect(query, "opportunity_id")


def lead_to_cash(
    leads: Table, opportunities: Table, conversion: Table, orders: Table, as_of: date, quarters: int
) -> Table:
    """Return one row per step from lead to cash, in order.

    Parameters
    ----------
    leads, opportunities
        Tables of the input contract, cut to `as_of`.
    conversion
        From `stage_conversion`; without it all stages are one step, from a deal's first day to its closing.
    orders
        From `first_orders`.
    as_of
        Last day.
    quarters
        Quarters watched.

    Returns
    -------
    DataFrame or NotEnoughData
        kind (lead, stage, won, order, paid), step (its name); reached with low and high: the share of the first
        step's cases that get this far; conversion with low and high: the share of this step's that goes on; left,
        went_on, lost (cases, in those quarters), lost_amount, under_way and open_amount (in it on `as_of`); days_q1,
        days_median, days_q3 to leaving and days_low, days_high of their median; needs: what is missing where a step
        cannot be measured, or stages are not told apart. Intervals hold in 80%. Of leads, won deals and orders nobody
        notes that they are lost: their conversion is that within the time for which a tenth was watched (`arrival`).
    """
    if isinstance(opportunities, NotEnoughData):
        return opportunities
    if "closed_at" not in opportunities.columns:
        return NotEnoughData("opportunities.closed_at")
    start, last = window(as_of, quarters)
    rows: list[Row] = [
        {"kind": LEAD, "step": "lead", **_leads(leads, opportunities, start, last)},
        *_stages(conversion, opportunities, start, last),
        {"kind": WON, "step": "won", **_won(opportunities, orders, start, last)},
        {"kind": ORDER, "step": "order", **_ordered(orders, start, last)},
        {"kind": PAID, "step": "paid"},
    ]
    steps = pd.DataFrame([{"needs": "", **row} for row in rows], columns=list(COLUMNS))
    if not np.isfinite(steps["conversion"].astype(float)).any():
        return NotEnoughData("a deal that has left a stage", f"no deal did in the last {quarters} quarters")
    return _with_share_reached(steps)


def _leads(leads: Table, opportunities: pd.DataFrame, start: np.datetime64, last: np.datetime64) -> Row:
    if isinstance(leads, NotEnoughData):
        return {"needs": leads.needs}
    if "opportunity_id" not in leads.columns:
        return {"needs": "leads.opportunity_id"}
    became_deal = opportunities.set_index("opportunity_id")["created_at"].reindex(leads["opportunity_id"])
    return dict(step_without_losses(days_of(leads["created_at"]), days_of(became_deal), start, last))


def _stages(conversion: Table, opportunities: pd.DataFrame, start: np.datetime64, last: np.datetime64) -> list[Row]:
    if not isinstance(conversion, NotEnoughData):
        steps = conversion.rename(columns={"stage": "step", "open_deals": "under_way"}).assign(kind=STAGE)
        return [{str(name): value for name, value in row.items()} for row in steps.to_dict("records")]
    closed, status = days_of(opportunities["closed_at"]), opportunities["status"]
    won, lost = (np.where(status == ending, closed, np.datetime64("NaT")) for ending in ("won", "lost"))
    amounts, still_open = opportunities["amount"].to_numpy(float), status == "open"
    found = step_with_losses(days_of(opportunities["created_at"]), won, lost, amounts, start, last)
    now = {"under_way": float(still_open.sum()), "open_amount": float(np.nansum(amounts[still_open]))}
    return [{"kind": STAGE, "step": "deal", **found, **now, "needs": conversion.needs}]


def _won(opportunities: pd.DataFrame, orders: Table, start: np.datetime64, last: np.datetime64) -> Row:
    if isinstance(orders, NotEnoughData):
        return {"needs": orders.needs}
    won = opportunities[opportunities["status"] == "won"]
    ordered = orders.set_index("opportunity_id")["ordered_at"].reindex(won["opportunity_id"])
    return dict(step_without_losses(days_of(won["closed_at"]), days_of(ordered), start, last))


def _ordered(orders: Table, start: np.datetime64, last: np.datetime64) -> Row:
    if isinstance(orders, NotEnoughData):
        return {"needs": orders.needs}
    if "paid_at" not in orders.columns:
        return {"needs": "orders.paid_at"}
    return dict(step_without_losses(days_of(orders["ordered_at"]), days_of(orders["paid_at"]), start, last))


def _with_share_reached(steps: pd.DataFrame) -> pd.DataFrame:
    """Add the share of the first measured step's cases that reach each step."""
    share, low, high = (steps[name].to_numpy(float) for name in ("conversion", "low", "high"))
    first = int(np.isfinite(share).argmax())
    reached, reached_low, reached_high = np.full((3, len(steps)), np.nan)
    reached[first:] = _product_before(share[first:])
    # The steps are measured on different cases, so the relative variances of their shares add up.
    deviation = np.divide(high - low, 2 * norm.ppf((1 + LEVEL) / 2) * share, out=np.zeros_like(share), where=share > 0)
    width = norm.ppf((1 + LEVEL) / 2) * np.sqrt(np.cumsum([0.0, *deviation[first:-1] ** 2]))
    reached_low[first:] = reached[first:] * np.exp(-width)
    # Beyond a step that nobody has passed, only its upper end says anything.
    widest = np.where(reached[first:] > 0, reached[first:] * np.exp(width), _product_before(high[first:]))
    reached_high[first:] = np.where(np.isnan(reached[first:]), np.nan, np.minimum(widest, 1.0))
    return steps.assign(reached=reached, reached_low=reached_low, reached_high=reached_high)


def _product_before(shares: Vector) -> Vector:
    return np.concatenate([[1.0], np.cumprod(shares[:-1])])

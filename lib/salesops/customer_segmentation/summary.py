"""The top of the customer_segmentation page: one sentence, the figures, and what follows from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.customer_segmentation.bands import customers_for, lorenz
from salesops.customer_segmentation.cohorts import wilson
from salesops.customer_segmentation.wallet import total_share
from salesops.not_enough_data import NotEnoughData
from salesops.report import Kpi, Message, Summary, money, plural, share

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from salesops.customer_segmentation.order_outlook import OrderOutlook
    from salesops.customer_segmentation.overdue import Overdue
    from salesops.customer_segmentation.parameters import Parameters

MOST_OF_SALES = 0.8
SHOWN = 4
"""Figures at the top of the page; the others are published and stand in their sections."""


def kpis(
    found: pd.DataFrame | NotEnoughData, bands: pd.DataFrame | NotEnoughData, wallet: pd.DataFrame | NotEnoughData,
    outlook: OrderOutlook | NotEnoughData, overdue: Overdue | NotEnoughData, parameters: Parameters,
) -> list[Kpi]:  # fmt: skip
    """Return the page's figures; those that could not be computed are left out."""
    figures: list[Kpi] = []
    if not isinstance(outlook, NotEnoughData):
        figures.append(_value(outlook, parameters))
    if not isinstance(overdue, NotEnoughData):
        figures.append(_at_stake(overdue, parameters))
    if not isinstance(found, NotEnoughData):
        figures += _kept(found, parameters)
        if not isinstance(wallet, NotEnoughData):
            figures.append(_wallet(found, wallet, parameters))
        figures.append(_active(found, parameters))
    return figures if isinstance(bands, NotEnoughData) else [*figures, *_concentration(bands)]


def summary(
    found: pd.DataFrame | NotEnoughData, wallet: pd.DataFrame | NotEnoughData, tiers: pd.DataFrame | NotEnoughData,
    outlook: OrderOutlook | NotEnoughData, overdue: Overdue | NotEnoughData, figures: Sequence[Kpi],
    parameters: Parameters, previous: Mapping[str, float | None] | None = None,
) -> Summary:  # fmt: skip
    """Return the top of the page, from whatever could be computed."""
    messages = [*_save(overdue, parameters), *_headroom(wallet, parameters), *_edges(tiers)]
    return Summary(_answer(found, outlook, parameters), figures[:SHOWN], messages, previous)


def _answer(found: pd.DataFrame | NotEnoughData, outlook: OrderOutlook | NotEnoughData, parameters: Parameters) -> str:
    if isinstance(found, NotEnoughData):
        return f"Nothing can be said of customers yet: {found}."
    active = int((found["recent_orders"] > 0).sum())
    total = money(float(found["sales"].sum()), parameters.currency)
    months = plural(parameters.value_months, "month")
    said = f"Of {plural(len(found), 'customer')}, who bought for {total} so far, {active:,} bought in the last {months}"
    if isinstance(outlook, NotEnoughData):
        return f"{said}."
    value = money(float(outlook.customers["clv"].sum()), parameters.currency)
    return f"{said}; they should bring about {value} of {outlook.value_is} in the next {parameters.clv_months}."


def _active(found: pd.DataFrame, parameters: Parameters) -> Kpi:
    active, bought = int((found["recent_orders"] > 0).sum()), int(found["buys"].sum())
    label = f"Customers who bought in {plural(parameters.value_months, 'month')}"
    return Kpi("active_customers", label, active, "customers", better="up", note=f"of {bought:,} who ever bought")


def _kept(found: pd.DataFrame, parameters: Parameters) -> list[Kpi]:
    before = found["earlier_orders"] > 0
    if not before.any():
        return []
    kept, of = int((found["recent_orders"] > 0)[before].sum()), int(before.sum())
    low, high = wilson(kept, of)
    label = f"Kept from the {plural(parameters.value_months, 'month')} before"
    return [Kpi("kept_customers", label, kept / of, "share", low, high, "up")]


def _value(outlook: OrderOutlook, parameters: Parameters) -> Kpi:
    label = f"Value to come, {plural(parameters.clv_months, 'month')}"
    total = float(outlook.customers["clv"].sum())
    note = f"{outlook.value_is}, discounted; no interval yet"
    return Kpi("lifetime_value", label, total, parameters.currency, better="up", note=note)


def _at_stake(overdue: Overdue, parameters: Parameters) -> Kpi:
    losing, note = float(overdue.rows["losing"].sum()), plural(len(overdue.rows), "customer")
    return Kpi("at_stake", "At stake with overdue customers", losing, parameters.currency, better="down", note=note)


def _wallet(found: pd.DataFrame, wallet: pd.DataFrame, parameters: Parameters) -> Kpi:
    note = f"{money(float(wallet['headroom'].sum()), parameters.currency)} a year goes elsewhere"
    ours = total_share(found[found["buys"]], wallet)
    return Kpi("wallet_share", "Our share of customers' spend", ours, "share", better="up", note=note)


def _concentration(bands: pd.DataFrame) -> list[Kpi]:
    curve = lorenz(bands)
    if isinstance(curve, NotEnoughData):
        return []
    label = f"Customers who bring {share(MOST_OF_SALES)} of sales"
    return [Kpi("concentration", label, customers_for(curve, MOST_OF_SALES), "share")]


def _save(overdue: Overdue | NotEnoughData, parameters: Parameters) -> list[Message]:
    if isinstance(overdue, NotEnoughData) or overdue.rows.empty:
        return []
    losing = money(float(overdue.rows["losing"].sum()), parameters.currency)
    worth = int(overdue.rows["worth_offer"].sum())
    late = plural(len(overdue.rows), "customer who is", "customers who are")
    then = f"{plural(worth, 'is', 'are')} worth a save offer: call them first." if worth else "Call them this week."
    return [Message(f"{losing} is at stake with {late} overdue.", then)]


def _headroom(wallet: pd.DataFrame | NotEnoughData, parameters: Parameters) -> list[Message]:
    if isinstance(wallet, NotEnoughData) or not wallet["headroom"].sum() > 0:
        return []
    room = wallet["headroom"].dropna().sort_values(ascending=False)
    half = int(np.searchsorted(room.cumsum().to_numpy(), room.sum() / 2 - 1e-9)) + 1
    lead = f"{money(float(room.sum()), parameters.currency)} a year goes elsewhere."
    return [Message(lead, f"Half of it is spent by {plural(half, 'customer')}: start there.")]


def _edges(tiers: pd.DataFrame | NotEnoughData) -> list[Message]:
    if isinstance(tiers, NotEnoughData):
        return []
    unsure = int((tiers["unsure"] != "").sum())
    lead = f"Of {plural(len(tiers), 'customer')}, {unsure:,} stand on the edge of a tier."
    return [Message(lead, "They would change if one weight moved by 10%: judge them by hand, and let the others be.")]

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

    from salesops.customer_segmentation.parameters import Parameters

MOST_OF_SALES = 0.8


def kpis(
    found: pd.DataFrame | NotEnoughData, bands: pd.DataFrame | NotEnoughData, wallet: pd.DataFrame | NotEnoughData,
    parameters: Parameters,
) -> list[Kpi]:  # fmt: skip
    """Return the page's figures; those that could not be computed are left out."""
    figures: list[Kpi] = []
    if not isinstance(found, NotEnoughData):
        figures += [_active(found, parameters), *_kept(found, parameters)]
    if not isinstance(wallet, NotEnoughData) and not isinstance(found, NotEnoughData):
        ours = total_share(found[found["buys"]], wallet)
        note = f"{money(float(wallet['headroom'].sum()), parameters.currency)} a year goes elsewhere"
        figures.append(Kpi("wallet_share", "Our share of customers' spend", ours, "share", better="up", note=note))
    if not isinstance(bands, NotEnoughData):
        curve = lorenz(bands)
        if not isinstance(curve, NotEnoughData):
            label, few = f"Customers who bring {share(MOST_OF_SALES)} of sales", customers_for(curve, MOST_OF_SALES)
            figures.append(Kpi("concentration", label, few, "share"))
    return figures


def summary(
    found: pd.DataFrame | NotEnoughData, wallet: pd.DataFrame | NotEnoughData, tiers: pd.DataFrame | NotEnoughData,
    figures: Sequence[Kpi], parameters: Parameters, previous: Mapping[str, float | None] | None = None,
) -> Summary:  # fmt: skip
    """Return the top of the page, from whatever could be computed."""
    messages = [*_headroom(wallet, parameters), *_edges(tiers)]
    return Summary(_answer(found, parameters), figures, messages, previous)


def _answer(found: pd.DataFrame | NotEnoughData, parameters: Parameters) -> str:
    if isinstance(found, NotEnoughData):
        return f"Nothing can be said of customers yet: {found}."
    active, _ = _counts(found)
    total = money(float(found["sales"].sum()), parameters.currency)
    return (
        f"Of {plural(len(found), 'customer')} in the orders, {active:,} bought in the last "
        f"{plural(parameters.value_months, 'month')}; all together bought for {total} so far."
    )


def _counts(found: pd.DataFrame) -> tuple[int, int]:
    return int((found["recent_orders"] > 0).sum()), int(found["buys"].sum())


def _active(found: pd.DataFrame, parameters: Parameters) -> Kpi:
    active, buyers = _counts(found)
    months = plural(parameters.value_months, "month")
    return Kpi(
        "active_customers", f"Customers who bought in {months}", active, "customers", better="up",
        note=f"of {buyers:,} who ever bought",
    )  # fmt: skip


def _kept(found: pd.DataFrame, parameters: Parameters) -> list[Kpi]:
    before = found["earlier_orders"] > 0
    if not before.any():
        return []
    kept, of = int((found["recent_orders"] > 0)[before].sum()), int(before.sum())
    low, high = wilson(kept, of)
    months = plural(parameters.value_months, "month")
    return [Kpi("kept_customers", f"Kept from the {months} before", kept / of, "share", low, high, "up")]


def _headroom(wallet: pd.DataFrame | NotEnoughData, parameters: Parameters) -> list[Message]:
    if isinstance(wallet, NotEnoughData) or not wallet["headroom"].sum() > 0:
        return []
    room = wallet["headroom"].dropna().sort_values(ascending=False)
    half = int(np.searchsorted(room.cumsum().to_numpy(), room.sum() / 2 - 1e-9)) + 1
    return [
        Message(
            f"{money(float(room.sum()), parameters.currency)} a year goes elsewhere.",
            f"Half of it is spent by {plural(half, 'customer')}: start there.",
        )
    ]


def _edges(tiers: pd.DataFrame | NotEnoughData) -> list[Message]:
    if isinstance(tiers, NotEnoughData):
        return []
    unsure = int((tiers["unsure"] != "").sum())
    return [
        Message(
            f"{plural(unsure, 'customer')} of {len(tiers):,} stand on the edge of a tier.",
            "They would change if one weight moved by 10%: judge them by hand, and let the others stand.",
        )
    ]

"""What this quarter's forecast reads: sales by day, deals with their stages, and the chances another notebook gave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from salesops.not_enough_data import NotEnoughData
from salesops.sales_forecasting.deal_orders import deal_orders
from salesops.tables import published
from salesops.tables.queries import collect

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from salesops.sales_forecasting.deal_orders import DealOrders
    from salesops.tables import Tables

DEAL_COLUMNS = ("opportunity_id", "created_at", "closed_at", "delivery_at", "status", "amount")
HISTORY_COLUMNS = ("opportunity_id", "stage", "entered_at", "expected_close")


@dataclass(frozen=True)
class QuarterInputs:
    """Frames as of a day; each may be `NotEnoughData`.

    Parameters
    ----------
    as_of
        Last day that is known.
    days
        ordered_at and amount: the company's sales by day.
    opportunities
        Deals, with the columns of `DEAL_COLUMNS` that there are.
    stage_history
        The stages they entered.
    link
        How won deals became orders.
    open_deals
        What win_probability published on deals open on that day.
    """

    as_of: date
    days: pd.DataFrame | NotEnoughData
    opportunities: pd.DataFrame | NotEnoughData
    stage_history: pd.DataFrame | NotEnoughData
    link: DealOrders
    open_deals: pd.DataFrame | NotEnoughData

    @classmethod
    def of(cls, known: Tables, run_dir: str) -> QuarterInputs:
        """Read them, sums where the data is."""
        return cls(
            known.as_of,
            day_sums(known),
            _columns(known, "opportunities", DEAL_COLUMNS),
            _columns(known, "stage_history", HISTORY_COLUMNS),
            deal_orders(known),
            published(run_dir, "win_probability", "open_deals"),
        )


def day_sums(known: Tables) -> pd.DataFrame | NotEnoughData:
    """Return the company's sales by day: ordered_at and amount."""
    if not known.has("orders"):
        return NotEnoughData("orders")
    orders = known.expressions["orders"]
    return collect(orders.group_by("ordered_at").aggregate(amount=orders.amount.sum()), "ordered_at")


def _columns(known: Tables, name: str, columns: tuple[str, ...]) -> pd.DataFrame | NotEnoughData:
    if not known.has(name):
        return NotEnoughData(name)
    table = known.expressions[name]
    there = [column for column in columns if column in table.columns]
    return collect(table.select(there), *(column for column in ("opportunity_id", "entered_at") if column in there))

"""What the models of orders and value are given: order days, margins and settings, from the notebook's parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.customer_segmentation.outlook_settings import OutlookSettings
from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.tables.queries import collect, order_days
from salesops.tables.queries.margins import customer_margins

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir
    import pandas as pd

    from salesops.customer_segmentation.parameters import Parameters
    from salesops.tables import Tables

WEEKS_A_MONTH = 365.25 / 7 / 12
REFITS, DRAWS = 4, 100
"""Futures count, refits hardly: three to ten of them gave intervals as wide that held as many customers."""


def outlook_settings(parameters: Parameters) -> OutlookSettings:
    """Return the settings of the models.

    Examples
    --------
    >>> from salesops.customer_segmentation.parameters import Parameters
    >>> outlook_settings(Parameters(clv_months=12)).horizon_weeks
    52
    """
    return OutlookSettings(
        horizon_weeks=round(parameters.clv_months * WEEKS_A_MONTH),
        churn_weeks=parameters.churn_weeks,
        discount_per_year=parameters.discount_rate,
        bootstraps=REFITS,
        draws=DRAWS,
    )


@passes_not_enough_data
def days_of_orders(orders: ir.Table) -> pd.DataFrame | NotEnoughData:
    """Return one row per customer and day with a purchase: account_id, day, amount."""
    return collect(order_days(orders), "account_id", "day")


@passes_not_enough_data
def margins(orders: ir.Table, known: Tables, as_of: date, parameters: Parameters) -> pd.DataFrame | NotEnoughData:
    """Return what each customer bought and the margin in it; a share of sales by parameter where no cost is known.

    Returns
    -------
    DataFrame
        account_id, bought and margin (money).
    """
    query = customer_margins(orders, as_of, known.expressions.get("products"))
    found = collect(query, "account_id")
    if not isinstance(found, NotEnoughData) and found["bought"].sum() > 0:
        return found
    buys = orders.filter(orders.amount > 0)
    kept = buys.group_by("account_id").aggregate(bought=buys.amount.sum(), margin=parameters.margin * buys.amount.sum())
    return collect(kept, "account_id")

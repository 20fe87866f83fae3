"""What every customer will order, what that is worth, and who may be leaving: the face of this package's models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.customer_segmentation.honest_level import honest_level
from salesops.customer_segmentation.lifetime_value import ExpectedOrders, discounted_orders, lifetime_value
from salesops.customer_segmentation.margin_shares import margin_shares
from salesops.customer_segmentation.outlook_settings import DAYS_PER_WEEK, OutlookSettings
from salesops.customer_segmentation.spending import expected_amounts
from salesops.not_enough_data import passes_not_enough_data

if TYPE_CHECKING:
    from salesops.customer_segmentation.histories import Array
    from salesops.customer_segmentation.learned_orders import LearnedOrders


SMALLEST_CHANCE = 1e-12


@dataclass(frozen=True)
class OrderOutlook:
    """Orders, value and risk of every customer.

    Parameters
    ----------
    customers
        One row per account that has ordered, by account_id:

        - p_alive: probability of still being a customer
        - expected_orders: within the horizon; expected_value: money that an order is expected to bring (sales)
        - clv, clv_low, clv_high: discounted value within the horizon, with the interval in which the actual value
          lies for the settings' share of customers
        - churn_risk: chance of no order within the weeks of warning
        - weeks_overdue: weeks since the usual time of the next order, 0 where it has not come yet
        - usual_gap_weeks, weeks_since_order
        - at_stake: discounted value within the horizon if the customer is still one today
    value_is
        "margin", or "sales" where no cost is known.
    settings
        What it was computed with.
    """

    customers: pd.DataFrame
    value_is: str
    settings: OutlookSettings


@passes_not_enough_data
def order_outlook(learned: LearnedOrders, margins: pd.DataFrame | None = None) -> OrderOutlook:
    """Return orders, value and risk of every customer.

    Parameters
    ----------
    learned
        Customers as known today and some time ago.
    margins
        account_id, bought and margin, as `salesops.tables.queries.customer_margins` finds them; without them value is
        sales.

    Examples
    --------
    >>> from salesops.customer_segmentation.learned_orders import learn_orders
    >>> days = pd.to_datetime(["2026-01-01", "2026-01-20", "2026-03-01"] * 12)
    >>> orders = {"account_id": np.repeat(list("ABCDEFGHIJKL"), 3), "day": days, "amount": np.arange(36) + 1.0}
    >>> found = order_outlook(learn_orders(pd.DataFrame(orders), pd.Timestamp("2026-03-15")))
    >>> found.value_is, len(found.customers)
    ('sales', 12)
    """
    known, settings = learned.today.known, learned.settings
    costed = margins is not None and float(margins["bought"].sum()) > 0
    if margins is None or not costed:
        shares = np.ones(len(known.customers))
    else:
        shares = margin_shares(known.account_id, margins)
    customers = _customers(learned, shares)
    return OrderOutlook(customers, "margin" if costed else "sales", settings)


def _customers(learned: LearnedOrders, shares: Array) -> pd.DataFrame:
    stand, settings = learned.today, learned.settings
    model, known = stand.model, stand.known
    orders, worth = discounted_orders(model, known, settings.horizon_days, settings.discount_per_year)
    expected = ExpectedOrders(orders, worth, expected_amounts(known.spending), shares)
    value = lifetime_value(stand, expected, settings, honest_level(learned))
    gap, alive = model.usual_gap(known.known), model.alive(known.known)
    return pd.DataFrame(
        {
            "account_id": known.account_id,
            "p_alive": alive,
            "expected_orders": orders,
            "expected_value": expected.sales,
            "clv": value.expected,
            "clv_low": value.low,
            "clv_high": value.high,
            "churn_risk": model.none_within(known.known, settings.churn_days),
            "weeks_overdue": np.maximum(known.silent_days - gap, 0.0) / DAYS_PER_WEEK,
            "usual_gap_weeks": gap / DAYS_PER_WEEK,
            "weeks_since_order": known.silent_days / DAYS_PER_WEEK,
            "at_stake": value.expected / np.maximum(alive, SMALLEST_CHANCE),
        }
    )

"""What is known of how each customer buys: collected where the orders are, on one day or on several."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData
from salesops.tables.queries import collect
from salesops.tables.queries import customer_features as customer_query

if TYPE_CHECKING:
    import ibis.expr.types as ir

DAYS_PER_YEAR = 365.25
# The share of each of this many channels, the most used ones, is a feature.
CHANNELS = 6


def customer_features(
    orders: ir.Table | NotEnoughData, as_of: date, accounts: ir.Table | NotEnoughData | None = None
) -> pd.DataFrame | NotEnoughData:
    """Return one row per account that has ordered, with what is known of it at the end of `as_of`.

    Parameters
    ----------
    orders, accounts
        Tables of the input contract. Without accounts, what they tell is empty.
    as_of
        Last day that is known; later lines and payments do not count.

    Returns
    -------
    DataFrame or NotEnoughData
        The columns of `salesops.tables.queries.customer_features`, with share_<channel> for the most used channels, and

        - orders: order days; orders_per_year: own pace between the first and the last of them, empty for a single one
        - days_since_order; days_known: since the first order
        - order_value: median money per order day
        - trend: amount_year over amount_year_before, less one; empty for an account that is not two years old
        - channel: through which most of its money came; empty where orders do not say it

        Ordered by account_id.
    """
    if isinstance(orders, NotEnoughData):
        return orders
    names = _channels(orders)
    found = collect(customer_query(orders, as_of, accounts, names), "account_id")
    if isinstance(found, NotEnoughData):
        return found
    if found.empty:
        return NotEnoughData("orders of at least one customer", f"nobody has bought anything up to {as_of}")
    return _derived(found, names)


def _channels(orders: ir.Table) -> list[str]:
    """Return the most used channels, by order lines."""
    if "channel" not in orders.columns:
        return []
    named = orders.filter(orders.channel.notnull())
    lines = named.group_by("channel").aggregate(lines=named.count())
    used = lines.order_by([lines.lines.desc(), lines.channel]).limit(CHANNELS)
    names: list[str] = used.to_pandas()["channel"].tolist()
    return names


def _derived(found: pd.DataFrame, channels: list[str]) -> pd.DataFrame:
    """Add what follows from the columns of one row."""
    old = (found["T_days"] >= 2 * 365) & (found["amount_year_before"] > 0)
    change = found["amount_year"] / found["amount_year_before"].where(old) - 1
    return found.assign(
        orders=found["frequency"] + 1,
        orders_per_year=DAYS_PER_YEAR / found["mean_gap_days"],
        days_since_order=found["T_days"] - found["recency_days"],
        days_known=found["T_days"],
        order_value=found["median_amount"],
        trend=change,
        channel=_main_channel(found, channels),
    )


def _main_channel(found: pd.DataFrame, channels: list[str]) -> pd.Series:
    shares = found[[f"share_{name}" for name in channels]].to_numpy("float64", na_value=np.nan)
    if not channels:
        return pd.Series(pd.NA, index=found.index, dtype="string")
    best = np.nan_to_num(shares, nan=0.0)
    names = pd.Series(np.array(channels, dtype=object)[best.argmax(axis=1)], index=found.index, dtype="string")
    return names.where(best.max(axis=1) > 0)


def features_over_time(
    orders: ir.Table | NotEnoughData, as_of: date, accounts: ir.Table | NotEnoughData | None = None
) -> dict[date, pd.DataFrame] | NotEnoughData:
    """Return `customer_features` of the days that segments are learned on, a quarter ago and `as_of`.

    Segments are learned at the end of the last calendar year that was over a quarter ago, so that all runs within a
    year speak of the same ones, whatever was run before.

    Returns
    -------
    dict of date to DataFrame, or NotEnoughData
        In the order of days; those before the first purchase are left out.
    """
    found = {day: customer_features(orders, day, accounts) for day in segment_days(as_of)}
    now = found[as_of]
    if isinstance(now, NotEnoughData):
        return now
    return {day: features for day, features in found.items() if not isinstance(features, NotEnoughData)}


def segment_days(as_of: date) -> list[date]:
    """Return the day to learn segments on, the one to look back at, and `as_of`, in order and each once.

    Examples
    --------
    >>> from datetime import date
    >>> [str(day) for day in segment_days(date(2026, 9, 30))]
    ['2025-12-31', '2026-06-30', '2026-09-30']
    >>> [str(day) for day in segment_days(date(2026, 3, 31))]
    ['2025-12-31', '2026-03-31']
    """
    after = pd.Timestamp(as_of) + pd.Timedelta(days=1)
    quarter_ago = (after - pd.DateOffset(months=3) - pd.Timedelta(days=1)).date()
    year_end = quarter_ago if (quarter_ago.month, quarter_ago.day) == (12, 31) else date(quarter_ago.year - 1, 12, 31)
    return sorted({year_end, quarter_ago, as_of})

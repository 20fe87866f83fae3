"""Aggregations of heavy tables, written once: Ibis table in, Ibis table out, so they run where the data is.

Nothing here reads or computes anything; `collect` does, and brings the small result into pandas. Only operations that
DuckDB, Postgres and Spark share are used, and a test compiles every query for all three.
"""

from salesops.tables.queries.collect import collect
from salesops.tables.queries.customers import customer_features
from salesops.tables.queries.days import account_days, order_days, return_days
from salesops.tables.queries.first_orders import first_orders
from salesops.tables.queries.looks import activity_at_looks, deal_looks, stage_at_looks
from salesops.tables.queries.margins import customer_margins
from salesops.tables.queries.months import customer_periods, customer_trend, monthly_sales
from salesops.tables.queries.prices import price_panel
from salesops.tables.queries.reps import rep_activity, rep_mix, rep_quarters
from salesops.tables.queries.rhythm import customer_rhythm
from salesops.tables.queries.stages import stage_entries

__all__ = [
    "account_days",
    "activity_at_looks",
    "collect",
    "customer_features",
    "customer_margins",
    "customer_periods",
    "customer_rhythm",
    "customer_trend",
    "deal_looks",
    "first_orders",
    "monthly_sales",
    "order_days",
    "price_panel",
    "rep_activity",
    "rep_mix",
    "rep_quarters",
    "return_days",
    "stage_at_looks",
    "stage_entries",
]

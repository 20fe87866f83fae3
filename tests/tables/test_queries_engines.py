"""Every query is written for the engines the suite names, and gives the same rows on a real second one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import ibis
import pandas as pd
import pytest

from salesops.tables import load
from salesops.tables.queries import (
    account_days,
    activity_at_looks,
    collect,
    customer_features,
    customer_margins,
    customer_periods,
    customer_rhythm,
    customer_trend,
    first_orders,
    monthly_sales,
    order_days,
    price_panel,
    rep_activity,
    rep_mix,
    rep_quarters,
    return_days,
    stage_at_looks,
    stage_entries,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

AS_OF = date(2026, 9, 30)
MARKS = [date(2026, 7, 31), date(2026, 8, 31), AS_OF]
NAMED = ("orders", "products", "opportunities", "stage_history", "activities", "accounts")
QUERIES: dict[str, Callable[..., Any]] = {
    "account_days": lambda orders, **_: account_days(orders),
    "order_days": lambda orders, **_: order_days(orders),
    "return_days": lambda orders, **_: return_days(orders),
    "customer_rhythm": lambda orders, **_: customer_rhythm(orders, AS_OF, ("direct", "distributor")),
    "customer_features": lambda orders, **_: customer_features(orders, AS_OF, None, ("direct", "distributor")),
    "customer_margins": lambda orders, products, **_: customer_margins(orders, AS_OF, products),
    "customer_periods": lambda orders, **_: customer_periods(orders, AS_OF, 24),
    "customer_trend": lambda orders, **_: customer_trend(orders, AS_OF),
    "first_orders": lambda orders, opportunities, **_: first_orders(orders, opportunities),
    "monthly_sales": lambda orders, **_: monthly_sales(orders, by=("region", "channel")),
    "price_panel": lambda orders, products, **_: price_panel(orders, products),
    "rep_activity": lambda activities, **_: rep_activity(activities, AS_OF),
    "rep_mix": lambda orders, products, accounts, **_: rep_mix(orders, AS_OF, products, accounts),
    "rep_quarters": lambda orders, **_: rep_quarters(orders, AS_OF),
    "stage_at_looks": lambda stage_history, opportunities, **_: stage_at_looks(stage_history, opportunities, MARKS),
    "activity_at_looks": lambda activities, opportunities, **_: activity_at_looks(activities, opportunities, MARKS),
    "stage_entries": lambda stage_history, opportunities, **_: stage_entries(stage_history, opportunities, AS_OF),
}
KEYS = (
    "rep_id",
    "quarter",
    "opportunity_id",
    "product_line",
    "industry",
    "account_id",
    "stage",
    "region",
    "channel",
    "month",
    "day",
    "mark",
)


@pytest.fixture(scope="module")
def sample() -> dict[str, ibis.Table]:
    tables = load("data/sample", str(AS_OF)).expressions
    return {name: tables[name] for name in NAMED}


class SparkOptions(ibis.config.Config):
    """What Ibis sets when Spark's own package is installed; the compiler asks for it without one, too."""

    treat_nan_as_null: bool = False


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "pyspark"])
@pytest.mark.parametrize("name", QUERIES)
def test_a_query_compiles_for_every_engine(name: str, dialect: str, sample: dict[str, ibis.Table]) -> None:
    unbound = {table: ibis.table(sample[table].schema(), name=table) for table in NAMED}
    options = ibis.options.pyspark
    ibis.options.pyspark = SparkOptions()
    try:
        sql = str(ibis.to_sql(QUERIES[name](**unbound), dialect=dialect))
    finally:
        ibis.options.pyspark = options
    assert sql.startswith(("SELECT", "WITH"))


@pytest.fixture(scope="module")
def stored(postgres: str, postgres_password: str, sample: dict[str, ibis.Table]) -> Iterator[dict[str, ibis.Table]]:
    host, port = postgres.split(":")
    server = ibis.postgres.connect(
        host=host, port=int(port), user="owner", password=postgres_password, database="postgres"
    )
    yield {name: server.create_table(name, table.to_pyarrow()) for name, table in sample.items()}
    for name in sample:
        server.drop_table(name)
    server.disconnect()


@pytest.mark.slow
@pytest.mark.parametrize("name", QUERIES)
def test_postgres_gives_the_rows_that_duckdb_gives(
    name: str, sample: dict[str, ibis.Table], stored: dict[str, ibis.Table]
) -> None:
    ours, theirs = (collect(QUERIES[name](**tables)) for tables in (sample, stored))
    keys = [key for key in KEYS if key in ours.columns]
    # The two sort Chinese names and blanks in different orders.
    ours, theirs = (frame.sort_values(keys).reset_index(drop=True) for frame in (ours, theirs))
    assert len(ours) > 0
    pd.testing.assert_frame_equal(ours, theirs, check_dtype=False, rtol=1e-9)

"""A small invented company: two regions, two channels, a season and a little growth."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

AS_OF = date(2026, 9, 30)
SIZES = (("North", "direct", 600.0), ("South", "direct", 250.0), ("South", "web", 150.0))


def make_orders(months: int = 72, seed: int = 0, noise: float = 0.05, growth: float = 0.005) -> pd.DataFrame:
    """One order per month, region and channel, on the 10th, up to September 2026."""
    rng = np.random.default_rng(seed)
    days = pd.date_range(end="2026-09-01", periods=months, freq="MS") + pd.Timedelta(days=9)
    month = np.arange(months)
    shape = (1 + growth * month) * (1 + 0.2 * np.sin(2 * np.pi * month / 12))
    parts = [
        pd.DataFrame(
            {"ordered_at": days, "amount": size * shape * np.exp(rng.normal(0, noise, months)), "region": region,
             "channel": channel}
        )
        for region, channel, size in SIZES
    ]  # fmt: skip
    orders = pd.concat(parts, ignore_index=True)
    return orders.assign(order_id=[f"O{i}" for i in orders.index])


@pytest.fixture
def orders() -> pd.DataFrame:
    return make_orders()


@pytest.fixture
def as_of() -> date:
    return AS_OF


@pytest.fixture
def orders_of():
    return make_orders


@pytest.fixture
def outlook(orders, as_of):
    from salesops.sales_forecasting.outlook import forecast_sales
    from salesops.sales_forecasting.series import monthly_sales

    return forecast_sales(monthly_sales(orders, as_of))


@pytest.fixture
def targets_of():
    def build(*rows: tuple[str, str, str, float], measure: str = "sales") -> pd.DataFrame:
        return pd.DataFrame(rows, columns=["period", "level", "key", "target"]).assign(measure=measure)

    return build

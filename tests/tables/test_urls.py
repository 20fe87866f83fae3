"""Data behind a URL reads like the same files here; each version of a file is fetched once, and a new one is noticed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from salesops.tables import load
from salesops.tables.check import check

if TYPE_CHECKING:
    from pathlib import Path

ACCOUNTS = b"account_id,name\n001,Hefei\n002,Huzhou\n"
ORDERS = b"order_id,account_id,ordered_at,amount\n7,001,2026-01-05,1234.5\n8,002,2026-03-31,-20\n"


@pytest.fixture
def company(bucket: Any) -> str:
    bucket.put("company/accounts.csv", ACCOUNTS)
    bucket.put("company/orders.csv", ORDERS)
    bucket.server.asked.clear()
    url: str = bucket.url("company")
    return url


def amounts(url: str) -> list[float]:
    found: list[float] = load(url, "2026-03-31").frame("orders")["amount"].tolist()  # type: ignore[index]
    return found


def test_x(bucket, company):
    assert amounts(company) == [1234.5, -20]
    print(bucket.server.asked)
    bucket.server.asked.clear()
    assert amounts(company) == [1234.5, -20]
    print(bucket.server.asked)

"""Orders of CDNOW become the customers' figures that the literature fits its models on."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import ibis
import pandas as pd
import pytest

from salesops.tables.queries import collect, customer_rhythm

CDNOW = Path(__file__).resolve().parents[2].parent / "shared" / "real" / "cdnow"

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not CDNOW.is_dir(), reason=f"the CDNOW data set is not at {CDNOW}"),
]


@pytest.fixture(scope="module")
def orders() -> ibis.Table:
    names = ["master_id", "account_id", "ordered_at", "discs", "amount"]
    frame = pd.read_csv(
        CDNOW / "CDNOW_sample.txt", sep=r"\s+", names=names, dtype={"account_id": str, "ordered_at": str}
    )
    days = pd.to_datetime(frame["ordered_at"], format="%Y%m%d").dt.date
    return ibis.memtable(frame[["account_id", "amount"]].assign(ordered_at=days))


def test_frequency_recency_and_age_are_the_published_ones(orders: ibis.Table) -> None:
    known = pd.read_csv(CDNOW / "cdnow_customers_summary.csv")
    # The published figures count days on which CDs were given away, too: a cent stands for them here.
    counted = orders.mutate(amount=ibis.greatest(orders.amount, 0.01))
    found = collect(customer_rhythm(counted, date(1997, 9, 30)), "account_id")
    assert len(found) == len(known) == 2357
    assert found["frequency"].tolist() == known["frequency"].tolist()
    assert (found["recency_days"] / 7 - known["recency"]).abs().max() < 0.0051
    assert (found["T_days"] / 7 - known["T"]).abs().max() < 0.0051

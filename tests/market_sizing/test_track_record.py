"""Earlier runs' estimates: what the ledger keeps of them, held against what was then sold."""

from datetime import UTC, date, datetime

import pandas as pd
import pytest

from salesops.market_sizing.segments import Ours
from salesops.market_sizing.track_record import earlier_estimates, track_record
from salesops.not_enough_data import NotEnoughData
from salesops.tables.ledger.append import append
from salesops.tables.ledger.columns import stacked


def sold(amounts):
    months = pd.date_range("2025-01-01", periods=12, freq="MS")
    rows = [pd.DataFrame({"industry": "clinic", "region": place, "month": months, "sales": amount / 12, "cost": 0.0,
                          "product_line": "x"}) for place, amount in amounts.items()]  # fmt: skip
    return Ours(pd.DataFrame(), pd.concat(rows), date(2025, 12, 31), "orders")


def estimates(**columns):
    base = {"as_of": "2024-12-31", "segment": ["clinic · East", "clinic · West", "all"], "period": "2025-12-31"}
    return pd.DataFrame({**base, "p10": [80.0, 80.0, 160.0], "p50": 100.0, "p90": [120.0, 120.0, 240.0], **columns})


def test_an_estimate_held_if_sales_lie_within_it():
    found = track_record(estimates(), sold({"East": 110.0, "West": 60.0})).set_index("segment")
    assert found["within"].to_dict() == {"clinic · East": True, "clinic · West": False, "all": True}
    assert found["sold"].to_dict() == pytest.approx({"clinic · East": 110, "clinic · West": 60, "all": 170})


def test_a_segment_in_which_nothing_was_sold_counts_as_nought():
    found = track_record(estimates(), sold({"East": 110.0})).set_index("segment")
    assert found.loc["clinic · West", "sold"] == 0
    assert not found.loc["clinic · West", "within"]


def test_months_to_come_are_not_judged_yet():
    assert isinstance(track_record(estimates(period="2026-12-31"), sold({"East": 1.0})), NotEnoughData)


def test_a_ledger_without_earlier_runs_says_so(tmp_path):
    assert isinstance(earlier_estimates(str(tmp_path / "ledger")), NotEnoughData)


def ledger_run(folder, name, hour, p50, scenario="base"):
    """Write one run of the last day of 2024 into a ledger."""
    row = {"run_id": name, "started_at": datetime(2025, 1, 2, hour, tzinfo=UTC), "plan": "p", "scenario": scenario,
           "as_of": date(2024, 12, 31), "topic": "market_sizing", "kind": "forecast", "name": "expected_sales",
           "key": "clinic · East", "period": "2025-12-31", "low": 1.0, "mid": p50, "high": 300.0}  # fmt: skip
    append(folder, name, stacked([pd.DataFrame([row])]))


def test_of_two_runs_of_a_day_the_newer_counts_and_scenarios_are_no_forecast(tmp_path):
    ledger_run(tmp_path, "early", 8, 50.0)
    ledger_run(tmp_path, "late", 9, 100.0)
    ledger_run(tmp_path, "what-if", 10, 200.0, scenario="cheaper")
    found = earlier_estimates(str(tmp_path))
    assert found["p50"].tolist() == [100.0]
    assert track_record(found, sold({"East": 120.0}))["ratio"].tolist() == pytest.approx([1.2])

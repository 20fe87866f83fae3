"""On the sample company, queries agree with slow and plain sums over its files."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pytest

from salesops.tables import load
from salesops.tables.queries import (
    collect,
    customer_features,
    customer_rhythm,
    monthly_sales,
    price_panel,
    stage_entries,
)

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"
DAY = pd.Timestamp("2025-06-30")
Expressions = dict[str, ibis.Table]


@pytest.fixture(scope="module")
def tables() -> Expressions:
    return load(SAMPLE, "2026-09-30").expressions


@pytest.fixture(scope="module")
def lines() -> pd.DataFrame:
    return pd.read_csv(SAMPLE / "orders.csv", parse_dates=["ordered_at", "paid_at"])


def plain_rhythm(lines: pd.DataFrame) -> dict[str, float]:
    """Return one account's figures, one after the other."""
    days = lines.groupby("ordered_at")["amount"].sum()
    days = days[days > 0.005]
    gaps = np.diff(days.index.to_numpy()).astype("timedelta64[D]").astype(float)
    buys = lines[lines["amount"] > 0]
    paid = buys[buys["paid_at"] <= DAY]
    return {
        "frequency": len(days) - 1,
        "recency_days": (days.index[-1] - days.index[0]).days,
        "T_days": (DAY - days.index[0]).days,
        "sum_log_gaps": np.log(gaps).sum(),
        "mean_gap_days": gaps.mean() if len(gaps) else np.nan,
        "gap_cv": gaps.std(ddof=1) / gaps.mean() if len(gaps) > 1 else np.nan,
        "amount": days.sum(),
        "sum_log_amounts": np.log(days).sum(),
        "mean_amount": days.mean(),
        "median_amount": np.median(days),
        "breadth": buys["product_line"].nunique(),
        "bought": buys["amount"].sum(),
        "returns_share": -lines.loc[lines["amount"] < 0, "amount"].sum() / buys["amount"].sum(),
        "mean_days_to_pay": (paid["paid_at"] - paid["ordered_at"]).dt.days.mean(),
        "share_direct": buys.loc[buys["channel"] == "direct", "amount"].sum() / buys["amount"].sum(),
    }


def test_rhythm_is_what_a_walk_through_each_account_finds(tables: Expressions, lines: pd.DataFrame) -> None:
    known = lines[lines["ordered_at"] <= DAY]
    wanted = pd.DataFrame({account: plain_rhythm(rows) for account, rows in known.groupby("account_id")}).T
    found = collect(customer_rhythm(tables["orders"], DAY.date(), ["direct"]), "account_id").set_index("account_id")
    assert len(found) > 400
    pd.testing.assert_frame_equal(
        found[wanted.columns], wanted, check_dtype=False, check_names=False, check_index_type=False, rtol=1e-9
    )


def test_monthly_sales_keep_every_line_and_its_money(tables: Expressions, lines: pd.DataFrame) -> None:
    found = collect(monthly_sales(tables["orders"], by=("region", "channel")))
    assert found["lines"].sum() == len(lines)
    assert found["amount"].sum() == pytest.approx(lines["amount"].sum())
    one = lines[(lines["region"] == "North") & (lines["ordered_at"].dt.strftime("%Y-%m") == "2024-05")]
    mine = found[(found["region"] == "North") & (found["month"] == "2024-05-01")]
    assert mine["amount"].sum() == pytest.approx(one["amount"].sum())
    company = collect(monthly_sales(tables["orders"], by=()), "month")
    buyers = lines[lines["amount"] > 0].groupby(lines["ordered_at"].dt.to_period("M"))["account_id"].nunique()
    assert company["customers"].tolist() == buyers.tolist()


def test_prices_are_those_of_the_lines(tables: Expressions, lines: pd.DataFrame) -> None:
    panel = collect(price_panel(tables["orders"], tables["products"], by="product_id"))
    bought = lines[(lines["amount"] > 0) & (lines["quantity"] > 0) & lines["product_id"].notna()]
    assert panel["quantity"].sum() == pytest.approx(bought["quantity"].sum())
    money = (panel["quantity"] * panel["unit_price"]).sum()
    assert money == pytest.approx(bought["amount"].sum())
    promoted = bought.loc[bought["promotion_id"].notna(), "quantity"].sum()
    assert (panel["promotion_share"] * panel["quantity"]).sum() == pytest.approx(promoted)
    assert panel["list_price_ratio"].between(0.3, 1.2).all()


def test_stages_of_a_deal_fill_its_life(tables: Expressions) -> None:
    stages = collect(stage_entries(tables["stage_history"], tables["opportunities"], date(2026, 9, 30)))
    deals = pd.read_csv(SAMPLE / "opportunities.csv", parse_dates=["closed_at"]).set_index("opportunity_id")
    life = stages.groupby("opportunity_id").agg(start=("first_entered", "min"), days=("days_in_stage", "sum"))
    end = deals["closed_at"].fillna(pd.Timestamp("2026-09-30")).reindex(life.index)
    assert (life["days"] == (end - life["start"]).dt.days).all()
    last = stages[stages["last_stage"]].set_index("opportunity_id")["stage"]
    assert last.index.is_unique
    assert (last == deals["stage"].reindex(last.index)).mean() > 0.99


def plain_features(lines: pd.DataFrame) -> dict[str, float]:
    """Return what the features say of one account's last years and products, one after the other."""
    days = lines.groupby("ordered_at")["amount"].sum()
    days = days[days > 0.005]
    ago = (DAY - days.index).days
    counts = lines.loc[lines["amount"] > 0, "product_id"].value_counts()
    shares = counts / counts.sum()
    return {
        "orders_half_year": (ago < 182).sum(),
        "amount_year": days[ago < 365].sum(),
        "amount_year_before": days[(ago >= 365) & (ago < 730)].sum(),
        "products": len(counts),
        "usual_products": np.exp(-(shares * np.log(shares)).sum()),
    }


def test_features_are_what_a_walk_through_each_account_finds(tables: Expressions, lines: pd.DataFrame) -> None:
    known = lines[lines["ordered_at"] <= DAY]
    wanted = pd.DataFrame({account: plain_features(rows) for account, rows in known.groupby("account_id")}).T
    accounts = pd.read_csv(SAMPLE / "accounts.csv").set_index("account_id")
    query = customer_features(tables["orders"], DAY.date(), tables["accounts"], ["direct"])
    found = collect(query, "account_id").set_index("account_id")
    pd.testing.assert_frame_equal(
        found[wanted.columns], wanted, check_dtype=False, check_names=False, check_index_type=False, rtol=1e-9
    )
    wallet = wanted["amount_year"] / accounts["potential_spend"].reindex(wanted.index)
    pd.testing.assert_series_equal(found["wallet_share"], wallet, check_names=False, check_index_type=False)
    late = found["mean_days_to_pay"] - accounts["payment_days"].reindex(wanted.index)
    pd.testing.assert_series_equal(found["days_late"], late, check_names=False, check_index_type=False)
    rhythm = collect(customer_rhythm(tables["orders"], DAY.date(), ["direct"]), "account_id").set_index("account_id")
    shared = rhythm.columns.drop("breadth")
    pd.testing.assert_frame_equal(found[shared], rhythm[shared])

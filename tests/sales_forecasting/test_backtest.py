"""Past forecasts are scored as the field defines it, and the verdict says what they show."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from salesops.not_enough_data import NotEnoughData
from salesops.sales_forecasting.backtest import (
    ENGINE,
    NAIVE,
    backtest_table,
    four_in_five,
    quarters_foretold,
    verdict,
    windows,
)
from salesops.sales_forecasting.forecast import forecast_table
from salesops.sales_forecasting.outlook import forecast_sales
from salesops.sales_forecasting.series import monthly_sales


def score(
    table, metric: str, model: str = ENGINE, level: str = "company", span: str = "month", horizon: int = 1
) -> float:
    row = table.query(
        "metric == @metric and model == @model and level == @level and span == @span and horizon == @horizon"
    )
    return float(row["value"].item())


@pytest.fixture
def ten_percent_too_high(outlook):
    return replace(outlook, rolling=replace(outlook.rolling, mean=1.1 * outlook.rolling.actual))


def test_a_forecast_that_is_always_a_tenth_too_high_scores_so(ten_percent_too_high):
    table = backtest_table(ten_percent_too_high)
    for level in ("company", "region", "channel"):
        for span in ("month", "quarter", "year"):
            assert score(table, "wape", level=level, span=span) == pytest.approx(0.1)
            assert score(table, "bias", level=level, span=span) == pytest.approx(0.1)
            assert score(table, "smape", level=level, span=span) == pytest.approx(0.1 / 1.05)
    assert four_in_five(ten_percent_too_high) == pytest.approx(0.1)
    assert verdict(ten_percent_too_high).startswith("Four in five forecasts at quarter level came within 10%")


def test_mase_is_the_error_in_units_of_the_seasonal_naive_one_known_then(outlook):
    scale = outlook.rolling.scale[:, None]
    off_by_two = replace(outlook, rolling=replace(outlook.rolling, mean=outlook.rolling.actual + 2 * scale))
    assert score(backtest_table(off_by_two), "mase") == pytest.approx(2)


def test_a_perfect_forecast_has_no_error(outlook):
    perfect = replace(outlook, rolling=replace(outlook.rolling, mean=outlook.rolling.actual))
    table = backtest_table(perfect)
    assert (
        table.query("model == @ENGINE and metric not in ['coverage_80', 'quantile_loss']")["value"].abs().max() < 1e-12
    )


def test_growth_and_season_are_forecast_better_than_by_repeating_last_year(outlook):
    table = backtest_table(outlook)
    for span in ("month", "quarter", "year"):
        assert score(table, "wape", span=span) < score(table, "wape", NAIVE, span=span)
    assert "repeating last year was" in verdict(outlook)


def test_a_method_no_better_than_repeating_last_year_is_called_that(outlook):
    naive = replace(outlook, rolling=replace(outlook.rolling, mean=outlook.rolling.naive))
    assert "no better than repeating last year" in verdict(naive)


def test_every_score_has_its_columns_and_counts(outlook):
    table = backtest_table(outlook)
    assert table.columns[:5].tolist() == ["level", "model", "horizon", "metric", "value"]
    assert np.isfinite(table["value"]).all()
    company = table[(table["level"] == "company") & (table["span"] == "month")]
    assert set(company.loc[company["horizon"] == 12, "n"]) == {24}
    assert set(company.loc[company["horizon"] == 1, "n"]) == {35}, "nearer months have more past forecasts"
    assert table.query("metric == 'coverage_80'")["value"].between(0.5, 1).all()


def test_each_quarter_is_shown_as_it_came_as_foretold_and_as_the_year_before(outlook, ten_percent_too_high):
    shown = quarters_foretold(ten_percent_too_high)
    assert len(shown) == 33
    assert shown["ds"].iloc[-1].strftime("%Y-%m") == "2026-09"
    company = outlook.history.query("level == 'company'").set_index("ds")["y"]
    assert shown["actual"].iloc[-1] == pytest.approx(company["2026-07":"2026-09"].sum())
    assert shown["last_year"].iloc[-1] == pytest.approx(company["2025-07":"2025-09"].sum())
    np.testing.assert_allclose(shown["forecast"], 1.1 * shown["actual"])


def test_a_horizon_of_two_months_has_no_quarters():
    assert {window.span for window in windows(2)} == {"month"}


def test_a_history_too_short_to_forecast_again_says_so(orders_of, as_of):
    outlook = forecast_sales(monthly_sales(orders_of(months=8), as_of), min_history_months=6)
    assert "too short" in verdict(outlook)
    short = forecast_sales(monthly_sales(orders_of(months=6), as_of), min_history_months=6)
    assert isinstance(backtest_table(short), NotEnoughData)
    table = forecast_table(short)
    assert table["mean"].notna().all()
    assert table["p10"].isna().all()


def test_the_published_table_keeps_the_contract(outlook):
    table = forecast_table(outlook)
    assert {"level", "key", "period", "mean", "p10", "p50", "p90", "model"} <= set(table.columns)
    assert table.groupby(["level", "key"])["period"].agg(
        ["first", "last", "size"]
    ).drop_duplicates().values.tolist() == [["2026-10", "2027-09", 12]]
    assert table["level"].iloc[0] == "company"
    assert (np.diff(table[["p10", "p25", "p50", "p75", "p90"]].to_numpy(), axis=1) >= 0).all()


def test_six_years_of_a_whole_business_are_forecast_and_tested_in_a_second(orders, as_of):
    lines = orders.loc[orders.index.repeat(5)].assign(
        product_line=np.tile([f"line {i}" for i in range(5)], len(orders))
    )
    started = time.process_time()
    outlook = forecast_sales(monthly_sales(lines, as_of))
    backtest_table(outlook)
    assert time.process_time() - started < 2, "of one processor"

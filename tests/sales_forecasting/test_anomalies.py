"""Months out of the ordinary are found, and what explains them adds up to all of it."""

from __future__ import annotations

import numpy as np
import pytest

from salesops.not_enough_data import NotEnoughData
from salesops.sales_forecasting.anomalies import anomalies, expected_bands
from salesops.sales_forecasting.outlook import forecast_sales
from salesops.sales_forecasting.sections_anomalies import anomalies_section
from salesops.sales_forecasting.series import monthly_sales


@pytest.fixture
def shocked(orders, as_of):
    """In March 2026 the web channel of the South sells five times as much as usual."""
    month = (orders["ordered_at"].dt.strftime("%Y-%m") == "2026-03") & (orders["channel"] == "web")
    return forecast_sales(
        monthly_sales(orders.assign(amount=orders["amount"].where(~month, 5 * orders["amount"])), as_of)
    )


def test_a_shock_is_found_where_it_happened_with_the_part_that_explains_it(shocked):
    found = anomalies(shocked)
    region = found[(found["month"] == "2026-03") & (found["key"] == "South")]
    assert region["by"].unique().tolist() == ["channel"]
    assert region["child"].iloc[0] == "web"
    assert region["contribution"].iloc[0] == pytest.approx(region["gap"].iloc[0], rel=0.2)
    assert "North" not in set(found.loc[found["month"] == "2026-03", "key"])


def test_contributions_add_up_to_the_gap_exactly(shocked):
    found = anomalies(shocked)
    gaps = found.groupby(["month", "level", "key"]).agg(parts=("contribution", "sum"), gap=("gap", "first"))
    np.testing.assert_allclose(gaps["parts"], gaps["gap"], rtol=1e-9)
    np.testing.assert_allclose(found["actual"] - found["expected"], found["gap"])


def test_every_month_listed_lies_outside_its_band_and_the_newest_comes_first(shocked):
    found = anomalies(shocked)
    assert ((found["actual"] < found["low"]) | (found["actual"] > found["high"])).all()
    assert found["month"].is_monotonic_decreasing


def test_a_steady_business_has_few_such_months(orders_of, as_of):
    share = []
    for seed in range(3):
        outlook = forecast_sales(monthly_sales(orders_of(seed=seed), as_of))
        actual, _, low, high = expected_bands(outlook)
        share.append(np.mean((actual < low) | (actual > high)))
    assert np.mean(share) < 0.05


def test_a_history_too_short_says_so(orders_of, as_of):
    outlook = forecast_sales(monthly_sales(orders_of(months=20), as_of))
    assert isinstance(anomalies(outlook), NotEnoughData)


def test_the_section_names_part_month_and_cause(shocked):
    shown = anomalies_section(shocked, anomalies(shocked), "CNY")
    assert "left its band" in shown.headline
    assert "Mar 2026" in shown._repr_html_()
    assert anomalies_section(NotEnoughData("orders"), NotEnoughData("orders"), "CNY").headline.endswith(
        "not enough data"
    )

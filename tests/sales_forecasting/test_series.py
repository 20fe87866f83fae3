"""Orders become complete months, and what is odd about them is said by name."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from salesops.not_enough_data import NotEnoughData
from salesops.sales_forecasting.facts import series_facts
from salesops.sales_forecasting.outlook import forecast_sales
from salesops.sales_forecasting.series import monthly_sales
from salesops.sales_forecasting.series_notes import series_notes


def lines(*rows: tuple[str, float], **columns: object) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["ordered_at", "amount"]).assign(**columns)
    return frame.assign(ordered_at=pd.to_datetime(frame["ordered_at"]))


def company(history: pd.DataFrame) -> list[float]:
    return history.loc[history["level"] == "company", "y"].tolist()


def test_months_without_orders_are_zero_and_returns_count_against_sales():
    orders = lines(("2026-01-31", 10), ("2026-04-01", 5), ("2026-04-30", -8), ("2026-01-02", 1))
    assert company(monthly_sales(orders, date(2026, 5, 31))) == [11, 0, 0, -3, 0]


def test_a_month_that_is_not_over_is_left_out():
    orders = lines(("2026-01-31", 10), ("2026-02-15", 5))
    assert company(monthly_sales(orders, date(2026, 2, 27))) == [10]
    assert company(monthly_sales(orders, date(2026, 2, 28))) == [10, 5]


def test_every_level_adds_up_to_the_company(orders, as_of):
    history = monthly_sales(orders, as_of)
    totals = history.groupby("level")["y"].sum()
    assert sorted(totals.index) == ["cell", "channel", "company", "region"]
    np.testing.assert_allclose(totals, orders["amount"].sum())


def test_lines_that_name_no_region_are_kept_together():
    orders = lines(("2026-01-01", 10), ("2026-01-02", 5)).assign(region=["华东", None])
    history = monthly_sales(orders, date(2026, 1, 31))
    assert history.set_index("unique_id")["y"].to_dict() == {
        "company/all": 15, "region/not given": 5, "region/华东": 10,
    }  # fmt: skip


def test_absent_orders_are_handed_on_and_orders_after_the_last_month_are_not_enough():
    assert monthly_sales(NotEnoughData("orders"), date(2026, 1, 31)) == NotEnoughData("orders")
    late = monthly_sales(lines(("2026-02-01", 10)), date(2026, 2, 2))
    assert isinstance(late, NotEnoughData)
    assert "2026-01" in late.why


def test_two_months_of_history_are_not_enough_and_say_what_is():
    absent = forecast_sales(monthly_sales(lines(("2026-01-01", 10), ("2026-02-01", 12)), date(2026, 2, 28)))
    assert str(absent) == "not enough data: needs orders over 18 months (there are 2)"


def test_all_zeros_are_not_forecast():
    orders = lines(("2024-01-01", 10), ("2024-01-02", -10))
    assert "add up to zero" in str(forecast_sales(monthly_sales(orders, date(2026, 1, 31))))


def test_a_company_without_orders_for_long_is_not_forecast(orders):
    absent = forecast_sales(monthly_sales(orders, date(2027, 9, 30)))
    assert "the last order is from 2026-09, 12 months before" in str(absent)


def test_a_channel_that_stopped_is_named_and_has_no_forecast(orders, as_of):
    cut = orders[(orders["channel"] != "web") | (orders["ordered_at"] < "2025-12-01")]
    outlook = forecast_sales(monthly_sales(cut, as_of))
    assert "web" not in outlook.key
    assert 'Channel "web" is not forecast: no orders since Nov 2025.' in series_notes(outlook)


def test_a_young_region_is_named_and_borrows_from_the_company(orders, as_of):
    young = orders.assign(region=orders["region"].where(orders["ordered_at"] < "2026-06-01", "East"))
    outlook = forecast_sales(monthly_sales(young, as_of))
    notes = series_notes(outlook, ["region", "rep"])
    assert notes[0] == "Orders name no rep: there is no forecast by it."
    said = 'Region "East" has only 4 months of history: it is forecast by its share of the company.'
    assert said in notes
    column = outlook.column("region", "East")
    assert outlook.mean[:, column].min() > 0


def test_a_region_of_two_months_has_no_forecast_and_says_why(orders, as_of):
    late = orders["ordered_at"] >= "2026-08-01"
    young = pd.concat([orders, orders[late & (orders["region"] == "North")].assign(region="East")])
    outlook = forecast_sales(monthly_sales(young, as_of))
    assert outlook.column("region", "East") == -1
    assert 'Region "East" is not forecast: only 2 months of history.' in series_notes(outlook)


def test_gaps_and_months_of_returns_are_said_by_name(orders, as_of):
    march = orders["ordered_at"].dt.strftime("%Y-%m") == "2026-03"
    odd = orders[~(march & (orders["region"] == "North"))]
    odd = odd.assign(amount=odd["amount"].where(~(march & (odd["channel"] == "web")), -9000.0))
    notes = series_notes(forecast_sales(monthly_sales(odd, as_of)))
    assert 'Region "North": no sales in 1 month, counted as zero.' in notes
    assert 'Channel "web": returns exceeded sales in 1 month.' in notes
    assert not [note for note in notes if "direct" in note]


def test_a_seasonal_business_that_rests_every_winter_has_not_stopped():
    month = np.arange(72)
    y = np.where(month % 12 < 7, 100.0, 0.0)
    history = pd.DataFrame({"unique_id": "channel/ski", "level": "channel", "key": "ski", "y": y,
                            "ds": pd.date_range("2020-06-01", periods=72, freq="MS")})  # fmt: skip
    assert series_facts(history, 18)["status"].tolist() == ["ok"]


@pytest.mark.parametrize("levels", [[], ["rep"], ["region", "product_line", "channel", "rep"]])
def test_levels_that_orders_do_not_know_are_left_out(orders, as_of, levels):
    history = monthly_sales(orders, as_of, levels)
    assert set(history["level"]) - {"cell"} == {"company", *({"region", "channel"} & set(levels))}

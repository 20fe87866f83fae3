"""Levers move the forecast by the law they state, and by nothing where they stand at zero."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesops.not_enough_data import NotEnoughData
from salesops.report import Chart
from salesops.sales_forecasting.try_it import MONEY, Levers, exposure_of, what_if, with_levers

TABLE = pd.DataFrame({"level": "company", "key": "all", **dict.fromkeys(MONEY, [100.0] * 12)})


@given(st.floats(-0.2, 0.2), st.floats(-3, 0))
def test_a_price_change_alters_money_by_its_power_of_one_plus_the_elasticity(price, elasticity):
    moved = with_levers(TABLE, Levers(price=price, elasticity=elasticity))["mean"].to_numpy()
    quantity, net_price = (1 + price) ** elasticity, 1 + price
    assert moved == pytest.approx(np.full(12, 100 * quantity * net_price))


def test_levers_at_rest_change_nothing_and_at_elasticity_minus_one_a_price_brings_nothing():
    pd.testing.assert_frame_equal(with_levers(TABLE, Levers()), TABLE)
    assert with_levers(TABLE, Levers(price=0.2))["mean"].to_numpy() == pytest.approx(np.full(12, 100.0))


def test_planned_promotions_off_leaves_those_that_ran(orders, as_of):
    from salesops.sales_forecasting.series import monthly_sales

    history = monthly_sales(orders, as_of, [])
    days = {
        "starts_at": pd.to_datetime(["2025-05-01", "2026-11-01"]),
        "ends_at": pd.to_datetime(["2025-05-31", "2026-11-30"]),
    }
    campaigns = pd.DataFrame({"kind": "fair", **days})
    on, off = (exposure_of(history, campaigns, Levers(planned_promotions=planned)) for planned in (True, False))
    assert on.share.sum() == pytest.approx(2.0)
    assert off.share.sum() == pytest.approx(1.0)
    assert isinstance(what_if(history, "CNY", Levers(planned_promotions=False), 24, campaigns), Chart)


def test_without_a_table_of_promotions_that_lever_moves_nothing(orders, as_of):
    from salesops.sales_forecasting.series import monthly_sales

    history = monthly_sales(orders, as_of, [])
    assert exposure_of(history, NotEnoughData("promotions"), Levers()) is None
    assert exposure_of(history, None, Levers(planned_promotions=False)) is None

"""One number for the coming quarter: the outlook says what booked orders, deals and the time series say together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy import stats

from salesops.not_enough_data import NotEnoughData
from salesops.sales_forecasting.anchoring import anchored
from salesops.sales_forecasting.deal_orders import NOT_LINKED
from salesops.sales_forecasting.outlook import forecast_sales
from salesops.sales_forecasting.quarter_inputs import QuarterInputs
from salesops.sales_forecasting.series import monthly_sales
from salesops.sales_forecasting.this_quarter import this_quarter
from salesops.sales_forecasting.totals import company_total, completed, located

ABSENT = NotEnoughData("opportunities")


@pytest.fixture(params=[date(2026, 9, 30), date(2026, 8, 31), date(2026, 8, 20)], ids=str)
def both(request, orders_of):
    """The outlook of three regions before and after, on a quarter's first day, after two months, and within a month."""
    orders = orders_of(seed=3, noise=0.1)
    orders = orders[orders["ordered_at"] <= np.datetime64(request.param)]
    alone = forecast_sales(monthly_sales(orders, request.param, ["region"]))
    days = orders.groupby("ordered_at", as_index=False)["amount"].sum()
    quarter = this_quarter(QuarterInputs(request.param, days, ABSENT, ABSENT, NOT_LINKED, ABSENT), alone)
    # As if deals had told that it will be a fifth more than all that is known of the past says.
    quarter = replace(quarter, ways=quarter.ways * 1.2)
    return alone, quarter, anchored(alone, quarter)


def test_the_quarter_is_what_its_own_forecast_says(both):
    _, quarter, outlook = both
    total = company_total(outlook, quarter.period)
    assert total["forecast"] == pytest.approx(quarter.total, abs=1)
    assert total["p10"] == pytest.approx(quarter.low, rel=2e-3)
    assert total["p90"] == pytest.approx(quarter.high, rel=2e-3)


@pytest.mark.parametrize("chance", [0.1, 0.5, 0.9])
def test_the_chance_to_meet_a_target_is_that_of_the_quarters_forecast(both, targets_of, chance):
    _, quarter, outlook = both
    target = quarter.total + quarter.deviation * stats.t.isf(chance, len(quarter.errors))
    rows = targets_of((quarter.period, "company", "all", target))
    assert completed(located(rows, outlook), outlook)["probability_met"].iloc[0] == pytest.approx(chance, abs=2e-3)


def test_parts_still_add_up_along_every_path_and_to_the_cent(both):
    _, _, outlook = both
    company, parts = outlook.structure.company, outlook.level == "region"
    np.testing.assert_allclose(outlook.paths[..., parts].sum(axis=-1), outlook.paths[..., company], rtol=1e-5)
    cents = np.rint(100 * outlook.mean)
    np.testing.assert_array_equal(cents[:, parts].sum(axis=1), cents[:, company])


def test_later_months_and_each_parts_share_stay(both):
    alone, quarter, outlook = both
    steps = 3 - quarter.windows.whole_months
    np.testing.assert_array_equal(outlook.paths[:, steps:], alone.paths[:, steps:])
    share = [each.mean[0] / each.mean[0, each.structure.company] for each in (alone, outlook)]
    np.testing.assert_allclose(share[0], share[1], atol=1e-4)  # a cent of some hundreds


def test_the_best_of_futures_stay_the_best(both):
    alone, quarter, outlook = both
    steps, company = 3 - quarter.windows.whole_months, alone.structure.company
    order = [np.argsort(each.sums(1, steps)[:, company], kind="stable") for each in (alone, outlook)]
    np.testing.assert_array_equal(*order)


def test_without_a_forecast_of_the_quarter_nothing_changes(both):
    alone, quarter, _ = both
    assert anchored(alone, NotEnoughData("orders")) is alone
    assert isinstance(anchored(NotEnoughData("orders"), quarter), NotEnoughData)

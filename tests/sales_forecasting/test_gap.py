"""The gap to a quarter's target: its steps add up, and it is an alert where it is wider than the forecast's error."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from salesops.not_enough_data import NotEnoughData
from salesops.report import Chart, Message
from salesops.sales_forecasting.anchoring import anchored
from salesops.sales_forecasting.deal_expectation import DealExpectation
from salesops.sales_forecasting.deal_orders import NOT_LINKED
from salesops.sales_forecasting.gap_alert import alerted, gap_kpi
from salesops.sales_forecasting.quarter_inputs import QuarterInputs
from salesops.sales_forecasting.sections_quarter import quarter_section
from salesops.sales_forecasting.summary import kpis, summary
from salesops.sales_forecasting.targets import target_completion
from salesops.sales_forecasting.this_quarter import this_quarter
from salesops.sales_forecasting.waterfall import GAP, gap_left_band, gap_steps

ABSENT = NotEnoughData("opportunities")


@pytest.fixture
def quarter(orders, as_of, outlook):
    days = orders[["ordered_at", "amount"]]
    found = this_quarter(QuarterInputs(as_of, days, ABSENT, ABSENT, NOT_LINKED, ABSENT), outlook)
    count = len(found.sold)
    deals = DealExpectation(np.full(count, 500.0), np.full(count, 300.0), np.ones((count, 4)))
    return replace(found, deals=deals, deals_coming=800.0)


@pytest.fixture
def completion_at(outlook, quarter, targets_of):
    def build(share_of_forecast: float):
        target = targets_of((quarter.period, "company", "all", share_of_forecast * quarter.total))
        return target_completion(target, anchored(outlook, quarter))

    return build


def test_steps_lead_from_what_is_booked_to_the_target(quarter):
    steps = gap_steps(quarter, 1.2 * quarter.total).set_index("step")
    assert steps["amount"].sum() == pytest.approx(1.2 * quarter.total)
    assert steps.loc[GAP, "amount"] == pytest.approx(0.2 * quarter.total)
    assert steps.loc[["Won, not yet ordered", "Open deals"], "amount"].tolist() == pytest.approx([500.0, 300.0])
    assert steps["start"].iloc[1:].to_numpy() == pytest.approx(steps["end"].iloc[:-1].to_numpy())
    assert GAP not in gap_steps(quarter, float("nan"))["step"].tolist()


def test_deals_that_should_bring_more_than_all_that_is_to_come_leave_nothing_for_the_rest(quarter):
    steps = gap_steps(replace(quarter, deals_coming=10 * quarter.coming), np.nan).set_index("step")["amount"]
    assert steps["Other sales"] == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(("share", "side"), [(0.5, -1), (1.0, 0), (2.0, 1)])
def test_the_gap_is_an_alert_where_the_target_lies_outside_the_forecasts_band(quarter, completion_at, share, side):
    completion = completion_at(share)
    assert gap_left_band(quarter, share * quarter.total) == side
    message = alerted(Message("Below target.", "Why."), quarter, completion)
    assert message.lead.startswith("Alert: ") == bool(side)
    figure = gap_kpi(quarter, completion, "CNY")
    assert figure.value == pytest.approx(1 / share - 1, abs=1e-9)
    assert (figure.low < 0 < figure.high) == (side == 0)
    assert figure.note.endswith("outside its band" if side else "within its band")


def test_the_page_says_the_gap_in_its_section_its_figures_and_its_messages(outlook, quarter, completion_at):
    completion = completion_at(2.0)
    part = quarter_section(quarter, completion, "CNY")
    assert "50% below target" in part.headline
    assert "Alert: the gap" in part.text
    assert [block for block in part.blocks if isinstance(block, Chart)]
    assert str(part._repr_html_()).count("<svg") >= 2
    figures = kpis(outlook, completion, "CNY", quarter)
    assert "forecast_against_target" in {figure.kpi for figure in figures}
    assert summary(outlook, completion, figures, "CNY", None, quarter).messages[0].lead.startswith("Alert: ")


def test_without_targets_or_orders_there_is_no_gap(outlook, quarter):
    absent = NotEnoughData("targets")
    assert gap_kpi(quarter, absent, "CNY") is None
    assert gap_kpi(absent, absent, "CNY") is None
    assert "no company target" in quarter_section(quarter, absent, "CNY").text
    assert quarter_section(NotEnoughData("orders"), absent, "CNY").headline == "This quarter: not enough data"
    assert "forecast_against_target" not in {figure.kpi for figure in kpis(outlook, absent, "CNY", quarter)}


def test_without_a_known_error_there_is_no_alert(quarter, completion_at):
    unsure = replace(quarter, past=np.full(len(quarter.past), np.nan))
    assert gap_left_band(unsure, 10 * unsure.total) == 0
    assert gap_kpi(unsure, completion_at(2.0), "CNY").low is None
    assert "Too few past quarters" in quarter_section(unsure, completion_at(2.0), "CNY").text

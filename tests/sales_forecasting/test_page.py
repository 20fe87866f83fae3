"""The page says its findings in numbers, with and without targets, and nothing where nothing is known."""

from __future__ import annotations

import warnings

import pytest

from salesops.errors import InputError
from salesops.not_enough_data import NotEnoughData
from salesops.report import Chart, Section
from salesops.sales_forecasting import sections
from salesops.sales_forecasting.backtest import backtest_table
from salesops.sales_forecasting.figures import monthly_targets
from salesops.sales_forecasting.forecast import forecast_table
from salesops.sales_forecasting.outlook import forecast_sales
from salesops.sales_forecasting.parameters import Parameters
from salesops.sales_forecasting.sections_parts import parts_section
from salesops.sales_forecasting.series import monthly_sales
from salesops.sales_forecasting.summary import kpis, summary
from salesops.sales_forecasting.targets import target_completion
from salesops.sales_forecasting.try_it import Levers, try_it, what_if

ABSENT = NotEnoughData("targets")


def page(outlook, completion) -> list[Section]:
    table, backtest = forecast_table(outlook), backtest_table(outlook)
    return [
        sections.forecast_section(outlook, table, completion, "CNY", 36),
        parts_section(outlook, completion, "CNY"),
        sections.targets_section(completion, [], "CNY"),
        sections.accuracy_section(outlook, backtest, "CNY"),
    ]


def shown(part) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return str(part._repr_html_())


@pytest.fixture
def completion(outlook, targets_of):
    rows = [
        ("2026", "company", "all", 15_000.0),
        ("2026Q4", "company", "all", 4_000.0),
        ("2026-10", "region", "North", 900.0),
    ]
    return target_completion(targets_of(*rows), outlook)


def test_a_full_page_has_a_finding_over_each_section(outlook, completion):
    parts = page(outlook, completion)
    assert [part.title for part in parts] == [
        "Forecast", "By part of the business", "Targets", "Can the forecast be trusted?",
    ]  # fmt: skip
    assert all(
        any(sign.isdigit() for sign in part.headline) for part in parts if part.title != "By part of the business"
    )
    assert all("<svg" in shown(part) for part in parts if part.title != "By part of the business")


def test_charts_are_drawn_for_laptop_and_phone(outlook, completion):
    charts = [block for part in page(outlook, completion) for block in part.blocks if isinstance(block, Chart)]
    assert charts
    for chart in charts:
        widths = [round(chart.draw(narrow).get_size_inches()[0] * 96) for narrow in (False, True)]
        assert widths == [890, 350]
        assert chart.alt


def test_without_targets_the_forecast_still_shows_and_the_targets_section_says_what_it_needs(outlook):
    parts = page(outlook, ABSENT)
    assert "<svg" in shown(parts[0])
    assert "target" not in parts[0].blocks[0].caption
    assert parts[2].headline == "Targets: not enough data"
    assert "no target" in summary(outlook, ABSENT, kpis(outlook, ABSENT, "CNY"), "CNY").answer


def test_without_orders_each_section_says_what_it_needs():
    absent = NotEnoughData("orders")
    parts = page(absent, absent)
    assert {part.headline.split(": ")[1] for part in parts} == {"not enough data"}
    assert kpis(absent, absent, "CNY") == []
    assert summary(absent, absent, [], "CNY").answer == "There is no forecast yet: not enough data: needs orders."


def test_the_figures_at_the_top_are_those_of_the_tables(outlook, completion):
    figures = {kpi.kpi: kpi for kpi in kpis(outlook, completion, "CNY")}
    quarter = completion.set_index("period").loc["2026Q4"]
    assert figures["sales_this_quarter"].value == pytest.approx(quarter["forecast"])
    assert figures["sales_this_quarter"].low == pytest.approx(quarter["p10"])
    assert figures["chance_to_meet_target"].value == quarter["probability_met"]
    assert figures["sales_horizon"].value == pytest.approx(outlook.mean[:, outlook.level == "company"].sum())


def test_a_company_with_one_series_and_a_short_horizon_has_a_page(orders, as_of, targets_of):
    bare = orders[["ordered_at", "amount"]]
    outlook = forecast_sales(monthly_sales(bare, as_of), horizon_months=1)
    completion = target_completion(targets_of(("2026-10", "company", "all", 900.0)), outlook)
    parts = page(outlook, completion)
    assert parts[1].headline == "By part of the business: not enough data"
    assert "at month level" in parts[3].headline
    assert [shown(part) for part in parts]
    assert shown(summary(outlook, completion, kpis(outlook, completion, "CNY"), "CNY"))


def test_a_history_too_short_to_be_tested_has_a_page_without_bands(orders_of, as_of):
    outlook = forecast_sales(monthly_sales(orders_of(months=7), as_of), min_history_months=6)
    parts = page(outlook, ABSENT)
    assert "too short" in parts[0].text or "(80%: " in parts[0].headline
    assert [shown(part) for part in parts]
    assert shown(summary(outlook, ABSENT, kpis(outlook, ABSENT, "CNY"), "CNY"))


def test_the_target_line_takes_the_finest_target_there_is(outlook, targets_of):
    rows = target_completion(
        targets_of(
            ("2026", "company", "all", 120.0), ("2026Q4", "company", "all", 60.0), ("2026-10", "company", "all", 7.0)
        ),
        outlook,
    )
    assert monthly_targets(rows)["target"].tolist() == [10.0] * 9 + [7.0, 20.0, 20.0]


def test_names_from_data_cannot_carry_markup_into_the_page(orders, as_of):
    evil = orders.assign(region=orders["region"].replace("North", "<script>alert(1)</script>"))
    outlook = forecast_sales(monthly_sales(evil, as_of))
    assert "<script>" not in "".join(shown(part) for part in page(outlook, ABSENT))


def test_the_levers_move_the_chart(outlook):
    assert "<svg" in shown(what_if(outlook.history, "CNY", Levers(6, 0.1, 0.05, -1.5), 24))
    assert [child.description for child in try_it(outlook.history, "CNY").children[:5]] == [
        "months ahead",
        "growth, %/yr",
        "price, %",
        "elasticity",
        "planned promotions run",
    ]
    assert try_it(ABSENT, "CNY") == ABSENT


@pytest.mark.parametrize(
    "wrong", [{"horizon_months": 37}, {"levels": ["country"]}, {"backtest_origins": 3}, {"horizon": 3}]
)
def test_wrong_parameters_are_refused_by_name(wrong):
    with pytest.raises(InputError, match=next(iter(wrong))):
        Parameters(**wrong)

"""What is still to be sold in a quarter: known laws are found again, and nothing later than the day is used."""

from __future__ import annotations

import functools
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from salesops import tables
from salesops.not_enough_data import NotEnoughData
from salesops.sales_forecasting.combination import combined, error_scale, inverse_variance
from salesops.sales_forecasting.deal_expectation import expect_deals
from salesops.sales_forecasting.deal_orders import NOT_LINKED, from_matches
from salesops.sales_forecasting.deal_states import deal_book, standing_on
from salesops.sales_forecasting.deal_worth import deal_worth
from salesops.sales_forecasting.outlook import forecast_sales
from salesops.sales_forecasting.quarter_inputs import QuarterInputs
from salesops.sales_forecasting.quarter_windows import quarter_windows
from salesops.sales_forecasting.series import monthly_sales, order_sums
from salesops.sales_forecasting.this_quarter import ThisQuarter, this_quarter
from salesops.sales_forecasting.value_added import ALL, NAIVE, quarter_table, value_added
from tests.sales_forecasting.simulated_quarters import quarter_on, simulated_company

if TYPE_CHECKING:
    from salesops.sales_forecasting.outlook import Outlook

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
ABSENT = NotEnoughData("opportunities")


@functools.cache
def sample(as_of: str) -> tuple[QuarterInputs, Outlook]:
    known = tables.load(SAMPLE, as_of)
    outlook = forecast_sales(monthly_sales(order_sums(known, []), known.as_of, []))
    return QuarterInputs.of(known, "reports/nowhere/base"), outlook


def sample_quarter(as_of: str, **other: object) -> ThisQuarter:
    inputs, outlook = sample(as_of)
    return this_quarter(replace(inputs, **other), outlook)


@pytest.fixture(scope="module")
def last() -> ThisQuarter:
    return sample_quarter("2026-09-30")


def days_of(amount: float = 100.0, first: str = "2021-01-01", last: str = "2026-11-14") -> pd.DataFrame:
    days = pd.date_range(first, last)
    return pd.DataFrame({"ordered_at": days, "amount": np.full(len(days), amount)})


def without_deals(days: pd.DataFrame, as_of: date) -> ThisQuarter | NotEnoughData:
    inputs = QuarterInputs(as_of, days, ABSENT, ABSENT, NOT_LINKED, ABSENT)
    return this_quarter(inputs, forecast_sales(monthly_sales(days, as_of, [])))


def test_windows_cut_every_quarter_at_the_same_day():
    windows = quarter_windows(date(2026, 11, 14), 3)
    assert windows.known.astype(str).tolist() == ["2026-02-14", "2026-05-15", "2026-08-14", "2026-11-14"]
    assert windows.end.astype(str).tolist() == ["2026-03-31", "2026-06-30", "2026-09-30", "2026-12-31"]
    assert windows.month_end.astype(str).tolist() == ["2026-01-31", "2026-04-30", "2026-07-31", "2026-10-31"]


def test_the_last_day_of_a_long_quarter_leaves_a_day_of_every_shorter_one():
    windows = quarter_windows(date(2026, 12, 30), 3)
    assert (windows.known < windows.end).all()


def test_weights_find_the_true_precision_of_independent_forecasts():
    """Errors with standard deviations 1 and 1.5 have the weights 1 : 1/2.25 (Bates and Granger, 1969)."""
    errors = np.random.default_rng(1).normal(0, [1.0, 1.5], (4000, 2))
    assert inverse_variance(errors, np.array([True, True])) == pytest.approx([2.25 / 3.25, 1 / 3.25], abs=0.02)


@given(st.lists(st.tuples(*[st.floats(-1e6, 1e6)] * 3), min_size=1, max_size=12))
def test_weights_are_shares_and_the_better_forecast_never_weighs_less(rows):
    errors = np.array(rows)
    weights = inverse_variance(errors, np.ones(3, bool))
    assert weights.sum() == pytest.approx(1)
    assert (weights >= 0).all()
    order = np.argsort((errors**2).sum(axis=0), kind="stable")
    assert (np.diff(weights[order]) <= 1e-12).all()


@given(st.lists(st.floats(0, 1e9), min_size=3, max_size=3), st.lists(st.floats(0.01, 1), min_size=3, max_size=3))
def test_a_combination_lies_between_its_forecasts(forecasts, weights):
    one = float(combined(np.array(forecasts), np.array(weights)))
    assert min(forecasts) * (1 - 1e-9) <= one <= max(forecasts) * (1 + 1e-9)


def test_a_company_that_sells_the_same_every_day_is_forecast_to_the_day():
    quarter = without_deals(days_of(), date(2026, 11, 14))
    assert quarter.booked == 45 * 100
    assert quarter.coming == pytest.approx(47 * 100, rel=0.03)
    assert quarter.ways[-1, :2] == pytest.approx([47 * 100] * 2, rel=0.03)
    assert quarter.low <= 9200 <= quarter.high


def test_at_a_quarters_end_the_coming_quarter_is_forecast_and_nothing_of_it_is_booked(last):
    assert (last.period, last.booked, last.windows.day) == ("2026Q4", 0.0, 0)
    assert np.isnan(last.ways[-1, last.names.index("run rate")])


def test_deals_bring_what_their_stage_has_brought_by_the_end_of_past_quarters():
    """Of ten deals of 100 that stand in a stage on the tenth day, six become orders in the quarter, always."""
    starts = pd.date_range("2023-01-01", "2026-10-01", freq="QS")
    rows = [
        {"opportunity_id": f"{start:%Y%m}-{i}", "created_at": start, "amount": 100.0,
         "closed_at": start + pd.Timedelta(days=40 if i < 6 else 120), "status": "won" if i < 6 else "lost"}
        for start in starts for i in range(10)
    ]  # fmt: skip
    deals = pd.DataFrame(rows)
    history = deals[["opportunity_id"]].assign(stage="offer", entered_at=deals["created_at"])
    found = expect_deals(deal_book(deals, history, NOT_LINKED), quarter_windows(date(2026, 10, 10), 8))
    assert found.total[-1] == pytest.approx(600, rel=0.03)
    assert found.waiting[-1] == 0


def test_a_deal_stands_in_the_stage_that_it_entered_last_from_that_day_on():
    deals = pd.DataFrame({"opportunity_id": ["1", "2"], "amount": 1.0, "status": "open",
                          "created_at": pd.to_datetime(["2026-01-05", "2026-01-01"])})  # fmt: skip
    history = pd.DataFrame({"opportunity_id": ["1", "2", "1"], "stage": ["need", "need", "offer"],
                            "entered_at": pd.to_datetime(["2026-01-05", "2026-01-01", "2026-03-10"])})  # fmt: skip
    book = deal_book(deals, history, NOT_LINKED)
    days = ["2026-01-04", "2026-01-05", "2026-03-09", "2026-03-10", "2026-12-31"]
    stages = [[book.stages[code] for code in standing_on(book, np.datetime64(day))[0]] for day in days]
    none = book.stages[0]
    assert stages == [[none, "need"], ["need", "need"], ["need", "need"], ["offer", "need"], ["offer", "need"]]


def test_a_won_deal_that_is_due_in_the_quarter_counts_whole_and_one_due_later_not_at_all():
    deals = pd.DataFrame(
        {"opportunity_id": ["due", "later"], "created_at": pd.Timestamp("2026-07-01"), "status": "won",
         "closed_at": pd.Timestamp("2026-09-20"), "amount": [70.0, 1000.0],
         "delivery_at": pd.to_datetime(["2026-11-02", "2027-01-15"])}
    )  # fmt: skip
    found = expect_deals(deal_book(deals, ABSENT, NOT_LINKED), quarter_windows(date(2026, 9, 30), 8))
    assert found.waiting[-1] == pytest.approx(70.0)


def test_most_won_deals_of_the_sample_company_are_found_again_as_orders(last):
    """Its law: a won deal is one order of exactly its amount, 35 + gamma(2, 14) days after winning: 63 on average."""
    link = sample("2026-09-30")[0].link
    assert link.share > 0.97
    assert 50 <= link.days <= 63
    assert last.linked


def test_deals_that_never_come_back_as_orders_are_not_taken_for_a_part_of_them():
    won = pd.DataFrame({"closed_at": pd.Timestamp("2025-01-01"), "amount": [5.0, 5.0, 5.0]})
    won = won.assign(opportunity_id=["a", "b", "c"], ordered_at=pd.to_datetime([None, None, "2025-02-01"]))
    assert not from_matches(won, date(2026, 1, 1)).linked
    assert not from_matches(won.assign(ordered_at=pd.NaT), date(2026, 1, 1)).linked


def test_the_past_is_forecast_again_as_it_was_on_the_day(last):
    """What a run half a year ago would have said is what today's run says it would have said."""
    then = sample_quarter("2026-03-31")
    assert last.windows.first[-3] == then.windows.first[-1]
    there = np.isfinite(then.ways[-1])
    assert last.ways[-3][there] == pytest.approx(then.ways[-1][there], rel=0.01)
    assert last.past[-3] == pytest.approx(then.coming, rel=0.01)


@pytest.mark.parametrize("as_of", ["2026-09-30", "2026-08-14"])
def test_each_step_adds_value_over_last_year_and_the_whole_is_a_quarter_better(as_of, last):
    added = value_added(last if as_of == "2026-09-30" else sample_quarter(as_of)).set_index("step")
    assert added["quarters"].iloc[0] == 12
    assert added.loc[ALL, "error"] < 0.75 * added.loc[NAIVE, "error"]
    assert added.loc[ALL, "value_added"] == added.loc[NAIVE, "error"] - added.loc[ALL, "error"]


def test_the_published_table_adds_up(last):
    table = quarter_table(last).set_index("way")
    parts = table.drop([ALL, NAIVE])
    assert parts["weight"].sum() == pytest.approx(1)
    blend = (parts["still_to_come"].fillna(0) * parts["weight"]).sum()
    assert table.loc[ALL, "still_to_come"] == pytest.approx(blend)
    assert table.loc[ALL, "p10"] < last.total < table.loc[ALL, "p90"]


def test_chances_of_another_notebook_move_what_open_deals_should_bring():
    inputs, _ = sample("2026-09-30")
    book = deal_book(inputs.opportunities, inputs.stage_history, inputs.link)
    windows = quarter_windows(inputs.as_of, 12)
    is_open = inputs.opportunities.loc[inputs.opportunities["status"] == "open", "opportunity_id"]
    given = pd.DataFrame({"opportunity_id": is_open, "win_probability": 0.5})
    plain = expect_deals(book, windows, inputs.link.days)
    half, certain = (
        expect_deals(book, windows, inputs.link.days, worth=deal_worth(book, windows, given.assign(win_probability=p)))
        for p in (0.5, 1.0)
    )
    assert certain.open[-1] == pytest.approx(2 * half.open[-1])
    assert half.open[:-1] == pytest.approx(plain.open[:-1], nan_ok=True)
    assert deal_worth(book, windows, ABSENT) is None


def test_without_deals_two_ways_are_left_and_without_orders_none(last):
    bare = sample_quarter("2026-08-14", opportunities=ABSENT)
    assert bare.names == ("time series", "run rate")
    assert bare.weights.sum() == pytest.approx(1)
    outlook = forecast_sales(monthly_sales(days_of(), date(2026, 11, 14), []))
    nothing = QuarterInputs(date(2026, 11, 14), NotEnoughData("orders"), ABSENT, ABSENT, NOT_LINKED, ABSENT)
    assert isinstance(this_quarter(nothing, outlook), NotEnoughData)
    assert isinstance(this_quarter(nothing, NotEnoughData("orders")), NotEnoughData)


def test_deals_without_stage_history_or_amounts_do_no_harm():
    no_history = sample_quarter("2026-06-30", stage_history=NotEnoughData("stage_history"))
    assert no_history.coming == pytest.approx(sample_quarter("2026-06-30").coming, rel=0.05)
    deals = sample("2026-06-30")[0].opportunities
    empty = sample_quarter("2026-06-30", opportunities=deals.assign(amount=np.nan), link=NOT_LINKED)
    assert np.isfinite(empty.coming)
    assert np.isnan(empty.ways[-1, empty.names.index("pipeline")])


def test_with_little_history_there_is_a_forecast_without_a_range():
    quarter = without_deals(days_of(first="2025-02-01"), date(2026, 11, 14))
    assert np.isfinite(quarter.total)
    assert np.isnan(quarter.spread)


@pytest.mark.slow
@pytest.mark.parametrize(("lag_days", "linked"), [(0, False), (0, True), (60, True)])
def test_the_combination_is_at_least_as_good_as_the_best_single_forecast_and_its_chances_come_true(lag_days, linked):
    """Mean absolute error over the last 14 quarters of companies under a known law, as a share of a quarter's sales."""
    errors: dict[tuple[int, str], list[float]] = {}
    held: list[bool] = []
    said: list[float] = []
    met: list[bool] = []
    for seed in range(24):
        company = simulated_company(seed, lag_days)
        for day in (0, 30, 60, 75):
            quarter = quarter_on(company, day, linked=linked)
            total = quarter.sold + quarter.left
            steps = {**dict(zip(quarter.names, quarter.ways.T, strict=True)), ALL: quarter.past}
            for name, values in steps.items():
                errors.setdefault((day, name), []).append(
                    float(np.mean((np.abs(values - quarter.left) / total)[-15:-1]))
                )
            off = (quarter.left - quarter.past) / quarter.ways[:, 0]
            scale = np.array([error_scale(off[q - 12 : q]) for q in range(len(off) - 9, len(off) - 1)])
            held += (np.abs(off[-9:-1]) < stats.t.ppf(0.9, 12) * scale).tolist()
            # Targets of what was forecast, and of a tenth more and less.
            for asked in (0.9, 1.0, 1.1):
                more = (asked - 1) * (quarter.past / quarter.ways[:, 0])[-9:-1]
                said += stats.t.sf(more / scale, 12).tolist()
                met += (off[-9:-1] >= more).tolist()
    table = pd.Series({key: np.mean(values) for key, values in errors.items()}).unstack()
    assert (table[ALL] <= 1.04 * table.drop(columns=ALL).min(axis=1)).all()
    assert table[ALL].mean() < (1.0 if linked else 0.96) * table.drop(columns=ALL).min(axis=1).mean()
    assert 0.74 < np.mean(held) < 0.88
    likely = np.array(said) > 0.55
    for chosen in (likely, np.array(said) < 0.45):
        assert np.mean(np.array(met)[chosen]) == pytest.approx(np.mean(np.array(said)[chosen]), abs=0.08)

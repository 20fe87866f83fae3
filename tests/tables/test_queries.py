"""Aggregations of orders and stages give what a person finds with pencil and paper on a handful of rows."""

from __future__ import annotations

from datetime import date, timedelta
from math import log, sqrt

import ibis
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesops.not_enough_data import NotEnoughData
from salesops.tables.queries import (
    collect,
    customer_periods,
    customer_rhythm,
    customer_trend,
    monthly_sales,
    order_days,
    price_panel,
    return_days,
    stage_entries,
)

NEW_YEAR = date(2026, 1, 1)
AS_OF = date(2026, 9, 30)


def orders(*rows: tuple[str, int, float], **columns: list[object]) -> ibis.Table:
    """Return order lines of (account, days after new year, amount)."""
    account, day, amount = zip(*rows, strict=True)
    days = [NEW_YEAR + timedelta(days=n) for n in day]
    return ibis.memtable(pd.DataFrame({"account_id": account, "ordered_at": days, "amount": amount} | columns))


def rhythm_of(lines: ibis.Table, account: str = "A", **options: object) -> pd.Series:
    return collect(customer_rhythm(lines, **{"as_of": AS_OF, **options})).set_index("account_id").loc[account]


def test_lines_of_one_day_are_one_order_net_of_what_came_back_that_day() -> None:
    days = collect(order_days(orders(("A", 0, 50.0), ("A", 0, 30.0), ("A", 0, -20.0), ("B", 0, 5.0))), "account_id")
    assert days["amount"].tolist() == [60, 5]
    assert days["lines"].tolist() == [3, 1]
    assert days["returned"].tolist() == [20, 0]


def test_a_day_of_returns_is_no_order_and_is_listed_apart() -> None:
    lines = orders(("A", 0, 50.0), ("A", 9, -50.0), ("A", 20, 10.0), ("A", 20, -4.0))
    assert collect(order_days(lines), "day")["day"].dt.day.tolist() == [1, 21]
    assert collect(return_days(lines), "day")[["amount", "returned"]].to_numpy().tolist() == [[-50, 50], [6, 4]]


def test_amounts_that_cancel_are_no_order_whatever_floating_point_leaves() -> None:
    assert 0.1 + 0.2 - 0.3 > 0
    assert collect(order_days(orders(("A", 0, 0.1), ("A", 0, 0.2), ("A", 0, -0.3)))).empty


def test_rhythm_of_four_order_days() -> None:
    found = rhythm_of(orders(("A", 0, 10.0), ("A", 10, 40.0), ("A", 40, 20.0), ("A", 60, 30.0), ("A", 60, 50.0)))
    assert found["frequency"] == 3
    assert found["recency_days"] == 60
    assert found["T_days"] == 272
    assert found["sum_log_gaps"] == pytest.approx(log(10) + log(30) + log(20))
    assert found["mean_gap_days"] == pytest.approx(20)
    assert found["gap_cv"] == pytest.approx(sqrt((100 + 100 + 0) / 2) / 20)
    assert (found["first_order"], found["last_order"]) == (pd.Timestamp(2026, 1, 1), pd.Timestamp(2026, 3, 2))
    assert found["amount"] == 150
    assert found["sum_log_amounts"] == pytest.approx(log(10) + log(40) + log(20) + log(80))
    assert (found["mean_amount"], found["median_amount"]) == (37.5, 30)


def test_one_order_has_no_rhythm_yet() -> None:
    found = rhythm_of(orders(("A", 0, 10.0)))
    assert found[["frequency", "recency_days", "sum_log_gaps"]].tolist() == [0, 0, 0]
    assert found[["mean_gap_days", "gap_cv"]].isna().all()
    two = rhythm_of(orders(("A", 0, 10.0), ("A", 7, 10.0)))
    assert two["mean_gap_days"] == 7
    assert pd.isna(two["gap_cv"]), "one gap has no spread"


def test_gaps_are_between_orders_of_one_account_and_pass_over_days_of_returns() -> None:
    lines = orders(("A", 0, 10.0), ("B", 5, 10.0), ("A", 7, -10.0), ("A", 21, 10.0))
    assert rhythm_of(lines)["mean_gap_days"] == 21


def test_habits_come_from_all_lines() -> None:
    rows = [("A", 0, 60.0), ("A", 0, 20.0), ("A", 30, 20.0), ("A", 50, -25.0)]
    columns = {
        "product_line": ["gloves", "masks", "gloves", "gowns"],
        "channel": ["direct", "web", None, "direct"],
        "paid_at": [NEW_YEAR + timedelta(days=n) for n in (10, 20, 300, 60)],
    }
    found = rhythm_of(orders(*rows, **columns), channels=["direct", "web", "partner"])
    assert found["breadth"] == 2, "what was only returned was not bought"
    assert found[["bought", "returned", "returns_share"]].tolist() == [100, 25, 0.25]
    assert found[["share_direct", "share_web", "share_partner"]].tolist() == [0.6, 0.2, 0]
    assert found["mean_days_to_pay"] == 15, "a payment after the day is not known yet"


def test_columns_that_orders_lack_are_empty() -> None:
    found = rhythm_of(orders(("A", 0, 10.0)), channels=["direct"])
    assert found[["breadth", "mean_days_to_pay", "share_direct"]].isna().all()


def test_an_account_without_an_order_up_to_the_day_has_no_row() -> None:
    lines = orders(("A", 0, 10.0), ("B", 0, -10.0), ("C", 273, 10.0))
    assert collect(customer_rhythm(lines, AS_OF))["account_id"].tolist() == ["A"]


lines_of_many = st.lists(
    st.tuples(st.sampled_from("ABC"), st.integers(0, 400), st.sampled_from([-20.0, -5.0, 0.0, 5.0, 20.0, 40.0])),
    min_size=1,
    max_size=30,
)


@settings(max_examples=8, deadline=None)
@given(lines_of_many, st.integers(0, 400))
def test_nothing_after_the_day_changes_what_was_known(rows: list[tuple[str, int, float]], day: int) -> None:
    as_of = NEW_YEAR + timedelta(days=day)
    past = [row for row in rows if row[1] <= day] or [("A", 0, 1.0)]
    later = [row for row in rows if row[1] > day]
    both = (collect(customer_rhythm(orders(*lines), as_of), "account_id") for lines in (past, [*past, *later]))
    pd.testing.assert_frame_equal(*both)


def test_monthly_sales_add_up_per_part_and_count_who_bought() -> None:
    lines = orders(("A", 0, 10.0), ("A", 30, 5.0), ("B", 30, 7.0), ("B", 31, -7.0), region=["N", "N", None, "N"])
    found = collect(monthly_sales(lines), "month", "region")
    assert found["month"].dt.strftime("%Y-%m-%d").tolist() == ["2026-01-01", "2026-01-01", "2026-02-01"]
    assert found["region"].fillna("").tolist() == ["N", "", "N"]
    assert found[["amount", "lines", "customers"]].to_numpy().tolist() == [[15, 2, 1], [7, 1, 1], [-7, 1, 0]]


def test_the_product_line_of_sales_comes_from_products_where_orders_lack_it() -> None:
    lines = orders(("A", 0, 10.0), ("A", 1, 5.0), product_id=["P1", "P2"], product_line=["pumps", None])
    products = ibis.memtable({"product_id": ["P1", "P2"], "product_line": ["old pumps", "filters"]})
    found = collect(monthly_sales(lines, ["product_line"], products), "product_line")
    assert found[["product_line", "amount"]].to_numpy().tolist() == [["filters", 5.0], ["pumps", 10.0]]
    bare = collect(monthly_sales(lines.drop("product_line"), ["product_line"], products), "product_line")
    assert bare["product_line"].tolist() == ["filters", "old pumps"]


def test_sales_under_a_promotion_are_counted_apart_and_unknown_where_orders_name_none() -> None:
    lines = orders(("A", 0, 10.0), ("A", 1, 5.0), ("A", 32, 2.0), promotion_id=["M1", None, None])
    assert collect(monthly_sales(lines, ()), "month")["promoted"].tolist() == [10.0, 0.0]
    assert collect(monthly_sales(lines.drop("promotion_id"), ()), "month")["promoted"].isna().all()


def test_a_part_that_orders_do_not_name_is_said_to_be_missing() -> None:
    assert monthly_sales(orders(("A", 0, 1.0)), by=("region", "channel")) == NotEnoughData(
        "orders.region, orders.channel"
    )
    assert price_panel(orders(("A", 0, 1.0))) == NotEnoughData("orders.quantity, orders.product_line")
    assert collect(customer_rhythm(NotEnoughData("orders"), AS_OF)) == NotEnoughData("orders")


def test_periods_count_back_from_the_last_complete_month() -> None:
    lines = orders(("A", -1, 1.0), ("A", 0, 2.0), ("A", 30, 3.0), ("A", 31, 4.0), ("A", 58, 5.0), ("A", 59, 6.0))
    found = collect(customer_periods(lines, date(2026, 3, 30), 2), "month")
    assert found["months_ago"].tolist() == [2, 1]
    assert found["amount"].tolist() == [5, 9], "December is too old, and March is not over"
    assert collect(customer_periods(lines, date(2026, 3, 31), 1))["amount"].tolist() == [6]


def test_a_trend_sets_a_year_against_the_year_before() -> None:
    lines = orders(("A", 0, 10.0), ("A", -365, 30.0), ("A", -366, 99.0), ("B", -365, 7.0))
    found = collect(customer_trend(lines, date(2026, 12, 31)), "account_id")
    assert found[["amount_recent", "amount_before"]].to_numpy().tolist() == [[10, 30], [0, 7]]


def test_a_price_is_what_was_paid_per_unit_against_the_list() -> None:
    lines = orders(
        *[("A", 0, 80.0), ("A", 9, 60.0), ("A", 9, -60.0), ("A", 9, 100.0), ("A", 40, 30.0)],
        product_id=["P", "P", "P", "Q", "P"],
        quantity=[10, 10, -10, 5, 3],
        promotion_id=[None, "M", "M", None, None],
    )
    products = ibis.memtable({"product_id": ["P", "Q"], "product_line": ["x", "x"], "list_price": [10.0, None]})
    january, february = collect(price_panel(lines, products), "month").to_dict("records")
    assert january["quantity"] == 25
    assert january["unit_price"] == pytest.approx(240 / 25)
    assert january["list_price_ratio"] == pytest.approx(140 / 200), "Q has no list price"
    assert january["promotion_share"] == pytest.approx(10 / 25)
    assert (february["unit_price"], february["list_price_ratio"], february["promotion_share"]) == (10, 1, 0)
    per_product = collect(price_panel(lines, products, by="product_id"), "month", "product_id")
    assert per_product["unit_price"].tolist() == [7, 20, 10]


def history(*rows: tuple[str, int, int | None]) -> ibis.Table:
    """Return the history of one deal as (stage, days after new year, expected close in days after new year)."""
    stage, day, close = zip(*rows, strict=True)
    days = [NEW_YEAR + timedelta(days=n) for n in day]
    closes = [None if n is None else NEW_YEAR + timedelta(days=n) for n in close]
    frame = {"opportunity_id": "D", "stage": stage, "entered_at": days, "expected_close": closes}
    return ibis.memtable(pd.DataFrame(frame | {"__line__": range(len(rows))}))


def deal(closed_at: date | None) -> ibis.Table:
    types = {"opportunity_id": "string", "closed_at": "date"}
    return ibis.memtable({"opportunity_id": ["D"], "closed_at": [closed_at]}, schema=types)


def test_a_deal_that_goes_back_stays_twice_in_its_stage() -> None:
    rows = history(("need", 0, None), ("offer", 10, None), ("need", 15, None), ("offer", 35, None))
    found = collect(stage_entries(rows, deal(None), NEW_YEAR + timedelta(days=50)), "first_entered").set_index("stage")
    assert found["entries"].to_dict() == {"need": 2, "offer": 2}
    assert found["days_in_stage"].to_dict() == {"need": 30, "offer": 20}
    assert found["last_stage"].to_dict() == {"need": False, "offer": True}
    assert found["last_entered"].dt.day_of_year.to_dict() == {"need": 16, "offer": 36}


def test_the_last_stage_ends_when_the_deal_closes_if_that_is_known() -> None:
    rows, closed = history(("need", 0, None)), NEW_YEAR + timedelta(days=20)
    assert collect(stage_entries(rows, deal(closed), AS_OF))["days_in_stage"].tolist() == [20]
    assert collect(stage_entries(rows, deal(closed), NEW_YEAR + timedelta(days=5)))["days_in_stage"].tolist() == [5]


def test_a_slip_is_a_closing_day_put_off_and_blanks_keep_the_day_before() -> None:
    rows = history(("need", 0, 50), ("need", 10, 60), ("offer", 20, None), ("offer", 30, 90), ("offer", 40, 80))
    found = collect(stage_entries(rows, deal(None), AS_OF), "first_entered")
    assert found["entries"].tolist() == [1, 1], "a change is no entry"
    assert found["slips"].tolist() == [1, 1], "a closing brought forward is no slip"
    assert found["slip_days"].tolist() == [10, 30]


def test_stages_of_one_day_follow_the_file() -> None:
    found = collect(stage_entries(history(("need", 0, 9), ("offer", 0, 9)), deal(None), AS_OF)).set_index("stage")
    assert found["days_in_stage"].to_dict() == {"need": 0, "offer": 272}

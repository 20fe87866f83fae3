"""As of a day, tables show what was known on that day and nothing later."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from salesops.errors import InputError
from salesops.tables import load
from salesops.tables.as_of import last_complete_quarter, quarter_end

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def company(tmp_path: Path) -> Path:
    (tmp_path / "opportunities.csv").write_text(
        "opportunity_id,account_id,amount,created_at,stage,status,closed_at,expected_close,loss_reason\n"
        "A,H1,900,2026-01-10,decision,won,2026-08-20,2026-08-31,\n"
        "B,H1,500,2026-02-01,comparison,open,,2026-12-31,\n"
        "C,H2,300,2026-01-05,pre-selection,lost,2026-03-01,2026-04-30,price\n"
        "D,H2,100,2026-07-01,need raised,open,,2026-12-01,\n"
        "E,H3,700,2026-01-15,decision,lost,2026-08-01,2026-06-30,price\n",
        encoding="utf-8",
    )
    (tmp_path / "stage_history.csv").write_text(
        "opportunity_id,stage,entered_at,amount,expected_close\n"
        "A,need raised,2026-01-10,1000,2026-05-31\n"
        "A,comparison,2026-03-05,950,2026-06-30\n"
        "A,decision,2026-07-15,900,2026-08-31\n"
        "B,need raised,2026-02-01,500,2026-06-30\n"
        "B,comparison,2026-05-01,,\n"
        "B,comparison,2026-09-01,500,2026-12-31\n"
        "E,decision,2026-02-02,700,2026-06-30\n",
        encoding="utf-8",
    )
    (tmp_path / "orders.csv").write_text(
        "order_id,account_id,ordered_at,amount,paid_at\n"
        "1,H1,2026-01-02,10,2026-02-01\n"
        "2,H1,2026-06-30,20,2026-07-30\n"
        "3,H2,2026-09-30,30,\n",
        encoding="utf-8",
    )
    return tmp_path


def deals(company: Path, as_of: str) -> pd.DataFrame:
    frame = load(company, as_of).frame("opportunities")
    assert isinstance(frame, pd.DataFrame)
    return frame.set_index("opportunity_id")


def test_a_deal_won_later_is_open_with_the_stage_amount_and_closing_it_had_then(company: Path) -> None:
    then = deals(company, "2026-06-30").loc["A"]
    assert (then["status"], then["stage"], then["amount"]) == ("open", "comparison", 950)
    assert then["expected_close"] == pd.Timestamp("2026-06-30")
    assert pd.isna(then["closed_at"])


def test_a_value_that_a_history_row_leaves_empty_is_the_last_one_known(company: Path) -> None:
    then = deals(company, "2026-06-30").loc["B"]
    assert (then["stage"], then["amount"]) == ("comparison", 500)
    assert then["expected_close"] == pd.Timestamp("2026-06-30")


def test_a_deal_lost_later_has_no_reason_yet(company: Path) -> None:
    then = deals(company, "2026-06-30")
    assert then.loc["C", "loss_reason"] == "price"
    assert then.loc["E", "status"] == "open"
    assert pd.isna(then.loc["E", "loss_reason"])


def test_deals_and_orders_of_the_day_itself_are_known_and_later_ones_are_not(company: Path) -> None:
    tables = load(company, "2026-06-30")
    orders = tables.frame("orders")
    assert isinstance(orders, pd.DataFrame)
    assert orders["order_id"].tolist() == ["1", "2"]
    assert "D" not in deals(company, "2026-06-30").index


def test_an_order_paid_later_is_unpaid(company: Path) -> None:
    orders = load(company, "2026-06-30").frame("orders")
    assert isinstance(orders, pd.DataFrame)
    assert orders["paid_at"].isna().tolist() == [False, True]


def test_what_a_deal_showed_then_is_unknown_where_no_history_tells(company: Path) -> None:
    (company / "stage_history.csv").unlink()
    then = deals(company, "2026-06-30").loc["A"]
    assert pd.isna(then["stage"])
    assert pd.isna(then["amount"])


def test_on_the_last_day_of_the_data_todays_values_hold(company: Path) -> None:
    (company / "stage_history.csv").unlink()
    assert deals(company, "2026-09-30").loc["B", "stage"] == "comparison"


def test_the_default_is_the_last_quarter_that_orders_and_deals_both_reach(company: Path) -> None:
    # Deals end on 1 September, so the third quarter is not complete although orders reach its last day.
    assert load(company).as_of == date(2026, 6, 30)


def test_a_quarter_whose_last_days_are_a_weekend_is_complete() -> None:
    # 28 June 2026 is a Sunday: no orders on 27 and 28.
    working_days = pd.Series(pd.bdate_range("2026-01-05", "2026-06-30"))
    assert last_complete_quarter(working_days) == date(2026, 6, 30)
    # 31 January 2027 … a quarter that ends on a Sunday: 31 March 2024.
    assert last_complete_quarter(pd.Series(pd.bdate_range("2024-01-02", "2024-03-29"))) == date(2024, 3, 31)


def test_a_month_without_orders_does_not_count_as_reached() -> None:
    monthly = pd.Series(pd.date_range("2019-06-30", "2020-05-31", freq="ME"))
    assert last_complete_quarter(monthly) == date(2020, 3, 31)


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 12, 31), date(2026, 12, 31)),
        (date(2024, 2, 29), date(2024, 3, 31)),
    ],
)
def test_quarter_ends(day: date, end: date) -> None:
    assert quarter_end(day) == end


def test_a_day_before_the_data_is_refused_and_says_where_the_data_begins(company: Path) -> None:
    with pytest.raises(InputError, match=r"2020-01-01.*begins on 2026-01-02"):
        load(company, "2020-01-01")


def test_a_day_after_the_data_is_said_and_one_soon_after_is_not_worth_a_word(company: Path) -> None:
    assert load(company, "2026-10-20").cautions() == []
    assert load(company, "2026-12-31").cautions() == [
        "The data ends on 2026-09-30, 92 days before 2026-12-31: what came since counts as none."
    ]


def test_a_company_in_which_no_quarter_has_ended_is_asked_for_a_day(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("order_id,account_id,ordered_at,amount\n1,A,2026-10-05,9\n2,A,2026-11-05,9\n")
    with pytest.raises(
        InputError, match="begins on 2026-10-05 and ends on 2026-11-05, before a quarter has ended in it"
    ):
        load(tmp_path)
    assert load(tmp_path, "2026-11-05").rows() == {"orders": 2}

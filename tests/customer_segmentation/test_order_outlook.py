"""Orders, value and risk of every customer, against what then happened in the sample company and at CDNOW."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from salesops.customer_segmentation.churn_record import churn_record
from salesops.customer_segmentation.learned_orders import learn_orders
from salesops.customer_segmentation.order_book import day_number, known_on, order_book
from salesops.customer_segmentation.order_contest import DEFAULT, OWN_RATE, order_contest
from salesops.customer_segmentation.order_outlook import order_outlook
from salesops.customer_segmentation.order_tracking import order_tracking
from salesops.customer_segmentation.outlook_settings import OutlookSettings
from salesops.customer_segmentation.regularity_mixture import RegularityMixture
from salesops.customer_segmentation.save_offers import save_offers
from salesops.customer_segmentation.scoring import area_under_curve, calibration_error
from salesops.not_enough_data import NotEnoughData
from salesops.tables.sample import generate

AS_OF = pd.Timestamp("2025-09-30")
YEAR = pd.Timedelta(days=364)
SETTINGS = OutlookSettings()


def days_of(orders):
    days = orders.groupby(["account_id", "ordered_at"], as_index=False)["amount"].sum()
    return days.rename(columns={"ordered_at": "day"})


def margins_of(orders, as_of):
    known = orders[(orders["ordered_at"] <= as_of) & orders["cost"].notna()]
    known = known.assign(bought=known["amount"].clip(lower=0), margin=known["amount"] - known["cost"])
    return known.groupby("account_id", as_index=False)[["bought", "margin"]].sum()


def margin_that_came(orders, as_of, accounts):
    """Return each account's actual discounted margin of the year after; the few lines without cost at 40% of sales."""
    later = orders[(orders["ordered_at"] > as_of) & (orders["ordered_at"] <= as_of + YEAR)]
    years = (later["ordered_at"] - as_of).dt.days / 365.25
    margin = (later["amount"] - later["cost"].fillna(0.6 * later["amount"])) / (1 + SETTINGS.discount_per_year) ** years
    return margin.groupby(later["account_id"]).sum().reindex(accounts, fill_value=0.0).to_numpy()


@pytest.fixture(scope="module")
def orders():
    return generate(700, 2026).tables["orders"]


@pytest.fixture(scope="module")
def learned(orders):
    return learn_orders(days_of(orders), AS_OF)


@pytest.fixture(scope="module")
def outlook(orders, learned):
    return order_outlook(learned, margins_of(orders, AS_OF))


def held(orders, outlook, as_of):
    found = outlook.customers
    actual = margin_that_came(orders, as_of, found["account_id"])
    return ((actual >= found["clv_low"] - 0.01) & (actual <= found["clv_high"] + 0.01)).mean()


def test_intervals_of_value_hold_four_of_five_customers(orders, outlook):
    assert 0.75 <= held(orders, outlook, AS_OF) <= 0.85


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
@pytest.mark.parametrize("day", ["2024-09-30", "2025-09-30"])
def test_intervals_of_value_hold_in_other_companies_and_years(seed, day):
    sold, as_of = generate(700, seed).tables["orders"], pd.Timestamp(day)
    found = order_outlook(learn_orders(days_of(sold), as_of), margins_of(sold, as_of))
    assert 0.75 <= held(sold, found, as_of) <= 0.85


def test_values_add_up_to_the_margin_that_came(orders, outlook):
    actual = margin_that_came(orders, AS_OF, outlook.customers["account_id"]).sum()
    assert outlook.customers["clv"].sum() == pytest.approx(actual, rel=0.15)
    assert outlook.value_is == "margin"


@pytest.mark.slow
def test_chances_of_an_order_next_quarter_are_calibrated_over_companies():
    chance, ordered = [], []
    for seed in (2026, 1, 2, 3, 4, 5):
        book = order_book(days_of(generate(700, seed).tables["orders"]))
        for day in ("2025-03-31", "2025-09-30", "2026-06-30"):
            known = known_on(book, day_number(pd.Timestamp(day)))
            chance.append(1 - RegularityMixture().fit_histories(known.known).none_within(known.known, 92))
            ordered.append(known.orders_within(92) > 0)
    assert calibration_error(np.concatenate(chance), np.concatenate(ordered)) < 0.03


def test_what_comes_after_the_day_does_not_matter(orders, learned, outlook):
    before = orders[orders["ordered_at"] <= AS_OF]
    again = order_outlook(learn_orders(days_of(before), AS_OF), margins_of(before, AS_OF))
    pd.testing.assert_frame_equal(again.customers, outlook.customers)


def test_every_customer_has_a_row_of_sane_figures(learned, outlook):
    found = outlook.customers
    assert found["account_id"].is_unique
    assert found.notna().all().all()
    assert found[["p_alive", "churn_risk"]].stack().between(0, 1).all()
    assert (found["clv_low"] <= found["clv_high"]).all()
    # A customer that has left places no order, and one that has not may place none either.
    assert (found["churn_risk"] >= 1 - found["p_alive"] - 1e-9).all()


def test_overdue_is_who_has_been_silent_for_longer_than_usual(outlook):
    found = outlook.customers
    late = found["weeks_since_order"] > found["usual_gap_weeks"]
    assert ((found["weeks_overdue"] > 0) == late).all()


def test_without_costs_value_is_sales_and_twice_the_margin_is_twice_the_value(learned):
    half = learned.today.known.account_id.to_frame(index=False, name="account_id").assign(bought=100.0, margin=50.0)
    sales, margin = order_outlook(learned), order_outlook(learned, half)
    assert (sales.value_is, margin.value_is) == ("sales", "margin")
    assert margin.customers["clv"].to_numpy() == pytest.approx(sales.customers["clv"].to_numpy() / 2)


def test_the_default_foretells_orders_better_than_the_own_past_rate(learned):
    found = order_contest(learned).set_index("model")
    assert found.loc[DEFAULT, "error"] < found.loc[OWN_RATE, "error"]
    assert found.loc[DEFAULT, "log_score"] < found.loc[OWN_RATE, "log_score"] - 0.2
    assert found["log_score"].drop(OWN_RATE).max() < found.loc[OWN_RATE, "log_score"]


@pytest.mark.real_data
def test_the_contest_scores_pareto_nbd_at_cdnow_as_is_known(cdnow):
    found = order_contest(learn_orders(cdnow.order_days().assign(amount=1.0), pd.Timestamp("1998-06-30")))
    assert found.set_index("model")["error"]["Pareto/NBD"] == pytest.approx(0.945, abs=0.002)


@pytest.mark.real_data
def test_the_default_foretells_wholesale_orders_as_well_as_is_known(cdnow):
    file = cdnow.FOLDER.parent / "online_retail" / "onlineretail.parquet"
    if not file.exists():
        pytest.skip("the online retail data set is not beside the project")
    lines = pd.read_parquet(file).dropna(subset="CustomerID")
    lines = lines.assign(
        account_id=lines["CustomerID"].astype(int).astype(str),
        ordered_at=pd.to_datetime(lines["InvoiceDate"]).dt.normalize(),
        amount=lines["Quantity"] * lines["UnitPrice"],
    )
    known = known_on(order_book(days_of(lines)), day_number(pd.Timestamp("2011-06-30")))
    came = known.orders_within(162)
    expected = RegularityMixture().fit_histories(known.known).expected(known.known, 162)
    assert np.abs(expected - came).sum() / came.sum() <= 0.631


@pytest.mark.real_data
def test_risk_at_cdnow_tells_who_stays_away_and_how_often(cdnow):
    known = known_on(order_book(cdnow.order_days()), day_number(pd.Timestamp("1997-09-30")))
    model = RegularityMixture().fit_histories(known.known)
    risk, away = model.none_within(known.known, 91), known.orders_within(91) == 0
    assert area_under_curve(risk, away) >= 0.67
    assert calibration_error(risk, away) <= 0.04
    assert area_under_curve(risk, away) > area_under_curve(1 - model.alive(known.known), away)


def test_tracking_adds_up_to_the_orders_that_came(learned):
    found = order_tracking(learned)
    assert found["actual"].iloc[-1] == learned.past.known.orders_within(learned.past_days).sum()
    assert found[["actual", "expected"]].diff().dropna().ge(0).all().all()
    assert found["expected"].iloc[-1] == pytest.approx(found["actual"].iloc[-1], rel=0.15)


def test_warnings_come_weeks_before_the_loss_and_most_come_true(learned):
    found = churn_record(learned)
    assert found.warnings >= 20
    assert found.false_alarms < 0.45
    assert found.weeks_of_warning >= 3
    assert found.area > 0.85
    assert found.calibration < 0.05


def test_higher_cut_offs_give_fewer_warnings(learned):
    found = churn_record(learned).curve
    assert (found["warnings"].diff().dropna() <= 0).all()
    assert (found["losses_warned"] <= found["losses"]).all()


def test_dearer_offers_are_worth_making_to_fewer_customers(learned, outlook):
    worth = [save_offers(learned, outlook, cost, 0.2).customers["worth_offer"].sum() for cost in (500, 5000, 50_000)]
    assert worth[0] >= worth[1] >= worth[2]
    assert worth[0] > worth[2]


def test_an_offer_gains_what_it_may_save_less_its_cost(learned, outlook):
    found = save_offers(learned, outlook, 1000.0, 0.25)
    assert found.customers["gain"].to_numpy() == pytest.approx(0.25 * found.customers["losing"].to_numpy() - 1000)
    assert (found.customers["churn_risk"] >= found.cut_off).all()
    curve = found.curve.set_index("cut_off")
    assert curve["gain"].idxmax() == found.cut_off
    assert curve["gain"].to_numpy() == pytest.approx((curve["saved"] - curve["cost"]).to_numpy())


def test_who_orders_seldom_but_on_time_gets_no_offer(simulate):
    yearly = pd.DataFrame(
        [(f"Y{n}", f"{year}-0{1 + n % 9}-01", 9000.0) for n in range(20) for year in range(2021, 2026)],
        columns=["account_id", "day", "amount"],
    )
    weekly = pd.DataFrame(
        [(f"W{n}", day, 500.0) for n in range(20) for day in pd.date_range("2024-01-01", "2025-09-29", freq="7D")],
        columns=["account_id", "day", "amount"],
    )
    learned = learn_orders(pd.concat([yearly, weekly]).assign(day=lambda t: pd.to_datetime(t["day"])), AS_OF)
    outlook = order_outlook(learned)
    risk = outlook.customers.set_index("account_id")["churn_risk"]
    assert risk["Y8"] > 0.5 > risk["W1"], "no order within a quarter is likely for who orders once a year"
    assert save_offers(learned, outlook, 10.0, 0.5).customers.empty


def rows(accounts, days, amount=10.0):
    return pd.DataFrame({"account_id": accounts, "day": pd.to_datetime(days), "amount": amount})


MANY = [f"A{number}" for number in range(30)]


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (rows(["A"] * 5, ["2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01", "2025-05-01"]), "10 customers"),
        (rows(MANY, ["2025-01-01"] * 30), "ordered on two days"),
        (rows(MANY, ["2026-01-01"] * 30), "amount above zero"),
        (rows(MANY * 2, ["2025-01-01"] * 30 + ["2025-03-01"] * 30, amount=-10.0), "amount above zero"),
        (rows(MANY * 2, ["2025-01-01"] * 30 + ["2025-03-01"] * 30, amount=0.0), "amount above zero"),
        (rows(MANY * 2, ["2025-01-01"] * 30 + ["2025-03-01"] * 30, amount=np.nan), "amount above zero"),
        (rows([], []), "amount above zero"),
    ],
    ids=["one customer", "one order each", "future orders", "returns", "zero", "missing", "nothing"],
)
def test_poor_data_is_answered_with_the_reason(days, said):
    learned = learn_orders(days, AS_OF)
    assert isinstance(learned, NotEnoughData)
    assert said in str(learned)
    for answer in (order_outlook, order_contest, order_tracking, churn_record):
        assert answer(learned) == learned
    assert save_offers(learned, order_outlook(learned), 1.0, 0.5) == learned


@pytest.mark.parametrize(
    "amount", [10.0, np.tile([10.0, np.nan, 1e9], 40)], ids=["all alike", "some missing, some huge"]
)
def test_a_short_odd_history_gives_figures_or_reasons_but_no_failure(amount):
    accounts = np.tile(MANY, 4)
    days = pd.Timestamp("2025-09-01") + pd.to_timedelta(np.repeat([0, 7, 14, 21], 30), unit="D")
    learned = learn_orders(pd.DataFrame({"account_id": accounts, "day": days, "amount": amount}), AS_OF)
    outlook = order_outlook(learned)
    assert outlook.customers.notna().all().all()
    for answer in (order_contest, order_tracking, churn_record):
        assert isinstance(answer(learned), NotEnoughData | pd.DataFrame)
    assert len(save_offers(learned, outlook, 1.0, 0.5).customers) <= len(MANY)

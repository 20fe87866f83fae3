"""Results of reps are those of the orders, and what nobody can know is left empty and named."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from salesops.incentive_simulation.inputs import Inputs, rep_inputs
from salesops.incentive_simulation.owners import new_customers
from salesops.incentive_simulation.results import rep_results, usable, without_quota
from salesops.not_enough_data import NotEnoughData
from salesops.tables import load

AS_OF = date(2026, 9, 30)
NONE = NotEnoughData("feedback")


@pytest.fixture(scope="module")
def sample():
    known = load("data/sample", str(AS_OF))
    inputs = rep_inputs(known)
    return known, inputs, rep_results(inputs, 24)


def test_sales_of_reps_are_those_of_the_orders_that_name_them(sample):
    known, _, results = sample
    orders = known.frame("orders").dropna(subset="rep_id")
    quarter = orders["ordered_at"].dt.to_period("Q").astype(str)
    by_rep = orders.groupby(["rep_id", quarter])["amount"].sum()
    found = results.dropna(subset="sales").set_index(["rep_id", "period"])["sales"]
    assert found[found != 0].index.difference(by_rep.index).empty
    assert np.allclose(found.reindex(by_rep.index), by_rep, atol=0.005)


def test_quotas_are_those_of_the_table_and_add_up_to_the_companys(sample):
    known, _, results = sample
    targets = known.frame("targets")
    company = targets[(targets["level"] == "company") & (targets["measure"] == "sales")].set_index("period")["target"]
    asked = results.groupby("period")["sales_quota"].sum()
    assert np.allclose(asked, company.reindex(asked.index))


def test_every_row_is_one_person_in_one_complete_quarter(sample):
    _, _, results = sample
    assert not results.duplicated(["rep_id", "period"]).any()
    assert results["period"].max() == "2026Q3"
    assert results["present"].between(0, 1).all()
    assert (results.loc[results["role"] != "AR", "sales"].isna()).all()


def test_a_quarter_that_is_not_over_is_left_out():
    known = load("data/sample", "2026-08-31")
    assert rep_results(rep_inputs(known), 8)["period"].max() == "2026Q2"


def inputs_of(**changed):
    """Two reps of one region; R2 begins in the middle of the last quarter. Quarters from 2024Q1 to 2026Q1."""
    first = 2024 * 4
    quarters = np.arange(first, first + 9)
    rows = {"rep_id": "R1", "account_id": "A", "quarter": quarters, "sales": 100.0, "costed_sales": 100.0, "cost": 60.0}
    sold = pd.DataFrame(rows | {"returned": 0.0, "collected": 100.0, "last_day": pd.Timestamp("2024-01-15")})
    sold["last_day"] = sold["last_day"] + pd.to_timedelta(91 * np.arange(9), unit="D")
    sold["first_day"] = sold["last_day"]
    late = sold.tail(1).assign(rep_id="R2", account_id="B", sales=50.0, costed_sales=0.0, cost=0.0, returned=5.0)
    reps = {"rep_id": ["R1", "R2", "R3"], "region": "North", "role": ["AR", "AR", "SR"]}
    reps = pd.DataFrame(reps | {"hired_at": pd.to_datetime(["2020-01-01", "2026-02-15", "2020-01-01"])})
    keys = [(f"{q // 4}Q{q % 4 + 1}", "R1", 80.0) for q in quarters.tolist()] + [("2026Q1", "R2", 25.0)]
    targets = pd.DataFrame(keys, columns=["period", "key", "target"]).assign(level="rep", measure="sales")
    tables = {"reps": reps, "targets": targets, "sold": pd.concat([sold, late], ignore_index=True)}
    tables |= {"activity": NotEnoughData("activities"), "feedback": NONE, "accounts": NotEnoughData("accounts")}
    return Inputs(as_of=date(2026, 3, 31), **(tables | changed))


def row(results, rep, period="2026Q1"):
    return results.set_index(["rep_id", "period"]).loc[(rep, period)]


def test_who_is_hired_within_a_quarter_has_the_part_of_it_that_they_worked():
    late = row(rep_results(inputs_of(), 24), "R2")
    assert (late["days_in_period"], late["days_employed"]) == (90, 45)
    assert late["present"] == 0.5
    assert late["sales_quota"] == 25.0


def test_lines_without_a_cost_have_the_margin_of_the_others():
    late = row(rep_results(inputs_of(), 24), "R2")
    assert late["margin"] == pytest.approx(50 * 0.4)
    assert late["margin_quota"] == pytest.approx(25 * 0.4)  # asked for at the company's rate
    assert late["sales_reversed"] == 5.0


def test_an_account_is_new_once_and_only_after_the_first_year_of_data():
    results = rep_results(inputs_of(), 24)
    assert row(results, "R2")["new_customers"] == 1
    assert row(results, "R1")["new_customers"] == 0
    assert np.isnan(row(results, "R1", "2024Q4")["new_customers"])
    # The first account of the second year is new, since a year without it is known.
    sold = inputs_of().sold
    early = sold[sold["quarter"] == sold["quarter"].min() + 4].assign(account_id="C")
    found = rep_results(inputs_of(sold=pd.concat([sold, early], ignore_index=True)), 24)
    assert row(found, "R1", "2025Q1")["new_customers"] == 1


def test_a_customer_who_bought_in_both_years_is_kept():
    results = rep_results(inputs_of(), 24)
    assert row(results, "R1")["retention"] == 1.0
    sold = inputs_of().sold
    gone = sold[(sold["account_id"] == "B") | (sold["quarter"] < 2025 * 4)]
    extra = sold.tail(1).assign(rep_id="R1", account_id="C", quarter=2025 * 4 + 1)
    left = rep_results(inputs_of(sold=pd.concat([gone, extra], ignore_index=True)), 24)
    assert row(left, "R1", "2025Q4")["retention"] == 0.0


def test_satisfaction_is_the_mean_answer_of_the_reps_own_customers():
    feedback = pd.DataFrame({"account_id": ["A", "A", "B"], "score": [6.0, 8.0, 1.0]})
    feedback["given_at"] = pd.to_datetime(["2025-05-01", "2026-02-01", "2026-02-20"])
    results = rep_results(inputs_of(feedback=feedback), 24)
    assert row(results, "R1")["satisfaction"] == 7.0
    assert row(results, "R2")["satisfaction"] == 1.0
    assert np.isnan(row(results, "R1", "2024Q1")["satisfaction"])


def test_people_who_sell_through_others_have_rows_without_sales():
    third = row(rep_results(inputs_of(), 24), "R3")
    assert np.isnan(third["sales"])
    assert np.isnan(third["sales_quota"])


@pytest.mark.parametrize(("quota", "said"), [(0.0, "a quota of 0"), (None, "no quota")])
def test_a_quota_of_zero_or_none_is_named_and_never_paid_as_zero(quota, said):
    targets = inputs_of().targets
    mine = targets["key"] == "R2"
    targets = targets[~mine] if quota is None else targets.assign(target=targets["target"].where(~mine, quota))
    results = rep_results(inputs_of(targets=targets), 24)
    assert not usable(results)[(results["rep_id"] == "R2").to_numpy()].any()
    (sentence,) = without_quota(results)
    assert sentence.startswith(f"R2 (R2) has {said} in 2026Q1: left out, not paid zero")


@pytest.mark.parametrize(
    ("lacking", "needs"),
    [("reps", "reps"), ("targets", "targets of level rep"), ("sold", "orders")],
)
def test_without_reps_targets_or_orders_it_says_what_it_needs(lacking, needs):
    found = rep_results(inputs_of(**{lacking: NotEnoughData(lacking if lacking != "sold" else "orders")}), 24)
    assert needs in str(found)


def test_quotas_by_month_are_added_up_and_those_by_year_are_not_made_quarters():
    months = pd.DataFrame({"period": ["2026-01", "2026-02", "2026-03"], "key": "R1", "target": [1.0, 2.0, 3.0]})
    results = rep_results(inputs_of(targets=months.assign(level="rep", measure="sales")), 24)
    assert row(results, "R1")["sales_quota"] == 6.0
    year = months.head(1).assign(period="2026", level="rep", measure="sales")
    assert "by quarter or month" in str(rep_results(inputs_of(targets=year), 24))


@pytest.mark.parametrize(
    ("hired", "months"),
    [("2026-01-01", 0), ("2025-10-01", 3), ("2025-10-02", 2), ("2025-01-01", 12), ("2025-12-31", 0), ("2026-03-05", 0)],
)
def test_months_of_service_are_those_of_the_calendar(hired, months):
    reps = inputs_of().reps.assign(hired_at=pd.Timestamp(hired))
    assert row(rep_results(inputs_of(reps=reps), 24), "R1")["months_of_service"] == months


def test_orders_without_any_payment_say_nothing_of_when_customers_pay():
    results = rep_results(inputs_of(sold=inputs_of().sold.assign(collected=0.0)), 24)
    assert results["collected"].isna().all()


def test_a_new_customer_is_that_of_who_sold_to_it_first_not_of_who_stopped_selling_first():
    day = pd.Timestamp("2026-02-01")
    rows = {"account_id": "B", "rep_id": ["R1", "R2"], "quarter": 2026 * 4, "sales": 10.0}
    rows |= {"first_day": [day, day + pd.Timedelta(days=5)], "last_day": day + pd.Timedelta(days=9)}
    sold = pd.DataFrame(rows)
    sold.loc[1, "last_day"] = day + pd.Timedelta(days=6)
    assert new_customers(sold, 2024 * 4).to_dict() == {("R1", 2026 * 4): 1.0}

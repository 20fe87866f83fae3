"""What plans would have paid last year, by hand: returns, money not in yet, years that are not the calendar's."""

import numpy as np
import pandas as pd
import pytest

from salesops.incentive_simulation import IncentivePlan
from salesops.incentive_simulation.moments import Moments
from salesops.incentive_simulation.outlook import Outlook
from salesops.incentive_simulation.past_pay import past_pay
from salesops.incentive_simulation.quarters import quarter_number, quarter_text
from salesops.incentive_simulation.year_of_pay import year_of_pay

LAST = int(quarter_number(["2026Q2"])[0])


def plan(measure=None, **terms):
    role = {"target_pay": 40_000, "base_pay": 0, "measures": [{"measure": "sales"} | (measure or {})]}
    return {"p": IncentivePlan(name="p", roles={"AR": role}, **terms)}


def year(**changed):
    """One seller, four quarters to 2026Q2, each sold 900 net of 100 that came back, of a quota of 1,000."""
    quarter = np.arange(LAST - 3, LAST + 1)
    rows = {
        "rep_id": "R",
        "name": "R",
        "role": "AR",
        "region": "N",
        "quarter": quarter,
        "period": quarter_text(quarter),
    }
    rows |= {"sales": 900.0, "sales_quota": 1000.0, "collected": 900.0, "sales_reversed": 100.0}
    return pd.DataFrame(rows | changed)


def paid(plans, rows):
    return past_pay(rows, plans).iloc[0]


def test_what_came_back_is_taken_off_once_and_not_twice():
    # Pay at quota of a quarter is 10,000: 9,000 for what stayed sold, whether as net sales or by a clawback of all.
    assert paid(plan(), year())["variable"] == 36_000
    assert paid(plan(clawback={"share": 1}), year())["variable"] == 36_000


def test_a_clawback_of_half_leaves_half_of_the_pay_for_what_came_back():
    assert paid(plan(clawback={"share": 0.5}), year())["variable"] == 4 * (10_000 - 500)


def test_pay_that_waits_for_money_is_told_apart_and_is_no_saving():
    found = paid(plan(payment={"at_booking": 0.6}), year(collected=450.0))
    # Half of the money is in: of the four tenths that wait, half is paid.
    assert found["variable"] == pytest.approx(36_000 * 0.8)
    assert found["variable"] + found["waiting"] == pytest.approx(36_000)


def test_pay_does_not_wait_where_no_payment_of_any_order_is_known():
    assert paid(plan(payment={"at_booking": 0.6}), year(collected=np.nan))["variable"] == pytest.approx(36_000)


@pytest.mark.parametrize("kind", ["at_end", "to_date"])
def test_a_measure_over_a_year_is_settled_once_over_the_last_four_quarters(kind):
    # Quarters of 0, 0, 2,000 and 2,000 are a year at quota, of whichever calendar; by calendar years they are not.
    capped = {"period": "year", "paid": kind, "tiers": [{"from": 0, "to": 1, "rate": 1}]}
    assert paid(plan(capped), year(sales=[0.0, 0.0, 2000.0, 2000.0]))["variable"] == 40_000


def test_a_quota_stated_for_everybody_is_not_asked_of_those_who_do_not_sell():
    people = pd.DataFrame(
        {"rep_id": ["R", "M"], "role": ["AR", "manager"], "region": "N", "sales_quota": [500.0, np.nan]}
    )
    people = people.assign(base_pay=0.0, target_pay=4000.0)
    sellers = people.head(1).assign(margin_rate=0.3, log_mean=0.0, log_mean_sd=0.0)
    outlook = Outlook(people, sellers, Moments(np.zeros(1), np.array([4]), 0.0, 0.0, 0.0, 3))
    team = {"measures": [{"measure": "sales", "level": "region", "quota": 500}]}
    found = year_of_pay(
        IncentivePlan(name="p", roles={"AR": team, "manager": team}), outlook, np.ones((4, 1, 2)), np.ones(2)
    )
    assert found.tolist() == [[4000.0, 4000.0], [4000.0, 4000.0]]


def test_who_earns_less_margin_than_the_company_reaches_less_of_what_is_asked():
    people = pd.DataFrame({"rep_id": ["A", "B"], "role": "AR", "region": "N", "sales_quota": 100.0})
    people = people.assign(base_pay=0.0, target_pay=400.0)
    sellers = people.assign(margin_rate=[0.2, 0.4], log_mean=0.0, log_mean_sd=0.0)
    outlook = Outlook(people, sellers, Moments(np.zeros(2), np.array([4, 4]), 0.0, 0.0, 0.0, 3))
    terms = {"measures": [{"measure": "margin"}]}
    found = year_of_pay(IncentivePlan(name="p", roles={"AR": terms}), outlook, np.ones((4, 2, 1)), np.ones(1))
    # The company's rate is .3: two thirds of what is asked, and four thirds.
    assert found[:, 0] == pytest.approx([400 * 2 / 3, 400 * 4 / 3], abs=0.03)

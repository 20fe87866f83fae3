"""From lead to cash, by hand, against another library, and where the truth is known."""

from datetime import date

import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from salesops.not_enough_data import NotEnoughData
from salesops.tables import load
from salesops.tables.queries import collect
from salesops.tables.queries import first_orders as first_orders_query
from salesops.win_probability.arrival import arrival
from salesops.win_probability.funnel import stage_conversion
from salesops.win_probability.lead_to_cash import first_orders, lead_to_cash
from salesops.win_probability.parameters import Parameters
from salesops.win_probability.passage import passage, still_there
from salesops.win_probability.sections_growth import funnel_section

AS_OF = date(2026, 9, 30)
ABSENT = NotEnoughData("stage_history")


def waits(rng, count=300, start=0):
    """Whole days to an event, censored at random, some watched only from a later day on."""
    days = np.ceil(rng.exponential(60, count))
    until = np.ceil(rng.uniform(1, 200, count))
    watched_from = np.minimum(rng.integers(0, start + 1, count), np.minimum(days, until) - 1).astype(float)
    return np.minimum(days, until), days <= until, watched_from


def theirs(days, left, watched_from):
    # There, nobody is at risk on the day of entry itself.
    return SurvfuncRight(days, left.astype(int), entry=watched_from - 0.5)


@pytest.mark.parametrize("seed", range(5))
def test_the_share_still_there_is_that_of_another_library(seed):
    cases = waits(np.random.default_rng(seed), start=40)
    ours, other = still_there(*cases), theirs(*cases)
    assert ours.times.tolist() == other.surv_times.tolist()
    assert ours.share == pytest.approx(other.surv_prob)
    assert np.sqrt(ours.relative_variance[:-1]) * ours.share[:-1] == pytest.approx(other.surv_prob_se[:-1])


@pytest.mark.parametrize("seed", range(5))
def test_the_median_and_its_interval_are_those_of_another_library(seed):
    days, left, watched_from = waits(np.random.default_rng(seed))
    found, other = passage(days, left, left, watched_from), theirs(days, left, watched_from)
    assert found.days_quartiles[1] == other.quantile(0.5)
    assert found.median_interval == other.quantile_ci(0.5, alpha=0.2)


def test_the_interval_of_the_median_holds_the_truth_in_four_of_five_cases():
    rng, held = np.random.default_rng(8), 0
    for _ in range(400):
        low, high = passage(*(cases := waits(rng, 80))[:2], cases[1], cases[2]).median_interval
        held += low <= np.ceil(60 * np.log(2)) <= high
    assert 0.74 <= held / 400 <= 0.9


def test_all_leaving_on_one_day_make_that_day_the_median_beyond_doubt():
    days, left = np.full(50, 7.0), np.ones(50, bool)
    assert passage(days, left, left, np.zeros(50)).median_interval == (7.0, 7.0)


def leads_with_a_share(rng, count, share):
    """Leads of 400 days of which a share becomes a deal after 20 days in the mean, and the others never."""
    watched = np.ceil(rng.uniform(0, 400, count))
    wait = np.where(rng.random(count) < share, np.ceil(rng.exponential(20, count)), np.inf)
    return np.minimum(wait, watched), wait <= watched, watched


def test_recent_leads_do_not_lower_the_share_that_becomes_a_deal():
    days, arrived, watched = leads_with_a_share(np.random.default_rng(1), 20_000, 0.3)
    found = arrival(days, arrived, watched)
    assert found.share == pytest.approx(0.3, abs=0.01)
    assert arrived.mean() < 0.29
    assert found.days_quartiles[1] == pytest.approx(20 * np.log(2), abs=1.5)


def test_the_share_that_arrives_is_one_minus_that_of_another_library():
    days, arrived, watched = leads_with_a_share(np.random.default_rng(2), 500, 0.4)
    found, horizon = arrival(days, arrived, watched), np.quantile(watched, 0.9)
    seen = arrived & (days <= horizon)
    other = SurvfuncRight(np.minimum(days, horizon), seen.astype(int))
    assert found.share == pytest.approx(1 - other.surv_prob[-1])
    assert found.share * (1 - found.share) / found.trials == pytest.approx(other.surv_prob_se[-1] ** 2)


def test_the_interval_of_a_share_holds_the_truth_in_four_of_five_cases():
    rng = np.random.default_rng(3)
    found = [arrival(*leads_with_a_share(rng, 150, 0.3)) for _ in range(400)]
    assert 0.74 <= np.mean([one.low <= 0.3 <= one.high for one in found]) <= 0.88


@given(st.lists(st.tuples(st.integers(0, 90), st.booleans(), st.integers(0, 90)), max_size=30))
def test_any_cases_give_a_share_within_its_interval(cases):
    watched = np.array([float(max(day, more)) for day, _, more in cases])
    arrived = np.array([bool(came) for _, came, _ in cases], bool)
    days = np.where(arrived, np.array([float(day) for day, _, _ in cases]), watched)
    found = arrival(days, arrived, watched)
    assert 0 <= found.low <= found.high <= 1
    assert not cases or found.low - 1e-9 <= found.share <= found.high + 1e-9


def day(written):
    return pd.Timestamp(f"2026-{written}") if written else pd.NaT


LEADS = pd.DataFrame(
    {
        "lead_id": ["L1", "L2", "L3", "L4"],
        "created_at": [day("01-01")] * 4,
        "opportunity_id": ["D1", "D2", None, None],
    }
)
DEALS = pd.DataFrame(
    {
        "opportunity_id": ["D1", "D2", "D3"],
        "account_id": ["A", "B", "A"],
        "amount": [100.0, 70.0, 50.0],
        "created_at": [day("01-11"), day("01-31"), day("02-01")],
        "stage": ["decision"] * 3,
        "status": ["won", "lost", "open"],
        "closed_at": [day("03-02"), day("05-01"), pd.NaT],
    }
)
ORDERS = pd.DataFrame({"opportunity_id": ["D1"], "ordered_at": [day("04-01")], "paid_at": [day("05-16")]})


def test_four_leads_by_hand():
    steps = lead_to_cash(LEADS, DEALS, ABSENT, ORDERS, AS_OF, 4).set_index("kind")
    assert steps["conversion"].tolist()[:4] == pytest.approx([0.5, 0.5, 1.0, 1.0])
    assert steps["reached"].tolist() == pytest.approx([1.0, 0.5, 0.25, 0.25, 0.25])
    # Of three deals one was won after 50 days, one lost after 90, and one is open.
    assert steps["days_median"].tolist()[:4] == [10, 90, 30, 45]
    assert steps.loc["stage", ["lost", "lost_amount", "under_way", "open_amount"]].tolist() == [1, 70, 1, 50]
    assert steps.loc["lead", "under_way"] == 2
    assert ((steps["reached_low"] <= steps["reached"]) & (steps["reached"] <= steps["reached_high"])).all()


def test_only_what_happened_in_the_quarters_watched_counts():
    steps = lead_to_cash(LEADS, DEALS, ABSENT, ORDERS, AS_OF, 2).set_index("kind")
    # D1 was won in March; D2 was lost in May; the order of April was paid in May.
    assert steps.loc[["stage", "order"], "left"].tolist() == [1, 1]
    assert steps.loc["stage", "conversion"] == 0
    assert steps.loc["stage", "reached"] == 1
    assert np.isnan(steps.loc["lead", "conversion"])


def test_a_step_without_its_table_says_what_it_needs_and_the_others_stand():
    steps = lead_to_cash(NotEnoughData("leads"), DEALS, ABSENT, ORDERS.drop(columns="paid_at"), AS_OF, 4)
    assert steps["needs"].tolist() == ["leads", "stage_history", "", "orders.paid_at", ""]
    assert steps["reached"].tolist()[1:4] == pytest.approx([1.0, 0.5, 0.5])
    said = funnel_section(steps, Parameters()).text
    assert "Not measured: lead (needs leads), each stage (needs stage_history), order (needs orders.paid_at)." in said


@pytest.mark.parametrize(
    ("deals", "needs"),
    [
        (NotEnoughData("opportunities"), "needs opportunities"),
        (DEALS.drop(columns="closed_at"), "needs opportunities.closed_at"),
        (DEALS.head(0), "needs a deal that has left a stage"),
    ],
)
def test_without_deals_it_says_so(deals, needs):
    result = lead_to_cash(NotEnoughData("leads"), deals, ABSENT, NotEnoughData("orders"), AS_OF, 4)
    assert needs in str(result)


def test_each_lost_deal_is_lost_in_one_stage(pipeline, as_of):
    deals = pipeline.opportunities
    conversion = stage_conversion(deals, pipeline.stage_history, as_of, 8)
    steps = lead_to_cash(NotEnoughData("leads"), deals, conversion, NotEnoughData("orders"), as_of, 8)
    lost = deals[(deals["status"] == "lost") & (deals["closed_at"] > pd.Timestamp("2024-09-30"))]
    assert steps["lost"].sum() == len(lost)
    assert steps["lost_amount"].sum() == pytest.approx(lost["amount"].sum())


def test_the_first_order_of_the_deals_line_counts_and_is_paid_when_all_its_lines_are():
    rows = [
        ("A", "reagents", date(2026, 3, 5), 9.0, date(2026, 3, 20)),
        ("A", "machines", date(2026, 3, 1), 9.0, date(2026, 3, 20)),
        ("A", "machines", date(2026, 4, 1), -5.0, None),
        ("A", "machines", date(2026, 4, 2), 60.0, date(2026, 5, 10)),
        ("A", "machines", date(2026, 4, 2), 40.0, date(2026, 5, 20)),
        ("B", "machines", date(2026, 4, 2), 10.0, date(2026, 5, 1)),
        ("B", "machines", date(2026, 4, 2), 10.0, None),
    ]
    orders = ibis.memtable(
        pd.DataFrame(rows, columns=["account_id", "product_line", "ordered_at", "amount", "paid_at"])
    )
    deals = [("D1", "A", "machines", "won"), ("D2", "B", None, "won"), ("D3", "A", "machines", "lost")]
    frame = pd.DataFrame(deals, columns=["opportunity_id", "account_id", "product_line", "status"])
    found = collect(
        first_orders_query(orders, ibis.memtable(frame.assign(closed_at=date(2026, 3, 2)))), "opportunity_id"
    )
    assert found["opportunity_id"].tolist() == ["D1", "D2"]
    assert found["ordered_at"].tolist() == [day("04-02")] * 2
    assert found["paid_at"].tolist() == [day("05-20"), pd.NaT]


def test_in_the_sample_company_a_won_deal_is_the_order_of_its_delivery():
    known = load("data/sample", "2026-09-30")
    deals = known.frame("opportunities").merge(first_orders(known), on="opportunity_id")
    late = deals["delivery_at"] >= deals["closed_at"]
    # An account with two deals in one line may have the other one delivered first.
    assert (deals["ordered_at"] == deals["delivery_at"])[late].mean() > 0.9

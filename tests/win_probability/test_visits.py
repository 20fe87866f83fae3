"""Visits and commitments, by hand, against a regression, and against truths."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy.stats import spearmanr

from salesops.not_enough_data import NotEnoughData
from salesops.win_probability.closings import quarters_back
from salesops.win_probability.clusters import design_effect, shares_by
from salesops.win_probability.commitment_effect import commitment_effect
from salesops.win_probability.deal_tables import DealTables
from salesops.win_probability.visit_commitment import (
    commitment_by_outcome,
    commitment_by_rep,
    visits,
)


def day(text):
    return pd.Timestamp(f"2026-{text}")


@pytest.fixture
def one_deal():
    """A deal through three stages, visited in each, and won."""
    opportunities = pd.DataFrame(
        {
            "opportunity_id": ["D"], "amount": [100.0], "status": ["won"], "stage": ["decide"],
            "created_at": [day("01-01")], "closed_at": [day("06-01")],
        }
    )  # fmt: skip
    stages = [("need", "01-01"), ("compare", "02-10"), ("decide", "03-01"), ("won", "06-01")]
    history = pd.DataFrame(
        {
            "opportunity_id": "D",
            "stage": [stage for stage, _ in stages],
            "entered_at": [day(text) for _, text in stages],
        }
    )
    days = ["01-01", "01-20", "02-10", "03-20", "05-20", "09-20"]
    activities = pd.DataFrame(
        {
            "activity_id": range(6), "occurred_at": [day(text) for text in days], "opportunity_id": "D",
            "kind": ["visit", "Visit ", "visit", "visit", "visit", "visit"], "commitment": [0, 1, 1, 0, 1, 1],
        }
    )  # fmt: skip
    return DealTables(opportunities, history, activities=activities)


@pytest.fixture(scope="module")
def company_visits(company_tables, as_of):
    return visits(company_tables, as_of, 20)


def test_what_came_within_four_weeks_after_each_visit_by_hand(one_deal, as_of):
    found = visits(one_deal, as_of, 4)
    assert found["stage"].tolist() == ["need", "need", "need", "decide", "decide", "won"]
    # Forty days before the next stage; 21; on its very day; far from the end; twelve days before it was won; too late.
    assert found["went_on"].tolist()[:5] == [0, 1, 1, 0, 1]
    assert np.isnan(found["went_on"].iloc[5])


def test_a_visit_to_a_deal_that_has_closed_cannot_move_it(one_deal, as_of):
    bare = one_deal.stage_history[one_deal.stage_history["stage"] != "won"]
    after = one_deal.activities.assign(occurred_at=day("06-10"))
    found = visits(DealTables(one_deal.opportunities, bare, activities=after), as_of, 4)
    assert found["stage"].tolist() == ["decide"] * 6
    assert found["went_on"].isna().all()


def test_calls_and_visits_without_a_deal_do_not_count(one_deal, as_of):
    calls = one_deal.activities.assign(kind="phone")
    assert isinstance(visits(DealTables(one_deal.opportunities, activities=calls), as_of, 4), NotEnoughData)
    strangers = one_deal.activities.assign(opportunity_id="X")
    assert "with a commitment" in str(visits(DealTables(one_deal.opportunities, activities=strangers), as_of, 4))


def simulated_visits(rng, deals=400, effect=0.15, variation=0.25):
    """Visits to deals that go on more often in late stages, where commitments are more frequent, too."""
    count = rng.integers(1, 8, deals)
    deal = np.repeat(np.arange(deals), count)
    late = rng.integers(0, 2, len(deal))
    committed = (rng.random(len(deal)) < 0.3 + 0.4 * late).astype(float)
    own = rng.uniform(-variation, variation, deals)[deal]
    went_on = (rng.random(len(deal)) < 0.27 + 0.28 * late + own + effect * committed).astype(float)
    return pd.DataFrame(
        {
            "opportunity_id": deal, "stage": np.where(late, "late", "early"), "amount": 1.0,
            "committed": committed, "went_on": went_on,
        }
    )  # fmt: skip


def test_the_difference_is_the_regression_with_an_intercept_per_stratum(company_visits):
    told = company_visits[company_visits["went_on"].notna()]
    third = np.ceil(told["amount"].rank(pct=True) * 3)
    data = told.assign(stratum=told["stage"] + third.astype(str))
    model = smf.ols("went_on ~ committed + C(stratum)", data).fit(
        cov_type="cluster", cov_kwds={"groups": data["opportunity_id"].factorize()[0]}
    )
    found = commitment_effect(company_visits)
    assert found.difference == pytest.approx(model.params["committed"], abs=1e-9)
    # Theirs is wider by the degrees of freedom of the intercepts alone.
    assert found.high - found.difference == pytest.approx(1.28155 * model.bse["committed"], rel=0.01)


def test_two_strata_by_mantel_and_haenszels_formula():
    cells = [("a", 1, 30, 24), ("a", 0, 60, 30), ("b", 1, 40, 12), ("b", 0, 20, 2)]
    rows = [
        {"stage": stage, "committed": float(c), "went_on": float(i < yes), "amount": 1.0}
        for stage, c, n, yes in cells
        for i in range(n)
    ]
    table = pd.DataFrame(rows).assign(opportunity_id=range(150))
    found = commitment_effect(table)
    weight_a, weight_b = 30 * 60 / 90, 40 * 20 / 60
    expected = (weight_a * (24 / 30 - 30 / 60) + weight_b * (12 / 40 - 2 / 20)) / (weight_a + weight_b)
    assert found.difference == pytest.approx(expected)
    assert found.without == pytest.approx((weight_a * 0.5 + weight_b * 0.1) / (weight_a + weight_b))


@pytest.mark.slow
def test_the_interval_holds_a_known_difference_four_times_in_five():
    rng = np.random.default_rng(8)
    found = [commitment_effect(simulated_visits(rng)) for _ in range(150)]
    assert np.mean([one.difference for one in found]) == pytest.approx(0.15, abs=0.01)
    assert 0.7 <= np.mean([one.low <= 0.15 <= one.high for one in found]) <= 0.9


def test_where_late_stages_alone_explain_it_there_is_no_difference():
    table = simulated_visits(np.random.default_rng(4), deals=4000, effect=0.0)
    naive = table.groupby("committed")["went_on"].mean().diff().iloc[-1]
    found = commitment_effect(table)
    assert naive > 0.08
    assert abs(found.difference) < 0.03


def test_commitments_go_with_moving_on_as_in_the_truth(company_visits, company):
    effect = company.truth["win_effects"].set_index("feature")["effect"]
    assert effect["commitments"] > 0
    found = commitment_effect(company_visits)
    assert found.low > 0
    assert found.with_commitment - found.without == pytest.approx(found.difference)


def test_visits_to_won_deals_end_in_a_commitment_more_often(company_visits):
    found = commitment_by_outcome(company_visits)
    assert found.loc["won", "low"] > found.loc["lost", "high"]


def test_reps_of_more_skill_have_more_visits_with_a_commitment(company_visits, company, as_of):
    # In the truth, skill adds to the log-odds that a visit ends in a commitment.
    skill = company.truth["reps"].set_index("rep_id")["skill"]
    found = commitment_by_rep(company_visits, quarters_back(as_of, 20))
    assert spearmanr(found["value"], found["rep_id"].map(skill)).statistic > 0.4
    own = found["share"] - company_visits["committed"].mean()
    drawn = found["value"] - company_visits["committed"].mean()
    assert (drawn.abs() <= own.abs() + 0.02).all()


def test_visits_to_one_deal_that_are_alike_widen_the_interval():
    alike = pd.Series([1.0, 1.0, 1.0, 0.0, 0.0, 0.0])
    deals = pd.Series(list("aaabbb"))
    together = shares_by(alike, pd.Series("x", range(6)), deals)
    alone = shares_by(alike, pd.Series("x", range(6)), pd.Series(range(6)))
    assert together.loc["x", "effective_n"] == pytest.approx(2)
    assert together.loc["x", "high"] - together.loc["x", "low"] > alone.loc["x", "high"] - alone.loc["x", "low"]
    assert design_effect(np.zeros(3), pd.Series(list("aab"))) == 1


def test_without_a_history_the_effect_says_what_it_needs(one_deal, as_of):
    found = visits(DealTables(one_deal.opportunities, activities=one_deal.activities), as_of, 4)
    assert "stage_history" in str(commitment_effect(found))
    assert commitment_by_outcome(found).loc["won", "n"] == 6


def test_few_visits_give_no_effect(one_deal, as_of):
    assert "20 visits with and without" in str(commitment_effect(visits(one_deal, as_of, 4)))


def test_activities_without_commitments_are_named(one_deal, as_of):
    bare = one_deal.activities.drop(columns="commitment")
    assert "activities.commitment" in str(visits(DealTables(one_deal.opportunities, activities=bare), as_of, 4))

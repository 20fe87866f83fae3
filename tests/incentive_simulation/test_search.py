"""Terms are compared at equal cost; what is called best is best among all that keep the limits."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest

from salesops.incentive_simulation import lognormal_pay
from salesops.incentive_simulation.curve import Curve
from salesops.incentive_simulation.effort import GRID, Beliefs, marginal_worth
from salesops.incentive_simulation.elasticity import GRID as ETAS
from salesops.incentive_simulation.elasticity import Elasticity, estimate_elasticity
from salesops.incentive_simulation.moments import Moments
from salesops.incentive_simulation.outlook import Outlook
from salesops.incentive_simulation.plan import IncentivePlan
from salesops.incentive_simulation.plan_family import family_curve, plan_family
from salesops.incentive_simulation.search import Limits, Search, search
from salesops.not_enough_data import NotEnoughData

TODAY = Curve.of_pieces([0.5, 1.5], [0.0, 2.0], [2.0, 0.0])
FLAT = Curve.of_pieces([0.0], [0.0], [1.0])
TERMS = ["threshold", "from_first", "bonus", "accelerator", "cap"]
NO_LIMITS = Limits(spread=np.inf, no_pay=1.0, gaming=np.inf, budget=np.inf)


def known(elasticity: float) -> Elasticity:
    return Elasticity((np.arange(len(ETAS)) == np.abs(ETAS - elasticity).argmin()).astype(float))


def outlook(sellers: int = 30) -> Outlook:
    level = np.linspace(-0.4, 0.3, sellers)
    names = np.char.mod("R%03d", np.arange(sellers))
    people = pd.DataFrame({"rep_id": names, "target_pay": 96_000.0, "base_pay": 120_000.0})
    sellers_ = pd.DataFrame({"rep_id": names, "region": "N", "sales_quota": 1e6, "log_mean": level})
    swings = Moments(level, np.full(sellers, 16), 0.1, 0.0, 0.35, 15)
    return Outlook(people, sellers_.assign(log_mean_sd=0.1, margin_rate=0.35), swings)


@pytest.fixture(scope="module")
def found() -> Search:
    return search(TODAY, FLAT, outlook(), known(0.2))


def test_at_todays_results_every_plan_costs_what_todays_does() -> None:
    none = search(TODAY, FLAT, outlook(), known(0.01), family=plan_family().sample(80, random_state=1))
    assert none.plans["cost"].to_numpy() == pytest.approx(none.today["cost"], rel=0.03)
    assert none.plans["gain"].abs().max() < 0.01


def test_the_plan_chosen_is_the_best_that_keeps_the_limits(found: Search) -> None:
    allowed = found.plans[found.plans["admissible"]]
    assert bool(found.plans["admissible"].iloc[0])
    assert found.plans["gain"].iloc[0] == allowed["gain"].max()
    limits, today = Limits(), found.today
    assert (allowed["spread"] <= limits.spread * today["spread"] + limits.slack).all()
    assert (allowed["no_pay"] <= today["no_pay"] + limits.no_pay).all()
    assert (allowed["gaming"] <= limits.gaming * today["gaming"] + limits.slack).all()
    assert (allowed["cost"] <= limits.budget * today["cost"]).all()


def test_a_tighter_budget_leaves_fewer_plans_and_no_more_gain(found: Search) -> None:
    tight = search(TODAY, FLAT, outlook(), known(0.2), limits=Limits(budget=1.0))
    assert 0 < tight.plans["admissible"].sum() < found.plans["admissible"].sum()
    assert tight.plans["gain"].iloc[0] <= found.plans["gain"].iloc[0]


def test_without_limits_nothing_is_left_out_and_no_less_is_gained(found: Search) -> None:
    free = search(TODAY, FLAT, outlook(), known(0.2), limits=NO_LIMITS)
    assert free.plans["admissible"].all()
    assert free.plans["gain"].iloc[0] >= found.plans["gain"].iloc[0]


def test_what_a_plan_brings_is_what_its_effort_and_pay_bring_reckoned_one_by_one(found: Search) -> None:
    beliefs, team = Beliefs.of(outlook()), outlook()
    margin, eta, sd = 0.35, known(0.2).median, np.hypot(team.swings.sd, 0.1)
    hardship, power = marginal_worth(FLAT, beliefs), 1 + 1 / eta

    def effort(curve: Curve) -> float:
        fine = np.linspace(GRID[0], GRID[-1], 20_001)
        worth = (
            lognormal_pay(curve, beliefs.log_mean + fine, beliefs.log_sd)[0] - hardship * np.exp(power * fine) / power
        )
        return float(fine[worth.argmax()])

    sales = 4 * team.expected_sales.sum()
    for _, row in found.plans.iloc[[0, 5, 60]].iterrows():
        curve = family_curve(*row[TERMS]).scaled(row["pay_at_quota"])
        more = effort(curve) - effort(TODAY)
        cost = 96_000 * lognormal_pay(curve, team.sellers["log_mean"] + more, sd)[0].sum()
        assert row["sales"] == pytest.approx(sales * np.exp(more), rel=2e-3)
        assert row["profit"] == pytest.approx(margin * sales * np.exp(more) - cost, rel=2e-3)


def test_nothing_on_the_trade_off_curve_is_beaten_on_cost_and_sales(found: Search) -> None:
    curve = found.frontier.sort_values("cost")
    assert (curve["sales"].diff().dropna() > 0).all()
    assert curve["level"].nunique() > 2


def test_the_plan_chosen_loses_nothing_at_the_elasticity_that_is_believed(found: Search) -> None:
    flips = found.flips.set_index("elasticity")
    assert (flips["regret"] >= -1e-12).all()
    assert flips.loc[0.2, "regret"] < 0.002
    assert flips["gain"].is_monotonic_increasing


def test_how_sure_says_how_much_of_what_is_believed_agrees() -> None:
    plan = IncentivePlan(name="p", roles={"AR": {"measures": [{"measure": "sales"}]}})
    prior = estimate_elasticity(NotEnoughData("an earlier plan"), None, plan)
    unsure = search(TODAY, FLAT, outlook(), prior)
    best = unsure.plans.iloc[0]
    assert best["gain_low"] < best["gain"] < best["gain_high"]
    assert 0 <= unsure.sure_best <= unsure.sure_better <= 1
    assert unsure.near_best[0.001] <= unsure.near_best[0.0025] <= unsure.near_best[0.005]


def test_where_all_terms_are_worse_than_todays_none_is_sure_to_be_better(found: Search) -> None:
    best = family_curve(*found.plans[TERMS].iloc[0])
    worse = search(best, FLAT, outlook(), known(0.2), limits=NO_LIMITS, family=found.plans[TERMS].iloc[[-1, -2]])
    assert worse.plans["gain_high"].max() < 0
    assert (worse.sure_better, worse.sure_best) == (0.0, 1.0)


@pytest.mark.slow
def test_two_thousand_plans_are_searched_in_three_seconds() -> None:
    assert len(plan_family()) > 2000
    team = outlook(1000)
    start = time.process_time()
    search(TODAY, FLAT, team, known(0.2))
    assert time.process_time() - start < 3.0

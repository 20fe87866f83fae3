"""Effort answers to marginal pay as the model says, and its elasticity is found where a change of plan shows it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesops.incentive_simulation import IncentivePlan, load_plans
from salesops.incentive_simulation.effort import Beliefs, log_effort
from salesops.incentive_simulation.elasticity import GRID, estimate_elasticity, prior
from salesops.incentive_simulation.plan_change import PlanChange, clustered_effect, plan_change
from salesops.not_enough_data import NotEnoughData
from salesops.tables.sample.pay import PLANS
from salesops.tables.sample.pay import log_effort as sample_effort

NAMES = [plan.name for plan in PLANS]
FILES = load_plans(NAMES)
FLAT, CURRENT = FILES["flat_commission"], FILES["current"]


def linear(rate: float) -> IncentivePlan:
    return IncentivePlan(
        name="p", roles={"AR": {"measures": [{"measure": "sales", "tiers": [{"from": 0, "rate": rate}]}]}}
    )


@given(st.floats(0.05, 0.5), st.floats(0.6, 1.8))
@settings(max_examples=30)
def test_under_a_straight_line_effort_is_marginal_pay_to_the_power_that_theory_says(eta: float, rate: float) -> None:
    # Sales are proportional to effort, so that r·M·e = c·e^(1 + 1/η) at the margin: ln e = η ln r, with c = M.
    found = log_effort(linear(rate), linear(1.0), Beliefs(), np.array([eta]))[0]
    assert found == pytest.approx(eta * np.log(rate), abs=2e-4)


@pytest.mark.parametrize(("stated", "before", "usual"), [(120_000, 80_000, np.nan), (120_000, None, 80_000.0)])
def test_a_plan_that_states_half_as_much_again_at_quota_draws_what_a_rate_half_as_high_again_does(
    stated: float, before: float | None, usual: float
) -> None:
    def paying(target: float | None) -> IncentivePlan:
        return IncentivePlan(name="p", roles={"AR": {"target_pay": target, "measures": [{"measure": "sales"}]}})

    found = log_effort(paying(stated), paying(before), Beliefs(target_pay=usual), np.array([0.2]))[0]
    assert found == pytest.approx(0.2 * np.log(1.5), abs=2e-4)
    # Nobody knows the usual pay: shares of it are compared, as between plans that state none.
    unknown = log_effort(paying(stated), paying(None), Beliefs(), np.array([0.2]))[0]
    assert unknown == pytest.approx(0.0, abs=1e-3)


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
def test_plans_draw_the_effort_that_the_sample_companys_law_has_them_draw(plan: object) -> None:
    etas = np.array([0.08, 0.15, 0.22, 0.35, 0.5])
    ours = log_effort(FILES[plan.name], FLAT, Beliefs(), etas)
    assert ours == pytest.approx(sample_effort(plan, etas), abs=0.003)


@given(st.floats(0.05, 0.5))
@settings(max_examples=20)
def test_the_plan_of_reference_draws_usual_effort(eta: float) -> None:
    for plan in (FLAT, linear(1.7)):
        assert log_effort(plan, plan, Beliefs(), np.array([eta]))[0] == pytest.approx(0.0, abs=1e-3)


def orders_under(effect: float, seed: int, together: bool = False, shock: float = 0.0) -> pd.DataFrame:
    """Orders of 300 customers of 30 reps in two regions whose plan changed a year apart, or on one day.

    Orders of a region in a quarter share a shock of that standard deviation.
    """
    rng = np.random.default_rng(seed)
    count = 9000
    who, days = rng.integers(0, 300, count), rng.integers(0, 3 * 365, count)
    region = np.where(who < 150, "North", "West")
    day = pd.Timestamp("2023-01-01") + pd.to_timedelta(days, unit="D")
    changed = day >= np.where((region == "North") | together, np.datetime64("2024-01-01"), np.datetime64("2025-01-01"))
    drift = 0.15 * np.sin(days / 150) + 0.0003 * days
    log = 8 + rng.normal(0, 0.8, 300)[who] + drift + effect * changed + 0.4 * rng.normal(size=count)
    quarter = day.quarter - 1 + 4 * (day.year - 2023)
    log += shock * np.random.default_rng(seed).normal(size=(2, 12))[(who < 150).astype(int), quarter]
    return pd.DataFrame(
        {
            "account_id": who,
            "ordered_at": day,
            "amount": np.exp(log),
            "rep_id": who // 10,
            "region": region,
            "product_id": "P",
        }
    )


def test_the_effect_of_a_change_is_found_beside_drift_that_all_share() -> None:
    found = [plan_change(orders_under(0.1, seed), FLAT, CURRENT) for seed in range(12)]
    effects = np.array([change.effect for change in found])
    assert abs(effects.mean() - 0.1) < 3 * effects.std(ddof=1) / np.sqrt(len(found))
    # What is told as the standard error is the spread that estimates have.
    assert effects.std(ddof=1) == pytest.approx(np.mean([change.error for change in found]), rel=0.6)


def test_a_change_that_was_none_is_not_found_to_be_one() -> None:
    found = [plan_change(orders_under(0.0, 50 + seed), FLAT, CURRENT) for seed in range(12)]
    assert sum(abs(change.effect) > 2.2 * change.error for change in found) <= 2


def test_what_a_regions_quarter_had_of_its_own_is_no_evidence_of_many_orders() -> None:
    quiet, shaken = (
        [plan_change(orders_under(0.0, seed, shock=shock), FLAT, CURRENT) for seed in range(16)] for shock in (0.0, 0.1)
    )
    usual, wider = (np.mean([change.error for change in found]) for found in (quiet, shaken))
    # Clustered by rep alone the error stays what it is without shocks, at a fifth of the spread that estimates have.
    assert wider > 1.8 * usual
    assert wider > 0.4 * np.std([change.effect for change in shaken])


def test_without_an_earlier_plan_or_a_second_region_nothing_is_claimed() -> None:
    orders = orders_under(0.1, 1)
    assert isinstance(plan_change(orders, None, CURRENT), NotEnoughData)
    assert isinstance(plan_change(orders, linear(1), CURRENT), NotEnoughData)
    assert isinstance(plan_change(orders.head(50), FLAT, CURRENT), NotEnoughData)
    assert isinstance(plan_change(orders.drop(columns="rep_id"), FLAT, CURRENT), NotEnoughData)
    same = CURRENT.model_copy(update={"in_force": CURRENT.in_force[:1]})
    found = plan_change(orders[orders["region"] == "North"], FLAT, same)
    assert isinstance(found, NotEnoughData)
    assert "in some regions first" in str(found)


def test_two_way_fixed_effects_are_those_of_a_regression_on_dummies() -> None:
    rng = np.random.default_rng(3)
    who, when = rng.integers(0, 12, 300), rng.integers(0, 8, 300)
    new = ((who < 6) & (when > 3)).astype(float)
    y = rng.normal(size=300) + 0.3 * new + 0.2 * who
    dummies = np.column_stack([new, np.eye(12)[who], np.eye(8)[when][:, 1:]])
    expected = np.linalg.lstsq(dummies, y, rcond=None)[0][0]
    assert clustered_effect(y, new, [who, when], [who])[0] == pytest.approx(expected, abs=1e-7)


def change(effect: float, error: float) -> PlanChange:
    return PlanChange(effect, error, "flat_commission", "current", 1000, 30)


def test_a_precise_change_decides_and_a_vague_one_leaves_the_prior() -> None:
    truth = log_effort(CURRENT, FLAT, Beliefs(), np.array([0.3]))[0]
    precise = estimate_elasticity(change(truth, 0.002), FLAT, CURRENT)
    assert precise.median == pytest.approx(0.3, abs=0.02)
    assert precise.high - precise.low < 0.06
    vague = estimate_elasticity(change(truth, 5.0), FLAT, CURRENT)
    assert (vague.low, vague.high) == pytest.approx((0.056, 0.40), abs=0.01)


def test_what_chance_alone_would_show_is_said_to_include_none() -> None:
    assert estimate_elasticity(change(0.03, 0.03), FLAT, CURRENT).includes_none
    assert not estimate_elasticity(change(0.09, 0.03), FLAT, CURRENT).includes_none


def test_draws_of_the_elasticity_have_the_quantiles_that_are_told() -> None:
    found = estimate_elasticity(NotEnoughData("an earlier plan"), None, CURRENT)
    drawn = found.drawn(4001, seed=1)
    assert np.quantile(drawn, [0.05, 0.5, 0.95]) == pytest.approx([found.low, found.median, found.high], rel=0.01)
    assert prior().sum() == pytest.approx(1.0)
    assert (drawn >= GRID[0]).all()

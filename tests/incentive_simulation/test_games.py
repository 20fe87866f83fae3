"""Where a plan invites games is found exactly: no shift of sales that is tried by hand ever gains more."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesops.incentive_simulation import Curve, IncentivePlan, load_plans
from salesops.incentive_simulation.curve import stacked
from salesops.incentive_simulation.gaming import games, gaming_map
from salesops.incentive_simulation.plan_family import family_curve, plan_family
from salesops.incentive_simulation.timing import best_shift

MOVABLE = 0.1
BONUS = Curve.of_pieces([0.0, 1.0], [0.0, 1.3], [1.0, 1.0])
CAPPED = Curve.of_pieces([0.0, 1.2], [0.0, 1.2], [1.0, 0.0])
FAMILY = [family_curve(*row) for row in plan_family().sample(60, random_state=1).itertuples(index=False, name=None)]


def by_hand(curve: Curve, this: np.ndarray, following: np.ndarray, movable: float) -> np.ndarray:
    shifts = np.linspace(-movable, movable, 801)[:, None]
    possible = (this + shifts >= 0) & (following - shifts >= 0)
    worth = curve.pay(this + shifts) + curve.pay(following - shifts)
    return np.where(possible, worth, -1.0).max(axis=0) - curve.pay(this) - curve.pay(following)


@pytest.mark.parametrize("curve", FAMILY[:25])
def test_no_shift_tried_by_hand_gains_more(curve: Curve) -> None:
    this, following = np.exp(-0.05 + 0.35 * np.random.default_rng(2).standard_normal((2, 200)))
    gain, shift = best_shift(curve, this, following, MOVABLE)
    assert (gain >= by_hand(curve, this, following, MOVABLE) - 1e-9).all()
    paid = curve.pay(this + shift) + curve.pay(following - shift) - curve.pay(this) - curve.pay(following)
    assert paid == pytest.approx(gain, abs=1e-9)
    assert (np.abs(shift) <= MOVABLE + 1e-12).all()


@given(st.floats(0, 2), st.floats(0, 2), st.floats(0, 0.5))
@settings(max_examples=40)
def test_nobody_moves_more_than_there_is(this: float, following: float, movable: float) -> None:
    _, shift = best_shift(BONUS, np.array([this]), np.array([following]), movable)
    assert this + shift[0] >= -1e-12
    assert following - shift[0] >= -1e-12


def test_a_straight_line_gives_no_reason_to_move_anything() -> None:
    plan = IncentivePlan(name="straight", roles={"AR": {"measures": [{"measure": "sales"}]}})
    this, following = np.exp(0.35 * np.random.default_rng(1).standard_normal((2, 20, 50)))
    assert games(plan, this, following, np.full(20, 80_000.0)) == (0.0, 0.0, 0.0)


def test_games_cost_a_share_of_the_pay_that_the_plan_states() -> None:
    def plan(**pay: float) -> IncentivePlan:
        bonus = {"measure": "sales", "tiers": [{"from": 0, "rate": 1}, {"from": 1, "rate": 1, "bonus": 0.3}]}
        return IncentivePlan(name="bonus", roles={"AR": {"measures": [bonus], **pay}})

    this, following = np.exp(0.35 * np.random.default_rng(1).standard_normal((2, 20, 50)))
    usual = games(plan(), this, following, np.full(20, 80_000.0))
    assert usual[0] > 0
    assert games(plan(target_pay=80_000), this, following, np.zeros(20)) == pytest.approx(usual)


def test_a_quota_bonus_pulls_deals_forward_just_below_quota_and_holds_them_back_far_below() -> None:
    this = np.array([0.95, 0.6])
    _, shift = best_shift(BONUS, this, np.array([0.7, 0.97]), MOVABLE)
    assert shift == pytest.approx([0.05, -0.03])


def test_a_cap_makes_people_hold_back_what_lies_above_it() -> None:
    gain, shift = best_shift(CAPPED, np.array([1.25]), np.array([0.8]), MOVABLE)
    assert shift == pytest.approx([-0.05])
    assert gain == pytest.approx([0.05])


def test_curves_that_are_stacked_are_gamed_as_each_alone() -> None:
    this, following = np.exp(0.3 * np.random.default_rng(4).standard_normal((2, 50)))
    together = best_shift(stacked(FAMILY), this, following, MOVABLE)[0]
    assert together == pytest.approx(np.stack([best_shift(c, this, following, MOVABLE)[0] for c in FAMILY]))


def test_the_map_marks_every_cliff_and_dead_zone_of_a_plan() -> None:
    terms = load_plans(["accelerated"])["accelerated"].roles["AR"].measures[0]
    found = gaming_map(terms.curve, up_to=2.0)
    assert found.loc[found["kind"] == "cliff", "attainment"].tolist() == [1.0]
    dead = found.loc[found["kind"] == "dead_zone", "attainment"]
    assert ((dead < 0.5) | (dead >= 1.8)).all()
    assert found.loc[found["kind"] == "normal", "slope"].unique().tolist() == [1.6, 3.2]
    # The unit that crosses the quota brings its rate and the lump of 0.2.
    at = found.set_index("attainment")
    assert at.loc[0.95, "marginal"] == pytest.approx(1.6 + 0.2 / 0.05)


@pytest.mark.slow
def test_twenty_thousand_states_are_solved_in_thirty_milliseconds() -> None:
    this, following = np.exp(-0.05 + 0.35 * np.random.default_rng(2).standard_normal((2, 20_000)))
    taken = []
    for _ in range(9):
        start = time.process_time()
        best_shift(FAMILY[0], this, following, MOVABLE)
        taken.append(time.process_time() - start)
    assert min(taken) < 0.03

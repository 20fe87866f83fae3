"""From the knots of a plan follow its pay, its marginal pay, its cliffs and dead zones, and exact expectations."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import lognorm, norm

from salesops.incentive_simulation import Curve, lognormal_pay, normal_pay
from salesops.incentive_simulation.curve import stacked
from salesops.incentive_simulation.gaming import gaming_map
from salesops.incentive_simulation.plan_family import family_curve, plan_family

STEP = 1e-6


@st.composite
def curves(draw: st.DrawFn) -> Curve:
    knots = sorted(draw(st.sets(st.integers(0, 30), min_size=1, max_size=5)))
    jumps = draw(st.lists(st.sampled_from([0.0, 0.0, 0.2, 0.5]), min_size=5, max_size=5))
    slopes = draw(st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.5]), min_size=5, max_size=5))
    starts = np.array(knots) / 10
    values = [jumps[0]]
    for i in range(1, len(starts)):
        values.append(values[-1] + slopes[i - 1] * (starts[i] - starts[i - 1]) + jumps[i])
    return Curve.of_pieces(starts.tolist(), values, slopes[: len(starts)])


@pytest.mark.parametrize("kind", ["lognormal", "normal"])
@given(curve=curves(), middle=st.floats(-0.6, 0.4), sd=st.floats(0.1, 0.7))
@settings(max_examples=40)
def test_closed_forms_are_the_integrals_that_they_stand_for(curve: Curve, middle: float, sd: float, kind: str) -> None:
    law = lognorm(sd, scale=np.exp(middle)) if kind == "lognormal" else norm(1 + middle, sd)
    mean = lognormal_pay(curve, middle, sd)[0] if kind == "lognormal" else normal_pay(curve, 1 + middle, sd)[0]
    ends = [0.0, *curve.knots[curve.knots > 0].tolist(), max(30.0, law.ppf(1 - 1e-13))]
    exact = sum(quad(lambda a: curve.pay(a) * law.pdf(a), *ab, epsabs=1e-10, limit=200)[0] for ab in pairwise(ends))
    assert float(mean) == pytest.approx(exact, abs=1e-7)


@given(curve=curves(), middle=st.floats(-0.6, 0.4), sd=st.floats(0.15, 0.7))
def test_their_derivatives_are_those_of_the_closed_forms(curve: Curve, middle: float, sd: float) -> None:
    for law, at in ((lognormal_pay, middle), (normal_pay, 1 + middle)):
        rise = (law(curve, at + STEP, sd)[0] - law(curve, at - STEP, sd)[0]) / (2 * STEP)
        assert float(law(curve, at, sd)[1]) == pytest.approx(float(rise), rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("name", ["lognormal", "normal"])
def test_the_mean_of_many_draws_lies_within_three_standard_errors_of_the_closed_form(name: str) -> None:
    rng = np.random.default_rng(5)
    luck = rng.standard_normal(400_000)
    for row in plan_family().sample(25, random_state=3).itertuples(index=False, name=None):
        curve = family_curve(*row)
        drawn = curve.pay(np.exp(-0.1 + 0.4 * luck) if name == "lognormal" else 0.95 + 0.3 * luck)
        closed = lognormal_pay(curve, -0.1, 0.4)[0] if name == "lognormal" else normal_pay(curve, 0.95, 0.3)[0]
        assert abs(drawn.mean() - float(closed)) < 3 * drawn.std() / np.sqrt(len(luck))


@given(curves(), st.floats(0, 4))
def test_marginal_pay_is_the_slope_just_above(curve: Curve, attainment: float) -> None:
    rise = (curve.pay(attainment + 1e-9) - curve.pay(attainment + 1e-10)) / 9e-10
    near = np.abs(curve.knots - attainment) < 1e-8
    if not near.any():
        assert float(curve.marginal(attainment)) == pytest.approx(float(rise), abs=1e-4)


@given(curves(), st.floats(0, 4), st.floats(0, 1))
def test_more_sales_never_pay_less_where_the_map_names_no_fall(curve: Curve, attainment: float, more: float) -> None:
    assert curve.falls() == []
    assert curve.pay(attainment + more) >= curve.pay(attainment) - 1e-12


def test_a_whole_rate_that_falls_is_named_by_the_map() -> None:
    falling = Curve.of_pieces([0.0, 1.0], [0.0, 0.8], [1.0, 0.8])
    assert falling.falls() == [(1.0, 1.0)]
    assert gaming_map(falling).set_index("attainment").loc[1.0, "kind"] == "falls"
    assert falling.pay(1.01) < falling.pay(0.99)


@given(curves())
def test_in_a_dead_zone_more_sales_pay_nothing(curve: Curve) -> None:
    for start, end in curve.dead_zones():
        inside = np.linspace(start, min(end, start + 2), 7)[1:-1]
        assert np.ptp(curve.pay(inside)) < 1e-12


@given(curves())
def test_at_each_cliff_pay_jumps_by_what_the_map_says(curve: Curve) -> None:
    for at, jump in curve.cliffs():
        assert float(curve.pay(at) - curve.pay(at - 1e-7)) == pytest.approx(jump, abs=1e-5)


@given(st.lists(curves(), min_size=1, max_size=4), st.floats(-0.5, 0.3))
def test_curves_that_are_stacked_pay_what_each_pays_alone(several: list[Curve], middle: float) -> None:
    attainment, together = np.linspace(0, 3.3, 34), stacked(several)
    assert together.pay(attainment) == pytest.approx(np.stack([curve.pay(attainment) for curve in several]))
    alone = np.stack([lognormal_pay(curve, np.array([middle, 0.1]), 0.3) for curve in several], axis=1)
    assert np.stack(lognormal_pay(together, np.array([middle, 0.1]), 0.3)) == pytest.approx(alone)


@pytest.mark.parametrize("threshold", [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 1.1, 1.2, 1.25, 1.5])
def test_who_is_exactly_at_the_threshold_has_reached_it(threshold: float) -> None:
    curve = Curve.of_pieces([threshold], [1.0], [0.0])
    quota = np.random.default_rng(1).integers(1000, 5_000_000, 3000) * 100.0
    sales = np.round(quota * threshold)
    assert (curve.pay(sales / quota) == 1.0).all()
    parts = np.stack([sales * 0.1] * 10).sum(axis=0)
    assert (curve.pay(parts / quota) == 1.0).all()


def test_every_member_of_the_family_pays_target_pay_at_quota() -> None:
    every = stacked([family_curve(*row) for row in plan_family().itertuples(index=False, name=None)])
    assert every.pay(np.array([1.0]))[:, 0] == pytest.approx(1.0)

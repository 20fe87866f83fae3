"""Reconciled forecasts add up, change nothing that added up before, and lean on what was right in the past."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from salesops.sales_forecasting.reconciliation import (
    add_up,
    error_covariance,
    finest_nodes,
    projection,
    reconcile,
    series_below,
    summing_constraints,
)

SUMMING = np.array([[1, 1, 1, 1], [1, 1, 0, 0], [0, 0, 1, 1], *np.eye(4)])
CONSTRAINTS = summing_constraints(SUMMING)


def errors_of(*sizes: float, origins: int = 400, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(origins, len(sizes))) * sizes


def by_least_squares(base: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """The textbook's form of the same thing, S (S' W⁻¹ S)⁻¹ S' W⁻¹, which needs W to have an inverse."""
    weight = np.linalg.inv(covariance)
    return np.asarray(SUMMING @ np.linalg.solve(SUMMING.T @ weight @ SUMMING, SUMMING.T @ weight @ base))


@settings(max_examples=50, deadline=None)
@given(arrays(float, (3, 7), elements=st.floats(-1e6, 1e6)), st.integers(0, 40))
def test_whatever_is_reconciled_adds_up(base, origins):
    forecast = reconcile(base, CONSTRAINTS, errors_of(9, 3, 2, 1, 1, 5, 1e-3, origins=origins))
    np.testing.assert_allclose(forecast @ CONSTRAINTS.T, 0, atol=1e-9 * (1 + np.abs(base).max()))


@settings(max_examples=20, deadline=None)
@given(arrays(float, 4, elements=st.floats(-1e6, 1e6)))
def test_what_adds_up_is_left_as_it_is(bottom):
    nodes = add_up(bottom, SUMMING)
    np.testing.assert_allclose(
        reconcile(nodes, CONSTRAINTS, errors_of(3, 2, 2, 1, 1, 1, 1)), nodes, atol=1e-8 * (1 + np.abs(nodes).max())
    )


def test_mint_is_generalised_least_squares():
    errors, base = errors_of(5, 3, 2, 1, 2, 1, 1, origins=60), np.array([100.0, 55, 52, 20, 30, 25, 25])
    covariance = error_covariance(errors, series_below(CONSTRAINTS))
    np.testing.assert_allclose(reconcile(base, CONSTRAINTS, errors), by_least_squares(base, covariance), rtol=1e-9)


def test_with_few_errors_nodes_count_by_the_series_they_hold():
    base = np.array([100.0, 55, 52, 20, 30, 25, 25])
    expected = by_least_squares(base, np.diag([4.0, 2, 2, 1, 1, 1, 1]))
    np.testing.assert_allclose(reconcile(base, CONSTRAINTS, errors_of(*[1.0] * 7, origins=5)), expected, rtol=1e-9)


def test_who_was_right_keeps_its_word():
    exact_total = errors_of(1e-4, 9, 9, 9, 9, 9, 9)
    base = np.array([100.0, 40, 40, 20, 20, 20, 20])
    assert reconcile(base, CONSTRAINTS, exact_total)[0] == pytest.approx(100, abs=1e-3)
    exact_leaf = errors_of(9, 9, 9, 1e-4, 9, 9, 9)
    assert reconcile(base, CONSTRAINTS, exact_leaf)[3] == pytest.approx(20, abs=1e-3)


def test_a_dead_leaf_stays_at_zero_and_shares_no_burden():
    errors = errors_of(9, 3, 3, 0, 3, 3, 3)
    forecast = reconcile(np.array([100.0, 40, 40, 0, 40, 20, 20]), CONSTRAINTS, errors)
    assert forecast[3] == pytest.approx(0, abs=1e-6)
    assert forecast @ CONSTRAINTS.T == pytest.approx(np.zeros(3), abs=1e-9)


def test_reconciling_makes_forecasts_of_all_levels_better_where_errors_are_independent():
    rng = np.random.default_rng(3)
    truth = add_up(rng.uniform(50, 150, (200, 4)), SUMMING)
    sizes = np.array([20.0, 14, 14, 10, 10, 10, 10])
    base, past = truth + rng.normal(size=truth.shape) * sizes, rng.normal(size=(60, 7)) * sizes
    before, after = (np.abs(f - truth).mean(axis=0) for f in (base, reconcile(base, CONSTRAINTS, past)))
    assert (after < before).all()


def test_groupings_that_cross_and_constraints_that_follow_from_others_are_welcome():
    # total, rows a and b, columns x and y, and the four cells; the last constraint follows from the rest.
    constraints = np.array(
        [
            [1, -1, -1, 0, 0, 0, 0, 0, 0],
            [1, 0, 0, -1, -1, 0, 0, 0, 0],
            [0, 1, 0, 0, 0, -1, -1, 0, 0],
            [0, 0, 1, 0, 0, 0, 0, -1, -1],
            [0, 0, 0, 1, 0, -1, 0, -1, 0],
            [0, 0, 0, 0, 1, 0, -1, 0, -1],
            [1, 0, 0, 0, 0, -1, -1, -1, -1],
        ]
    )
    base = np.random.default_rng(1).uniform(1, 50, 9)
    for errors in (np.empty((0, 9)), errors_of(9, 5, 5, 5, 5, 2, 2, 2, 2)):
        np.testing.assert_allclose(constraints @ reconcile(base, constraints, errors), 0, atol=1e-9)
    assert series_below(constraints).tolist() == [4, 2, 2, 2, 2, 1, 1, 1, 1]


def test_a_little_that_all_parts_share_is_kept_in_the_total():
    """With r = 0.1 between 100 parts, the variance of their sum is 100 + 9,900 r = 1,090, not 100."""
    rng = np.random.default_rng(2)
    found = []
    for _ in range(20):
        shared = np.sqrt(0.1) * rng.normal(size=(24, 1)) + np.sqrt(0.9) * rng.normal(size=(24, 100))
        found.append(error_covariance(shared, np.ones(100)).sum())
    assert np.mean(found) == pytest.approx(1090, rel=0.25)


def test_covariance_without_relation_is_shrunk_to_its_diagonal_and_a_strong_one_is_kept():
    apart = error_covariance(errors_of(*[1.0] * 30, origins=30), np.ones(30))
    assert np.abs(apart - np.diag(np.diag(apart))).max() < 0.1
    shared = np.random.default_rng(0).normal(size=(60, 1)) + 0.2 * errors_of(*[1.0] * 10, origins=60)
    covariance = error_covariance(shared, np.ones(10))
    correlation = covariance / np.sqrt(np.outer(np.diag(covariance), np.diag(covariance)))
    assert correlation.min() > 0.85


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0, 0.95))
def test_covariance_with_gaps_is_one(seed, absent):
    rng = np.random.default_rng(seed)
    errors = np.where(rng.random((30, 7)) < absent, np.nan, rng.normal(size=(30, 7)) * [9, 3, 3, 1, 1, 0, 1])
    covariance = error_covariance(errors, series_below(CONSTRAINTS))
    assert np.linalg.eigvalsh(covariance).min() > -1e-9
    assert (np.diag(covariance) > 0).all()


def test_never_negative_leaves_are_clipped_and_totals_follow():
    nodes = add_up(np.array([[5.0, -2, -1, 4]]), SUMMING, np.array([True, True, False, True]))
    assert nodes.tolist() == [[8, 5, 3, 5, 0, -1, 4]]


def test_finest_series_are_found_wherever_they_stand_and_missed_by_name():
    order = np.array([3, 0, 4, 6, 1, 5, 2])
    assert finest_nodes(SUMMING[order]).tolist() == [0, 2, 5, 3]
    with pytest.raises(ValueError, match="finest series 3 has no row"):
        summing_constraints(SUMMING[:-1])
    np.testing.assert_allclose(projection(CONSTRAINTS, np.empty((0, 7))) @ SUMMING, SUMMING, atol=1e-12)


def test_where_nothing_has_to_add_up_forecasts_are_left_alone():
    errors = np.random.default_rng(3).normal(size=(9, 2))
    assert projection(np.empty((0, 2)), errors).tolist() == np.eye(2).tolist()

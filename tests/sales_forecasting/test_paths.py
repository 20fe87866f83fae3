"""Futures add up, and any sum over nodes and months lies in its band about as often as it says."""

from __future__ import annotations

import numpy as np
import pytest

from salesops.sales_forecasting.reconciliation import add_up, projection, summing_constraints
from salesops.sales_forecasting.sample_paths import coherent_paths, level_spread, path_quantiles, window_sums

SUMMING = np.array([[1, 1, 1, 1], [1, 1, 0, 0], [0, 0, 1, 1], *np.eye(4)])
CONSTRAINTS = summing_constraints(SUMMING)
LEVELS = np.array(["company", "region", "region", "cell", "cell", "cell", "cell"])
HORIZON = 12


def errors_of(seed: int, months: int = 36, shared: float = 0.5) -> np.ndarray:
    """Errors of random walks whose steps go together: origins × horizon × nodes that add up."""
    rng = np.random.default_rng(seed)
    steps = rng.normal(size=(months + HORIZON, 4)) + shared * rng.normal(size=(months + HORIZON, 1))
    walk = np.cumsum(steps, axis=0)
    ahead = np.arange(months - 1)[:, None] + np.arange(1, HORIZON + 1)
    return add_up(walk[ahead] - walk[: months - 1, None], SUMMING)


def paths_of(errors: np.ndarray, samples: int = 1000) -> np.ndarray:
    scale = np.abs(np.nan_to_num(errors[:, 0])).mean(axis=0)
    matrix = projection(CONSTRAINTS, errors[:, 0])
    return coherent_paths(np.full((HORIZON, 7), 0.0), errors, matrix, LEVELS, scale, samples)


def test_every_future_adds_up():
    paths = paths_of(errors_of(0), 200)
    np.testing.assert_allclose(paths @ CONSTRAINTS.T, 0, atol=1e-9)


@pytest.mark.parametrize(("first", "last"), [(1, 1), (12, 12), (1, 3), (1, 12)])
def test_bands_of_months_quarters_and_years_hold_four_in_five(first, last):
    inside = []
    for seed in range(120):
        errors = errors_of(seed, months=37)
        known, future = errors[:-1][: 36 - HORIZON], errors[-1]
        low, high = path_quantiles(window_sums(paths_of(known, 300), first, last), (0.1, 0.9))
        actual = future[first - 1 : last].sum(axis=0)
        inside.append((low <= actual) & (actual <= high))
    assert 0.74 <= np.mean(inside) <= 0.88


def test_what_goes_together_makes_the_total_less_certain():
    width = []
    for shared in (0.0, 2.0):
        low, high = path_quantiles(paths_of(errors_of(1, 120, shared))[:, 0], (0.1, 0.9))
        width.append((high - low)[0] / (high - low)[3:].mean())
    assert width[0] == pytest.approx(2, rel=0.3)
    assert width[1] == pytest.approx(4, rel=0.3)


def test_the_same_seed_gives_the_same_futures():
    errors = errors_of(2)
    np.testing.assert_array_equal(paths_of(errors, 5), paths_of(errors, 5))


def test_the_mean_of_futures_is_the_forecast():
    np.testing.assert_allclose(paths_of(errors_of(2), 100).mean(axis=0), 0, atol=1e-9)
    assert paths_of(errors_of(2), 7).shape == (7, HORIZON, 7)


def test_with_too_few_whole_origins_there_is_no_future_to_draw():
    errors = errors_of(0)
    errors[3:, 5:] = np.nan
    assert paths_of(errors).shape == (0, HORIZON, 7)
    assert np.isnan(path_quantiles(np.empty((0, 7)), (0.5,))).all()


def test_a_node_without_a_past_of_its_own_gets_a_spread_like_its_siblings():
    errors = errors_of(4)
    errors[:, :, 6] = np.nan
    low, high = path_quantiles(paths_of(errors), (0.1, 0.9))
    width = (high - low)[5]
    assert width[6] == pytest.approx(width[3:6].mean(), rel=0.6)
    errors[:, :, 3] = 0
    assert np.abs(paths_of(errors)[:, :, 3]).max() < 1e-3


def test_spreads_never_narrow_with_the_horizon():
    errors = errors_of(5)
    spread = level_spread(errors, LEVELS, np.abs(errors[:, 0]).mean(axis=0), 4.0)
    assert (np.diff(spread, axis=0) >= 0).all()
    assert spread[0, 3] == pytest.approx(np.sqrt(1.25), rel=0.4)

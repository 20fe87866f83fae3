"""Indices of what drives an answer, against functions whose indices are known exactly."""

from __future__ import annotations

import numpy as np
import pytest

from salesops.market_sizing import sobol, tornado

A, B = 7.0, 0.1


def ishigami(x: np.ndarray) -> np.ndarray:
    """Ishigami and Homma (1990): sin x1 + a sin² x2 + b x3⁴ sin x1."""
    return np.sin(x[:, 0]) + A * np.sin(x[:, 1]) ** 2 + B * x[:, 2] ** 4 * np.sin(x[:, 0])


def exact_indices() -> tuple[list[float], list[float]]:
    """First-order and total indices of x1, x2, x3 by the integrals that can be done by hand."""
    pi4 = np.pi**4
    alone = np.array([(1 + B * pi4 / 5) ** 2 / 2, A**2 / 8, 0.0])
    both = B**2 * pi4**2 * (1 / 18 - 1 / 50)
    variance = alone.sum() + both
    return (alone / variance).tolist(), (np.add(alone, [both, 0, both]) / variance).tolist()


def test_ishigamis_function_has_the_indices_that_are_known_of_it() -> None:
    rng = np.random.default_rng(3)
    draws = rng.uniform(-np.pi, np.pi, (2, 60_000, 3))
    found = sobol(ishigami, *draws, ["x1", "x2", "x3"]).set_index("input").loc[["x1", "x2", "x3"]]
    first, total = exact_indices()
    assert first == pytest.approx([0.3139, 0.4424, 0], abs=1e-4)
    assert found["first"].tolist() == pytest.approx(first, abs=0.02)
    assert found["total"].tolist() == pytest.approx(total, abs=0.02)


def test_intervals_of_indices_hold_the_exact_ones_in_about_80_percent() -> None:
    first, total = exact_indices()
    held = []
    for seed in range(40):
        draws = np.random.default_rng(seed).uniform(-np.pi, np.pi, (2, 1000, 3))
        found = sobol(ishigami, *draws, ["x1", "x2", "x3"], seed=seed).set_index("input").loc[["x1", "x2", "x3"]]
        held += [(found["first_low"] <= first) & (first <= found["first_high"])]
        held += [(found["total_low"] <= total) & (total <= found["total_high"])]
    assert np.mean(held) == pytest.approx(0.8, abs=0.09)


def test_of_a_sum_each_input_explains_its_variance() -> None:
    draws = np.random.default_rng(1).normal(size=(2, 40_000, 3)) * [3.0, 2.0, 1.0]
    found = sobol(lambda x: x.sum(axis=1), *draws, ["a", "b", "c"])
    assert found["input"].tolist() == ["a", "b", "c"]
    assert found["first"].tolist() == pytest.approx([9 / 14, 4 / 14, 1 / 14], abs=0.02)
    assert found["total"].tolist() == pytest.approx([9 / 14, 4 / 14, 1 / 14], abs=0.02)


def test_columns_of_a_group_count_as_one_input() -> None:
    draws = np.random.default_rng(1).normal(size=(2, 40_000, 3)) * [3.0, 2.0, 1.0]
    found = sobol(lambda x: x.sum(axis=1), *draws, {"sizes": [0, 2], "growth": [1]})
    assert found["input"].tolist() == ["sizes", "growth"]
    assert found["total"].tolist() == pytest.approx([10 / 14, 4 / 14], abs=0.02)


def test_an_answer_that_never_varies_is_driven_by_nothing() -> None:
    draws = np.random.default_rng(1).normal(size=(2, 100, 2))
    found = sobol(lambda x: np.full(len(x), 5.0), *draws, ["a", "b"])
    assert found[["first", "total"]].eq(0).all(axis=None)


def test_a_tornado_swings_one_input_at_a_time_widest_first() -> None:
    found = tornado(lambda x: x[:, 0] - 10 * x[:, 1], [0.0, 1.0], [5.0, 2.0], [9.0, 3.0], ["slow", "fast"])
    assert found["input"].tolist() == ["fast", "slow"]
    assert found["at_p10"].tolist() == [-5.0, -20.0]
    assert found["at_p90"].tolist() == [-25.0, -11.0]
    assert found["at_p50"].tolist() == [-15.0, -15.0]
    assert found["swing"].tolist() == [-20.0, 9.0]

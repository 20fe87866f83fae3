"""Over many segments the same methods show how wrong they are, and 80% intervals hold the truth in about 80%."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from salesops.market_sizing import reconcile, reconcile_together

Z90 = stats.norm.ppf(0.9)
COMPANIES, SEGMENTS = 8, 20


def coverage(error_over_stated: list[float], off_by: float = 1.0) -> tuple[float, np.ndarray, float]:
    """Share of 80% intervals that hold the truth, mean factor by method, and mean p90/p10; truth is 1 everywhere."""
    held, factors, widths = [], [], []
    for seed in range(COMPANIES):
        rng = np.random.default_rng(seed)
        sd = rng.uniform(0.12, 0.5, (SEGMENTS, 3))
        centre = rng.normal(size=(SEGMENTS, 3)) * sd * error_over_stated
        centre[:, 0] += np.log(off_by) * rng.choice([-1, 1], SEGMENTS) * (rng.random(SEGMENTS) < 0.5)
        found = reconcile_together(*(np.exp(centre + z * sd) for z in (-Z90, 0, Z90)))
        held.append(((found.p10 <= 1) & (found.p90 >= 1)).mean())
        factors.append(found.scale)
        widths.append((found.p90 / found.p10).mean())
    return float(np.mean(held)), np.mean(factors, axis=0), float(np.mean(widths))


@pytest.mark.parametrize(
    ("error_over_stated", "off_by"), [([1, 1, 1], 1.0), ([1, 1, 2], 1.0), ([2, 2, 2], 1.0), ([1, 1, 1], 2.0)]
)
def test_intervals_hold_the_truth_in_about_80_percent_however_honest_methods_are(
    error_over_stated: list[float], off_by: float
) -> None:
    assert coverage(error_over_stated, off_by)[0] == pytest.approx(0.8, abs=0.07)


def test_the_method_that_errs_twice_as_much_as_it_says_is_found_out() -> None:
    factors = coverage([1, 1, 2])[1]
    assert factors[2] > 1.5 * factors[:2].max()


def test_honest_methods_give_narrower_intervals_than_one_segment_alone_could() -> None:
    rng = np.random.default_rng(1)
    sd = rng.uniform(0.12, 0.5, (SEGMENTS, 3))
    centre = rng.normal(size=(SEGMENTS, 3)) * sd
    estimates = [np.exp(centre + z * sd) for z in (-Z90, 0, Z90)]
    together, alone = reconcile_together(*estimates), reconcile(*estimates)
    assert np.median(together.p90 / together.p10) < 0.9 * np.median(alone.p90 / alone.p10)


def test_one_segment_teaches_nothing_new() -> None:
    """With nothing to learn from, the answer is that of each segment on its own, within what doubt adds."""
    estimates = [[80.0, 70.0, 90.0]], [[100.0, 100.0, 105.0]], [[125.0, 140.0, 120.0]]
    together, alone = reconcile_together(*estimates), reconcile(*estimates)
    assert together.p50 == pytest.approx(alone.p50, rel=0.02)
    assert together.p90 / together.p10 == pytest.approx(alone.p90 / alone.p10, rel=0.12)


def test_absent_methods_and_segments_without_any_are_kept_apart() -> None:
    p50 = np.array([[100.0, 110.0], [50.0, np.nan], [np.nan, np.nan]])
    found = reconcile_together(0.8 * p50, p50, 1.25 * p50)
    assert np.isnan(found.p50).tolist() == [False, False, True]
    assert found.p50[1] == pytest.approx(50, rel=0.01)
    assert found.weights[1].tolist() == [1.0, 0.0]

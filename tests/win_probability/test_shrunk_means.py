"""Shrinkage, against published figures, another library and simulated people."""

import numpy as np
import pytest
from statsmodels.stats.meta_analysis import combine_effects

from salesops.win_probability.shrunk_means import shrink, variance_between

# Efron and Morris (1975): hits of 18 batters in their first 45 at bats of the season of 1970.
HITS = np.array([18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7])
# Colditz et al. (1994): 13 trials of the BCG vaccine; ill and well among the vaccinated, ill and well among the others.
BCG = np.array(
    [
        (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619), (33, 5036, 47, 5761),
        (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892), (29, 7470, 45, 7232),
        (17, 1699, 65, 1600), (186, 50448, 141, 27197), (5, 2493, 3, 2338), (27, 16886, 29, 17825),
    ]
)  # fmt: skip


def vaccine_trials():
    ill, well, others_ill, others_well = BCG.T
    estimates = np.log(ill / (ill + well)) - np.log(others_ill / (others_ill + others_well))
    variance = 1 / ill - 1 / (ill + well) + 1 / others_ill - 1 / (others_ill + others_well)
    return estimates, np.sqrt(variance)


def test_batters_are_drawn_in_as_efron_and_morris_published():
    average = HITS / 45
    error = np.sqrt(average.mean() * (1 - average.mean()) / 45)
    found = shrink(average, np.full(18, error))
    # Their factor c = .212 and James and Stein's estimate of the first, .294 (Scientific American 236, 1977).
    kept = (found.values[0] - found.mean) / (average[0] - found.mean)
    assert found.mean == pytest.approx(0.265, abs=5e-4)
    assert kept == pytest.approx(0.212, abs=2e-3)
    assert found.values[0] == pytest.approx(0.294, abs=1e-3)


def test_the_variance_between_vaccine_trials_is_the_published_one():
    # Viechtbauer (2010), Journal of Statistical Software 36(3): the empirical Bayes (Paule and Mandel) estimate.
    assert variance_between(*vaccine_trials()) == pytest.approx(0.3181, abs=1e-4)


def test_mean_and_variance_are_those_of_another_library():
    estimates, errors = vaccine_trials()
    theirs = combine_effects(estimates, errors**2, method_re="pm")
    found = shrink(estimates, errors)
    assert found.spread**2 == pytest.approx(theirs.tau2, rel=1e-4)
    assert found.mean == pytest.approx(theirs.mean_effect_re, rel=1e-4)
    assert found.mean_error == pytest.approx(theirs.sd_eff_w_re, rel=1e-4)


def people(rng, spread, count=25):
    errors = 40 / np.sqrt(rng.integers(2, 60, count))
    truth = rng.normal(10, spread, count)
    return truth, rng.normal(truth, errors), errors


@pytest.mark.parametrize("spread", [0.0, 5.0, 15.0])
def test_intervals_hold_the_truth_of_simulated_people_four_times_in_five(spread):
    rng = np.random.default_rng(1)
    held, drawn, own = [], [], []
    for _ in range(400):
        truth, estimates, errors = people(rng, spread)
        found = shrink(estimates, errors)
        held.append(((found.low <= truth) & (truth <= found.high)).mean())
        drawn.append(((found.values - truth) ** 2).mean())
        own.append(((estimates - truth) ** 2).mean())
    assert 0.76 <= np.mean(held) <= (0.9 if spread else 1.0)
    assert np.mean(drawn) < np.mean(own)


def test_who_has_few_deals_is_drawn_in_more():
    found = shrink(np.array([30.0, 30.0, -10.0, 0.0, 5.0, 10.0]), np.array([2.0, 15.0, 4.0, 4.0, 4.0, 4.0]))
    assert found.mean < found.values[1] < found.values[0] < 30


@pytest.mark.parametrize("count", [1, 2, 3])
def test_fewer_than_four_stand_each_for_himself(count):
    estimates = np.arange(count) * 10.0
    found = shrink(estimates, np.ones(count))
    assert found.values.tolist() == estimates.tolist()
    assert (found.high - found.values) == pytest.approx(1.2816, abs=1e-4)


def test_equal_estimates_do_not_differ():
    found = shrink(np.full(6, 7.0), np.full(6, 2.0))
    assert found.spread == 0
    assert found.values == pytest.approx(7.0)

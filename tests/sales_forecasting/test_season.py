"""A season is found where there is one, and has the right size."""

from __future__ import annotations

import numpy as np
import pytest

from salesops.sales_forecasting.panel import Panel
from salesops.sales_forecasting.season import (
    evolving_indices,
    is_seasonal,
    periods_from_end,
    smooth_trend,
    static_indices,
)
from salesops.sales_forecasting.season_chance import freed_of_chance, share_of_chance

MONTHS = 12


def panel(values: np.ndarray) -> Panel:
    values = values.reshape(len(values), -1)
    return Panel(values, np.full(values.shape[1], len(values)))


def test_noise_is_called_seasonal_about_as_often_as_chance_allows():
    noise = np.random.default_rng(0).normal(size=(96, 2000))
    assert is_seasonal(panel(noise), MONTHS).mean() < 0.12


def test_a_clear_season_is_nearly_always_found():
    rng = np.random.default_rng(0)
    wave = np.sin(2 * np.pi * np.arange(72) / MONTHS)[:, None]
    assert is_seasonal(panel(wave + rng.normal(0, 0.5, (72, 500))), MONTHS).mean() > 0.95


def test_two_years_are_too_few_to_call_anything_a_season():
    assert not is_seasonal(panel(np.tile(np.arange(12.0), 2)), MONTHS).any()


@pytest.mark.parametrize("multiplicative", [True, False])
def test_static_indices_recover_an_exact_season_on_a_straight_trend(multiplicative):
    truth = np.linspace(0.7, 1.3, MONTHS) if multiplicative else np.linspace(-3, 3, MONTHS)
    trend = np.full(60, 50.0) if multiplicative else 50.0 + np.arange(60)
    season = np.tile(truth, 5)
    y = trend * season if multiplicative else trend + season
    np.testing.assert_allclose(static_indices(panel(y), MONTHS, multiplicative).ravel(), truth, atol=1e-9)


def test_evolving_indices_follow_a_season_that_shifts():
    early, late = np.ones(MONTHS), np.ones(MONTHS)
    early[2], early[8], late[2], late[8] = 1.4, 0.6, 0.6, 1.4
    share = np.linspace(0, 1, 8)[:, None]
    y = panel(100 * ((1 - share) * early + share * late).ravel())
    static = static_indices(y, MONTHS, multiplicative=True)
    _, ahead = evolving_indices(y, MONTHS, multiplicative=True, start=static)
    assert abs(ahead[2, 0] - 0.6) < abs(static[2, 0] - 0.6)
    assert ahead[8, 0] > 1.1


@pytest.mark.parametrize("multiplicative", [True, False])
def test_indices_of_a_year_leave_its_level_alone(multiplicative):
    y = panel(np.random.default_rng(3).uniform(5, 15, (60, 4)))
    static = static_indices(y, MONTHS, multiplicative)
    _, ahead = evolving_indices(y, MONTHS, multiplicative, static)
    np.testing.assert_allclose(ahead.mean(axis=0), float(multiplicative), atol=1e-9)


@pytest.mark.parametrize("swing", [0.0, 3.0, 30.0])
def test_indices_freed_of_chance_are_nearer_the_truth_and_a_strong_season_is_kept(swing):
    rng = np.random.default_rng(6)
    truth = swing * np.sin(2 * np.pi * np.arange(MONTHS) / MONTHS)[:, None]
    y = panel(100 + np.tile(truth, (6, 1)) + rng.normal(0, 10, (72, 300)))
    found = static_indices(y, MONTHS, multiplicative=False)
    share = share_of_chance(y, found[periods_from_end(72, MONTHS)], found, multiplicative=False, decay=1.0)
    shrunk = freed_of_chance(found, share, MONTHS, multiplicative=False)
    before, after = (np.square(indices - truth).mean() for indices in (found, shrunk))
    assert after < (0.4 if swing == 0 else 1.0) * before
    size = np.abs(shrunk).mean() / np.abs(found).mean()
    assert size < 0.6 if swing == 0 else size > 0.3
    if swing == 30:
        assert size > 0.95


def test_a_straight_line_is_its_own_trend_but_for_the_ends_which_lean_on_what_is_there():
    late = 8
    line = np.tile(np.arange(30.0), (2, 1)).T
    line[:late, 1] = 0.0
    trend = smooth_trend(Panel(line, np.array([30, 30 - late])), 6)
    assert trend[3:-3, 0] == pytest.approx(line[3:-3, 0])
    assert trend[late + 3 : -3, 1] == pytest.approx(line[late + 3 : -3, 1])
    # At an end three months to one side are all there are: none of them from before a series began.
    assert (trend[0, 0], trend[late, 1], trend[-1, 0]) == (1.5, late + 1.5, 27.5)

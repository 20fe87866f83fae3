"""Several estimates of one thing make one, whose interval holds the truth also where one of them is wrong."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from salesops.market_sizing import reconcile, reconcile_together
from salesops.market_sizing.reconciling_parts import weights_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from salesops.market_sizing import Reconciled

Z90 = stats.norm.ppf(0.9)
TRIPLES = 1000


def estimates(off_by: float = 1.0, which: str = "any") -> tuple[np.ndarray, np.ndarray]:
    """Three honest estimates in logs of a true value of 1, one of them then moved by a factor."""
    rng = np.random.default_rng(5)
    sd = rng.uniform(0.12, 0.5, (TRIPLES, 3))
    centre = rng.normal(0, 1, (TRIPLES, 3)) * sd
    wrong = rng.integers(0, 3, TRIPLES) if which == "any" else sd.argmin(axis=1)
    centre[np.arange(TRIPLES), wrong] += np.log(off_by) * rng.choice([-1, 1], TRIPLES)
    return centre, sd


@pytest.mark.parametrize(
    ("off_by", "which", "published"), [(1.0, "any", 0.95), (2.0, "any", 0.84), (2.0, "surest", 0.76)]
)
def test_80_percent_intervals_hold_the_truth_also_where_one_estimate_is_off_by_two(
    off_by: float, which: str, published: float
) -> None:
    centre, sd = estimates(off_by, which)
    found = reconcile(np.exp(centre - Z90 * sd), np.exp(centre), np.exp(centre + Z90 * sd))
    assert ((found.p10 <= 1) & (found.p90 >= 1)).mean() == pytest.approx(published, abs=0.025)
    assert 1.8 < np.median(found.p90 / found.p10) < 2.5


def test_conflict_is_flagged_as_often_as_a_test_at_5_percent_would_by_chance_and_mostly_where_there_is_one() -> None:
    flagged = {}
    for off_by in (1.0, 4.0):
        centre, sd = estimates(off_by, "surest")
        found = reconcile(np.exp(centre - Z90 * sd), np.exp(centre), np.exp(centre + Z90 * sd))
        flagged[off_by] = found.conflict.mean()
    assert flagged[1.0] == pytest.approx(0.05, abs=0.015)
    assert flagged[4.0] > 0.9


def test_the_median_is_that_of_the_integral_over_a_fine_grid() -> None:
    """Brute force: disagreement and value on a fine grid, by scipy's own densities."""
    low, middle, high = np.array([50.0, 90, 100]), np.array([70.0, 100, 180]), np.array([120.0, 115, 240])
    tau = np.linspace(1e-4, 3, 300)[:, None, None]
    theta = np.linspace(np.log(5), np.log(2000), 4001)[None, :, None]
    off = theta - np.log(middle)
    own = np.where(off < 0, np.log(middle / low), np.log(high / middle)) / Z90
    likelihood = stats.t.pdf(off / np.hypot(own, tau), 4) / np.hypot(own, tau)
    density = (likelihood.prod(axis=2) * np.exp(-0.5 * (tau[:, :, 0] / 0.5) ** 2)).sum(axis=0)
    exact = np.exp(np.interp([0.1, 0.5, 0.9], density.cumsum() / density.sum(), theta[0, :, 0]))
    found = reconcile([low], [middle], [high])
    assert [found.p10[0], found.p50[0], found.p90[0]] == pytest.approx(exact.tolist(), rel=0.01)


def test_a_method_alone_keeps_its_median_and_is_less_sure_than_it_says() -> None:
    found = reconcile([[80.0, np.nan]], [[100.0, np.nan]], [[130.0, np.nan]])
    assert found.p50[0] == pytest.approx(100, rel=0.002)
    assert found.p10[0] < 80
    assert found.p90[0] > 130
    assert found.weights.tolist() == [[1.0, 0.0]]
    assert not found.conflict[0]


def test_an_estimate_that_hardly_says_anything_keeps_its_width() -> None:
    found = reconcile([[1.0]], [[1e6]], [[1e12]])
    assert found.p50[0] == pytest.approx(1e6, rel=0.01)
    # Student's t with 4 degrees of freedom has its 90% point at 1.533, a normal distribution at 1.282.
    assert np.log10(found.p90[0]) == pytest.approx(6 + 6 * 1.533 / Z90, abs=0.1)


def test_where_no_method_says_anything_there_is_no_figure() -> None:
    found = reconcile(
        [[np.nan, np.nan], [8.0, 9.0]], [[np.nan, np.nan], [10.0, 10.0]], [[np.nan, np.nan], [12.0, 11.0]]
    )
    assert np.isnan(found.p50[0])
    assert found.p50[1] == pytest.approx(10, rel=0.01)


@pytest.mark.parametrize("combine", [reconcile, reconcile_together])
@pytest.mark.parametrize("estimates", [np.full((2, 3), np.nan), np.empty((0, 3))])
def test_nothing_at_all_gives_no_figures_and_no_error(
    combine: Callable[..., Reconciled], estimates: np.ndarray
) -> None:
    found = combine(estimates, estimates, estimates)
    assert np.isnan(found.p50).all()
    assert len(found.p50) == len(estimates)


def test_estimates_that_are_no_interval_are_refused() -> None:
    with pytest.raises(ValueError, match="p10 <= p50 <= p90"):
        reconcile([[120.0]], [[100.0]], [[130.0]])
    with pytest.raises(ValueError, match="one shape"):
        reconcile([[1.0]], [[1.0, 2.0]], [[1.0]])


@given(st.floats(1e-3, 1e9), st.permutations([0, 1, 2]))
def test_unit_and_order_of_methods_do_not_matter(unit: float, order: list[int]) -> None:
    low, middle, high = np.array([[50.0, 90, 100]]), np.array([[70.0, 100, 180]]), np.array([[120.0, 115, 240]])
    first = reconcile(low, middle, high)
    second = reconcile(unit * low[:, order], unit * middle[:, order], unit * high[:, order])
    assert second.p50 == pytest.approx(unit * first.p50, rel=1e-6)
    assert second.weights == pytest.approx(first.weights[:, order], rel=1e-6)


def test_a_hundred_thousand_draws_of_fifty_segments_follow_the_quantiles_and_take_under_two_seconds() -> None:
    centre, sd = estimates()
    begun = time.process_time()
    found = reconcile(*(np.exp(centre[:50] + z * sd[:50]) for z in (-Z90, 0, Z90)))
    drawn = found.draws(100_000, np.random.default_rng(0))
    assert time.process_time() - begun < 2
    assert drawn.shape == (100_000, 50)
    assert np.quantile(drawn, 0.9, axis=0) == pytest.approx(found.p90, rel=0.02)


def test_how_much_an_estimate_pulls_rests_on_its_side_that_faces_the_answer() -> None:
    centre, tau = np.array([[-0.5, 0.4]]), np.array([0.1])
    near, far = np.array([[0.2, 0.3]]), np.array([[9.0, 9.0]])
    # The first lies below the answer and faces it with its upper side, the second with its lower one.
    facing = {"lower": np.array([[9.0, 0.3]]), "upper": np.array([[0.2, 9.0]])}
    pull = weights_of(np.zeros(1), centre, tau=tau, nu=4.0, **facing)
    assert pull == pytest.approx(weights_of(np.zeros(1), centre, near, near, tau, 4.0))
    assert pull != pytest.approx(weights_of(np.zeros(1), centre, far, far, tau, 4.0))
    # A t distribution's weight of an observation, as in Lange, Little and Taylor (1989).
    weight = 5 / (4 * (near**2 + 0.1**2) + centre**2)
    assert pull == pytest.approx(weight / weight.sum())

"""Models of repeat orders: published fits, exact identities, recovered truth, no overflow."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import approx_fprime
from scipy.special import gammaln, hyp2f1

from salesops.customer_segmentation import BetaGeoNBD, ModifiedBetaGeoNBD, ParetoNBD, RegularityMixture
from salesops.customer_segmentation.histories import histories

MODELS = [BetaGeoNBD, ModifiedBetaGeoNBD, ParetoNBD, RegularityMixture]
RANDOM = [BetaGeoNBD, ModifiedBetaGeoNBD, ParetoNBD]


@pytest.fixture(scope="module")
def some(simulate):
    return simulate(400, regularity=(1, 4), weeks=104.0, seed=3)[0]


@pytest.mark.real_data
def test_bg_nbd_finds_the_published_parameters(cdnow_halves):
    found = BetaGeoNBD().fit(**cdnow_halves[0])
    published = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
    assert {name: round(value, 3) for name, value in found.params_.items()} == published
    assert found.log_likelihood_ == pytest.approx(-9582.4, abs=0.05)


@pytest.mark.real_data
def test_pareto_nbd_finds_the_published_parameters_and_log_likelihood(cdnow_halves):
    found = ParetoNBD().fit(**cdnow_halves[0])
    published = {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669}
    for name, value in published.items():
        assert found.params_[name] == pytest.approx(value, abs=1.5e-3)
    assert round(found.log_likelihood_, 3) == -9594.976


@pytest.mark.real_data
def test_pareto_nbd_foretells_the_second_39_weeks_as_published(cdnow_halves):
    known, actual = cdnow_halves
    expected = ParetoNBD().fit(**known).expected_orders(39, **known)
    assert np.abs(expected - actual).mean() <= 0.755
    assert np.corrcoef(expected, actual)[0, 1] >= 0.630


@pytest.mark.real_data
def test_the_default_foretells_the_second_39_weeks_better_than_bg_nbd(cdnow_halves):
    known, actual = cdnow_halves
    error = {
        model: np.abs(model().fit(**known).expected_orders(39, **known) - actual).sum() / actual.sum()
        for model in (BetaGeoNBD, RegularityMixture)
    }
    assert error[RegularityMixture] <= 0.9536
    assert error[RegularityMixture] < error[BetaGeoNBD]


@pytest.mark.parametrize("model", MODELS)
def test_the_gradient_is_that_of_the_likelihood(model, some):
    known = model()._histories(some["frequency"], some["recency"], some["T"], some["log_gaps"])
    point = np.linspace(-0.4, 0.7, 10 if model is RegularityMixture else 4)
    slope = model()._likelihood(point, known)[1]
    numeric = approx_fprime(point, lambda at: model()._likelihood(at, known)[0], 1e-6)
    assert slope == pytest.approx(numeric, rel=1e-4, abs=0.02)


@pytest.mark.parametrize("modified", [False, True])
def test_expected_orders_are_those_of_the_published_equation(some, modified):
    fitted = (ModifiedBetaGeoNBD if modified else BetaGeoNBD)().fit(**some)
    r, alpha, a, b = fitted.params_.values()
    x, age, t = some["frequency"], alpha + some["T"], 26.0
    stays = b + x + modified
    # Equation 10 of Fader, Hardie and Lee (2005), given alive.
    share = t / (age + t)
    alive = (a + stays - 1) / (a - 1) * (1 - (1 - share) ** (r + x) * hyp2f1(r + x, stays, a + stays - 1, share))
    exact = alive * fitted.p_alive(**some)
    assert fitted.expected_orders(t, **some) == pytest.approx(exact, rel=1e-6)


def test_the_distribution_of_orders_has_the_mean_of_the_closed_form(some):
    fitted = ParetoNBD().fit(**some)
    assert fitted.order_counts(26, **some).mean() == pytest.approx(fitted.expected_orders(26, **some), rel=1e-6)


@pytest.mark.parametrize("model", MODELS)
def test_no_order_is_as_likely_as_a_history_that_goes_on_without(model, some):
    fitted = model().fit(**some)
    known = fitted._histories(some["frequency"], some["recency"], some["T"], some["log_gaps"])
    assert fitted.none_within(known, 13.0) == pytest.approx(fitted.counts(known, 13.0).none(), abs=1e-4)


@pytest.mark.parametrize("model", MODELS)
def test_the_unit_of_time_does_not_matter(model, some):
    days = {name: column * 7 for name, column in some.items()} | {"frequency": some["frequency"]}
    days["log_gaps"] = some["log_gaps"] + some["frequency"] * np.log(7)
    weekly, daily = model().fit(**some), model().fit(**days)
    assert daily.params_["alpha"] == pytest.approx(7 * weekly.params_["alpha"], rel=1e-3)
    assert daily.expected_orders(91, **days) == pytest.approx(weekly.expected_orders(13, **some), rel=1e-3)
    assert daily.log_likelihood_ == pytest.approx(
        weekly.log_likelihood_ - some["frequency"].sum() * np.log(7), abs=0.01
    )


@pytest.mark.parametrize(("model", "k"), [(BetaGeoNBD, 1), (ModifiedBetaGeoNBD, 1), (RegularityMixture, 4)])
def test_parameters_of_simulated_customers_are_recovered(simulate, model, k):
    known, truth = simulate(30_000, regularity=(k,), weeks=104.0, seed=1, modified=model is not BetaGeoNBD)
    found = model().fit(**known).params_
    for name in ("r", "alpha", "a", "b"):
        assert found[name] == pytest.approx(truth[name], rel=0.12), name


def test_shares_of_random_and_of_regular_customers_are_recovered(simulate):
    known, _ = simulate(8000, regularity=(1, 1, 1, 8), weeks=156.0, seed=2)
    shares = RegularityMixture().fit(**known).shares_
    assert shares[1] + shares[2] == pytest.approx(0.75, abs=0.06)
    assert shares[6] + shares[8] + shares[12] == pytest.approx(0.25, abs=0.06)


def test_chances_of_orders_are_those_with_which_they_come(simulate):
    known, truth = simulate(8000, regularity=(1, 2, 6), weeks=104.0, seed=4, ahead=13.0)
    counts = RegularityMixture().fit(**known).order_counts(13.0, **known)
    none = counts.none()
    order = np.argsort(none)
    for part in np.array_split(order, 8):
        assert none[part].mean() == pytest.approx((truth["later"][part] == 0).mean(), abs=0.045)
    inside = (truth["later"] >= counts.quantile(0.1)) & (truth["later"] <= counts.quantile(0.9))
    assert inside.mean() > 0.8
    assert counts.mean().sum() == pytest.approx(truth["later"].sum(), rel=0.03)


@given(
    x=st.integers(0, 20_000),
    recency=st.floats(1.0, 500.0),
    silent=st.floats(0.0, 200.0),
    r=st.floats(0.1, 5.0),
    s=st.floats(0.1, 5.0),
    alpha=st.floats(0.5, 50.0),
)
def test_pareto_nbd_is_exact_where_its_integral_is_known_up_to_20000_orders(x, recency, silent, r, s, alpha):
    # With α = β the time of leaving integrates in closed form.
    age, power = recency + silent, r + s + x
    model = ParetoNBD()
    model.point_ = np.log([r, alpha, s, alpha])
    before, after = (-power * np.log(alpha + time) for time in (recency, age))
    left = np.log(s / power) + before + np.log1p(-np.exp(after - before)) if silent > 1e-9 else -np.inf
    exact = gammaln(r + x) - gammaln(r) + (r + s) * np.log(alpha) + np.logaddexp(after, left)
    found = model.log_likelihoods(histories([x], [recency], [age]))[0]
    assert found == pytest.approx(exact, abs=2e-4)


@pytest.mark.parametrize("model", MODELS)
def test_twenty_thousand_orders_do_not_overflow(model, some):
    fitted = model().fit(**some)
    found = fitted.expected_orders(10.0, 20_000, 100.0, 100.0, [20_000 * np.log(0.005)])
    # Expected: the customer's own rate of 200 a week, less its chance of having stopped after the last order.
    assert 0.3 * 2000 < found[0] < 2001
    assert np.isfinite(fitted.p_alive(20_000, 99.0, 100.0, [20_000 * np.log(0.005)])).all()


@pytest.mark.parametrize(
    ("frequency", "recency", "age", "said"),
    [
        ([0, 0], [0, 0], [10, 20], "no repeat buyers"),
        ([3], [10], [20], "no repeat buyers"),
        ([2, 1], [30, 5], [20, 20], "exceeds the age"),
        ([2, np.nan], [3, 5], [20, 20], "finite"),
        ([0.5, 1], [3, 5], [20, 20], "whole"),
    ],
)
@pytest.mark.parametrize("model", RANDOM)
def test_what_cannot_be_fitted_is_refused_with_the_reason(model, frequency, recency, age, said):
    with pytest.raises(ValueError, match=said):
        model().fit(frequency, recency, age)

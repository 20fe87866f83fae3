"""Bass, Gompertz and logistic curves by least squares: published figures, exact data, and another library's errors."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import curve_fit
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils import estimator_checks

from salesops.market_sizing import Bass, Gompertz, Logistic

# Srinivasan and Mason's estimates of Bass's series; the first three are the ones most often reprinted.
PUBLISHED = {
    "room air conditioners": (0.00944, 0.3748, 18_713),
    "color televisions": (0.01847, 0.6159, 39_659),
    "clothes dryers": (0.01360, 0.3267, 16_497),
}


def bass_sequence(p: float, q: float, m: float, years: int) -> np.ndarray:
    """Bass (1969) in its other form: N(t) = m (1 − e^−bt) / (1 + a e^−bt)."""
    decay = np.exp(-(p + q) * np.arange(years + 1))
    return np.diff(m * (1 - decay) / (1 + q / p * decay))


@pytest.mark.real_data
@pytest.mark.parametrize("name", PUBLISHED)
def test_least_squares_agree_with_published_figures_to_three_digits(name: str, classic_series: pd.DataFrame) -> None:
    model = Bass().fit(classic_series.loc[classic_series["segment"] == name, "adoptions"])
    found, published = np.array([model.p_, model.q_, model.m_]), np.array(PUBLISHED[name])
    assert [f"{value:.3g}" for value in found] == [f"{value:.3g}" for value in published]
    assert model.converged_


@pytest.mark.real_data
def test_standard_errors_are_those_of_scipy(classic_series: pd.DataFrame) -> None:
    def increments(t: np.ndarray, p: float, q: float, m: float) -> np.ndarray:
        below = [(1 - np.exp(-(p + q) * s)) / (1 + q / p * np.exp(-(p + q) * s)) for s in (t, t - 1)]
        return m * (below[0] - below[1])

    for _, rows in classic_series.groupby("segment"):
        new = rows["adoptions"].to_numpy()
        model = Bass().fit(new)
        _, covariance = curve_fit(increments, np.arange(1.0, len(new) + 1), new, [model.p_, model.q_, model.m_])
        assert list(model.standard_errors_.values()) == pytest.approx(np.sqrt(np.diag(covariance)), rel=1e-4)


@given(p=st.floats(0.003, 0.05), q=st.floats(0.2, 0.8), m=st.floats(1, 1e7))
def test_a_sequence_without_errors_gives_back_its_coefficients(p: float, q: float, m: float) -> None:
    model = Bass().fit(bass_sequence(p, q, m, 20))
    assert (model.p_, model.q_, model.m_) == pytest.approx((p, q, m), rel=1e-4)
    assert model.predict([21, 22]) == pytest.approx(bass_sequence(p, q, m, 22)[-2:], rel=1e-3)


@given(unit=st.floats(1e-3, 1e6))
def test_the_unit_of_adopters_only_scales_the_ceiling(unit: float) -> None:
    noisy = bass_sequence(0.01, 0.4, 1000, 12) * (1 + 0.1 * np.cos(np.arange(12) ** 2))
    one, other = Bass().fit(noisy), Bass().fit(unit * noisy)
    assert (other.p_, other.q_, other.m_ / unit) == pytest.approx((one.p_, one.q_, one.m_), rel=1e-5)


def test_gompertz_and_logistic_are_no_worse_than_scipys_own_search() -> None:
    years = np.arange(1.0, 13)
    new = np.random.default_rng(2).normal(1, 0.1, 12) * np.diff(400 / (1 + np.exp(-0.5 * (np.arange(13) - 6))))

    def logistic(t: np.ndarray, k: float, at: float, m: float) -> np.ndarray:
        return m / (1 + np.exp(-k * (t - at))) - m / (1 + np.exp(-k * (t - 1 - at)))

    def gompertz(t: np.ndarray, k: float, at: float, m: float) -> np.ndarray:
        return m * np.exp(-np.exp(-k * (t - at))) - m * np.exp(-np.exp(-k * (t - 1 - at)))

    for model, law in ((Logistic(), logistic), (Gompertz(), gompertz)):
        model.fit(new)
        best, covariance = curve_fit(law, years, new, [0.4, 6.0, 500.0])
        assert [model.speed_, model.peak_, model.m_] == pytest.approx(best, rel=1e-3)
        assert list(model.standard_errors_.values()) == pytest.approx(np.sqrt(np.diag(covariance)), rel=1e-2)


def test_a_number_of_periods_means_all_years_up_to_it() -> None:
    model = Bass().fit(bass_sequence(0.02, 0.4, 100, 10))
    assert model.predict(3) == pytest.approx(model.predict([1, 2, 3]))
    assert model.cumulative([3])[0] == pytest.approx(model.predict(3).sum())
    assert model.cumulative([500])[0] == pytest.approx(100, rel=1e-4)


def test_rising_years_alone_do_not_settle_the_ceiling_and_the_model_says_so() -> None:
    model = Bass().fit(10 * 1.5 ** np.arange(8))
    assert not model.converged_


@pytest.mark.parametrize("model", [Bass(), Gompertz(), Logistic()])
def test_estimators_keep_scikit_learns_conventions(model: Bass) -> None:
    with pytest.raises(NotFittedError):
        model.predict([1])
    copy = clone(model)
    assert copy.get_params() == model.get_params()
    new = bass_sequence(0.02, 0.4, 100, 10)
    before = new.copy()
    assert copy.fit(pd.Series(new)) is copy
    assert copy.fit(new.reshape(-1, 1)).m_ == copy.fit(new.tolist()).m_
    assert (new == before).all()
    assert not hasattr(model, "m_")


@pytest.mark.parametrize("new", [[1, 2, 3], [1, 2, np.nan, 4], [1, -2, 3, 4], [0, 0, 0, 0]])
def test_what_is_no_sequence_of_adoptions_is_refused(new: list[float]) -> None:
    with pytest.raises(ValueError, match=r"adoptions|years"):
        Bass().fit(new)


@pytest.mark.parametrize("model", [Bass(), Gompertz(), Logistic()])
def test_scikit_learns_own_checks_that_need_no_table_of_features_pass(model: Bass) -> None:
    """Its other checks hand over columns of features, where a sequence of years is asked for."""
    name = type(model).__name__
    for check in (
        estimator_checks.check_no_attributes_set_in_init,
        estimator_checks.check_parameters_default_constructible,
        estimator_checks.check_get_params_invariance,
        estimator_checks.check_set_params,
        estimator_checks.check_estimator_repr,
        estimator_checks.check_estimator_cloneable,
        estimator_checks.check_mixin_order,
    ):
        check(name, clone(model))


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_fitting_again_starts_afresh_and_models_survive_pickling(seed: int) -> None:
    first, second = (
        bass_sequence(0.02, 0.4, m, 12) * np.random.default_rng(seed).normal(1, 0.05, 12) for m in (10, 900)
    )
    model = Bass().fit(first).fit(second)
    assert model.m_ == Bass().fit(second).m_
    assert (pickle.loads(pickle.dumps(model)).predict(20) == model.predict(20)).all()

"""Adoption curves as estimators in scikit-learn's conventions, fitted by nonlinear least squares."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, column_or_1d

from salesops.market_sizing.adoption_curves import BASS, GOMPERTZ, LOGISTIC
from salesops.market_sizing.adoption_nls import fit_curves
from salesops.market_sizing.adoption_series import FEWEST_POINTS, AdoptionSeries

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from salesops.market_sizing.adoption_curves import Family
    from salesops.market_sizing.arrays import Array


class AdoptionCurve(BaseEstimator):  # type: ignore[misc]
    """What the three curves share: fitted to a yearly sequence of new adopters, asked about any year."""

    family: ClassVar[Family]
    names: ClassVar[tuple[str, str, str]]

    def fit(self, adoptions: ArrayLike, y: None = None) -> Self:
        """Fit by least squares of new adopters per year.

        Parameters
        ----------
        adoptions
            New adopters of each year from the launch on, no year left out; at least four.
        y
            Not used; there because scikit-learn passes it.

        Raises
        ------
        ValueError
            If there are fewer than four years, or values are missing, below zero or all zero.
        """
        new = _yearly(adoptions)
        fits = fit_curves(self.family, AdoptionSeries(new[None], np.array([len(new)])))
        self.estimates_ = np.append(fits.shape[0], fits.ceiling[0])
        self.standard_errors_ = dict(zip(self.names, fits.errors[0].tolist(), strict=True))
        for name, value in zip(self.names, self.estimates_.tolist(), strict=True):
            setattr(self, f"{name}_", value)
        self.converged_ = bool(fits.converged[0])
        return self

    def predict(self, periods: ArrayLike) -> Array:
        """Return new adopters of years.

        Parameters
        ----------
        periods
            Years counted from 1, the launch year; a single number means all years up to it.
        """
        at = self._asked(periods)
        found: Array = self.estimates_[2] * (self._share(at) - self._share(at - 1))
        return found

    def cumulative(self, periods: ArrayLike) -> Array:
        """Return all who have adopted since the launch by the end of years, given as in `predict`."""
        at = self._asked(periods)
        found: Array = self.estimates_[2] * (self._share(at) - self._share(np.zeros(1)))
        return found

    def _share(self, at: Array) -> Array:
        first, second = self.estimates_[:2]
        return self.family.cumulative(at, first, second)

    def _asked(self, periods: ArrayLike) -> Array:
        check_is_fitted(self, "estimates_")
        at = np.asarray(periods, dtype=np.float64)
        return np.arange(1.0, float(at) + 1) if at.ndim == 0 else at


class Bass(AdoptionCurve):
    """Bass's law: who adopts does so by itself, or by seeing those who have.

    Attributes
    ----------
    p_, q_, m_
        Coefficients of innovation and imitation per year, and adopters in the end.
    standard_errors_
        Of p, q, m.
    converged_
        False where the search ran into a bound, as without a peak.

    References
    ----------
    Bass (1969), Management Science 15(5); Srinivasan and Mason (1986), Marketing Science 5(2).

    Examples
    --------
    >>> model = Bass().fit([106, 319, 492, 635, 737, 890, 1397, 1523, 1294, 1240, 1425, 1260, 1236])
    >>> bool(0.2 < model.q_ < 0.5), bool(model.predict([14])[0] < model.predict([13])[0])
    (True, True)
    """

    family: ClassVar[Family] = BASS
    names: ClassVar[tuple[str, str, str]] = ("p", "q", "m")


class Gompertz(AdoptionCurve):
    """Gompertz's law: an S-curve that rises fast and levels off slowly.

    Attributes
    ----------
    speed_, peak_, m_
        Speed per year, year in which most adopt (counted from the launch), and adopters in the end.
    standard_errors_, converged_
        As those of `Bass`.

    Examples
    --------
    >>> model = Gompertz().fit(50 * np.diff(np.exp(-np.exp(-0.3 * (np.arange(13) - 6)))))
    >>> round(model.speed_, 4), round(model.peak_, 4), round(model.m_, 2)
    (0.3, 6.0, 50.0)
    """

    family: ClassVar[Family] = GOMPERTZ
    names: ClassVar[tuple[str, str, str]] = ("speed", "peak", "m")


class Logistic(AdoptionCurve):
    """Logistic law: a symmetric S-curve.

    Attributes
    ----------
    speed_, peak_, m_
        As those of `Gompertz`.
    standard_errors_, converged_
        As those of `Bass`.

    Examples
    --------
    >>> model = Logistic().fit(50 * np.diff(1 / (1 + np.exp(-0.5 * (np.arange(13) - 6)))))
    >>> round(model.speed_, 4), round(model.peak_, 4), round(model.m_, 2)
    (0.5, 6.0, 50.0)
    """

    family: ClassVar[Family] = LOGISTIC
    names: ClassVar[tuple[str, str, str]] = ("speed", "peak", "m")


def _yearly(adoptions: ArrayLike) -> Array:
    new: Array = np.asarray(column_or_1d(adoptions), dtype=np.float64)
    if len(new) < FEWEST_POINTS:
        raise ValueError(f"a curve needs at least {FEWEST_POINTS} years of adoptions, there are {len(new)}")
    if not np.isfinite(new).all() or (new < 0).any() or not (new > 0).any():
        raise ValueError("adoptions must be finite, none below zero, and some above")
    return new

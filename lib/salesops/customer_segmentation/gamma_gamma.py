"""Gamma-Gamma: amounts that vary around each customer's own mean, and means that vary between customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np
from scipy.special import digamma, gammaln
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from salesops.customer_segmentation.likelihood import maximise

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from salesops.customer_segmentation.histories import Array


class GammaGamma(BaseEstimator):  # type: ignore[misc]
    """Gamma-Gamma model of spending.

    An amount of a customer is gamma with shape p; the rates differ between customers, gamma with shape q and rate v.

    Attributes
    ----------
    params_
        p, q, v.
    log_likelihood_
        Log-likelihood of the customers' means, or of all their amounts where `mean_log` was given.

    References
    ----------
    Fader, Hardie and Lee (2005), "RFM and CLV: using iso-value curves for customer base analysis", Journal of Marketing
    Research 42(4); Fader and Hardie (2013), "The Gamma-Gamma model of monetary value".

    Examples
    --------
    >>> model = GammaGamma().fit([2, 5, 1, 8, 3], [30.0, 95.0, 20.0, 41.0, 12.0])
    >>> sorted(model.params_)
    ['p', 'q', 'v']
    >>> bool(20 < model.expected_amount(1, 20.0)[0] < 95)
    True
    """

    def fit(self, frequency: ArrayLike, monetary: ArrayLike, mean_log: ArrayLike | None = None) -> Self:
        """Fit by maximum likelihood.

        Parameters
        ----------
        frequency
            Orders that each customer's mean is of; at least 1. Published fits take repeat orders alone.
        monetary
            Mean amount of these orders, above zero.
        mean_log
            Mean of the logarithms of the amounts. With it the amounts' own spread tells p; without it p and q have to
            be told from means alone, which fails where customers hardly differ.

        Raises
        ------
        ValueError
            If there are fewer than two customers, or an amount is missing or not above zero.
        """
        n, mean = _amounts(frequency, monetary)
        scale = float(mean.mean())
        logs = None if mean_log is None else np.asarray(mean_log, dtype=np.float64) - np.log(scale)
        start = np.log([4.0, 3.0, 0.5])
        fitted = maximise(lambda point: _likelihood(point, n, mean / scale, logs), start, len(n))
        self.point_ = fitted.point + np.array([0.0, 0.0, np.log(scale)])
        self.params_ = dict(zip(("p", "q", "v"), np.exp(self.point_).tolist(), strict=True))
        counted = len(n) if logs is None else n.sum()
        self.log_likelihood_ = fitted.log_likelihood - float(counted * np.log(scale))
        return self

    def expected_amount(self, frequency: ArrayLike, monetary: ArrayLike) -> Array:
        """Return the expected amount of an order of each customer: equation 5 of Fader and Hardie (2013)."""
        check_is_fitted(self, "point_")
        p, q, v = np.exp(self.point_)
        n, mean = (np.atleast_1d(np.asarray(column, dtype=np.float64)) for column in (frequency, monetary))
        found: Array = p * (v + n * mean) / np.maximum(p * n + q - 1, 1e-9)
        return found


def _amounts(frequency: ArrayLike, monetary: ArrayLike) -> tuple[Array, Array]:
    n, mean = np.asarray(frequency, dtype=np.float64), np.asarray(monetary, dtype=np.float64)
    if len(n) < 2 or not (n >= 1).all() or not np.isfinite(mean).all() or not (mean > 0).all():
        raise ValueError("at least two customers are needed, each with an order and a mean amount above zero")
    return n, mean


def _likelihood(point: Array, n: Array, mean: Array, mean_log: Array | None) -> tuple[float, Array]:
    """Return log-likelihood and gradient in the logs of p, q, v.

    The density of a customer's mean has the factor (n z̄)^(p n) / Γ(p n) where that of its amounts has the product of
    z^p / Γ(p).
    """
    p, q, v = np.exp(point)
    total, orders = n * mean, p * n
    of_total = np.log(v + total)
    if mean_log is None:
        own, in_own = orders * np.log(total) - gammaln(orders), n * (np.log(total) - digamma(orders))
        constant = np.log(mean)
    else:
        own, in_own = orders * mean_log - n * gammaln(p), n * (mean_log - digamma(p))
        constant = n * mean_log
    rows = own + gammaln(orders + q) - gammaln(q) + q * np.log(v) - (orders + q) * of_total - constant
    both = digamma(orders + q) - of_total
    in_p, in_q = in_own + n * both, both - digamma(q) + np.log(v)
    in_v = q / v - (orders + q) / (v + total)
    return float(rows.sum()), np.array([p * in_p.sum(), q * in_q.sum(), v * in_v.sum()])

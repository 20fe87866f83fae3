"""Pareto/NBD: random orders until the customer, at any time, leaves unseen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from scipy.special import digamma, gammaln

from salesops.customer_segmentation.order_counts import OrderCounts, largest_counts, tail_chances
from salesops.customer_segmentation.order_models import OrderModel, order_rate
from salesops.customer_segmentation.pareto_quadrature import Departure, departure

if TYPE_CHECKING:
    from salesops.customer_segmentation.histories import Array, Histories

# Points over the time of leaving within the horizon.
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(12)


@dataclass(frozen=True)
class _Evidence:
    """What a history says under one set of parameters, by row."""

    log_likelihood: Array
    alive: Array
    left: Departure


class ParetoNBD(OrderModel):
    """Pareto / negative binomial model.

    While they are customers they order at random at a rate that differs between them (gamma: r, alpha); they leave at
    a rate that differs, too (gamma: s, beta).

    References
    ----------
    Schmittlein, Morrison and Colombo (1987), "Counting your customers", Management Science 33(1); likelihood as in
    Fader and Hardie (2005), "A note on deriving the Pareto/NBD model", here by quadrature over the time of leaving: the
    closed form underflows for customers with some hundred orders.

    Examples
    --------
    >>> model = ParetoNBD().fit([0, 3, 1, 0, 6], [0, 20, 5, 0, 34], [39, 39, 39, 39, 39])
    >>> sorted(model.params_)
    ['alpha', 'beta', 'r', 's']
    >>> bool(model.p_alive(6, 38, 39)[0] > model.p_alive(6, 20, 39)[0])
    True
    """

    names: ClassVar[tuple[str, ...]] = ("r", "alpha", "s", "beta")
    times: ClassVar[tuple[str, ...]] = ("alpha", "beta")

    def alive(self, known: Histories) -> Array:
        """Return the probability of still being a customer, by customer."""
        return self._alive(known)[known.row_of]

    def log_likelihoods(self, known: Histories) -> Array:
        """Return the log-likelihood of each row."""
        return self._by_part(known, "log_likelihood")

    def usual_gap(self, known: Histories) -> Array:
        """Return one over the expected order rate before the last order, by customer."""
        r, alpha = np.exp(self.point_[:2])
        gap: Array = (alpha + known.recency.rows()) / (r + known.frequency.rows())
        return gap[known.row_of]

    def expected(self, known: Histories, horizon: float) -> Array:
        """Return the expected number of orders, by customer: equation 41 of Fader and Hardie's note."""
        r, alpha, s, beta = np.exp(self.point_)
        x, age = known.frequency.rows(), known.age.rows()
        log_share = np.log1p(horizon / (beta + age))
        # (1 − share^(1 − s)) / (s − 1), with its limit where s is 1.
        staying = log_share if abs(s - 1) < 1e-9 else -np.expm1((1 - s) * log_share) / (s - 1)
        orders: Array = self._alive(known) * (r + x) / (alpha + age) * (beta + age) * staying
        return orders[known.row_of]

    def counts(self, known: Histories, horizon: float) -> OrderCounts:
        """Return the distribution of the number of orders."""
        r, alpha = np.exp(self.point_[:2])
        age = alpha + known.age.rows()
        most = largest_counts((r + known.frequency.rows()) / age, age, horizon)
        return OrderCounts(known, lambda part, to: self._at_least(part, horizon, to), most)

    def _at_least(self, known: Histories, horizon: float, most: int) -> Array:
        """Return chances of at least 1 … `most` orders: negative binomial up to the leaving or to the horizon."""
        r, alpha, s, beta = np.exp(self.point_)
        shape, age = r + known.frequency.rows(), known.age.rows()
        leaves = -np.expm1(-s * np.log1p(horizon / (beta + age)))
        found = np.zeros((most, len(known)))
        for node, weight in zip(0.5 * (_NODES + 1), 0.5 * _WEIGHTS, strict=True):
            stayed = (beta + age) * np.expm1(-np.log1p(-leaves * node) / s)
            for count, chance in enumerate(tail_chances(shape, stayed / (alpha + age + stayed), most)):
                found[count] += weight * leaves * chance
        share = horizon / (alpha + age + horizon)
        for count, chance in enumerate(tail_chances(shape, share, most)):
            found[count] += (1 - leaves) * chance
        return found * self._alive(known)

    def _alive(self, known: Histories) -> Array:
        return self._by_part(known, "alive")

    def _by_part(self, known: Histories, name: str) -> Array:
        found = np.empty(len(known))
        for rows, part in known.parts():
            found[rows] = getattr(_evidence(self.point_, part), name)
        return found

    def _likelihood(self, point: Array, known: Histories) -> tuple[float, Array]:
        total, slope = 0.0, np.zeros(4)
        for _, part in known.parts():
            found = _evidence(point, part)
            total += float(part.weight @ found.log_likelihood)
            slope += _gradient(point, part, found)
        return total, slope

    def _start(self, known: Histories) -> Array:
        return np.log([0.7, 0.7 / order_rate(known), 0.7, 0.5])


def _evidence(point: Array, known: Histories) -> _Evidence:
    r, alpha, s, beta = params = np.exp(point)
    x, age = known.frequency, known.age
    left = departure(params, x.rows(), known.recency.rows(), age.rows())
    stays = -(r + x.rows()) * age.map(lambda t: np.log(alpha + t)) - s * age.map(lambda t: np.log(beta + t))
    either = np.logaddexp(stays, left.log_integral)
    outside = x.map(lambda n: gammaln(r + n)) + (r * np.log(alpha) + s * np.log(beta) - gammaln(r))
    return _Evidence(outside + either, np.exp(stays - either), left)


def _gradient(point: Array, known: Histories, found: _Evidence) -> Array:
    """Return the gradient of the weighted log-likelihood in the logs of r, α, s, β, under the integral sign."""
    r, alpha, s, beta = np.exp(point)
    x, age, left = known.frequency, known.age, found.left
    stays = known.weight * found.alive
    leaves = known.weight - stays
    customers = known.weight.sum()
    points = leaves * left.chances
    shape = r + x.rows()
    in_r = known.weight @ x.map(lambda n: digamma(r + n)) + customers * (np.log(alpha) - digamma(r))
    in_r -= stays @ age.map(lambda t: np.log(alpha + t)) + np.sum(points * np.log(left.in_alpha))
    in_alpha = customers * r / alpha - stays @ (shape / (alpha + age.rows())) - np.sum(points * (shape / left.in_alpha))
    in_s = customers * np.log(beta) + leaves.sum() / s
    in_s -= stays @ age.map(lambda t: np.log(beta + t)) + np.sum(points * np.log(left.in_beta))
    in_beta = customers * s / beta - s * (stays @ age.map(lambda t: 1 / (beta + t)))
    in_beta -= (s + 1) * np.sum(points * (1 / left.in_beta))
    return np.array([r * in_r, alpha * in_alpha, s * in_s, beta * in_beta])

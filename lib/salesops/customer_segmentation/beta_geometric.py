"""Likelihood of orders that come in a customer's own rhythm until the customer, after one of them, stops."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import betaln, digamma, gammaln

if TYPE_CHECKING:
    from salesops.customer_segmentation.histories import Array, Histories


@dataclass(frozen=True)
class Branches:
    """What a history says under one set of parameters; arrays with one entry per row.

    Gaps between orders are sums of k exponential ticks. After the last order a customer has either stopped or had
    0 to k − 1 ticks without an order since.

    Parameters
    ----------
    log_likelihood
        Of each history, without what does not depend on parameters (`of_gaps`).
    alive
        Probability of still being a customer.
    ticks
        Weights of 0 … k − 1 ticks since the last order, given alive, relative to none; their sum is `total`.
    """

    point: Array
    histories: Histories
    k: int
    modified: bool
    log_likelihood: Array
    alive: Array
    ticks: tuple[Array, ...]
    total: Array

    @property
    def shape(self) -> Array:
        """Return the shape of the gamma distribution of the customer's tick rate, r + k x, without ticks since."""
        return float(np.exp(self.point[0])) + self.k * self.histories.frequency.rows()

    def tick_chances(self) -> Array:
        """Return the chance of 0 … k − 1 ticks since the last order, given alive; k × rows."""
        return np.stack(self.ticks) / self.total


def branches(point: Array, histories: Histories, k: int = 1, *, modified: bool = False) -> Branches:
    """Return likelihoods and what follows from them, by row.

    Parameters
    ----------
    point
        Logarithms of r, α, a, b: tick rates are gamma with shape r and scale parameter α / k, so that r / α is the
        mean order rate whatever k; the chance of stopping after an order is beta (a, b).
    histories
        Rows.
    k
        Regularity: 1 for purely random orders.
    modified
        Whether a customer can stop right after the first order, too (MBG).

    Notes
    -----
    BG/NBD: Fader, Hardie and Lee (2005), Marketing Science 24(2), equation 6. MBG/NBD: Batislam, Denizel and Filiztekin
    (2007). With k: Platzer and Reutterer (2016), Marketing Science 35(5).
    """
    r, alpha, a, b = np.exp(point)
    alpha /= k
    x, recency, age = histories.frequency, histories.recency, histories.age
    log_shape = x.map(lambda n: gammaln(r + k * n)) + (r * np.log(alpha) - gammaln(r) - betaln(a, b))
    stays, stops = (part[x.codes] for part in _stopping(x.values, a, b, modified=modified))
    ticks = _ticks(r, alpha, histories, k)
    total = np.sum(ticks, axis=0)
    shape = r + k * x.rows()
    alive = stays - shape * age.map(lambda t: np.log(alpha + t)) + np.log(total)
    left = stops - shape * recency.map(lambda t: np.log(alpha + t))
    either = np.logaddexp(alive, left)
    return Branches(point, histories, k, modified, log_shape + either, np.exp(alive - either), ticks, total)


def _stopping(n: Array, a: float, b: float, *, modified: bool) -> tuple[Array, Array]:
    """Return, by frequency, the logs of the beta integrals of never having stopped, and of stopping at the end."""
    if modified:
        return betaln(a, b + n + 1), betaln(a + 1, b + n)
    # In the BG/NBD who has ordered once cannot have stopped.
    return betaln(a, b + n), np.where(n > 0, betaln(a + 1, b + np.maximum(n, 1) - 1), -np.inf)


def _ticks(r: float, alpha: float, histories: Histories, k: int) -> tuple[Array, ...]:
    """Return the weights of 0 … k − 1 ticks since the last order, by each from the one before."""
    found = [np.ones(len(histories))]
    if k > 1:
        age = histories.age.rows()
        share = (age - histories.recency.rows()) / (alpha + age)
        shape = r + k * histories.frequency.rows()
        for j in range(1, k):
            found.append(found[-1] * share * ((shape + (j - 1)) / j))
    return tuple(found)


def gradient(found: Branches, weight: Array) -> Array:
    """Return the gradient of the weighted sum of log-likelihoods in the logs of r, α, a, b.

    Parameters
    ----------
    found
        Branches at the point.
    weight
        Weight of each row.
    """
    r, alpha, a, b = np.exp(found.point)
    alpha /= found.k
    x = found.histories.frequency
    alive = weight * found.alive
    left = weight - alive
    in_r, in_alpha = _rhythm_gradient(found, alpha, alive, left)
    weights = x.sums(weight)
    in_r += weights @ digamma(r + found.k * x.values) + weight.sum() * (np.log(alpha) - digamma(r))
    in_alpha += weight.sum() * r / alpha
    in_a, in_b = _stopping_gradient(found, a, b, x.sums(alive), x.sums(left))
    return np.array([r * in_r, alpha * in_alpha, a * in_a, b * in_b])


def _rhythm_gradient(found: Branches, alpha: float, alive: Array, left: Array) -> tuple[float, float]:
    """Return what depends on when the customer ordered, in r and in the tick scale."""
    histories, shape = found.histories, found.shape
    age, recency = histories.age, histories.recency
    in_r = -(alive @ age.map(lambda t: np.log(alpha + t)) + left @ recency.map(lambda t: np.log(alpha + t)))
    later = shape.copy()
    if found.k > 1:
        steps, growth, ticks = np.zeros(len(shape)), np.zeros(len(shape)), np.zeros(len(shape))
        for j in range(1, found.k):
            growth += 1 / (shape + (j - 1))
            steps += j * found.ticks[j]
            ticks += growth * found.ticks[j]
        in_r += alive @ (ticks / found.total)
        later += steps / found.total
    in_alpha = alive @ (later * age.map(lambda t: 1 / (alpha + t)))
    in_alpha += left @ (shape * recency.map(lambda t: 1 / (alpha + t)))
    return float(in_r), -float(in_alpha)


def _stopping_gradient(found: Branches, a: float, b: float, alive: Array, left: Array) -> tuple[float, float]:
    """Return the gradient in a and b from the weights of each distinct frequency."""
    n = found.histories.frequency.values
    both = alive + left
    if not found.modified:
        # Who has ordered once tells nothing about stopping.
        alive, left, both = (np.where(n > 0, part, 0.0) for part in (alive, left, both))
        n = np.maximum(n, 1) - 1
    total = both @ (digamma(a + b) - digamma(a + b + n + 1))
    in_a = alive.sum() * digamma(a) + left.sum() * digamma(a + 1) - both.sum() * digamma(a) + total
    in_b = alive @ digamma(b + n + 1) + left @ digamma(b + n) - both.sum() * digamma(b) + total
    return float(in_a), float(in_b)


def of_gaps(histories: Histories, k: int) -> Array:
    """Return what the gaps' own sizes add to each log-likelihood with regularity k: nothing for k = 1."""
    found: Array = (k - 1) * histories.log_gaps - histories.frequency.rows() * gammaln(k)
    return found

"""BG/NBD and MBG/NBD: random orders until the customer, after one of them, stops."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from salesops.customer_segmentation.beta_geometric import branches, gradient
from salesops.customer_segmentation.order_counts import OrderCounts, largest_counts, tail_chances
from salesops.customer_segmentation.order_models import OrderModel, order_rate

if TYPE_CHECKING:
    from salesops.customer_segmentation.beta_geometric import Branches
    from salesops.customer_segmentation.histories import Array, Histories


class BetaGeoNBD(OrderModel):
    """Beta-geometric / negative binomial model.

    While they are customers they order at random at a rate that differs between them (gamma: r, alpha); after each
    repeat order they stop for ever with a chance that differs, too (beta: a, b).

    References
    ----------
    Fader, Hardie and Lee (2005), "Counting your customers the easy way: an alternative to the Pareto/NBD model",
    Marketing Science 24(2). P(alive): Fader, Hardie and Lee (2008), "Computing P(alive) using the BG/NBD model".

    Examples
    --------
    >>> model = BetaGeoNBD().fit([0, 3, 1, 0, 6], [0, 20, 5, 0, 34], [39, 39, 39, 39, 39])
    >>> sorted(model.params_)
    ['a', 'alpha', 'b', 'r']
    >>> bool(model.expected_orders(13, 6, 38, 39)[0] > model.expected_orders(13, 6, 20, 39)[0])
    True
    """

    names: ClassVar[tuple[str, ...]] = ("r", "alpha", "a", "b")
    times: ClassVar[tuple[str, ...]] = ("alpha",)
    modified: ClassVar[bool] = False

    def alive(self, known: Histories) -> Array:
        """Return the probability of still being a customer, by customer."""
        return self._branches(known).alive[known.row_of]

    def log_likelihoods(self, known: Histories) -> Array:
        """Return the log-likelihood of each row."""
        return self._branches(known).log_likelihood

    def usual_gap(self, known: Histories) -> Array:
        """Return one over the expected order rate before the last order, by customer."""
        r, alpha = np.exp(self.point_[:2])
        gap: Array = (alpha + known.recency.rows()) / (r + known.frequency.rows())
        return gap[known.row_of]

    def counts(self, known: Histories, horizon: float) -> OrderCounts:
        """Return the distribution of the number of orders."""
        r, alpha = np.exp(self.point_[:2])
        age = alpha + known.age.rows()
        most = largest_counts((r + known.frequency.rows()) / age, age, horizon)
        return OrderCounts(known, lambda part, to: at_least(self._branches(part), horizon, to), most)

    def _branches(self, known: Histories) -> Branches:
        return branches(self.point_, known, modified=self.modified)

    def _likelihood(self, point: Array, known: Histories) -> tuple[float, Array]:
        total, slope = 0.0, np.zeros(4)
        for _, part in known.parts():
            found = branches(point, part, modified=self.modified)
            total += float(part.weight @ found.log_likelihood)
            slope += gradient(found, part.weight)
        return total, slope

    def _start(self, known: Histories) -> Array:
        return beta_geometric_start(known)


class ModifiedBetaGeoNBD(BetaGeoNBD):
    """Modified BG/NBD: customers can stop right after their first order, too.

    References
    ----------
    Batislam, Denizel and Filiztekin (2007), "Empirical validation and comparison of models for customer base
    analysis", International Journal of Research in Marketing 24(3).
    """

    modified: ClassVar[bool] = True


def beta_geometric_start(known: Histories) -> Array:
    """Return the logarithms of r, α, a, b at which the search for the best begins."""
    return np.log([0.7, 0.7 / order_rate(known), 0.7, 3.0])


def at_least(found: Branches, horizon: float, most: int) -> Array:
    """Return the chances of at least 1 … `most` orders within the horizon; counts × rows.

    P(Y ≥ m) = P(alive) · Σⱼ wⱼ · P(ticks ≥ m k − j) · E[(1 − p)^(m − 1)]: who is alive with j ticks since the last
    order needs m k − j more, and must not have stopped after any of the m − 1 orders before.
    """
    _, alpha, a, b = np.exp(found.point)
    age = found.histories.age.rows()
    share = horizon / (alpha / found.k + age + horizon)
    chances = np.zeros((most, len(share)))
    waiting = found.tick_chances()
    shapes = found.shape + np.arange(found.k)[:, None]
    for ticks, chance in enumerate(tail_chances(shapes, share, found.k * most), start=1):
        # Of all states of waiting, one is exactly as many ticks short of a whole order.
        j = -ticks % found.k
        orders = (ticks + j) // found.k
        chances[orders - 1] += waiting[j] * chance[j]
    stays = b + found.histories.frequency.rows() + found.modified
    further = np.arange(most - 1)[:, None]
    chances[1:] *= np.cumprod((stays + further) / (a + stays + further), axis=0)
    return chances * found.alive

"""The default: every customer has a regularity of its own, random to clockwork, that is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from scipy.special import logsumexp

from salesops.customer_segmentation.beta_geo_nbd import at_least, beta_geometric_start
from salesops.customer_segmentation.beta_geometric import branches, gradient, of_gaps
from salesops.customer_segmentation.order_counts import OrderCounts, largest_counts
from salesops.customer_segmentation.order_models import OrderModel

if TYPE_CHECKING:
    from salesops.customer_segmentation.beta_geometric import Branches
    from salesops.customer_segmentation.histories import Array, Histories

REGULARITIES = (1, 2, 3, 4, 6, 8, 12)
# A regularity less likely than this for a customer is left out of its distribution of orders.
NEGLIGIBLE = 1e-4


class RegularityMixture(OrderModel):
    """Mixture of MBG/CNBD-k models over k, the customer's regularity, in 1, 2, 3, 4, 6, 8 and 12.

    Gaps between orders are gamma with shape k. The share of customers with each k is estimated along with r, alpha
    (r / alpha is the mean order rate whatever k), a and b; a customer's own gaps then tell its k.

    Attributes
    ----------
    shares_
        Share of customers with each regularity.

    References
    ----------
    MBG/CNBD-k with one k for all: Platzer and Reutterer (2016), "Ticking away the moments", Marketing Science 35(5).

    Examples
    --------
    >>> gaps = np.log([[7, 7, 7, 7], [2, 9, 4, 13]]).sum(axis=1)
    >>> model = RegularityMixture().fit([4, 4], [28, 28], [30, 30], gaps)
    >>> round(sum(model.shares_.values()), 6)
    1.0
    """

    names: ClassVar[tuple[str, ...]] = ("r", "alpha", "a", "b")
    times: ClassVar[tuple[str, ...]] = ("alpha",)
    needs_gaps: ClassVar[bool] = True

    @property
    def shares_(self) -> dict[int, float]:
        """Share of customers with each regularity."""
        return dict(zip(REGULARITIES, np.exp(_log_shares(self.point_)).tolist(), strict=True))

    def alive(self, known: Histories) -> Array:
        """Return the probability of still being a customer, by customer."""
        each, chances = self.posterior(known)
        alive: Array = np.sum(chances * [found.alive for found in each], axis=0)
        return alive[known.row_of]

    def log_likelihoods(self, known: Histories) -> Array:
        """Return the log-likelihood of each row."""
        found: Array = logsumexp([joint for _, joint in _joints(self.point_, known)], axis=0)
        return found

    def regularity(self, known: Histories) -> Array:
        """Return the expected regularity of each customer."""
        _, chances = self.posterior(known)
        k: Array = np.array(REGULARITIES, dtype=np.float64) @ chances
        return k[known.row_of]

    def usual_gap(self, known: Histories) -> Array:
        """Return one over the expected order rate before the last order, by customer."""
        r, alpha = np.exp(self.point_[:2])
        _, chances = self.posterior(known)
        x, recency = known.frequency.rows(), known.recency.rows()
        rates = [(r + k * x) / (alpha + k * recency) for k in REGULARITIES]
        gap: Array = 1 / np.sum(chances * rates, axis=0)
        return gap[known.row_of]

    def counts(self, known: Histories, horizon: float) -> OrderCounts:
        """Return the distribution of the number of orders."""
        r, alpha = np.exp(self.point_[:2])
        x, age = known.frequency.rows(), known.age.rows()
        # Whoever is regular is less uncertain: k = 1 reaches farthest, the largest k has the highest rates.
        rate = np.maximum((r + x) / (alpha + age), (r + REGULARITIES[-1] * x) / (alpha + REGULARITIES[-1] * age))
        return OrderCounts(
            known, lambda part, to: self._at_least(part, horizon, to), largest_counts(rate, alpha + age, horizon)
        )

    def _at_least(self, known: Histories, horizon: float, most: int) -> Array:
        _, chances = self.posterior(known)
        found = np.zeros((most, len(known)))
        for k, chance in zip(REGULARITIES, chances, strict=True):
            rows = np.flatnonzero(chance > NEGLIGIBLE)
            part = branches(self.point_[:4], known.part(rows), k, modified=True)
            found[:, rows] += chance[rows] * at_least(part, horizon, most)
        kept = np.where(chances > NEGLIGIBLE, chances, 0.0).sum(axis=0)
        chances_: Array = found / kept
        return chances_

    def posterior(self, known: Histories) -> tuple[list[Branches], Array]:
        """Return the branches of each regularity, and its chance by row; regularities × rows."""
        joints = _joints(self.point_, known)
        stacked = np.stack([joint for _, joint in joints])
        return [found for found, _ in joints], np.exp(stacked - logsumexp(stacked, axis=0))

    def _likelihood(self, point: Array, known: Histories) -> tuple[float, Array]:
        total, slope = 0.0, np.zeros(len(point))
        for _, part in known.parts():
            joints = _joints(point, part)
            stacked = np.stack([joint for _, joint in joints])
            rows = logsumexp(stacked, axis=0)
            total += float(part.weight @ rows)
            weights = part.weight * np.exp(stacked - rows)
            slope[:4] += np.sum(
                [gradient(found, weight) for (found, _), weight in zip(joints, weights, strict=True)], axis=0
            )
            slope[4:] += (weights.sum(axis=1) - np.exp(_log_shares(point)) * part.weight.sum())[1:]
        return total, slope

    def _start(self, known: Histories) -> Array:
        return np.concatenate([beta_geometric_start(known), -0.5 * np.arange(1, len(REGULARITIES))])

    def _shift(self, log_unit: float) -> Array:
        return np.concatenate([super()._shift(log_unit), np.zeros(len(REGULARITIES) - 1)])

    def _params(self) -> dict[str, float]:
        return dict(zip(self.names, np.exp(self.point_[:4]).tolist(), strict=True))


def _log_shares(point: Array) -> Array:
    """Return the logarithms of the shares of regularities; those of the point are relative to the first."""
    relative = np.concatenate([[0.0], point[4:]])
    shares: Array = relative - logsumexp(relative)
    return shares


def _joints(point: Array, known: Histories) -> list[tuple[Branches, Array]]:
    """Return for each regularity its branches, and the log of the joint likelihood of regularity and history."""
    found = [branches(point[:4], known, k, modified=True) for k in REGULARITIES]
    return [
        (each, each.log_likelihood + of_gaps(known, each.k) + share)
        for each, share in zip(found, _log_shares(point), strict=True)
    ]

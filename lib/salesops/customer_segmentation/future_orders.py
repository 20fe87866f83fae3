"""Futures drawn from the mixture over regularity: how many orders each customer may place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from salesops.customer_segmentation.beta_geometric import Branches
    from salesops.customer_segmentation.histories import Array, Histories, Ints
    from salesops.customer_segmentation.regularity_mixture import RegularityMixture

SMALLEST_CHANCE = 1e-12


def draw_orders(
    model: RegularityMixture, known: Histories, horizon: float, draws: int, rng: np.random.Generator
) -> Array:
    """Draw numbers of orders within the horizon; draws × customers.

    A customer's regularity, whether it is still one, the ticks since its last order, its rate and its chance of
    stopping are drawn from what its history leaves open; then ticks come, each k-th is an order, and it stops after one
    of them. The distribution is that of `RegularityMixture.counts`, at a cost that does not grow with counts.

    Parameters
    ----------
    model
        Fitted.
    known
        Histories, in the model's unit of time.
    horizon
        Time ahead.
    draws
        Number of futures.
    rng
        Source of chance.
    """
    each, chances = model.posterior(known)
    upto = np.cumsum(chances, axis=0)[:-1, known.row_of]
    chosen = (rng.random((draws, 1, len(known.row_of))) > upto).sum(axis=1)
    found = np.zeros(chosen.shape)
    for place, branch in enumerate(each):
        draw, customer = np.nonzero(chosen == place)
        found[draw, customer] = _of_one_regularity(branch, known.row_of[customer], horizon, rng)
    return found


def _of_one_regularity(branch: Branches, row: Ints, horizon: float, rng: np.random.Generator) -> Ints:
    """Draw one number of orders for each of some rows, whose regularity is that of the branch."""
    _, alpha, a, b = np.exp(branch.point)
    x, age = branch.histories.frequency.rows()[row], branch.histories.age.rows()[row]
    waiting = np.cumsum(branch.tick_chances(), axis=0)[:-1, row]
    since = (rng.random(len(row)) > waiting).sum(axis=0)
    rate = rng.gamma(branch.shape[row] + since) / (alpha / branch.k + age)
    orders = (rng.poisson(rate * horizon) + since) // branch.k
    stops = np.maximum(rng.beta(a, b + x + branch.modified), SMALLEST_CHANCE)
    stays = rng.random(len(row)) < branch.alive[row]
    found: Ints = np.where(stays, np.minimum(orders, rng.geometric(stops)), 0)
    return found

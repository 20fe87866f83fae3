"""How wide intervals have to be for as many customers to lie inside as they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.customer_segmentation.lifetime_value import value_in_orders
from salesops.customer_segmentation.spending import expected_amounts
from salesops.not_enough_data import NotEnoughData

if TYPE_CHECKING:
    from salesops.customer_segmentation.histories import Array
    from salesops.customer_segmentation.learned_orders import LearnedOrders

# The past counts as much as the model's own word when it holds that many customers.
WORD_OF_THE_MODEL = 500
WIDEST = 0.98


def honest_level(learned: LearnedOrders) -> float:
    """Return the level to draw intervals for, so that the settings' share of customers lies inside.

    Intervals are drawn as they would have been some time ago; the level that then held for the share of customers
    wanted is taken, as far as enough customers tell it. Rhythms that change make intervals too narrow otherwise.

    Parameters
    ----------
    learned
        Customers as known today and some time ago.
    """
    level = learned.settings.level
    if isinstance(learned.past, NotEnoughData):
        return level
    known = learned.past.known
    sales = expected_amounts(known.spending)
    futures = value_in_orders(learned.past, sales, learned.settings, learned.past_days)
    needed = _needed(futures, known.amount_within(learned.past_days) / sales)
    trust = len(needed) / (len(needed) + WORD_OF_THE_MODEL)
    return min(level + trust * (float(np.quantile(needed, level)) - level), WIDEST)


def _needed(futures: Array, actual: Array) -> Array:
    """Return the level of the narrowest central interval that holds what happened, by customer."""
    below, at_most = (futures < actual).mean(axis=0), (futures <= actual).mean(axis=0)
    found: Array = np.maximum(np.maximum(1 - 2 * at_most, 2 * below - 1), 0.0)
    return found

"""Models side by side: each foretells orders that have come since, from what was known then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.stats import poisson

from salesops.customer_segmentation.beta_geo_nbd import BetaGeoNBD, ModifiedBetaGeoNBD
from salesops.customer_segmentation.pareto_nbd import ParetoNBD
from salesops.customer_segmentation.scoring import calibration_error
from salesops.not_enough_data import NotEnoughData, passes_not_enough_data

if TYPE_CHECKING:
    from salesops.customer_segmentation.histories import Array, Ints
    from salesops.customer_segmentation.learned_orders import LearnedOrders
    from salesops.customer_segmentation.order_book import Known
    from salesops.customer_segmentation.order_models import OrderModel

DEFAULT = "mixture over regularity"
OWN_RATE = "own past rate"
OTHERS: dict[str, type[OrderModel]] = {"BG/NBD": BetaGeoNBD, "MBG/NBD": ModifiedBetaGeoNBD, "Pareto/NBD": ParetoNBD}
SMALLEST_CHANCE = 1e-6


@passes_not_enough_data
def order_contest(learned: LearnedOrders) -> pd.DataFrame | NotEnoughData:
    """Return how well each model foretold the orders since the past standpoint.

    Parameters
    ----------
    learned
        Customers as known today and some time ago.

    Returns
    -------
    DataFrame or NotEnoughData
        One row per model, the default last:

        - model
        - error: sum of absolute errors of customers' orders over the orders that came. It rewards who foretells too
          little, which `bias` shows
        - bias: orders foretold over orders that came, less one
        - log_score: mean of minus the natural logarithm of the chance given to what came; lower is better
        - calibration: mean absolute difference between chance and share of customers that ordered, over five groups

        NotEnoughData if history is too short, or no order has come since.

    Examples
    --------
    >>> from salesops.customer_segmentation.learned_orders import learn_orders
    >>> days = pd.date_range("2026-01-01", periods=60, freq="7D")
    >>> rows = {"account_id": np.tile(list("ABCDEFGHIJKL"), 5), "day": days, "amount": 5.0}
    >>> order_contest(learn_orders(pd.DataFrame(rows), days[-1]))["model"].tolist()
    ['own past rate', 'BG/NBD', 'MBG/NBD', 'Pareto/NBD', 'mixture over regularity']
    """
    if isinstance(learned.past, NotEnoughData):
        return learned.past
    known, days = learned.past.known, learned.past_days
    came = known.orders_within(days)
    if not came.any():
        return NotEnoughData("orders of the last weeks", f"none has come for {days} days from customers known before")
    models = {name: model().fit_histories(known.known) for name, model in OTHERS.items()}
    rows = [_scored(OWN_RATE, *_own_rate(known, days, came), came)]
    rows += [
        _scored(name, *_foretold(model, known, days, came), came)
        for name, model in (models | {DEFAULT: learned.past.model}).items()
    ]
    return pd.DataFrame(rows)


def _own_rate(known: Known, days: float, came: Ints) -> tuple[Array, Array, Array]:
    """Return expected orders, the chance of what came and of none, by customer: orders at the pace so far."""
    age = np.maximum(known.known.age.rows(), 1.0)
    rate = (known.known.frequency.rows() / age)[known.known.row_of]
    # One half order more: who has ordered once may do so again.
    surely = ((known.known.frequency.rows() + 0.5) / age)[known.known.row_of]
    return rate * days, poisson.pmf(came, surely * days), np.exp(-surely * days)


def _foretold(model: OrderModel, known: Known, days: float, came: Ints) -> tuple[Array, Array, Array]:
    counts = model.counts(known.known, days)
    return counts.mean(), counts.exactly(came), model.none_within(known.known, days)


def _scored(model: str, expected: Array, chance: Array, none: Array, came: Ints) -> dict[str, object]:
    return {
        "model": model,
        "error": float(np.abs(expected - came).sum() / came.sum()),
        "bias": float(expected.sum() / came.sum() - 1),
        "log_score": float(-np.log(np.maximum(chance, SMALLEST_CHANCE)).mean()),
        "calibration": calibration_error(none, came == 0),
    }

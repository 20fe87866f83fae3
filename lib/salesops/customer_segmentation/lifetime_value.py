"""Discounted value of each customer's orders to come, with what is uncertain about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from salesops.customer_segmentation.future_orders import draw_orders
from salesops.customer_segmentation.regularity_mixture import RegularityMixture
from salesops.customer_segmentation.spending import amount_noise, shrunk

if TYPE_CHECKING:
    from salesops.customer_segmentation.histories import Array
    from salesops.customer_segmentation.learned_orders import Standpoint
    from salesops.customer_segmentation.order_book import Known
    from salesops.customer_segmentation.order_models import OrderModel
    from salesops.customer_segmentation.outlook_settings import OutlookSettings

PIECES = 4
DAYS_PER_YEAR = 365.25
# A refit starts where the first fit ended; a step that gains less than this says nothing about uncertainty.
REFIT_TOLERANCE = 1e-7
# The same data give the same intervals.
SEED = 20260930


@dataclass(frozen=True)
class LifetimeValue:
    """Value over the horizon; arrays by customer, money.

    Parameters
    ----------
    expected
        Expected discounted value.
    low, high
        Ends of the interval.
    """

    expected: Array
    low: Array
    high: Array


@dataclass(frozen=True)
class ExpectedOrders:
    """Orders to come and what they bring; arrays by customer.

    Parameters
    ----------
    orders
        Expected number within the horizon.
    worth
        Mean discount factor of an order.
    sales
        Expected amount of an order, money.
    margin
        Share of sales that is kept.
    """

    orders: Array
    worth: Array
    sales: Array
    margin: Array


def discounted_orders(model: OrderModel, known: Known, days: float, per_year: float) -> tuple[Array, Array]:
    """Return expected orders within the horizon, and the mean discount factor of each of them.

    Parameters
    ----------
    model
        Fitted to days.
    known
        Customers.
    days
        Horizon.
    per_year
        Discount rate.
    """
    ends = days * np.arange(1, PIECES + 1) / PIECES
    upto = np.stack([model.expected(known.known, end) for end in ends])
    worth = (1 + per_year) ** (-(ends - ends[0] / 2) / DAYS_PER_YEAR)
    pieces = np.diff(upto, axis=0, prepend=0.0)
    mean = worth @ pieces / np.maximum(upto[-1], 1e-300)
    return upto[-1], np.where(upto[-1] > 0, mean, worth[0])


def lifetime_value(
    stand: Standpoint, expected: ExpectedOrders, settings: OutlookSettings, level: float
) -> LifetimeValue:
    """Return expected value and an interval for each customer's actual value.

    Parameters
    ----------
    stand
        Customers and the model fitted to them.
    expected
        Expected orders and what they bring.
    settings
        Horizon and number of draws.
    level
        Chance that the interval is drawn for.
    """
    futures = value_in_orders(stand, expected.sales, settings)
    tail = (1 - level) / 2
    low, high = np.quantile(futures, [tail, 1 - tail], axis=0)
    each = expected.worth * expected.sales * expected.margin
    return LifetimeValue(expected.orders * each, low * each, high * each)


def value_in_orders(stand: Standpoint, sales: Array, settings: OutlookSettings, days: float | None = None) -> Array:
    """Draw what customers may buy within the horizon, in expected amounts of an order; draws × customers.

    Parameters are drawn by refits to re-weighted customers (Bayesian bootstrap, Rubin 1981), since intervals from the
    curvature of the likelihood are too narrow; then the number of orders, and what they bring around an expected amount
    that is itself uncertain.

    Parameters
    ----------
    stand
        Customers and the model fitted to them.
    sales
        Expected amount of an order of each, money.
    settings
        Number of refits and of draws, and the horizon unless `days` says another.
    days
        Horizon.
    """
    rng = np.random.default_rng(SEED)
    known = stand.known.known
    horizon = settings.horizon_days if days is None else days
    models = _refits(stand, settings, rng)
    counts = np.concatenate([draw_orders(model, known, horizon, settings.draws, rng) for model in models])
    spent = stand.known.spending
    uncertain = shrunk(spent.orders, spent.logs, spent.log_squares).variance
    return _worth_of(counts, uncertain, amount_noise(spent, sales), rng)


def _refits(stand: Standpoint, settings: OutlookSettings, rng: np.random.Generator) -> list[RegularityMixture]:
    """Return the model refitted to randomly re-weighted customers."""
    known, point = stand.known.known, stand.model.point_
    weights = (known.weighted(rng.gamma(known.weight)) for _ in range(settings.bootstraps))
    return [RegularityMixture().fit_histories(each, point, REFIT_TOLERANCE) for each in weights]


def _worth_of(counts: Array, uncertain: Array, noise: float, rng: np.random.Generator) -> Array:
    """Draw what so many orders are worth, in expected amounts of one."""
    level = np.exp(np.sqrt(uncertain) * rng.normal(size=counts.shape) - uncertain / 2)
    shape = np.maximum(counts, 1e-9) / max(noise, 1e-9)
    found: Array = np.where(counts > 0, counts * level * rng.gamma(shape) / shape, 0.0)
    return found

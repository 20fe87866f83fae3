"""What a customer's next order will be worth: three estimates that learn from all customers, and their median."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from salesops.customer_segmentation.gamma_gamma import GammaGamma

if TYPE_CHECKING:
    from salesops.customer_segmentation.histories import Array


@dataclass(frozen=True)
class Spending:
    """Amounts of each customer's orders, in sums.

    Parameters
    ----------
    orders
        Their number, at least 1.
    total, squares
        Sum of amounts and of their squares.
    logs, log_squares
        Sum of their logarithms and of the squares of these.
    """

    orders: Array
    total: Array
    squares: Array
    logs: Array
    log_squares: Array


@dataclass(frozen=True)
class Shrunk:
    """Customers' means, drawn towards the mean of all as far as their own are uncertain.

    Parameters
    ----------
    mean
        By customer.
    variance
        What is left uncertain of each.
    within
        Variance of a customer's values around its mean.
    """

    mean: Array
    variance: Array
    within: float


def shrunk(orders: Array, total: Array, squares: Array) -> Shrunk:
    """Return each customer's mean by Bühlmann credibility, the linear empirical Bayes estimate.

    Parameters
    ----------
    orders, total, squares
        Number, sum and sum of squares of each customer's values.

    Notes
    -----
    Bühlmann and Straub (1970); components of variance by analysis of variance for unequal numbers (Searle, Casella and
    McCulloch 1992, chapter 3).

    Examples
    --------
    >>> found = shrunk(np.array([2.0, 2.0, 2.0]), np.array([2.0, 4.0, 12.0]), np.array([3.0, 9.0, 73.0]))
    >>> found.mean.round(2).tolist()
    [1.14, 2.07, 5.79]
    """
    means = total / orders
    spare = float((orders - 1).sum())
    within = max(float((squares - orders * means**2).sum()), 0.0) / spare if spare > 0 else 0.0
    between = _between(orders, means, within)
    if between <= 0:
        everyone = float(total.sum() / orders.sum())
        return Shrunk(np.full(len(orders), everyone), np.zeros(len(orders)), within)
    trust = between / (between + within / orders)
    everyone = float(trust @ means / trust.sum())
    return Shrunk(everyone + trust * (means - everyone), between * (1 - trust), within)


def _between(orders: Array, means: Array, within: float) -> float:
    """Return the variance between customers' true means, as far as it exceeds what chance alone makes."""
    count, everything = len(orders), float(orders.sum())
    if count < 2:
        return 0.0
    grand = float(orders @ means) / everything
    spread = float(orders @ (means - grand) ** 2) / (count - 1)
    usual = (everything - float(orders @ orders) / everything) / (count - 1)
    return (spread - within) / usual


def by_gamma_gamma(spent: Spending) -> Array:
    """Return expected amounts by Gamma-Gamma on all orders, whose logarithms tell how much amounts vary."""
    mean = spent.total / spent.orders
    return GammaGamma().fit(spent.orders, mean, spent.logs / spent.orders).expected_amount(spent.orders, mean)


def by_log_normal(spent: Spending) -> Array:
    """Return expected amounts by shrinking logarithms; smearing (Duan 1983) makes them add up to what was sold."""
    level = np.exp(shrunk(spent.orders, spent.logs, spent.log_squares).mean)
    found: Array = level * (spent.total.sum() / (spent.orders @ level))
    return found


def by_credibility(spent: Spending) -> Array:
    """Return expected amounts by shrinking the amounts themselves."""
    return shrunk(spent.orders, spent.total, spent.squares).mean


def expected_amounts(spent: Spending) -> Array:
    """Return the median of the three estimates, money per order of each customer.

    Examples
    --------
    >>> orders, amounts = np.array([1.0, 4.0]), np.array([100.0, 20.0])
    >>> total, logs = orders * amounts, orders * np.log(amounts)
    >>> spent = Spending(orders, total, orders * amounts**2, logs, logs**2 / orders)
    >>> bool((expected_amounts(spent) > 0).all())
    True
    """
    median: Array = np.median([by_gamma_gamma(spent), by_log_normal(spent), by_credibility(spent)], axis=0)
    return median


def amount_noise(spent: Spending, expected: Array) -> float:
    """Return the variance of an order's amount around the customer's expected one, relative to its square.

    The median over customers with several orders would overlook the few large orders that matter: it is the mean.
    """
    several = spent.orders > 1
    if not several.any():
        return 0.0
    mean = spent.total / spent.orders
    own = (spent.squares - spent.orders * mean**2)[several]
    return float(np.maximum(own, 0.0) @ (1 / expected[several] ** 2) / (spent.orders[several] - 1).sum())

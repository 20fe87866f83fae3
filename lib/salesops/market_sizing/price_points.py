"""Van Westendorp's price sensitivity meter and Newton, Miller and Smith's demand, on arrays of answers.

Points are found as R's package pricesensitivitymeter finds them by default: respondents count only if
too cheap < cheap < expensive < too expensive; a point is the first price named by anybody at which the rising curve is
at or above the falling one, without interpolation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from salesops.market_sizing.arrays import Array, Flags


class PricePoints(NamedTuple):
    """The four points; arrays where there are several sets of weights.

    Parameters
    ----------
    pmc
        Point of marginal cheapness: "not cheap" meets "too cheap".
    ipp
        Indifference price: "expensive" meets "cheap".
    opp
        Optimal price: "too expensive" meets "too cheap".
    pme
        Point of marginal expensiveness: "too expensive" meets "not expensive".
    """

    pmc: Array
    ipp: Array
    opp: Array
    pme: Array


class MeterCurves(NamedTuple):
    """Shares of respondents at each price; sets of weights × prices, prices in rising order."""

    prices: Array
    too_cheap: Array
    cheap: Array
    expensive: Array
    too_expensive: Array


def consistent(answers: Array) -> Flags:
    """Return which respondents answered in order, strictly; answers are respondents × 4, cheapest question first.

    Examples
    --------
    >>> consistent(np.array([[1.0, 2, 3, 4], [1, 2, 2, 4], [2, 1, 3, 4], [1, 2, 3, np.nan]])).tolist()
    [True, False, False, False]
    """
    found: Flags = (np.diff(answers, axis=1) > 0).all(axis=1) & (answers[:, 0] >= 0)
    return found


def meter_curves(answers: Array, weights: Array | None = None) -> MeterCurves:
    """Return who holds a price for too cheap or cheap (the answer is above it), expensive or too expensive (it is not).

    Parameters
    ----------
    answers
        Respondents × 4.
    weights
        Sets × respondents; by default one set, everybody alike.
    """
    each = np.ones((1, len(answers))) if weights is None else weights
    prices, place = np.unique(answers, return_inverse=True)
    place = place.reshape(answers.shape)
    respondent = np.arange(len(answers))
    below = []
    for question in range(4):
        at = sparse.csr_matrix((np.ones(len(answers)), (place[:, question], respondent)), (len(prices), len(answers)))
        below.append(np.cumsum((at @ each.T).T, axis=1) / each.sum(axis=1, keepdims=True))
    return MeterCurves(prices, 1 - below[0], 1 - below[1], below[2], below[3])


def points_of(curves: MeterCurves) -> PricePoints:
    """Return where the curves meet, one per set of weights."""
    pairs = (
        (1 - curves.cheap, curves.too_cheap),
        (curves.expensive, curves.cheap),
        (curves.too_expensive, curves.too_cheap),
        (curves.too_expensive, 1 - curves.expensive),
    )
    # Shares are sums of weights, and equal ones may differ in the last digit.
    return PricePoints(*(curves.prices[(rising >= falling - 1e-12).argmax(axis=1)] for rising, falling in pairs))


def price_points(too_cheap: ArrayLike, cheap: ArrayLike, expensive: ArrayLike, too_expensive: ArrayLike) -> PricePoints:
    """Return van Westendorp's four points.

    Van Westendorp (1976), "NSS price sensitivity meter: a new approach to study consumer perception of price",
    Proceedings of the 29th ESOMAR congress. Respondents whose answers are not in strictly rising order do not count.

    Raises
    ------
    ValueError
        If nobody's answers are in order.

    Examples
    --------
    >>> points = price_points([10, 20, 30], [20, 30, 40], [30, 40, 50], [40, 50, 60])
    >>> [float(price) for price in points]
    [20.0, 30.0, 30.0, 40.0]
    """
    columns = (too_cheap, cheap, expensive, too_expensive)
    answers = np.column_stack([np.asarray(column, dtype=np.float64) for column in columns])
    kept = answers[consistent(answers)]
    if not len(kept):
        raise ValueError("no respondent has too cheap < cheap < expensive < too expensive")
    found = points_of(meter_curves(kept))
    return PricePoints(*(point[0] for point in found))


def purchase_intent(answers: Array, at_cheap: Array, at_expensive: Array, prices: Array) -> Array:
    """Return each respondent's chance to buy at each price; respondents × prices.

    Linear from 0 at the too cheap price to the stated chance at the cheap and at the expensive one, and to 0 at the too
    expensive: Newton, Miller and Smith (1993), "A market acceptance extension to traditional price sensitivity
    measurement", American Marketing Association, Advanced Research Techniques Forum.

    Examples
    --------
    >>> purchase_intent(np.array([[10.0, 20, 30, 40]]), np.array([0.8]), np.array([0.4]), np.array([5.0, 15, 25, 40]))
    array([[0. , 0.4, 0.6, 0. ]])
    """
    chances = np.column_stack([np.zeros(len(answers)), at_cheap, at_expensive, np.zeros(len(answers))])
    intent = np.zeros((len(answers), len(prices)))
    for k in range(3):
        start, end = answers[:, k, None], answers[:, k + 1, None]
        way = (prices - start) / (end - start)
        inside = (way > 0) & (way <= 1)
        intent = np.where(inside, chances[:, k, None] * (1 - way) + chances[:, k + 1, None] * way, intent)
    return intent

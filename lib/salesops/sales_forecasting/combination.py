"""Several forecasts of the same thing become one, weighted by how far off each has been."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from salesops.sales_forecasting.panel import Array

# The squared errors of all forecasts together count as much as this many of a forecast's own.
SHARED_ERRORS = 2.0
# A forecast whose mean squared error is more than this many times the smallest one only adds noise.
WORST_RATIO = 3.0
FEWEST_ERRORS = 4


def inverse_variance(errors: Array, present: Array) -> Array:
    """Return weights by the inverse of each forecast's mean squared error (Bates and Granger, 1969).

    Correlations between errors are left out: over a dozen past quarters they cost more than they bring. Each mean
    square is drawn a little to that of all forecasts together, so that a few lucky quarters decide nothing; forecasts
    that have been much worse than the best one are left out.

    Parameters
    ----------
    errors
        Past errors; quarters × forecasts, NaN where a forecast could not be made then.
    present
        Which forecasts there are now; one that is absent, or has no past error while others have, weighs nothing.

    Returns
    -------
    Array
        One weight per forecast, adding up to 1; all NaN if there is no forecast.

    Examples
    --------
    >>> errors = np.array([[1.0, 1.5, 4.0], [-1.0, -1.5, -4.0]] * 50)
    >>> inverse_variance(errors, np.array([True, True, True])).round(2).tolist()
    [0.69, 0.31, 0.0]
    """
    known = np.isfinite(errors) & present
    count = known.sum(axis=0)
    squares = np.where(known, errors, 0.0) ** 2
    if not count.any():
        return np.where(present, 1.0, 0.0) / (present.sum() or np.nan)
    own = np.divide(squares.sum(axis=0), count, out=np.full(len(count), np.inf), where=count > 0)
    good = own <= WORST_RATIO * own.min()
    pooled = float(squares[:, good].sum() / count[good].sum())
    mean_square = (squares.sum(axis=0) + SHARED_ERRORS * pooled) / (count + SHARED_ERRORS)
    weights = np.where(good, 1.0 / np.maximum(mean_square, 1e-12 * pooled + 1e-300), 0.0)
    return np.asarray(weights / weights.sum())


def combined(forecasts: Array, weights: Array) -> Array:
    """Return the weighted mean over the last axis, of those forecasts that are there."""
    there = np.isfinite(forecasts)
    weight = np.where(there, weights, 0.0)
    total = weight.sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(there, forecasts * weight, 0.0).sum(axis=-1) / np.where(total > 0, total, np.nan))


def error_scale(errors: Array) -> float:
    """Return the scale of the next error's t distribution, with as many degrees of freedom as there are errors.

    Parameters
    ----------
    errors
        Past errors around zero; those that are not known (NaN) are left out.

    Returns
    -------
    float
        NaN with fewer than four errors.

    Examples
    --------
    >>> round(error_scale(np.array([1.0, -1.0, 1.0, -1.0])), 3)
    1.118
    """
    known = errors[np.isfinite(errors)]
    if len(known) < FEWEST_ERRORS:
        return float("nan")
    return float(np.sqrt(np.mean(known**2) * (1 + 1 / len(known))))


def combined_again(forecasts: Array, actual: Array, scale: Array, quarters: int) -> Array:
    """Return what the combination would have been in each past quarter, with weights learned on the ones before it.

    Parameters
    ----------
    forecasts
        Quarters × forecasts, in the order of time.
    actual, scale
        What came, and what errors are measured in; one per quarter.
    quarters
        The most past quarters that weights are learned over.

    Returns
    -------
    Array
        One per quarter.
    """
    errors = (actual[:, None] - forecasts) / scale[:, None]
    weights = [
        inverse_variance(errors[max(q - quarters, 0) : q], np.isfinite(forecasts[q])) for q in range(len(actual))
    ]
    return combined(forecasts, np.stack(weights)) if weights else np.zeros(0)

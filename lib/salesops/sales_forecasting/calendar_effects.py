"""What working days and a moving feast do to each series, learned from what months differ by from others of their name.

Log sales and the calendar are both freed of their trend (a 2 × 12 moving average) and of the mean of each calendar
month, so that only what moves within the year is left; Huber's weights keep single months from deciding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from salesops.sales_forecasting.panel import Array

YEAR = 12
HALF = YEAR // 2
FEWEST_MONTHS = 3 * YEAR
HUBER = 2.0
STEPS = 3
NORMAL = 1.4826
TINY = 1e-9


def calendar_coefficients(sales: Array, calendar: Array, months: Array) -> Array:
    """Return what each column of the calendar adds to the log of sales, each series drawn to the median of all.

    A series is drawn to the median as far as its own coefficient is uncertain beside how far those of all series differ
    (empirical Bayes). Series with a month at or below zero, or of less than three years, have none.

    Parameters
    ----------
    sales
        Known sales, zero before a series begins; months × series.
    calendar
        What moves, such as log working days; months × columns.
    months
        Length of each series.

    Returns
    -------
    Array
        Columns × series.
    """
    started = np.arange(len(sales))[:, None] >= len(sales) - months
    usable = (months >= FEWEST_MONTHS) & ((sales > 0) | ~started).all(axis=0)
    coefficient = np.zeros((calendar.shape[1], sales.shape[1]))
    if usable.any() and len(coefficient):
        logs = np.log(np.where(started & (sales > 0), sales, 1.0))[:, usable]
        coefficient[:, usable] = _drawn_to_median(*robust_regression(logs, calendar, started[:, usable]))
    return coefficient


def calendar_factors(calendar: Array, coefficient: Array, known: int) -> Array:
    """Return the factor of each month, 1 for the mean of all known months of its name; all months × series.

    Parameters
    ----------
    calendar
        Known months and those ahead; months × columns.
    coefficient
        Result of `calendar_coefficients`.
    known
        Number of known months.
    """
    centred = calendar - _month_means(calendar[:known], np.ones((known, 1), bool))[np.arange(len(calendar)) % YEAR]
    factors: Array = np.exp(centred @ coefficient)
    return factors


def robust_regression(logs: Array, calendar: Array, started: Array) -> tuple[Array, Array]:
    """Regress log sales on what moves in the calendar, both freed of trend and season, with Huber's weights.

    Parameters
    ----------
    logs
        Log sales; months × series.
    calendar
        What moves; months × columns.
    started
        Whether a series has begun; months × series.

    Returns
    -------
    tuple of Array
        Coefficients and their variances; each columns × series.
    """
    inside = started[HALF:-HALF] & started[: -2 * HALF]
    y = freed(logs, inside)
    x = np.stack([freed(np.repeat(column[:, None], logs.shape[1], 1), inside) for column in calendar.T], axis=1)
    x = np.where(inside[:, None], x, 0.0)
    weight = inside.astype(float)
    for _ in range(STEPS + 1):
        gram = np.einsum("tpn,tn,tqn->npq", x, weight, x) + TINY * np.eye(x.shape[1])
        beta = np.linalg.solve(gram, np.einsum("tpn,tn->np", x, weight * y)[..., None])[..., 0].T
        error = np.where(inside, y - np.einsum("tpn,pn->tn", x, beta), np.nan)
        spread = NORMAL * np.nanmedian(np.abs(error), axis=0) + TINY
        weight = np.where(inside, np.minimum(1.0, HUBER * spread / np.maximum(np.abs(error), TINY)), 0.0)
    return beta, _variance(x, np.where(inside, error, 0.0), weight, inside)


def _variance(x: Array, error: Array, weight: Array, inside: Array) -> Array:
    """Return the variance of each coefficient (Huber, 1981, equation 6.5); columns × series.

    The trend takes a twelfth of the months, the season twelve, and each column one.
    """
    columns = x.shape[1]
    months = inside.sum(axis=0)
    freedom = np.maximum(months * (1 - 1 / YEAR) - YEAR - columns, columns + 1)
    unclipped = ((weight == 1) & inside).sum(axis=0) / np.maximum(months, 1)
    noise = np.square(weight * error).sum(axis=0) / freedom / np.maximum(unclipped, 0.5) ** 2
    gram = np.einsum("tpn,tqn->npq", x, x) + TINY * np.eye(columns)
    variance: Array = np.linalg.inv(gram)[:, np.arange(columns), np.arange(columns)].T * noise
    return variance


def _drawn_to_median(beta: Array, variance: Array) -> Array:
    """Return each series' coefficients drawn to the median of all, and the median to zero.

    Series of one business share their noise, so that their median is hardly surer than the surest of them.
    """
    middle = np.median(beta, axis=1, keepdims=True)
    differ = np.maximum(((beta - middle) ** 2 - variance).mean(axis=1, keepdims=True), 0.0)
    common = middle * middle**2 / np.maximum(middle**2 + variance.min(axis=1, keepdims=True), 1e-300)
    drawn: Array = (differ * beta + variance * common) / np.maximum(differ + variance, 1e-300)
    return drawn


def freed(values: Array, inside: Array) -> Array:
    """Return values less their 2 × 12 moving average, less the mean of each calendar month."""
    total = np.vstack([np.zeros(values.shape[1]), np.cumsum(values, axis=0)])
    window = (total[YEAR:] - total[:-YEAR]) / YEAR
    rest = values[HALF:-HALF] - (window[:-1] + window[1:]) / 2
    phase = np.arange(len(rest)) % YEAR
    freed: Array = rest - _month_means(rest, inside)[phase]
    return freed


def _month_means(values: Array, inside: Array) -> Array:
    """Return the mean of each calendar month, row 0 for that of the first row; 12 × columns."""
    padding = ((0, -len(values) % YEAR), (0, 0))
    shape = (-1, YEAR, values.shape[1])
    total = np.pad(np.where(inside, values, 0.0), padding).reshape(shape).sum(axis=0)
    count = np.pad(np.broadcast_to(inside, values.shape).astype(float), padding).reshape(shape).sum(axis=0)
    mean: Array = total / np.maximum(count, 1.0)
    return mean

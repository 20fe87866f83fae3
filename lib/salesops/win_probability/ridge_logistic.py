"""Logistic regression on columns that are scaled by their prior standard deviations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from salesops.one_thread import one_thread

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Lines from which single precision is worth it, and weighted lines up to which it is exact enough.
FEWEST_SINGLE, MOST_SINGLE = 2_000, 10_000


def ridge_logistic(columns: NDArray[np.float64], event: NDArray[np.bool_], weight: float) -> NDArray[np.float64]:
    """Return the coefficients, the intercept first, of a ridge regression with a standard normal prior on each slope.

    Parameters
    ----------
    columns
        Without intercept, shape (lines, columns).
    event
        Whether it happened, shape (lines,).
    weight
        Weight of each line.

    Examples
    --------
    >>> ridge_logistic(np.zeros((4, 1)), np.array([True, False, False, False]), 1.0).round(3).tolist()
    [-1.099, 0.0]
    """
    if event.all():
        # As if half a line of two had gone the other way: what always happened is not certain.
        return np.append(np.log(2 * len(event) + 1), np.zeros(columns.shape[1]))
    model = LogisticRegression(C=weight, solver="newton-cholesky")
    with one_thread():
        model.fit(columns.astype(_precision(len(columns), weight)), event)
    return np.concatenate([model.intercept_, model.coef_[0]]).astype(float)


def _precision(lines: int, weight: float) -> type[np.floating[Any]]:
    """Return single precision where it halves the time and moves coefficients by a ten-thousandth of their error.

    With few lines there is no time to gain and the last steps get lost in rounding; with very many the prior weighs so
    little against them that single precision cannot tell columns apart.
    """
    return np.float32 if lines >= FEWEST_SINGLE and lines * weight <= MOST_SINGLE else np.float64

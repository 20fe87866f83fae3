"""How well the hazards, and what follows from them, are known: covariance by deal, and the delta method."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]
    Mask = NDArray[np.bool_]


def coefficient_covariance(
    columns: Matrix,
    deals: NDArray[np.int64],
    events: tuple[Mask, Mask],
    at_risk: tuple[Mask | None, Mask | None],
    coefficients: tuple[NDArray[np.float64], NDArray[np.float64]],
    weight: float,
) -> Matrix:
    """Return the covariance of both regressions' coefficients, with deals as the independent units.

    The sandwich H⁻¹ (Σ gg' + P) H⁻¹ of Liang and Zeger (1986), where g is the sum of a deal's scores and P the
    penalty, taken as knowledge worth as much as the data it stands for: where deals do not repeat themselves it is
    the inverse of the penalised information.

    Parameters
    ----------
    columns
        Without intercept, shape (lines, columns).
    deals
        Deal of each line, as a code from 0.
    events, at_risk
        Of each regression: where the event happened, and which lines it was fitted on (None for all).
    coefficients
        Of each regression, the intercept first.
    weight
        Weight of each line.
    """
    inverses, influences = [], []
    for event, mask, coefficient in zip(events, at_risk, coefficients, strict=True):
        chance = 1 / (1 + np.exp(-(coefficient[0] + columns @ coefficient[1:])))
        risk = np.ones(len(event)) if mask is None else mask.astype(float)
        information = _with_intercept_gram(columns, weight * risk * chance * (1 - chance))
        inverse = np.linalg.pinv(information + _penalty(len(coefficient)), hermitian=True)
        scores = _sum_by_deal(columns, deals, weight * risk * (event - chance))
        inverses.append(inverse)
        influences.append(scores @ inverse)
    both = np.hstack(influences)
    covariance: Matrix = both.T @ both
    at = len(coefficients[0])
    covariance[:at, :at] += inverses[0] @ _penalty(at) @ inverses[0]
    covariance[at:, at:] += inverses[1] @ _penalty(len(coefficients[1])) @ inverses[1]
    return covariance


def _penalty(size: int) -> Matrix:
    return np.diag(np.r_[0.0, np.ones(size - 1)])


def _with_intercept_gram(columns: Matrix, weights: NDArray[np.float64]) -> Matrix:
    size = columns.shape[1] + 1
    gram = np.empty((size, size))
    gram[0, 0] = weights.sum()
    gram[0, 1:] = gram[1:, 0] = weights @ columns
    gram[1:, 1:] = columns.T @ (columns * weights[:, None])
    return gram


def _sum_by_deal(columns: Matrix, deals: NDArray[np.int64], residuals: NDArray[np.float64]) -> Matrix:
    by_deal = csr_matrix((residuals, (deals, np.arange(len(deals)))))
    return np.hstack([np.asarray(by_deal.sum(axis=1)), by_deal @ columns])


def log_odds_slopes(won: Matrix, lost: Matrix, chance: NDArray[np.float64]) -> tuple[Matrix, Matrix]:
    """Return the slopes of the log-odds of winning in the end along both linear predictors, shapes (n, K).

    With R(k) the chance of winning in the end for a deal open at the start of quarter k,
    R(k) = a + (1 − a)(1 − c) R(k+1), where a is the hazard of winning and c that of losing if not won.

    Parameters
    ----------
    won, lost
        Hazards a and c, shapes (n, K).
    chance
        Chance of winning in the end, shape (n,).
    """
    by_won, by_lost = _slopes(won, lost)
    scale = (chance * (1 - chance))[:, None]
    return by_won / scale, by_lost / scale


def log_odds_error(columns: Matrix, by: tuple[Matrix, Matrix], cov: Matrix) -> NDArray[np.float64]:
    """Return the standard error of the log-odds of winning in the end.

    Parameters
    ----------
    columns
        With intercept, shape (n, K, columns).
    by
        From `log_odds_slopes`.
    cov
        Covariance of both regressions' coefficients.
    """
    gradient = np.hstack([np.einsum("nk,nkc->nc", part, columns) for part in by])
    variance: NDArray[np.float64] = np.einsum("nc,nc->n", gradient @ cov, gradient)
    return np.sqrt(np.maximum(variance, 0.0))


def _slopes(a: Matrix, c: Matrix) -> tuple[Matrix, Matrix]:
    """Return the slopes of the chance of winning in the end along the linear predictors, shapes (n, K)."""
    ends = a + (1 - a) * c
    after = np.empty_like(a)
    after[:, -1] = a[:, -1] / np.maximum(ends[:, -1], 1e-300)
    for k in range(a.shape[1] - 1, 0, -1):
        after[:, k - 1] = a[:, k] + (1 - a[:, k]) * (1 - c[:, k]) * after[:, k]
    open_before = np.cumprod(np.hstack([np.ones((len(a), 1)), (1 - ends)[:, :-1]]), axis=1)
    by_a = open_before * (1 - (1 - c) * after)
    by_c = -open_before * (1 - a) * after
    # What is open after the last quarter is split as in the last quarter, so that quarter counts once more.
    left, square = open_before[:, -1] * (1 - ends[:, -1]), np.maximum(ends[:, -1], 1e-300) ** 2
    by_a[:, -1] += left * c[:, -1] / square
    by_c[:, -1] -= left * a[:, -1] * (1 - a[:, -1]) / square
    return by_a * a * (1 - a), by_c * c * (1 - c)

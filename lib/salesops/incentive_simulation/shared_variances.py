"""How much product lines and markets swing from quarter to quarter, by the method of moments from cells of sales.

A cell is what one rep sells of one line to one market. Where a line has a good quarter, its cells are above their usual
level with every rep at once, whoever the customers. So products of two cells' surprises in the same quarter, of two
different reps, are regressed on what the cells have in common: the company, a region, a line, a market. Coefficients
are the variances; none is below zero, and each is drawn to zero as far as it may be noise. It is the regression of
Haseman and Elston (1972, "The investigation of linkage between a quantitative trait and a marker locus", Behavior
Genetics 2) with more than one thing in common. How far the mixes of whole reps overlap says the same, less precisely
(docs/decisions/0022-effort.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.optimize import nnls

from salesops.incentive_simulation.quarters import QUARTERS
from salesops.incentive_simulation.sales_cells import MARKET, PRODUCT, REGION, REP

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

COMPANY = "company"
LEAST_FREEDOM = 3
"""Quarters that a cell needs beyond its level, trend and season."""

FEWEST_REPS = 4


def shared_variances(cells: pd.DataFrame) -> dict[str, float]:
    """Return the variance of the log shock of one product line, and of one market, in a quarter.

    Parameters
    ----------
    cells
        From `sales_cells`.

    Returns
    -------
    dict
        "product" and "market"; a kind with a single group is left out, as it cannot be told from the company, and all
        are where reps or quarters are too few.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> kinds = [REP, REGION, PRODUCT, MARKET]
    >>> names = pd.MultiIndex.from_product([range(30), ["N"], list("abcd"), ["i"]], names=kinds)
    >>> shock = 0.2 * rng.normal(size=(4, 40))
    >>> cells = np.exp(np.tile(shock, (30, 1)) + 0.3 * rng.normal(size=(120, 40))) / 4
    >>> {kind: round(value**0.5, 1) for kind, value in shared_variances(pd.DataFrame(cells, index=names)).items()}
    {'product': 0.2}
    """
    cells = cells[cells.mean(axis=1) > 0]
    if cells.empty:
        return {}
    off, there = surprises(cells.to_numpy(), cells.columns.to_numpy())
    size = cells.mean(axis=1).to_numpy()[:, None] * there
    labels = cells.index.to_frame(index=False).assign(company=0)
    if labels.loc[np.flatnonzero(there.any(axis=1)), REP].nunique() < FEWEST_REPS:
        return {}
    kinds = [COMPANY, *(kind for kind in (REGION, PRODUCT, MARKET) if labels[kind].nunique() > 1)]
    common, seen = _sums(labels, kinds, off, size)
    variance = _believed(common, seen)
    # A relative swing of variance v is a lognormal one of variance log(1 + v).
    return {kind: float(np.log1p(variance[place])) for place, kind in enumerate(kinds) if kind in (PRODUCT, MARKET)}


def surprises(parts: Floats, quarters: Floats) -> tuple[Floats, Floats]:
    """Return how far each cell lies off its own level, trend and season, and where that is known.

    Residuals of a least-squares fit with p terms over n quarters, times √(n / (n − p)), so that their products have the
    shocks' covariance as their mean. Rows with too few quarters have none.

    Parameters
    ----------
    parts
        Cells × quarters, NaN where a rep was not there.
    quarters
        Their numbers.
    """
    off, known = np.zeros(parts.shape), np.zeros(parts.shape)
    patterns, pattern = np.unique(np.isfinite(parts), axis=0, return_inverse=True)
    for number, there in enumerate(patterns):
        rows, columns = np.flatnonzero(pattern.ravel() == number), np.flatnonzero(there)
        terms = _terms(quarters[columns] - quarters[0])
        rank, count = int(np.linalg.matrix_rank(terms)), len(columns)
        if count < rank + LEAST_FREEDOM:
            continue
        within = np.ix_(rows, columns)
        fitted = parts[within] @ terms @ np.linalg.pinv(terms)
        off[within] = (parts[within] - fitted) * np.sqrt(count / (count - rank))
        known[within] = 1.0
    return off, known


def _terms(quarters: Floats) -> Floats:
    """Return quarters × terms: a level, a trend and seasons."""
    seasons = [quarters % QUARTERS == season for season in range(1, QUARTERS)]
    return np.stack([np.ones(len(quarters)), quarters, *seasons], axis=1)


def _sums(labels: pd.DataFrame, kinds: list[str], off: Floats, size: Floats) -> tuple[Floats, Floats]:
    """Return what least squares needs of all pairs of cells of different reps: kinds × kinds × quarters, and the other.

    The product of two cells' surprises, over √(wᵢwⱼ), w being the cells' sizes, is held against √(wᵢwⱼ) if the two
    have the kind in common: the noise of a cell grows with its size. Sums over pairs are squares of sums over groups,
    less those of pairs within one rep.
    """
    common = np.array([[_pairs(labels, list({one, other}), size) for other in kinds] for one in kinds])
    return common, np.array([_pairs(labels, [kind], off) for kind in kinds])


def _pairs(labels: pd.DataFrame, by: list[str], values: Floats) -> Floats:
    """Return Σ xᵢxⱼ of each quarter over pairs of cells alike in `by` and of different reps, each pair twice."""
    columns = pd.DataFrame(values, index=labels.index)
    together = columns.groupby([labels[name] for name in by]).sum().to_numpy()
    within = columns.groupby([labels[name] for name in [REP, *by]]).sum().to_numpy()
    pairs: Floats = (together**2).sum(axis=0) - (within**2).sum(axis=0)
    return pairs


def _believed(common: Floats, seen: Floats) -> Floats:
    """Return the variance of each kind, drawn to zero as far as it may be noise: by 1 − (standard error / variance)².

    The error is that of the jackknife over quarters. Without it, chance alone would pass for swings of a tenth.
    """
    whole, count = _least_squares(common.sum(axis=-1), seen.sum(axis=-1)), seen.shape[1]
    without = np.array(
        [_least_squares(*(sums.sum(axis=-1) - sums[..., one] for sums in (common, seen))) for one in range(count)]
    )
    error = np.sqrt((count - 1) / count * ((without - without.mean(axis=0)) ** 2).sum(axis=0))
    doubt = np.divide(error, whole, out=np.ones_like(error), where=whole > 0)
    believed: Floats = whole * np.maximum(1 - doubt**2, 0.0)
    return believed


def _least_squares(common: Floats, seen: Floats) -> Floats:
    """Return the coefficients, none below zero, of equations whose kinds may be alike."""
    values, vectors = np.linalg.eigh(common)
    kept = values > 1e-9 * values.max()
    scale = np.sqrt(values[kept])
    found: Floats = nnls((vectors[:, kept] * scale).T, (vectors[:, kept] / scale).T @ seen)[0]
    return found

"""Nonlinear least squares of adoption curves, many segments at once.

Adopters of year t are m (F(t) − F(t−1)) plus an error: Srinivasan and Mason (1986), "Nonlinear least squares estimation
of new product diffusion models", Marketing Science 5(2). Each search begins at the best cell of the family's grid, and
goes on by Levenberg's and Marquardt's steps with exact derivatives.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from salesops.market_sizing.adoption_curves import Family, Numbers
    from salesops.market_sizing.adoption_series import AdoptionSeries
    from salesops.market_sizing.arrays import Array, Flags, Ints

STEPS, SMALLEST_STEP = 300, 1e-9
# Logarithm of m over what was adopted so far: a series without a peak drives m to its bound.
CEILING_BOUNDS = (-2.5, 14.0)
# A derivative along the imaginary axis has no difference of two numbers in it, so the step can be as small as this.
IMAGINARY = 1e-20
SINGULAR = 1e-13
# Cells so late that nobody has adopted yet would otherwise have no m.
FAINTEST = 1e-12


@dataclass(frozen=True)
class Fits:
    """Curves fitted by least squares, one row per segment.

    Parameters
    ----------
    shape
        Segments × 2: the family's parameters.
    ceiling
        Segments: m, adopters in the end.
    covariance
        Segments × 3 × 3, of both parameters and m; NaN where the data cannot tell them apart.
    rss
        Segments: sum of squared residuals.
    converged
        Segments: whether the search ended inside its bounds.
    """

    shape: Array
    ceiling: Array
    covariance: Array
    rss: Array
    converged: Flags

    @property
    def errors(self) -> Array:
        """Return standard errors of both parameters and m; segments × 3."""
        found: Array = np.sqrt(np.diagonal(self.covariance, axis1=1, axis2=2))
        return found


@dataclass(frozen=True)
class _State:
    """Where each search is: parameters as they are searched, residuals, their slopes, and how bold to step."""

    point: Array
    residual: Array
    slopes: Array
    damping: Array

    @property
    def cost(self) -> Array:
        found: Array = (self.residual**2).sum(axis=1)
        return found

    def of(self, rows: Ints) -> _State:
        return _State(self.point[rows], self.residual[rows], self.slopes[rows], self.damping[rows])

    def keep(self, rows: Ints, now: _State) -> None:
        for name, value in vars(now).items():
            getattr(self, name)[rows] = value


def fit_curves(family: Family, series: AdoptionSeries) -> Fits:
    """Return the curves of least squares.

    Examples
    --------
    >>> from salesops.market_sizing.adoption_curves import BASS
    >>> from salesops.market_sizing.adoption_series import AdoptionSeries
    >>> new = 100 * BASS.new(10, np.array([0.02]), np.array([0.4]))
    >>> fits = fit_curves(BASS, AdoptionSeries(new, np.array([10])))
    >>> fits.shape.round(4).tolist(), fits.ceiling.round(3).tolist()
    ([[0.02, 0.4]], [100.0])
    """
    scale = series.mean
    target = series.new / scale[:, None]
    low, high = _bounds(family, target.sum(axis=1))
    start = np.clip(_best_cells(family, target, series.seen), low, high)
    state = _State(start, *_linearised(family, start, target, series.seen), np.full(len(start), 1e-3))
    going = np.arange(len(start))
    for _ in range(STEPS):
        here = state.of(going)
        trial = np.clip(here.point + _step(here), low[going], high[going])
        here, moved = _better(here, trial, *_linearised(family, trial, target[going], series.seen[going]))
        state.keep(going, here)
        going = going[moved > SMALLEST_STEP]
        if not len(going):
            break
    inside: Flags = np.asarray(((state.point > low + 1e-6) & (state.point < high - 1e-6)).all(axis=1))
    inside[going] = False
    return _fits(family, series, state, inside)


def _bounds(family: Family, total: Array) -> tuple[Array, Array]:
    both = np.empty((2, len(total), 3))
    both[:, :, :2] = np.array(family.bounds).T[:, None, :]
    both[:, :, 2] = np.log(total) + np.array(CEILING_BOUNDS)[:, None]
    return both[0], both[1]


def _natural(family: Family, point: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    first, second = (np.exp(z) if logged else z for z, logged in zip(point.T[:2], family.logged, strict=True))
    return first, second, np.exp(point[:, 2])


def _expected(family: Family, point: Numbers, years: int) -> Numbers:
    first, second, ceiling = _natural(family, point)
    return ceiling[:, None] * family.new(years, first, second)


def _best_cells(family: Family, target: Array, seen: Flags) -> Array:
    """Return the cell of the grid with the least squares, with m as it is best there."""
    first, second = family.cells()
    shares = np.maximum(family.new(target.shape[1], first, second), FAINTEST)
    of_both, of_shares = target @ shares.T, seen @ (shares**2).T
    cell = (of_both**2 / of_shares).argmax(axis=1)
    rows = np.arange(len(target))
    columns = [np.log(z) if logged else z for z, logged in zip((first, second), family.logged, strict=True)]
    return np.stack([columns[0][cell], columns[1][cell], np.log((of_both / of_shares)[rows, cell])], axis=1)


def _linearised(family: Family, point: Array, target: Array, seen: Flags) -> tuple[Array, Array]:
    """Return residuals, segments × years, and their slopes, segments × years × 3."""
    steps = point[None] + 1j * IMAGINARY * np.eye(3)[:, None, :]
    tried = np.stack([_expected(family, step, target.shape[1]) for step in steps], axis=-1)
    residual = np.where(seen, target - tried[..., 0].real, 0.0)
    return residual, np.where(seen[..., None], tried.imag / IMAGINARY, 0.0)


def _step(state: _State) -> Array:
    """Return the damped step towards least squares: (JᵀJ + λ diag JᵀJ) δ = Jᵀr."""
    square = state.slopes.transpose(0, 2, 1) @ state.slopes
    diagonal = np.diagonal(square, axis1=1, axis2=2)
    ridge = state.damping[:, None] * diagonal + 1e-12 * diagonal.max(axis=1, keepdims=True) + 1e-300
    towards = (state.slopes.transpose(0, 2, 1) @ state.residual[..., None])[..., 0]
    found: Array = np.linalg.solve(square + ridge[:, :, None] * np.eye(3), towards[..., None])[..., 0]
    return found


def _better(state: _State, trial: Array, residual: Array, slopes: Array) -> tuple[_State, Array]:
    """Return each segment at its trial point where that is no worse, and how far each would have moved."""
    better = (residual**2).sum(axis=1) <= state.cost
    damping = np.clip(np.where(better, state.damping / 5, state.damping * 4), 1e-12, 1e12)
    chosen = _State(
        np.where(better[:, None], trial, state.point),
        np.where(better[:, None], residual, state.residual),
        np.where(better[:, None, None], slopes, state.slopes),
        damping,
    )
    return chosen, np.abs(trial - state.point).max(axis=1)


def _fits(family: Family, series: AdoptionSeries, state: _State, converged: Flags) -> Fits:
    scale = series.mean
    first, second, ceiling = _natural(family, state.point)
    ones = np.ones_like(first)
    back = np.stack(
        [first if family.logged[0] else ones, second if family.logged[1] else ones, ceiling * scale], axis=1
    )
    variance = state.cost / np.maximum(series.points - 3, 1)
    covariance = variance[:, None, None] * _inverse(state.slopes) * back[:, :, None] * back[:, None, :]
    covariance[series.points <= 3] = np.nan
    return Fits(np.stack([first, second], axis=1), ceiling * scale, covariance, state.cost * scale**2, converged)


def _inverse(slopes: Array) -> Array:
    """Return (JᵀJ)⁻¹, NaN where it has none to speak of."""
    square = slopes.transpose(0, 2, 1) @ slopes
    root = np.sqrt(np.maximum(np.diagonal(square, axis1=1, axis2=2), 1e-300))
    unit = root[:, :, None] * root[:, None, :]
    correlation = square / unit
    clear = np.linalg.det(correlation) > SINGULAR
    inverse = np.linalg.inv(np.where(clear[:, None, None], correlation, np.eye(3)))
    found: Array = np.where(clear[:, None, None], inverse / unit, np.nan)
    return found

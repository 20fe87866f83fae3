"""What a family of curves makes likely, by averaging over a grid instead of trusting the best fit.

Early on many curves fit equally well, and the best one has an absurd ceiling as often as not. Here every cell of the
grid has its m profiled out and counts by how well it fits and how usual it is. Errors are Student's with 3 + n − 1
degrees of freedom and a floor of 15% of a usual year, and grow with the square root of the year's adopters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from salesops.market_sizing.adoption_curves import BASS

if TYPE_CHECKING:
    from salesops.market_sizing.adoption_curves import Family
    from salesops.market_sizing.adoption_series import AdoptionSeries
    from salesops.market_sizing.arrays import Array, Ints

NU, FLOOR = 3.0, 0.15
# A year without adopters has the variance of one with this share of a usual year.
EMPTY_YEAR = 0.2
FAINTEST = 1e-12
# How far, in logs, m may be from what so many years of a usual curve would make it: 90% within a factor of 12.
CEILING_SPREAD = 1.5
# m is never below this share of what has adopted already: figures have errors.
LEAST_CEILING = 0.5


@dataclass(frozen=True)
class Posterior:
    """The grid of a family after seeing each segment's years.

    Parameters
    ----------
    probability
        Segments × cells.
    ceiling, of_shares, squares
        Segments × cells: m as it is best, the weighted sum of squares of the curve's shares, and of the errors.
    shares
        Cells × years: what adopts in each year, of all in the end; reaching beyond the years seen.
    """

    probability: Array
    ceiling: Array
    of_shares: Array
    squares: Array
    shares: Array
    series: AdoptionSeries

    @property
    def peak_passed(self) -> Array:
        """Return the chance that the year with most adopters is behind, by segment."""
        peak = self.shares.argmax(axis=1)
        found: Array = (self.probability * (peak < self.series.points[:, None] - 1)).sum(axis=1)
        return found


@dataclass(frozen=True)
class Draws:
    """Drawn futures.

    Parameters
    ----------
    ceiling
        Segments × draws: m.
    new
        Segments × draws × years ahead: what the drawn curve says, with the years' own errors.
    """

    ceiling: Array
    new: Array


def posterior(family: Family, series: AdoptionSeries, horizon: int) -> Posterior:
    """Return how likely each cell is for each segment."""
    first, second = family.cells()
    shares = np.maximum(family.new(series.new.shape[1] + horizon, first, second), FAINTEST)
    usual = series.mean[:, None]
    weight = series.seen * usual / (series.new + EMPTY_YEAR * usual)
    known = shares[:, : series.new.shape[1]]
    of_shares = weight @ (known**2).T
    of_both = (weight * series.new) @ known.T
    residual = (weight * series.new**2).sum(axis=1, keepdims=True) - of_both**2 / of_shares
    squares = np.maximum(residual, 0) + NU * (FLOOR * usual) ** 2
    degrees = series.points[:, None] - 1 + NU
    ceiling = of_both / of_shares
    log_density = -degrees / 2 * np.log(squares) + family.log_prior() + _log_prior_of_ceilings(ceiling, series)
    density = np.exp(log_density - log_density.max(axis=1, keepdims=True))
    probability = density / density.sum(axis=1, keepdims=True)
    return Posterior(probability, ceiling, of_shares, squares, shares, series)


def _log_prior_of_ceilings(ceiling: Array, series: AdoptionSeries) -> Array:
    """Return how usual m is, given what has adopted in so many years; segments × cells.

    The families' own priors differ in this: without it S-curves whose peak is far ahead make m a thousandfold.
    """
    usual_share = BASS.cumulative(series.points.astype(np.float64), *np.exp(BASS.typical))
    usual = series.new.sum(axis=1) / usual_share
    off = np.log(np.maximum(ceiling, FAINTEST) / usual[:, None]) / CEILING_SPREAD
    found: Array = -0.5 * off**2
    return found


def draw(known: Posterior, horizon: int, draws: int, rng: np.random.Generator) -> Draws:
    """Return futures drawn from cells by their probability, with the uncertainty of m in each and errors of years."""
    series, usual = known.series, known.series.mean[:, None]
    cell = drawn_cells(known.probability, draws, rng)
    degrees = (series.points - 1 + NU)[:, None]
    sd = np.sqrt(np.take_along_axis(known.squares, cell, axis=1) / rng.chisquare(degrees, cell.shape))
    centre, of_shares = (np.take_along_axis(part, cell, axis=1) for part in (known.ceiling, known.of_shares))
    drawn = centre + sd / np.sqrt(of_shares) * rng.standard_normal(cell.shape)
    ceiling = np.maximum(drawn, LEAST_CEILING * series.new.sum(axis=1, keepdims=True))
    ahead = series.points[:, None, None] + np.arange(horizon)
    expected = ceiling[..., None] * known.shares[cell[..., None], ahead]
    spread = sd[..., None] * np.sqrt(expected / usual[..., None] + EMPTY_YEAR)
    new = np.maximum(expected + spread * rng.standard_normal(expected.shape), 0)
    return Draws(ceiling, new)


def drawn_cells(probability: Array, draws: int, rng: np.random.Generator) -> Ints:
    """Return segments × draws: cells drawn evenly over the distribution, then shuffled.

    Rows are laid end to end, so that one search serves all segments.
    """
    segments, cells = probability.shape
    below = np.cumsum(probability, axis=1)
    below /= below[:, -1:]
    at = (np.arange(draws) + rng.random((segments, draws))) / draws
    row = np.arange(segments)[:, None]
    found = np.searchsorted((below + row).ravel(), (at + row).ravel()).reshape(segments, draws)
    cell: Ints = rng.permuted(np.minimum(found - row * cells, cells - 1), axis=1)
    return cell

"""How many will adopt in the coming years and in the end, by segment, and whether it is too early to tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.market_sizing.adoption_curves import BASS, FAMILIES
from salesops.market_sizing.adoption_grid import draw, posterior
from salesops.market_sizing.adoption_nls import fit_curves
from salesops.market_sizing.adoption_series import adoption_segments
from salesops.market_sizing.adoption_walk import damped_walk
from salesops.not_enough_data import NotEnoughData, passes_not_enough_data

if TYPE_CHECKING:
    from salesops.market_sizing.adoption_curves import Family
    from salesops.market_sizing.adoption_grid import Draws, Posterior
    from salesops.market_sizing.adoption_series import Segments
    from salesops.market_sizing.arrays import Array

# What passes both is told: the peak is more likely behind than not, and m is known within a factor of four.
PEAK_PASSED, WIDEST = 0.5, 4.0
QUANTILES = (0.1, 0.5, 0.9)
# Segments worked on at a time: few enough for their draws to stay in the processor's cache.
PART = 64
CURVE_COLUMNS = ("segment", "model", "p", "q", "m", "p_se", "q_se", "m_se", "selected")


@dataclass(frozen=True)
class Diffusion:
    """What is known of the adoption of each segment.

    Parameters
    ----------
    parameters
        segment, model (bass, gompertz, logistic by least squares; pool of the three grids), p, q, m, p_se, q_se, m_se,
        selected. For gompertz and logistic p is the share that has adopted after a year, q the speed. The pool has the
        grid's means and standard deviations of Bass's p and q, and of the pooled m.
    forecast
        segment, year, p10, p50, p90 (new adopters), cum_p10, cum_p50, cum_p90 (all since the launch), last_value.
    verdict
        segment, points, peak_passed (chance), m_p10, m_p50, m_p90, too_early, why.
    """

    parameters: pd.DataFrame
    forecast: pd.DataFrame
    verdict: pd.DataFrame


@passes_not_enough_data
def adoption_forecast(
    adoptions: pd.DataFrame, horizon: int = 5, samples: int = 1000, seed: int = 0
) -> Diffusion | NotEnoughData:
    """Foretell the adoption of segments from their years so far.

    Curves of three families are averaged over grids with priors (m comes from these alone); two parts of them and one
    of a damped walk make the coming years. Measured in docs/decisions/0018-diffusion.md.

    Parameters
    ----------
    adoptions
        segment, year, adoptions (new in that year). The first year with adopters counts as the launch.
    horizon
        Years ahead.
    samples
        Futures drawn per segment.
    seed
        Of the draws.

    Examples
    --------
    >>> new = [96, 195, 238, 380, 1045, 1230, 1267, 1828, 1586, 1673, 1800, 1580, 1500]
    >>> rows = pd.DataFrame({"segment": "air conditioners", "year": range(1949, 1962), "adoptions": new})
    >>> found = adoption_forecast(rows)
    >>> bool(15_000 < found.verdict["m_p50"][0] < 23_000), bool(found.verdict["too_early"][0])
    (True, False)
    """
    segments = adoption_segments(adoptions)
    if not len(segments.names):
        return NotEnoughData("market.adopters", "no segment has four years of adopters in a row")
    rng = np.random.default_rng(seed)
    parts = [_of_part(part, horizon, samples, rng) for part in segments.parts(PART)]
    parameters, forecast, verdict = (
        pd.concat([getattr(part, name) for part in parts], ignore_index=True)
        for name in ("parameters", "forecast", "verdict")
    )
    return Diffusion(parameters, forecast, pd.concat([verdict, segments.left_out], ignore_index=True))


def _of_part(segments: Segments, horizon: int, samples: int, rng: np.random.Generator) -> Diffusion:
    grids = [posterior(family, segments.series, horizon) for family in FAMILIES]
    drawn = [draw(grid, horizon, max(samples * 2 // 9, 1), rng) for grid in grids]
    ceiling = np.concatenate([part.ceiling for part in drawn], axis=1)
    peak_passed = np.mean([grid.peak_passed for grid in grids], axis=0)
    return Diffusion(
        _parameters(segments, grids[0], ceiling),
        _forecast(segments, drawn, horizon, samples, rng),
        _verdict(segments, peak_passed, ceiling),
    )


def _parameters(segments: Segments, bass: Posterior, ceiling: Array) -> pd.DataFrame:
    fitted = [_fitted(family, segments) for family in FAMILIES]
    table = pd.concat([*fitted, _pooled(segments, bass, ceiling)])
    return table.sort_values("segment", kind="stable", ignore_index=True)[list(CURVE_COLUMNS)]


def _fitted(family: Family, segments: Segments) -> pd.DataFrame:
    fits = fit_curves(family, segments.series)
    p, q, p_se, q_se = fits.shape[:, 0], fits.shape[:, 1], fits.errors[:, 0], fits.errors[:, 1]
    if family is not BASS:
        p, p_se, q, q_se = *_first_year(family, fits.shape, fits.covariance), p, p_se
    columns = {"p": p, "q": q, "m": fits.ceiling, "p_se": p_se, "q_se": q_se, "m_se": fits.errors[:, 2]}
    return pd.DataFrame({"segment": segments.names, "model": family.name, **columns, "selected": False})


def _first_year(family: Family, shape: Array, covariance: Array) -> tuple[Array, Array]:
    """Return the share that has adopted after a year with its standard error, by the delta method."""
    step = 1e-20
    first, second = shape.T
    share = family.cumulative(np.ones(1), first, second)
    slopes = [family.cumulative(np.ones(1), first + 1j * step * a, second + 1j * step * b) for a, b in ((1, 0), (0, 1))]
    slope = np.stack([found.imag / step for found in slopes], axis=1)
    return share, np.sqrt(np.einsum("si,sij,sj->s", slope, covariance[:, :2, :2], slope))


def _pooled(segments: Segments, bass: Posterior, ceiling: Array) -> pd.DataFrame:
    columns: dict[str, Array] = {"m": np.median(ceiling, axis=1)}
    columns["m_se"] = (np.quantile(ceiling, 0.9, axis=1) - np.quantile(ceiling, 0.1, axis=1)) / 2.563
    for name, values in zip(("p", "q"), BASS.cells(), strict=True):
        columns[name] = bass.probability @ values
        columns[f"{name}_se"] = np.sqrt(np.maximum(bass.probability @ values**2 - columns[name] ** 2, 0))
    return pd.DataFrame({"segment": segments.names, "model": "pool", **columns, "selected": True})


def _forecast(
    segments: Segments, drawn: list[Draws], horizon: int, samples: int, rng: np.random.Generator
) -> pd.DataFrame:
    walk = damped_walk(segments.series, horizon, max(samples // 3, 1), rng)
    # Draws last, so that those of a year lie side by side and are sorted faster.
    new = np.ascontiguousarray(np.concatenate([*(part.new for part in drawn), walk], axis=1).transpose(0, 2, 1))
    so_far = segments.series.new.sum(axis=1)[:, None, None]
    table: dict[str, object] = {"segment": np.repeat(segments.names.to_numpy(), horizon)}
    table["year"] = (segments.last_year[:, None] + np.arange(1, horizon + 1)).ravel()
    for prefix, values in (("", new), ("cum_", so_far + np.cumsum(new, axis=1))):
        found = np.quantile(values, QUANTILES, axis=2)
        table |= {f"{prefix}p{round(100 * at)}": part.ravel() for at, part in zip(QUANTILES, found, strict=True)}
    table["last_value"] = np.repeat(segments.series.last, horizon)
    return pd.DataFrame(table)


def _verdict(segments: Segments, peak_passed: Array, ceiling: Array) -> pd.DataFrame:
    low, middle, high = np.quantile(ceiling, QUANTILES, axis=1)
    wide = high >= WIDEST * low
    why = np.where(wide, f"the ceiling is not known within a factor of {WIDEST:.0f}", "")
    why = np.where(peak_passed <= PEAK_PASSED, "the peak has probably not been seen", why)
    columns: dict[str, object] = {
        "segment": segments.names,
        "points": segments.series.points,
        "peak_passed": peak_passed,
    }
    columns |= {"m_p10": low, "m_p50": middle, "m_p90": high, "too_early": why != "", "why": why}
    return pd.DataFrame(columns)

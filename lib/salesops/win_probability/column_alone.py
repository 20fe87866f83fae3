"""How well one column alone tells wins from losses, on deals held back at random and on later deals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.win_probability.scores import area_under_curve, resampled_deals

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]

FOLDS = 5
BINS = 20
# Deals of average chance that each value is mixed with, so that a rare one does not look certain.
PRIOR_DEALS = 5.0
NEWEST = 0.2
SEED = 11


def value_codes(values: pd.Series) -> NDArray[np.int64]:
    """Return a code per value: each name its own, numbers by twentieths, and one for what is empty."""
    if pd.api.types.is_numeric_dtype(values) and values.nunique() > BINS:
        edges = np.unique(np.nanquantile(values.to_numpy(float), np.linspace(0, 1, BINS + 1)[1:-1]))
        codes = np.searchsorted(edges, values.to_numpy(float), side="left") + 1
        return np.where(values.isna(), 0, codes)
    return values.factorize()[0].astype(np.int64) + 1


def held_back_at_random(codes: NDArray[np.int64], won: Vector) -> Vector:
    """Return each deal's chance by its value among the other four fifths of deals, drawn at random."""
    fold = np.random.default_rng(SEED).permutation(len(codes)) % FOLDS
    chance = np.empty(len(codes))
    for held in range(FOLDS):
        back = fold == held
        chance[back] = _by_value(codes[~back], won[~back], codes[back])
    return chance


def held_back_later(codes: NDArray[np.int64], won: Vector, began: Vector) -> tuple[Vector, NDArray[np.bool_]]:
    """Return the chances of the newest fifth of deals by their values among the older ones, and which they are."""
    later = began > np.quantile(began, 1 - NEWEST)
    return _by_value(codes[~later], won[~later], codes[later]), later


def _by_value(codes: NDArray[np.int64], won: Vector, wanted: NDArray[np.int64]) -> Vector:
    values = int(max(codes.max(initial=0), wanted.max(initial=0))) + 1
    deals, wins = np.bincount(codes, minlength=values), np.bincount(codes, won, minlength=values)
    chance: Vector = ((wins + PRIOR_DEALS * won.mean()) / (deals + PRIOR_DEALS))[wanted]
    return chance


def area(chance: Vector, won: Vector) -> float:
    """Return the area under the curve: 0.5 for chance, 1 if each win stands above each loss."""
    return float(area_under_curve(chance, won, np.ones((1, len(won))))[0])


def area_lost_later(codes: NDArray[np.int64], won: Vector, began: Vector, worth: float) -> tuple[float, float, Vector]:
    """Return the area on deals held back at random, that on later deals, and the difference in 200 resamples.

    Resampling takes time: where the difference is under `worth`, it alone is returned.
    """
    random = held_back_at_random(codes, won)
    chance, later = held_back_later(codes, won, began)
    first, second = area(random, won), area(chance, won[later])
    if first - second < worth:
        return first, second, np.array([first - second])
    resampled = area_under_curve(random, won, resampled_deals(np.arange(len(won))))
    resampled -= area_under_curve(chance, won[later], resampled_deals(np.arange(int(later.sum()))))
    return first, second, resampled[1:]

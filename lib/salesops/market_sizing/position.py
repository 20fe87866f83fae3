"""Where each segment stands: how attractive it is, how strong we are there, and how sure its place is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from salesops.market_sizing.parameters import ATTRACTIVENESS, STRENGTH
from salesops.market_sizing.segments import SEGMENT
from salesops.not_enough_data import NotEnoughData, passes_not_enough_data

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from salesops.market_sizing.arrays import Array
    from salesops.market_sizing.obtainable import Obtainable

WEIGHTINGS = 2000
CONCENTRATION = 20.0
"""Of the Dirichlet distribution around the chosen weights: a weight of 0.35 then varies by about 0.1."""
BOXES = 3
TOP = 5
FEWEST = 3
SEED = 7
INVEST, BUILD, HOLD, NO_PRIORITY = "invest", "build up", "hold and earn", "no priority"
ADVICE = ((NO_PRIORITY, NO_PRIORITY, HOLD), (NO_PRIORITY, HOLD, INVEST), (BUILD, INVEST, INVEST))
"""What each of GE and McKinsey's nine boxes means: by attractiveness, low to high, then by strength."""


@dataclass(frozen=True)
class Position:
    """The matrix of attractiveness and strength.

    Parameters
    ----------
    segments
        industry, region, the figures behind each score (size, growth, openness, margin, share, relative share,
        coverage, win rate), attractiveness and strength (0 to 1), attractive_box and strong_box (0 low to 2 high),
        advice, stays (share of weightings that leave it in its box) and top (share in which it is among the first
        five by the two scores together).
    used
        The figures that scores are made of: those that are known.
    """

    segments: pd.DataFrame
    used: dict[str, list[str]]


@passes_not_enough_data
def position(
    reached: Obtainable, figures: pd.DataFrame, attractiveness: Sequence[float], strength: Sequence[float]
) -> Position | NotEnoughData:
    """Return each segment's place in the matrix.

    Parameters
    ----------
    reached
        From `obtainable`.
    figures
        By industry and region: openness, margin, relative share, coverage and win rate, as far as known.
    attractiveness, strength
        Weights of `ATTRACTIVENESS` and `STRENGTH`.
    """
    rows = reached.segments[[*SEGMENT, "sam", "growth", "share"]].rename(columns={"sam": "size"})
    rows = rows.merge(figures, on=SEGMENT, how="left").reset_index(drop=True)
    rows = rows[rows["size"] > 0].reset_index(drop=True)
    if len(rows) < FEWEST:
        return NotEnoughData("at least three segments that we can serve", f"there are {len(rows)}")
    rng = np.random.default_rng(SEED)
    axes = {"attractiveness": (ATTRACTIVENESS, attractiveness), "strength": (STRENGTH, strength)}
    drawn, used = {}, {}
    for name, (columns, weights) in axes.items():
        there = [i for i, column in enumerate(columns) if column in rows and rows[column].nunique() > 1]
        chosen = np.array(weights, dtype=float)[there]
        if not chosen.sum() > 0:
            return NotEnoughData(f"a figure for {name} that differs between segments", "of those with a weight")
        places = _places(rows[[columns[i] for i in there]])
        rows[name] = places @ (chosen / chosen.sum())
        drawn[name] = places @ _weightings(chosen, rng).T
        used[name] = [columns[i] for i in there]
    return Position(_placed(rows, drawn["attractiveness"], drawn["strength"]), used)


def _places(figures: pd.DataFrame) -> Array:
    """Return each segment's place among all, 0 to 1, in each figure; the middle where it is not known."""
    places: Array = ((figures.rank() - 0.5) / figures.notna().sum()).fillna(0.5).to_numpy()
    return places


def _weightings(weights: Array, rng: np.random.Generator) -> Array:
    drawn = np.zeros((WEIGHTINGS, len(weights)))
    positive = weights > 0
    drawn[:, positive] = rng.dirichlet(CONCENTRATION * weights[positive] / weights.sum(), WEIGHTINGS)
    return drawn


def _box(scores: Array) -> Array:
    """Return 0, 1 or 2 for low, middle and high scores, by thirds of the scale."""
    box: Array = np.minimum((scores * BOXES).astype(int), BOXES - 1)
    return box


def _placed(rows: pd.DataFrame, attractive: Array, strong: Array) -> pd.DataFrame:
    boxes = _box(rows["attractiveness"].to_numpy()), _box(rows["strength"].to_numpy())
    same = (_box(attractive) == boxes[0][:, None]) & (_box(strong) == boxes[1][:, None])
    order = (-(attractive + strong)).argsort(axis=0).argsort(axis=0)
    return rows.assign(
        attractive_box=boxes[0], strong_box=boxes[1], advice=[ADVICE[a][s] for a, s in zip(*boxes, strict=True)],
        stays=same.mean(axis=1), top=(order < TOP).mean(axis=1),
    )  # fmt: skip

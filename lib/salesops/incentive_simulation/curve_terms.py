"""From the terms in which a plan is written to the curve that they make: tiers, threshold, caps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.incentive_simulation.curve import Curve

if TYPE_CHECKING:
    from collections.abc import Sequence

Piece = tuple[float, float, float]


def tiered(starts: Sequence[float], rates: Sequence[float], bonuses: Sequence[float], *, whole: bool) -> list[Piece]:
    """Return (start, value, slope) of each tier.

    Parameters
    ----------
    starts, rates, bonuses
        Per tier: the attainment from which it counts, pay per unit of attainment, and a lump on reaching it.
    whole
        Whether the rate of the tier reached is paid on the whole attainment, or each rate within its own tier.

    Examples
    --------
    >>> tiered([0.0, 1.0], [1.0, 2.0], [0.0, 0.0], whole=True)
    [(0.0, 0.0, 1.0), (1.0, 2.0, 2.0)]
    """
    pieces: list[Piece] = []
    for i, (start, rate) in enumerate(zip(starts, rates, strict=True)):
        lumps = sum(bonuses[: i + 1])
        value = rate * start + lumps if whole else (value_at(pieces, start) if pieces else 0.0) + bonuses[i]
        pieces.append((start, value, rate))
    return pieces


def value_at(pieces: Sequence[Piece], attainment: float) -> float:
    """Return what pieces pay at one attainment."""
    reached = [piece for piece in pieces if piece[0] <= attainment]
    return reached[-1][1] + reached[-1][2] * (attainment - reached[-1][0]) if reached else 0.0


def from_threshold(pieces: list[Piece], threshold: float) -> list[Piece]:
    """Return pieces that pay nothing below the threshold, and from it on what they would have paid without one."""
    if not pieces or threshold <= pieces[0][0]:
        return pieces
    slope = [piece for piece in pieces if piece[0] <= threshold][-1][2]
    return [(threshold, value_at(pieces, threshold), slope), *(p for p in pieces if p[0] > threshold)]


def up_to(pieces: list[Piece], attainment: float) -> list[Piece]:
    """Return pieces that pay no more for what is above an attainment."""
    kept = [piece for piece in pieces if piece[0] < attainment]
    return [*kept, (attainment, value_at(pieces, attainment), 0.0)]


def at_most(pieces: list[Piece], most: float) -> list[Piece]:
    """Return pieces that pay at most `most`.

    Examples
    --------
    >>> at_most([(0.5, 0.0, 2.0)], 3.0)
    [(0.5, 0.0, 2.0), (2.0, 3.0, 0.0)]
    """
    ends = [piece[0] for piece in pieces[1:]] + [np.inf]
    return [part for piece, end in zip(pieces, ends, strict=True) for part in _at_most(piece, end, most)]


def _at_most(piece: Piece, end: float, most: float) -> list[Piece]:
    start, value, slope = piece
    crossing = start + (most - value) / slope if slope else np.inf
    if value > most:
        falls = [(crossing, most, slope)] if slope < 0 and crossing < end else []
        return [(start, most, 0.0), *falls]
    return [piece, (crossing, most, 0.0)] if slope > 0 and crossing < end else [piece]


def curve_of(pieces: Sequence[Piece]) -> Curve:
    """Return pieces as a curve."""
    starts, values, slopes = zip(*pieces, strict=True)
    return Curve.of_pieces(starts, values, slopes)

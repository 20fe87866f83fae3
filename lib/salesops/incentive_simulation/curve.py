"""Pay over attainment as a piecewise-linear curve: from its knots follow pay, marginal pay, cliffs and dead zones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# 770 / 1100 has to reach a threshold of 0.7 also where the sum of its parts is off in the last digit.
TOLERANCE = 1e-12
# An attainment that nobody reaches: where a curve has fewer knots than those it is stacked with.
NEVER = 1e9


@dataclass(frozen=True, eq=False)
class Curve:
    """Pay f(a) = Σⱼ [Jⱼ·1{a ≥ kⱼ} + δⱼ·(a − kⱼ)⁺], as a share of the target pay; nothing below the first knot.

    Several curves at once have fields of knots × curves × 1 (`stacked`): `pay` and exact expectations then hold for all
    of them, curves × attainments.

    Parameters
    ----------
    knots
        Attainments k at which the curve jumps or bends, ascending, of at least 0.
    jumps
        Lump J paid on reaching each knot, as a share of the target pay.
    bends
        Change δ of the slope at each knot.

    Examples
    --------
    >>> capped = Curve.of_pieces([0.5, 1.5], [0.0, 2.0], [2.0, 0.0])
    >>> capped.pay(np.array([0.4, 1.0, 1.8])).tolist()
    [0.0, 1.0, 2.0]
    """

    knots: Floats
    jumps: Floats
    bends: Floats

    @classmethod
    def of_pieces(cls, starts: Sequence[float], values: Sequence[float], slopes: Sequence[float]) -> Curve:
        """Return the curve that is worth `values` at `starts`, and rises by `slopes` from each start to the next."""
        k, v, s = (np.array(column, dtype=np.float64) for column in (starts, values, slopes))
        before = np.concatenate([[0.0], v[:-1] + s[:-1] * np.diff(k)])
        jumps = v - before
        # A value that was worked out along the slope differs from it in the last digit, and is no cliff.
        jumps[np.abs(jumps) <= TOLERANCE * np.maximum(1.0, np.abs(v))] = 0.0
        bends = np.diff(s, prepend=0.0)
        kept = (jumps != 0) | (bends != 0)
        return cls(k[kept], jumps[kept], bends[kept])

    @property
    def slopes(self) -> Floats:
        """Marginal pay from each knot to the next, as a share of the target pay per unit of attainment."""
        slopes: Floats = np.cumsum(self.bends)
        # Bends that cancel leave a last digit behind; a flat piece has to be flat.
        slopes[np.abs(slopes) <= TOLERANCE * np.abs(self.bends).max(initial=1.0)] = 0.0
        return slopes

    def pay(self, attainment: Floats) -> Floats:
        """Return pay at each attainment, as a share of the target pay; the shape is kept."""
        share = np.zeros(np.broadcast_shapes(np.shape(attainment), self.knots.shape[1:]))
        above = np.empty_like(share)
        for knot, jump, bend in zip(self.knots, self.jumps, self.bends, strict=True):
            if bend.any():
                np.maximum(np.subtract(attainment, knot, out=above), 0.0, out=above)
                share += np.multiply(bend, above, out=above)
            if jump.any():
                share += jump * (attainment >= knot - TOLERANCE)
        return share

    def marginal(self, attainment: Floats) -> Floats:
        """Return the slope just above each attainment: pay per further unit, as a share of the target pay."""
        piece = np.searchsorted(self.knots - TOLERANCE, attainment, side="right")
        slopes: Floats = np.concatenate([[0.0], self.slopes])[piece]
        return slopes

    def cliffs(self) -> list[tuple[float, float]]:
        """Return (attainment, jump of pay there) of each cliff.

        Examples
        --------
        >>> Curve.of_pieces([0.0, 1.0], [0.0, 1.2], [1.0, 1.0]).cliffs()
        [(1.0, 0.2)]
        """
        at = np.flatnonzero(self.jumps)
        return [(float(self.knots[i]), round(float(self.jumps[i]), 12)) for i in at]

    def dead_zones(self) -> list[tuple[float, float]]:
        """Return (from, to) of each stretch in which more sales pay nothing more; the last may reach to infinity."""
        starts = np.concatenate([[0.0], self.knots])
        ends = np.concatenate([self.knots, [np.inf]])
        flat = (np.concatenate([[0.0], self.slopes]) == 0) & (ends > starts)
        return _joined(
            list(zip(starts[flat].tolist(), ends[flat].tolist(), strict=True)), {k for k, _ in self.cliffs()}
        )

    def falls(self) -> list[tuple[float, float]]:
        """Return (from, to) of each stretch, or the place of each cliff, at which more sales pay less."""
        ends = np.concatenate([self.knots[1:], [np.inf]])
        down = [(float(self.knots[i]), float(ends[i])) for i in np.flatnonzero(self.slopes < 0)]
        return sorted(down + [(at, at) for at, jump in self.cliffs() if jump < 0])

    def scaled(self, factor: float | Floats) -> Curve:
        """Return the curve that pays `factor` times as much everywhere; curves × 1 factors for several curves."""
        return Curve(self.knots, self.jumps * factor, self.bends * factor)


def stacked(curves: Sequence[Curve]) -> Curve:
    """Return several curves as one, with fields of knots × curves × 1.

    Examples
    --------
    >>> both = stacked([Curve.of_pieces([0.0], [0.0], [1.0]), Curve.of_pieces([0.5, 1.5], [0.0, 2.0], [2.0, 0.0])])
    >>> both.pay(np.array([1.0, 2.0])).tolist()
    [[1.0, 2.0], [1.0, 2.0]]
    """
    most = max(len(curve.knots) for curve in curves)
    fields = np.zeros((3, most, len(curves)))
    fields[0] = NEVER
    for i, curve in enumerate(curves):
        fields[:, : len(curve.knots), i] = curve.knots, curve.jumps, curve.bends
    return Curve(*fields[..., None])


def _joined(stretches: list[tuple[float, float]], apart: set[float]) -> list[tuple[float, float]]:
    """Return stretches with those that touch made one, unless a cliff lies between them."""
    found: list[tuple[float, float]] = []
    for start, end in stretches:
        if found and found[-1][1] == start and start not in apart:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found

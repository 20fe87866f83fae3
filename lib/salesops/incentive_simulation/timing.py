"""Sales moved across the end of a period: what the best shift between two neighbouring periods is worth.

Pay in both, f(a₁ + x) + f(a₂ − x), is piecewise linear in the shift x. So its maximum lies where one of the two is at a
knot, or where the shift is as large as it can be: these candidates alone are tried, which is exact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from salesops.incentive_simulation.curve import Curve

    Floats = NDArray[np.float64]


def best_shift(curve: Curve, this: Floats, following: Floats, movable: Floats | float) -> tuple[Floats, Floats]:
    """Return what the best shift gains, as a share of the target pay, and the shift itself.

    Parameters
    ----------
    curve
        Pay over attainment in each of the two periods.
    this, following
        Attainment in them as it would be without a shift; n each.
    movable
        Attainment that can be moved across the end, at most all there is.

    Returns
    -------
    tuple of arrays
        Gain, and shift: above 0 where sales are pulled forward into this period, below 0 where they are held back. Of
        shifts that gain the same, the smallest.

    Examples
    --------
    >>> from salesops.incentive_simulation.curve import Curve
    >>> bonus = Curve.of_pieces([0.0, 1.0], [0.0, 1.3], [1.0, 1.0])
    >>> gain, shift = best_shift(bonus, np.array([0.95]), np.array([0.8]), 0.1)
    >>> round(float(gain[0]), 6), round(float(shift[0]), 6)
    (0.3, 0.05)
    """
    low, high = -np.minimum(movable, this), np.minimum(movable, following)
    knots = curve.knots[:, None]
    tried = np.concatenate([knots - this, following - knots, low[None], high[None], np.zeros((1, len(this)))])
    tried = np.where((tried >= low) & (tried <= high), tried, 0.0)
    # At a knot the sum has to be the knot itself, not a digit less.
    worth = curve.pay(this + tried) + curve.pay(following - tried)
    gain = worth - (curve.pay(this) + curve.pay(following))
    rank = gain - 1e-9 * np.abs(tried)
    best, column = rank.argmax(axis=0), np.arange(len(this))
    return np.maximum(gain[best, column], 0.0), np.where(gain[best, column] > 0, tried[best, column], 0.0)

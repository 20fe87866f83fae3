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


# Of shifts that gain the same the smaller one is taken.
LEAST_WORTH = 1e-9


def best_shift(curve: Curve, this: Floats, following: Floats, movable: Floats | float) -> tuple[Floats, Floats]:
    """Return what the best shift gains, as a share of the target pay, and the shift itself.

    Parameters
    ----------
    curve
        Pay over attainment in each of the two periods; of several curves, the results are curves × n.
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
    knots = curve.knots if curve.knots.ndim > 1 else curve.knots[:, None]
    at_knots = np.concatenate([knots - this, following - knots])
    ends = np.broadcast_to(low, at_knots.shape[1:]), np.broadcast_to(high, at_knots.shape[1:])
    tried = np.concatenate([at_knots, np.stack(ends)])
    tried[(tried < low) | (tried > high)] = 0.0
    # A sum that should be a knot may be a digit less; `pay` counts it as reached.
    gain = curve.pay(this + tried) + curve.pay(following - tried) - (curve.pay(this) + curve.pay(following))
    best = (gain - LEAST_WORTH * np.abs(tried)).argmax(axis=0)[None]
    gained, shift = (np.take_along_axis(column, best, axis=0)[0] for column in (gain, tried))
    return np.maximum(gained, 0.0), np.where(gained > 0, shift, 0.0)

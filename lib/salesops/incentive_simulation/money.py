"""Money to the cent: each line of pay is rounded to the nearest cent, half a cent away from zero.

What a computer holds of half a cent may be off in the last digit, so that an amount within a ten-millionth of a cent of
one half counts as one half. Sums are sums of rounded lines and are never rounded again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

CENTS = 100.0
_HALF = 0.5 + 1e-7


def to_cents(amount: ArrayLike) -> Floats:
    """Return amounts rounded to whole cents.

    Examples
    --------
    >>> to_cents([0.145, -0.145, 1.004999, 2.675]).tolist()
    [0.15, -0.15, 1.0, 2.68]
    """
    cents = np.asarray(amount, dtype=np.float64) * CENTS
    cents += np.copysign(_HALF, cents)
    np.trunc(cents, out=cents)
    cents /= CENTS
    # No pay is 0.0 and never −0.0.
    cents += 0.0
    return cents


def added_up(*amounts: Floats) -> Floats:
    """Return the sum of amounts in whole cents, exact to the cent."""
    total = sum(amounts[1:], amounts[0]) * CENTS
    np.rint(total, out=total)
    total /= CENTS
    total += 0.0
    return total

"""Numbers that people say and remember."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from salesops.customer_segmentation.arrays import Floats

STEPS = np.array([1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10])


def human_numbers(values: Floats, *, whole: bool = False) -> Floats:
    """Return the different round numbers nearest to some positive values, in order.

    Parameters
    ----------
    values
        Above zero.
    whole
        Whether only whole numbers will do, each of them up to twenty.

    Examples
    --------
    >>> human_numbers(np.array([0.37, 13.3, 14.0, 8712.0])).tolist()
    [0.4, 12.0, 15.0, 8000.0]
    >>> human_numbers(np.array([2.4, 7.1]), whole=True).tolist()
    [2.0, 7.0]
    """
    values = values[values > 0]
    magnitude = 10.0 ** np.floor(np.log10(values))
    nearest = np.abs(STEPS - (values / magnitude)[:, None]).argmin(axis=1)
    round_ = STEPS[nearest] * magnitude
    if whole:
        round_ = np.maximum(np.where(values < 20, np.round(values), np.round(round_)), 1)
    # Multiples of powers of ten carry digits that nobody wrote: 0.30000000000000004.
    return np.unique([float(f"{value:.6g}") for value in round_])


def spoken(value: float) -> str:
    """Return a round number as it is written in a sentence.

    Examples
    --------
    >>> spoken(1.5), spoken(12000.0), spoken(0.4)
    ('1.5', '12,000', '0.4')
    """
    return f"{value:,.6g}" if value < 1000 else f"{value:,.0f}"

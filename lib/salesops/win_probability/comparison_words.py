"""Two values of a feature set against each other, in words."""

from __future__ import annotations

import numpy as np

from salesops.report import number
from salesops.report.digits import signed


def against_words(name: str, high: float, low: float) -> str:
    """Return two values of a feature as people write them.

    Parameters
    ----------
    name
        From the catalogue in `salesops.win_probability.features`.
    high, low
        The values.

    Examples
    --------
    >>> against_words("age_days", 120.0, 30.0), against_words("price_gap", np.log(1.05), np.log(0.97))
    ('120 days against 30', '+5% against −3%')
    >>> against_words("attitude", 0.5, -1.0)
    '0.5 against −1'
    """
    if name == "price_gap":
        return signed(f"{np.expm1(high):+.0%} against {np.expm1(low):+.0%}")
    if name.startswith("days_") or name.endswith("_days"):
        return f"{high:,.0f} days against {low:,.0f}"
    if name == "amount":
        return f"{number(high)} against {number(low)}"
    return signed(f"{high:.3g} against {low:.3g}")

"""Who may leave over a change of plan: the usual rate of leaving, raised for those whose pay falls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# A judgement, said on the page: who loses a quarter of total pay is twice as likely to leave within the year.
DOUBLES_AT_LOSS = 0.25
USUAL_A_YEAR = 0.12


def leave_risk(change: Floats, usual: float = USUAL_A_YEAR) -> Floats:
    """Return the chance of leaving within a year.

    Parameters
    ----------
    change
        Change of expected total pay as a share of today's; who gains is not said to stay longer.
    usual
        Chance of leaving in a year without a change.

    Examples
    --------
    >>> leave_risk(np.array([0.1, 0.0, -0.25]), usual=0.1).round(3).tolist()
    [0.1, 0.1, 0.19]
    """
    hazard = -np.log1p(-usual) * 2 ** (np.maximum(-change, 0.0) / DOUBLES_AT_LOSS)
    risk: Floats = -np.expm1(-hazard)
    return risk

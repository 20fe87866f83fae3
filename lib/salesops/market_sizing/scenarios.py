"""What if: growth, prices, regulation or a new competitor change what can be won."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from salesops.market_sizing.obtainable import obtainable
from salesops.not_enough_data import NotEnoughData

if TYPE_CHECKING:
    from salesops.market_sizing.obtainable import Obtainable
    from salesops.market_sizing.parameters import Parameters
    from salesops.market_sizing.sales_force import SalesForce
    from salesops.market_sizing.segments import Ours
    from salesops.market_sizing.sizes import Sizes

WHAT_IF: dict[str, dict[str, float]] = {
    "the market grows 3 points slower": {"growth_change": -0.03},
    "the market grows 3 points faster": {"growth_change": 0.03},
    "our prices rise by 5%": {"price_change": 0.05},
    "rules close a fifth of the market": {"regulation_shift": -0.2},
    "a new competitor takes a tenth": {"entrant_share": 0.1},
    "five reps are hired": {"new_reps": 5},
}
DRAWS = 2000


def what_if(
    base: Obtainable | NotEnoughData, sizes: Sizes | NotEnoughData, ours: Ours | NotEnoughData,
    growth: pd.DataFrame | NotEnoughData, force: SalesForce | NotEnoughData, elasticity: float, parameters: Parameters,
) -> pd.DataFrame | NotEnoughData:  # fmt: skip
    """Return what can be won if one thing changes, on top of the page's own parameters.

    Parameters
    ----------
    base
        What the page says.
    sizes, ours, growth, force, elasticity
        As `obtainable` takes them.
    parameters
        The notebook's parameters.

    Returns
    -------
    DataFrame or NotEnoughData
        what, som, low, high, change (of the median, as a share of the page's).
    """
    if isinstance(base, NotEnoughData):
        return base
    if not base.sells:
        return NotEnoughData("sales of the last twelve months", "without any, no share is known that could be won")
    rows = []
    for what, changes in WHAT_IF.items():
        found = obtainable(sizes, ours, growth, force, elasticity, changed(parameters, changes))
        if not isinstance(found, NotEnoughData):
            low, middle, high = found.totals["SOM"]
            rows.append({"what": what, "som": middle, "low": low, "high": high})
    table = pd.DataFrame(rows)
    return table.assign(change=table["som"] / base.totals["SOM"].p50 - 1)


def changed(parameters: Parameters, changes: dict[str, float]) -> Parameters:
    """Return parameters with some of them moved; growth and reps are added to, shifts replace what is there.

    Examples
    --------
    >>> from salesops.market_sizing.parameters import Parameters
    >>> changed(Parameters(new_reps=2), {"new_reps": 5}).new_reps
    7
    """
    added = {name: getattr(parameters, name) + value for name, value in changes.items()}
    return type(parameters)(**{**parameters.model_dump(), **added, "draws": min(DRAWS, parameters.draws)})

"""Which plan is best depends on how strongly effort answers to pay: the order of plans over that unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.incentive_simulation.elasticity import GRID, Elasticity
from salesops.incentive_simulation.search import RANGE
from salesops.incentive_simulation.simulation import simulate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from salesops.incentive_simulation.effort import Beliefs
    from salesops.incentive_simulation.outlook import Outlook
    from salesops.incentive_simulation.plan import IncentivePlan


def ranking(
    plans: Mapping[str, IncentivePlan],
    outlook: Outlook,
    current: str,
    reference: IncentivePlan | None = None,
    elasticities: Sequence[float] = RANGE,
    draws: int = 400,
    beliefs: Beliefs | None = None,
) -> pd.DataFrame:
    """Return what each plan brings at each elasticity, with the same luck for all.

    Returns
    -------
    DataFrame
        elasticity, plan, cost, sales, profit (means of a year), rank (1 is the highest profit).
    """
    parts = [
        _at(eta, simulate(plans, outlook, known(eta), current, reference, draws, beliefs=beliefs))
        for eta in elasticities
    ]
    return pd.concat(parts, ignore_index=True)


def known(elasticity: float) -> Elasticity:
    """Return the belief that the elasticity is the value of `elasticity.GRID` nearest to this one.

    Examples
    --------
    >>> round(known(0.2).median, 2)
    0.2
    """
    nearest = int(np.abs(np.log(GRID / elasticity)).argmin())
    return Elasticity((np.arange(len(GRID)) == nearest).astype(float))


def _at(elasticity: float, found: object) -> pd.DataFrame:
    columns = {name: {p: v.mean() for p, v in getattr(found, name).items()} for name in ("cost", "sales", "profit")}
    table = pd.DataFrame(columns).rename_axis("plan").reset_index()
    rank = table["profit"].rank(ascending=False, method="first").astype(int)
    return table.assign(elasticity=elasticity, rank=rank)

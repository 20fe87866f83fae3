"""How much customers could buy, by part of the business."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.not_enough_data import NotEnoughData

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd


def potentials(accounts: pd.DataFrame | NotEnoughData) -> Mapping[str, pd.Series]:
    """Return the potential of each region: the sum of its accounts' potential_spend where that is known.

    Accounts whose potential nobody has estimated count with the median of their region's others.

    Parameters
    ----------
    accounts
        Table accounts, cut to the as-of day.

    Returns
    -------
    dict
        From a level to money by key; empty where accounts tell no potential or no region.
    """
    if isinstance(accounts, NotEnoughData) or not {"potential_spend", "region"} <= set(accounts):
        return {}
    known = accounts.dropna(subset="region")
    spend = known["potential_spend"].astype(float)
    filled = spend.fillna(spend.groupby(known["region"]).transform("median")).fillna(0.0)
    return {"region": filled.groupby(known["region"]).sum()}

"""What the sales force can carry: customers per rep, reps per region, and the months until a new one counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.market_sizing.segments import ALL
from salesops.not_enough_data import NotEnoughData
from salesops.tables.queries import collect

if TYPE_CHECKING:
    from salesops.market_sizing.parameters import Parameters
    from salesops.tables import Tables

BUSY = 0.75
"""The quarter of reps with most customers shows what one can carry."""
SPREAD = 0.15
"""Standard deviation, in logs, of what one rep can carry where it is not a parameter; half of it where it is."""
ACCOUNT_RESPONSIBLE = "AR"


@dataclass(frozen=True)
class SalesForce:
    """The reps who carry customers.

    Parameters
    ----------
    reps
        Reps by region, `all` where they have none.
    per_rep
        Customers that one rep can carry.
    spread
        Standard deviation of its logarithm.
    measured
        Whether `per_rep` is what busy reps carry today, and no parameter.
    """

    reps: pd.Series[float]
    per_rep: float
    spread: float
    measured: bool


def sales_force(known: Tables, parameters: Parameters) -> SalesForce | NotEnoughData:
    """Return the reps in place and how many customers one carries.

    Parameters
    ----------
    known
        The tables as of a day, of which reps, and orders with rep_id.
    parameters
        Of which accounts_per_rep; 0 takes what the busier quarter of reps sold to in the last twelve months.
    """
    reps = known.frame("reps")
    if isinstance(reps, NotEnoughData):
        return reps
    there = _in_place(reps, pd.Timestamp(known.as_of))
    if there.empty:
        return NotEnoughData("reps in place", "all have left")
    region = (
        there["region"].fillna(ALL)
        if "region" in there and there["region"].notna().any()
        else pd.Series(ALL, there.index)
    )
    by_region = region.value_counts().astype(float)
    if parameters.accounts_per_rep:
        return SalesForce(by_region, parameters.accounts_per_rep, SPREAD / 2, measured=False)
    carried = _carried(known, list(there["rep_id"]))
    if isinstance(carried, NotEnoughData):
        return carried
    return SalesForce(by_region, carried, SPREAD, measured=True)


def _in_place(reps: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    gone = reps["left_at"] <= as_of if "left_at" in reps else pd.Series(False, reps.index)
    there = reps[~gone]
    carriers = there[there["role"] == ACCOUNT_RESPONSIBLE] if "role" in there else there.head(0)
    # Where no role names them, all sell.
    return carriers if len(carriers) else there


def _carried(known: Tables, reps: list[str]) -> float | NotEnoughData:
    if not known.has("orders", "rep_id"):
        return NotEnoughData("orders.rep_id, or the parameter accounts_per_rep")
    orders = known.expressions["orders"]
    year_ago = (pd.Timestamp(known.as_of) - pd.DateOffset(years=1)).date()
    recent = orders.filter(orders.ordered_at > year_ago, orders.amount > 0, orders.rep_id.isin(reps))
    counts = collect(recent.group_by("rep_id").aggregate(customers=recent.account_id.nunique()), "rep_id")
    if isinstance(counts, NotEnoughData) or counts.empty:
        return NotEnoughData("orders of reps in place, or the parameter accounts_per_rep")
    return float(np.quantile(counts["customers"], BUSY))

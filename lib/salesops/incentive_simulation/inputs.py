"""What the page reads: the tables on people, what they sold, what they were asked for and what customers say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from salesops.incentive_simulation.quarters import quarter_of_day
from salesops.not_enough_data import NotEnoughData
from salesops.tables.queries import collect, rep_activity, rep_mix, rep_quarters

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    import ibis.expr.types as ir

    from salesops.tables import Tables

NO_ORDERS, NO_DEALS = NotEnoughData("orders"), NotEnoughData("opportunities")
MIXED = ("rep_id", "product_line", "industry")


@dataclass(frozen=True)
class Inputs:
    """Tables as of a day, each a frame or `NotEnoughData`.

    Parameters
    ----------
    as_of
        The day.
    reps, targets, feedback, accounts
        Tables of the input contract.
    sold
        From `salesops.tables.queries.rep_quarters`, its quarter as a number.
    activity
        From `salesops.tables.queries.rep_activity`, its quarter as a number.
    mix
        From `salesops.tables.queries.rep_mix`, its quarter as a number.
    deals
        Table opportunities.
    """

    as_of: date
    reps: pd.DataFrame | NotEnoughData
    targets: pd.DataFrame | NotEnoughData
    sold: pd.DataFrame | NotEnoughData
    activity: pd.DataFrame | NotEnoughData
    feedback: pd.DataFrame | NotEnoughData
    accounts: pd.DataFrame | NotEnoughData
    mix: pd.DataFrame | NotEnoughData = NO_ORDERS
    deals: pd.DataFrame | NotEnoughData = NO_DEALS

    @property
    def gone(self) -> frozenset[str]:
        """Who has left by the day."""
        if isinstance(self.reps, NotEnoughData) or "left_at" not in self.reps:
            return frozenset()
        left = pd.to_datetime(self.reps["left_at"]) <= pd.Timestamp(self.as_of)
        return frozenset(self.reps.loc[left, "rep_id"])


def rep_inputs(known: Tables) -> Inputs:
    """Read what the results of reps are made of."""
    return Inputs(
        as_of=known.as_of,
        reps=known.frame("reps"),
        targets=known.frame("targets"),
        sold=_by_quarter(known, "orders", rep_quarters),
        activity=_by_quarter(known, "activities", rep_activity),
        feedback=known.frame("feedback"),
        accounts=known.frame("accounts"),
        mix=_mix(known),
        deals=known.frame("opportunities"),
    )


def _by_quarter(
    known: Tables, name: str, query: Callable[[ir.Table, date], ir.Table | NotEnoughData]
) -> pd.DataFrame | NotEnoughData:
    if not known.has(name):
        return NotEnoughData(name)
    asked = query(known.expressions[name], known.as_of)
    return _collected(asked, "rep_id", "account_id", "quarter")


def _mix(known: Tables) -> pd.DataFrame | NotEnoughData:
    if not known.has("orders"):
        return NO_ORDERS
    others = (known.expressions.get(name) for name in ("products", "accounts"))
    return _collected(rep_mix(known.expressions["orders"], known.as_of, *others), *MIXED, "quarter")


def _collected(asked: ir.Table | NotEnoughData, *order: str) -> pd.DataFrame | NotEnoughData:
    rows = asked if isinstance(asked, NotEnoughData) else collect(asked, *order)
    return rows if isinstance(rows, NotEnoughData) else rows.assign(quarter=quarter_of_day(rows["quarter"]))

"""Who is credited with how much of a deal: shares by role and for partners, adding up to the deal to the cent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.incentive_simulation.money import CENTS
from salesops.incentive_simulation.plan import NAMED_ON_A_DEAL

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from salesops.incentive_simulation.plan import IncentivePlan

    Floats = NDArray[np.float64]

PARTNER, NOBODY = "partner", "nobody"


def credited(plan: IncentivePlan, deals: pd.DataFrame) -> pd.DataFrame:
    """Return who is credited with what of each deal.

    A partner's share comes off first. The rest is split by the plan's shares; the share of a role that nobody has on a
    deal goes to the account responsible, and what no one can be credited with goes to "nobody". Cents that are left
    over go to the largest remainders, so that the parts of a deal are the deal.

    Parameters
    ----------
    plan
        With its splits by role and its partner_share.
    deals
        opportunity_id, amount (in cents), rep_id, and where there are such, solution_rep_id, fulfilment_rep_id and
        partner_id.

    Returns
    -------
    DataFrame
        opportunity_id, role (AR, SR, FR, partner, nobody), rep_id (a partner's own; none for nobody), amount.

    Examples
    --------
    >>> from salesops.incentive_simulation.plan import IncentivePlan
    >>> terms = {"measures": [{"measure": "sales"}]}
    >>> plan = IncentivePlan(name="p", roles={"AR": terms, "SR": terms}, splits={"AR": 0.7, "SR": 0.3})
    >>> deals = pd.DataFrame(
    ...     {"opportunity_id": ["D1"], "amount": [100.01], "rep_id": ["R1"], "solution_rep_id": ["R2"]}
    ... )
    >>> credited(plan, deals)[["role", "rep_id", "amount"]].values.tolist()
    [['AR', 'R1', 70.01], ['SR', 'R2', 30.0]]
    """
    roles = ["AR", *(role for role in plan.splits if role != "AR")]
    people = {role: _column(deals, NAMED_ON_A_DEAL[role]) for role in roles} | {PARTNER: _column(deals, "partner_id")}
    parts = _parts(deals["amount"].to_numpy(dtype=np.float64), _shares(plan, people))
    names = [*people, NOBODY]
    deal, part = np.nonzero(parts)
    who = np.stack([*(column.to_numpy() for column in people.values()), np.full(len(deals), None)], axis=1)
    return pd.DataFrame(
        {
            "opportunity_id": deals["opportunity_id"].to_numpy()[deal],
            "role": np.array(names, dtype=object)[part],
            "rep_id": who[deal, part],
            "amount": parts[deal, part],
        }
    )


def _column(deals: pd.DataFrame, name: str) -> pd.Series:
    column = deals[name] if name in deals else pd.Series(None, index=deals.index, dtype=object)
    return column.astype(object).where(column.notna(), None)


def _shares(plan: IncentivePlan, people: dict[str, pd.Series]) -> Floats:
    """Return deals × (roles, partner, nobody): shares of each deal, which add up to 1."""
    there = np.stack([column.notna().to_numpy() for column in people.values()], axis=1)
    asked = np.array([(plan.splits or {"AR": 1.0}).get(name, 0.0) for name in people])
    partner = np.where(there[:, -1], plan.partner_share, 0.0)
    shares = np.where(there, asked, 0.0) * (1 - partner)[:, None]
    shares[:, -1] = partner
    left = 1 - shares.sum(axis=1)
    shares[:, 0] += np.where(there[:, 0], left, 0.0)
    return np.column_stack([shares, np.where(there[:, 0], 0.0, left)])


def _parts(amount: Floats, shares: Floats) -> Floats:
    """Return deals × parts: whole cents that add up to each deal's amount."""
    whole = np.rint(amount * CENTS)
    exact = whole[:, None] * shares
    # A share that is a whole cent but for its last digit is that cent.
    down = np.floor(exact + 1e-6)
    missing = np.rint(whole - down.sum(axis=1))
    rank = np.argsort(np.argsort(down - exact, axis=1, kind="stable"), axis=1, kind="stable")
    parts: Floats = (down + (rank < missing[:, None]) - 0.0) / CENTS
    return parts

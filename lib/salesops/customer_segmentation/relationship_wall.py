"""The relationship wall (关系墙): accounts against decision roles, each cell the level of our relationship there."""

from __future__ import annotations

import numpy as np
import pandas as pd

from salesops.customer_segmentation.words import names_of_true
from salesops.not_enough_data import NotEnoughData, passes_not_enough_data

ROLES = ("decider", "approver", "influencer", "user", "initiator", "gatekeeper", "payer")
"""As the wall shows them, those who decide first."""
LEVELS = {
    1: "delivers to specification",
    2: "delivers good product and service",
    3: "gives good support",
    4: "contributes to business problems",
    5: "contributes to organisational problems",
}
OTHER_NAMES = {"buyer": "gatekeeper", "gatekeeper/buyer": "gatekeeper"}


@passes_not_enough_data
def relationship_wall(contacts: pd.DataFrame, buyers: pd.DataFrame) -> pd.DataFrame | NotEnoughData:
    """Return the level of the best relationship with each role at each customer.

    Parameters
    ----------
    contacts
        Table contacts: account_id, decision_role, relationship_level.
    buyers
        From `buyers`.

    Returns
    -------
    DataFrame or NotEnoughData
        By account_id (every customer), a column for each role: the highest level of those known there (1 to 5), 0
        where people are known but no level is noted, and empty where nobody is known.

    Examples
    --------
    >>> people = {"account_id": ["A", "A", "A"], "decision_role": ["decider", "decider", "user"]}
    >>> people = pd.DataFrame(people | {"relationship_level": [2, 4, None]})
    >>> relationship_wall(people, pd.DataFrame({"account_id": ["A"]})).loc["A", ["decider", "user", "payer"]].tolist()
    [4.0, 0.0, nan]
    """
    if "relationship_level" not in contacts or contacts["relationship_level"].notna().sum() == 0:
        return NotEnoughData("contacts.relationship_level")
    levels = contacts.assign(level=contacts["relationship_level"].astype(float).fillna(0.0))
    role = contacts["decision_role"].str.strip().str.lower().replace(OTHER_NAMES)
    best = levels.groupby(["account_id", role])["level"].max().unstack()
    return best.reindex(index=pd.Index(buyers["account_id"], name="account_id"), columns=pd.Index(ROLES, name=None))


def money_at_stake(
    buyers: pd.DataFrame | NotEnoughData, opportunities: pd.DataFrame | NotEnoughData
) -> pd.Series | NotEnoughData:
    """Return per customer what hangs on the relationship: recent sales, and the amounts of open deals where known.

    Examples
    --------
    >>> deals = pd.DataFrame({"account_id": ["A", "A"], "status": ["open", "won"], "amount": [50.0, 9.0]})
    >>> money_at_stake(pd.DataFrame({"account_id": ["A", "B"], "recent_sales": [10.0, -1.0]}), deals).tolist()
    [60.0, 0.0]
    """
    if isinstance(buyers, NotEnoughData):
        return buyers
    sales = pd.Series(buyers["recent_sales"].clip(lower=0).to_numpy(), buyers["account_id"].rename("account_id"))
    if isinstance(opportunities, NotEnoughData):
        return sales
    still_open = opportunities[opportunities["status"] == "open"]
    return sales.add(still_open.groupby("account_id")["amount"].sum().reindex(sales.index).fillna(0.0))


def wall_gaps(wall: pd.DataFrame, at_stake: pd.Series, target: int) -> pd.DataFrame:
    """Return one row per customer with a gap: roles that nobody knows, and those below the level wanted.

    Parameters
    ----------
    wall
        From `relationship_wall`.
    at_stake
        From `money_at_stake`, by account_id.
    target
        Level from which a role is no gap.

    Returns
    -------
    DataFrame
        account_id, at_stake (money), unknown and weak (roles in words, those who decide first), gaps (their number),
        best (the highest level at the customer), decider (level with the decider); most money first.
    """
    unknown, weak = wall.isna(), wall < target
    best = wall.max(axis=1)
    found = pd.DataFrame(
        {
            "at_stake": at_stake.reindex(wall.index),
            "unknown": names_of_true(unknown),
            "weak": names_of_true(weak),
            "gaps": (unknown | weak).sum(axis=1),
            "best": best.where(best > 0),
            "decider": wall["decider"].where(wall["decider"] > 0),
        }
    )
    found = found[found["gaps"] > 0].rename_axis("account_id").reset_index()
    return found.sort_values(["at_stake", "account_id"], ascending=[False, True], ignore_index=True)


def gaps_by_role(wall: pd.DataFrame, at_stake: pd.Series, target: int) -> pd.DataFrame:
    """Return per role the share of money at stake where nobody is known, and where the level is below the target.

    Returns
    -------
    DataFrame
        role, unknown, weak and enough (shares that add up to 1; of customers where nothing is at stake), most gaps
        first.

    Examples
    --------
    >>> wall = pd.DataFrame({"decider": [None, 2.0, 4.0], "payer": [3.0, 3.0, 3.0]}, index=list("ABC"), dtype=float)
    >>> gaps_by_role(wall, pd.Series([50.0, 25.0, 25.0], list("ABC")), 3).round(2).values.tolist()
    [['decider', 0.5, 0.25, 0.25], ['payer', 0.0, 0.0, 1.0]]
    """
    money = at_stake.reindex(wall.index).fillna(0.0).to_numpy()
    weight = money / money.sum() if money.sum() > 0 else np.full(len(wall), 1 / len(wall))
    unknown = weight @ wall.isna().to_numpy()
    weak = weight @ (wall < target).to_numpy()
    found = pd.DataFrame({"role": wall.columns, "unknown": unknown, "weak": weak, "enough": 1 - unknown - weak})
    return found.sort_values("enough", kind="stable", ignore_index=True)

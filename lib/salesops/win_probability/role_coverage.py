"""Which roles of the buying decision are known at the customers of open deals, and what goes with knowing them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.win_probability.closings import closed_within
from salesops.win_probability.clusters import shares_by

if TYPE_CHECKING:
    from datetime import date

    from salesops.win_probability.deal_tables import DealTables

ROLES = ("initiator", "user", "influencer", "gatekeeper", "decider", "approver", "payer")
OTHER_NAMES = {"buyer": "gatekeeper", "gatekeeper/buyer": "gatekeeper"}
ROLE_CLASSES = {"up to 2": (0, 2), "3": (3, 3), "4": (4, 4), "5": (5, 5), "6 or 7": (6, 7)}


@passes_not_enough_data
def role_coverage(opportunities: pd.DataFrame, contacts: pd.DataFrame) -> pd.DataFrame | NotEnoughData:
    """Return which of the seven decision roles are known at the customer of each open deal, as of today.

    Parameters
    ----------
    opportunities, contacts
        Tables of the input contract, cut to the as-of day.

    Returns
    -------
    DataFrame
        opportunity_id, account_id, rep_id (if there), amount, one column of 0 and 1 per role of `ROLES`, known (how
        many) and missing (in words), the largest amount first.
    """
    still_open = opportunities[opportunities["status"] == "open"]
    if still_open.empty:
        return NotEnoughData("an open deal", "all deals are closed on that day")
    power_map = power_maps(contacts)
    if isinstance(power_map, NotEnoughData):
        return power_map
    kept = [column for column in ("opportunity_id", "account_id", "rep_id") if column in still_open.columns]
    rows = still_open[kept].assign(amount=still_open["amount"].fillna(0.0).astype(float))
    rows = rows.join(power_map, on="account_id").fillna(dict.fromkeys(ROLES, 0.0))
    rows["known"] = rows[list(ROLES)].sum(axis=1)
    gaps = rows[list(ROLES)] == 0
    rows["missing"] = [", ".join(gaps.columns[row]) for row in gaps.to_numpy()]
    return rows.sort_values("amount", ascending=False, kind="stable", ignore_index=True)


def power_maps(contacts: pd.DataFrame) -> pd.DataFrame | NotEnoughData:
    """Return 0 or 1 per account and decision role; roles that are none of the seven are left out.

    Examples
    --------
    >>> people = pd.DataFrame({"account_id": ["A", "A"], "decision_role": ["Buyer", "user "]})
    >>> found = power_maps(people)
    >>> found.columns[found.loc["A"] == 1].tolist()
    ['user', 'gatekeeper']
    """
    role = contacts["decision_role"].str.strip().str.casefold().replace(OTHER_NAMES)
    told = role.isin(ROLES)
    if not told.any():
        return NotEnoughData("contacts.decision_role", f"none of its roles is one of {', '.join(ROLES)}")
    counts = pd.crosstab(contacts.loc[told, "account_id"], role[told])
    return counts.reindex(columns=list(ROLES), fill_value=0).clip(upper=1).astype(float)


def money_without(coverage: pd.DataFrame) -> pd.DataFrame:
    """Return per role the open deals, and their amounts, whose customer has nobody known in it, the most money first.

    Parameters
    ----------
    coverage
        From `role_coverage`.

    Returns
    -------
    DataFrame
        role, deals, amount and share (of the open amount; of the open deals where no amounts are known).
    """
    gaps = coverage[list(ROLES)] == 0
    amount = gaps.mul(coverage["amount"], axis=0).sum()
    total = float(coverage["amount"].sum())
    share = amount / total if total > 0 else gaps.mean()
    table = pd.DataFrame({"role": list(ROLES), "deals": gaps.sum().to_numpy(), "amount": amount.to_numpy()})
    return table.assign(share=share.to_numpy()).sort_values("share", ascending=False, kind="stable", ignore_index=True)


def win_rate_by_roles(tables: DealTables, as_of: date, quarters: int) -> pd.DataFrame | NotEnoughData:
    """Return the share won of deals that closed lately, by how many roles are known at their customer today.

    Contacts carry no day: someone who was entered because a deal was won counts here as known before.

    Parameters
    ----------
    tables
        Tables of the input contract, cut to `as_of`, of which deals and contacts are used.
    as_of, quarters
        Last day, and quarters back from it.

    Returns
    -------
    DataFrame
        roles, share with low and high (80%; deals with one customer counted as alike as they are), n.
    """
    closed, contacts = closed_within(tables.opportunities, as_of, quarters), tables.contacts
    if isinstance(closed, NotEnoughData):
        return closed
    power_map = contacts if isinstance(contacts, NotEnoughData) else power_maps(contacts)
    if isinstance(power_map, NotEnoughData):
        return power_map
    known = closed["account_id"].map(power_map.sum(axis=1)).fillna(0.0)
    classes = pd.Series(None, index=closed.index, dtype=object)
    for name, (least, most) in ROLE_CLASSES.items():
        classes = classes.mask(known.between(least, most), name)
    won = (closed["status"] == "won").astype(float)
    found = shares_by(won, classes, closed["account_id"])
    found = found.reindex([name for name in ROLE_CLASSES if name in found.index])
    return found[["share", "low", "high", "n"]].rename_axis("roles").reset_index()

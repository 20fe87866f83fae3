"""Which results plans can pay for, and a sentence on each that they cannot: nobody is paid zero in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.incentive_simulation.needed import hangs_on_own_sales, has_team, lacking, with_usual_measures
from salesops.incentive_simulation.not_reckoned import unused_terms
from salesops.incentive_simulation.results import usable, without_quota
from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.report import plural

if TYPE_CHECKING:
    from collections.abc import Mapping

    from salesops.incentive_simulation.parameters import Parameters
    from salesops.incentive_simulation.plan import IncentivePlan

SHOWN = 5


@passes_not_enough_data
def payable(
    results: pd.DataFrame, plans: Mapping[str, IncentivePlan], parameters: Parameters
) -> pd.DataFrame | NotEnoughData:
    """Return the rows of `rep_results` that every plan has terms and figures for.

    Pay at quota and base pay that table reps does not name are those of the parameters, unless they are 0; a plan's own
    come before both. Who has no figure of a measure besides sales and margin has that of their role.

    Parameters
    ----------
    results
        From `rep_results`.
    plans
        By name.
    parameters
        The notebook's, for target_pay and base_pay.
    """
    target = results["target_pay"].fillna(parameters.target_pay or np.nan).fillna(_stated(results, plans, "target_pay"))
    base = results["base_pay"].fillna(_stated(results, plans, "base_pay")).fillna(parameters.base_pay)
    table = results.assign(target_pay=target, base_pay=base)
    there = (table["present"] > 0) & ~_refused(table, plans)
    kept = table[_known_role(table, plans) & _measured(table, plans) & _worth(table, plans) & there]
    kept = with_usual_measures(kept[has_team(kept, plans)])
    sellers = kept["sales_quota"].notna()
    if not sellers.any():
        return NotEnoughData(
            "reps with a role that all plans have terms for, a quota above zero and pay at quota",
            "name pay in reps.target_incentive, in the plan, or by the parameter target_pay",
        )
    return lacking(kept, plans) or kept.reset_index(drop=True)


def _stated(table: pd.DataFrame, plans: Mapping[str, IncentivePlan], term: str) -> pd.Series:
    """Return the pay a year that the first of the plans to state it for a row's role states."""
    stated = {
        name: getattr(role, term)
        for plan in reversed(list(plans.values()))
        for name, role in plan.roles.items()
        if getattr(role, term) is not None
    }
    return pd.Series(table["role"].map(stated), dtype=float)


def not_payable(
    results: pd.DataFrame | NotEnoughData, plans: Mapping[str, IncentivePlan], parameters: Parameters
) -> list[str]:
    """Name who is left out of all figures of pay, and why; and terms of plans that nobody can be paid by."""
    if isinstance(results, NotEnoughData):
        return [str(results)]
    table = results.assign(target_pay=results["target_pay"].fillna(parameters.target_pay or np.nan))
    found = [*without_quota(results[~_measured(results, plans)]), *_nothing_to_pay(table, plans), *unused_terms(plans)]
    for role, rows in table[~_known_role(table, plans)].groupby("role"):
        lacking = [name for name, plan in plans.items() if role not in plan.roles]
        found.append(
            f"{plural(rows['rep_id'].nunique(), 'person', 'people')} of role {role} left out of all figures of pay: "
            f"no terms for it in {', '.join(lacking)}."
        )
    poor = table[_known_role(table, plans) & ~_worth(table, plans)]
    if len(poor):
        found.append(
            f"No pay at quota is known for {_names(poor)}: name it in reps.target_incentive, in the plan, or by the "
            "parameter target_pay."
        )
    return found


def _nothing_to_pay(table: pd.DataFrame, plans: Mapping[str, IncentivePlan]) -> list[str]:
    """Name whose results cannot be paid for another reason than a quota that is missing or zero."""
    known, found = table[_known_role(table, plans)], []
    absent = known[(known["present"] <= 0) & (known["sales_quota"].notna() | known["sales"].notna())]
    if len(absent):
        found.append(
            f"{_names(absent)}: not at work in a quarter with a quota or sales of theirs (reps.hired_at, left_at): "
            "that quarter is left out."
        )
    partly = known[_refused(known, plans) & (known["present"] > 0)]
    if len(partly):
        found.append(
            f"{_names(partly)}: at work for a part of a quarter, which a plan has no rule for (hired_mid_period: "
            "refuse): that quarter is left out."
        )
    known = known[known["present"] > 0]
    idle = known[hangs_on_own_sales(known, plans) & known["sales_quota"].isna() & known["sales"].isna()]
    if len(idle):
        found.append(f"{_names(idle)}: neither a quota nor sales, so that nothing can be paid: left out.")
    there = known[_measured(known, plans)]
    alone = there[~has_team(there, plans)]
    if len(alone):
        found.append(f"{_names(alone)}: paid with a team in which nobody has a quota and sales: left out.")
    return found


def _names(rows: pd.DataFrame) -> str:
    names = rows["name"].drop_duplicates().astype(str).tolist()
    return ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")


def _known_role(table: pd.DataFrame, plans: Mapping[str, IncentivePlan]) -> pd.Series:
    roles = set.intersection(*(set(plan.roles) for plan in plans.values()))
    return pd.Series(table["role"].isin(roles), dtype=bool)


def _measured(table: pd.DataFrame, plans: Mapping[str, IncentivePlan]) -> pd.Series:
    """Return whether a row has a quota above zero, or is of someone who is paid with a team and was given none."""
    return usable(table) | (~hangs_on_own_sales(table, plans) & table["sales_quota"].isna())


def _refused(table: pd.DataFrame, plans: Mapping[str, IncentivePlan]) -> pd.Series:
    """Return whether a row is of a part of a quarter, and a plan says nothing of such."""
    refuses = any(plan.hired_mid_period == "refuse" for plan in plans.values())
    return (table["present"] < 1) & refuses


def _worth(table: pd.DataFrame, plans: Mapping[str, IncentivePlan]) -> pd.Series:
    """Return whether pay at quota is known, of the rep or of the role in every plan."""
    stated = {
        role
        for role in set(table["role"])
        if all(role in plan.roles and plan.roles[role].target_pay is not None for plan in plans.values())
    }
    return table["target_pay"].notna() | table["role"].isin(stated)

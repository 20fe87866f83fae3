"""What plans need of results before anybody can be paid: own sales, a team, and figures of every measure they name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from salesops.incentive_simulation.quarters import QUARTERS
from salesops.incentive_simulation.results import MEASURES, usable
from salesops.not_enough_data import NotEnoughData

if TYPE_CHECKING:
    from collections.abc import Mapping

    from salesops.incentive_simulation.plan import IncentivePlan, Role

OWN = ("sales", "margin")
OTHERS = tuple(measure for measure in MEASURES if measure not in OWN)


def hangs_on_own_sales(rows: pd.DataFrame, plans: Mapping[str, IncentivePlan]) -> pd.Series:
    """Return whether a plan pays the role of a row for its own sales or margin, so that a quota is needed."""
    roles = {name for plan in plans.values() for name, role in plan.roles.items() if _own_sales(role)}
    return pd.Series(rows["role"].isin(roles), dtype=bool)


def _own_sales(role: Role) -> bool:
    measured = any(measure.level == "rep" and measure.measure in OWN for measure in role.measures)
    return measured or any(kicker.measure in OWN for kicker in role.kickers)


def has_team(rows: pd.DataFrame, plans: Mapping[str, IncentivePlan]) -> pd.Series:
    """Return whether somebody with a quota and sales is in each team that a plan pays the role of a row with."""
    found = pd.Series(data=True, index=rows.index)
    sellers = usable(rows) & rows["sales"].notna()
    for level, by in {"region": ["region", "period"], "company": ["period"]}.items():
        there = sellers.groupby([rows[column] for column in by], dropna=False).transform("any").astype(bool)
        found &= there | ~rows["role"].isin(_with_a_team(plans, level))
    return found


def _with_a_team(plans: Mapping[str, IncentivePlan], level: str) -> set[str]:
    roles = [(name, role) for plan in plans.values() for name, role in plan.roles.items()]
    return {name for name, role in roles if any(measure.level == level for measure in role.measures)}


def with_usual_measures(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows in which who has no figure of a measure besides sales and margin has that of their role.

    Somebody without customers of the year before has nobody to keep; to pay them zero for it would be no judgement.
    """
    names = [name for measure in OTHERS for name in (measure, f"{measure}_quota") if name in rows]
    numbers = rows[names].astype(float)
    usual = numbers.groupby([rows["role"], rows["period"]]).transform("mean")
    return rows.assign(**numbers.fillna(usual))


def lacking(rows: pd.DataFrame, plans: Mapping[str, IncentivePlan]) -> NotEnoughData | None:
    """Return which measure of a plan nobody can be paid for in the last four quarters, if any.

    Parameters
    ----------
    rows
        From `with_usual_measures`.
    plans
        By name.
    """
    year = rows[rows["quarter"] > rows["quarter"].max() - QUARTERS]
    for title, plan in plans.items():
        for name, role in plan.roles.items():
            mine = year[year["role"] == name]
            found = _lacking(mine, year, role, title, name) if len(mine) else None
            if found:
                return found
    return None


def _lacking(rows: pd.DataFrame, everybody: pd.DataFrame, role: Role, plan: str, name: str) -> NotEnoughData | None:
    who, paid = f"for people of role {name}", f'plan "{plan}" pays for it'
    for kicker in role.kickers:
        if kicker.measure not in rows or rows[kicker.measure].isna().any():
            return NotEnoughData(f"{kicker.measure} {who}", paid)
    for measure in role.measures:
        what, own = measure.measure, measure.level == "rep"
        if what not in rows:
            return NotEnoughData(f"{what} {who}", paid)
        asked = rows if own else everybody
        there, quota = asked[what].notna(), asked[f"{what}_quota"] > 0
        # What is asked for in the year ahead is last year's margin: of a loss, nobody can reach a part.
        quota &= what != "margin" or everybody[what].sum() > 0
        if not (there.all() if own else there.any()):
            return NotEnoughData(f"{what} {who}", paid)
        if measure.quota is None and not (quota.all() if own else (there & quota).any()):
            why = f"{paid}, and what is asked for by the year before is none: state a quota in the plan"
            return NotEnoughData(f"a quota of {what} above 0 {who}", why)
    return None

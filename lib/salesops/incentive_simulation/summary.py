"""The top of the page: which plan, what it costs, how sure that is, and who loses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.incentive_simulation.sections_past import title_of
from salesops.not_enough_data import NotEnoughData
from salesops.report import Kpi, Summary, money

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from salesops.incentive_simulation.parameters import Parameters
    from salesops.incentive_simulation.plan import IncentivePlan


def kpis(past: pd.DataFrame | NotEnoughData, parameters: Parameters) -> list[Kpi]:
    """Return the page's figures; those that could not be computed are left out."""
    if isinstance(past, NotEnoughData):
        return []
    cost = past.groupby("plan")["variable"].sum()
    return [Kpi("cost_last_year", "Incentive pay, last year", cost[parameters.plans[0]], parameters.currency)]


def summary(
    past: pd.DataFrame | NotEnoughData, plans: Mapping[str, IncentivePlan], figures: Sequence[Kpi],
    parameters: Parameters, previous: Mapping[str, float | None] | None = None,
) -> Summary:  # fmt: skip
    """Return the top of the page, from whatever could be computed."""
    if isinstance(past, NotEnoughData):
        return Summary(f"No plan can be judged yet: {past}.", figures, (), previous)
    today = parameters.plans[0]
    cost = money(float(past.loc[past["plan"] == today, "variable"].sum()), parameters.currency)
    return Summary(f"{title_of(plans[today])} cost {cost} over the last four quarters.", figures, (), previous)

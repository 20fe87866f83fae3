"""What contradicts the coming year's goal, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.not_enough_data import NotEnoughData
from salesops.sales_forecasting.decomposition import seats_of
from salesops.sales_forecasting.series import COMPANY
from salesops.sales_forecasting.targets import SALES

if TYPE_CHECKING:
    import pandas as pd

    from salesops.sales_forecasting.goal import Goal

TOLERANCE = 0.005


def goal_notes(
    goal: Goal | NotEnoughData, targets: pd.DataFrame | NotEnoughData, reps: pd.DataFrame | NotEnoughData
) -> list[str]:
    """Say what stands against the goal, and which part of the business it cannot be handed to.

    Parameters
    ----------
    goal
        Result of `goal_of`.
    targets, reps
        Tables.
    """
    if isinstance(goal, NotEnoughData):
        return []
    return [*_other_target(goal, targets), *_beyond(goal), *_without_seats(reps)]


def _other_target(goal: Goal, targets: pd.DataFrame | NotEnoughData) -> list[str]:
    if isinstance(targets, NotEnoughData):
        return []
    rows = targets[
        (targets["measure"] == SALES)
        & (targets["level"] == COMPANY)
        & (targets["period"].astype(str) == str(goal.year))
    ]
    given = rows["target"].astype(float)
    apart = given[(given - goal.amount).abs() > TOLERANCE * goal.amount]
    return [
        f"The table targets asks for {amount:,.0f} in {goal.year}, this goal for {goal.amount:,.0f}."
        for amount in apart
    ]


def _beyond(goal: Goal) -> list[str]:
    if not goal.months.beyond:
        return []
    return [
        f"{goal.months.beyond} months of {goal.year} lie beyond the forecast and follow the season of the year before: "
        "raise horizon_months to forecast them."
    ]


def _without_seats(reps: pd.DataFrame | NotEnoughData) -> list[str]:
    return ["The table reps does not tell regions: reps share the company's goal."] if seats_of(reps).empty else []

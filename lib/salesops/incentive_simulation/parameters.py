"""What the incentive_simulation notebook can be told."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator

from salesops.parameters import NotebookParameters

EVERYBODY = "all"


class Parameters(NotebookParameters):
    """Parameters of the incentive_simulation notebook.

    Raises
    ------
    InputError
        Also for a list of plans that names one twice.

    Examples
    --------
    >>> Parameters(over_assignment=0.1).plans[0]
    'current'
    """

    plans: Annotated[
        list[str],
        Field(
            default_factory=lambda: ["current", "flat_commission", "accelerated", "team_bonus"],
            min_length=1,
            max_length=12,
            description="names of plans to compare, today's first",
        ),
    ]
    plan_folder: Annotated[
        str, Field(min_length=1, description="folder of the plans' files; relative to the project")
    ] = "params/incentive_plans"
    history_quarters: Annotated[
        int, Field(ge=4, le=80, description="complete quarters back from as_of that results are taken from")
    ] = 24
    quota_quarters: Annotated[
        int, Field(ge=2, le=40, description="quarters back that quotas are judged by, and new ones made from")
    ] = 8
    over_assignment: Annotated[
        float, Field(ge=0, le=0.5, description="how much quotas add up to more than the target; 0.05 for 5%")
    ] = 0.0
    territory_part: Annotated[
        float, Field(ge=0, le=1, description="part of a lasting difference in sales that is the territory's, not skill")
    ] = 0.5
    base_pay: Annotated[float, Field(ge=0, description="base pay a year of reps whose table and plan name none")] = 0.0
    target_pay: Annotated[
        float, Field(ge=0, description="pay a year at quota of reps whose table and plan name none")
    ] = 0.0
    elasticity: Annotated[
        float, Field(ge=0, le=1, description="effort's response to marginal pay; 0: from the last change of plan")
    ] = 0.0
    movable: Annotated[
        float, Field(ge=0, le=0.5, description="share of sales that can be moved over the end of a quarter")
    ] = 0.1
    draws: Annotated[int, Field(ge=200, le=50_000, description="years that are simulated")] = 2000
    budget: Annotated[
        float,
        Field(
            ge=0, description="budget of incentive pay a year, for the chance to exceed it; 0: what today's plan costs"
        ),
    ] = 0.0
    statements: Annotated[
        list[str],
        Field(
            default_factory=list,
            description='rep_ids of people whose pay statement is written, or "all"; none: nothing is',
        ),
    ]
    top_reps: Annotated[int, Field(ge=1, le=500, description="most reps listed in a table of the page")] = 60

    @field_validator("plans")
    @classmethod
    def _names_each_once(cls, plans: list[str]) -> list[str]:
        double = sorted({name for name in plans if plans.count(name) > 1})
        if double:
            raise ValueError(f'"{double[0]}" is named twice')
        return plans

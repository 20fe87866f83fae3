"""A pay plan, as it is written in a file."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - pydantic reads it at run time
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from salesops.errors import InputError
from salesops.incentive_simulation.plan_extras import Clawback, Contest, Draw, Gate, Kicker, Payment, Ramp
from salesops.incentive_simulation.plan_terms import Measure, Name, NotNegative, Period, Share, Term
from salesops.parameters import parameter_faults

WEIGHTS_ADD_UP = 1e-9
NAMED_ON_A_DEAL = {"AR": "rep_id", "SR": "solution_rep_id", "FR": "fulfilment_rep_id"}
"""Roles that a deal can be split between, and the column of opportunities that names who has it."""


class Role(Term):
    """What people of one role are paid for.

    Examples
    --------
    >>> Role(measures=[Measure(measure="sales")]).measures[0].weight
    1.0
    """

    base_pay: Annotated[
        NotNegative | None, Field(description="base pay a year; none: column base_pay of the results")
    ] = None
    target_pay: Annotated[
        NotNegative | None,
        Field(description="variable pay a year when all quotas are met; none: column target_pay of the results"),
    ] = None
    measures: Annotated[list[Measure], Field(min_length=1, description="what is measured, with weights")]
    kickers: Annotated[list[Kicker], Field(default_factory=list, description="money beside the target pay (SPIFF)")]
    contests: Annotated[list[Contest], Field(default_factory=list, description="prizes for the best")]
    gates: Annotated[list[Gate], Field(default_factory=list, description="conditions without which pay is cut")]
    draw: Annotated[Draw | None, Field(description="pay in advance")] = None
    ramp: Annotated[Ramp | None, Field(description="terms for new hires")] = None

    @model_validator(mode="after")
    def _weights_add_up(self) -> Self:
        total = sum(measure.weight for measure in self.measures)
        if abs(total - 1) > WEIGHTS_ADD_UP:
            raise ValueError(f"the weights of its measures add up to {total:g}: make them add up to 1")
        return self

    @model_validator(mode="after")
    def _lines_have_names_of_their_own(self) -> Self:
        lines = [line_name(m) for m in self.measures] + [k.name for k in self.kickers] + [c.name for c in self.contests]
        double = sorted({name for name in lines if lines.count(name) > 1})
        if double:
            raise ValueError(
                f'two lines of pay are called "{double[0]}": give each measure, kicker and contest its own'
            )
        return self

    @model_validator(mode="after")
    def _gates_and_draws_name_lines(self) -> Self:
        known = {m.measure for m in self.measures} | {kicker.name for kicker in self.kickers}
        named = [*(name for gate in self.gates for name in gate.cuts), *(self.draw.against if self.draw else ())]
        unknown = sorted(set(named) - known)
        if unknown:
            raise ValueError(
                f'"{unknown[0]}" is no measure or kicker of the role: known are {", ".join(sorted(known))}'
            )
        return self


def line_name(measure: Measure) -> str:
    """Return what the line of pay for a measure is called.

    Examples
    --------
    >>> line_name(Measure(measure="sales", level="region"))
    'sales_region'
    """
    return measure.measure if measure.level == "rep" else f"{measure.measure}_{measure.level}"


class InForce(Term):
    """When and where the plan was, or is, what people are paid by."""

    starts: Annotated[date | None, Field(alias="from", description="first day; none: always before")] = None
    ends: Annotated[date | None, Field(alias="to", description="last day; none: still")] = None
    regions: Annotated[list[str], Field(default_factory=list, description="regions; none: all")]

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.starts and self.ends and self.ends < self.starts:
            raise ValueError(f"it ends on {self.ends}, before it starts on {self.starts}")
        return self


class IncentivePlan(Term):
    """Who is paid what for which results.

    Raises
    ------
    InputError
        For an unknown key (with the nearest right one) and for terms that contradict each other: weights that do not
        add up to 1, tiers that overlap, a threshold above the cap, splits over 100%, no roles.

    Examples
    --------
    >>> plan = IncentivePlan(name="flat", roles={"AR": {"measures": [{"measure": "sales"}]}})
    >>> plan.roles["AR"].measures[0].curve.pay(0.8).item()
    0.8
    """

    name: Annotated[Name, Field(description="what the plan is called in tables; the file has the same name")]
    title: Annotated[str, Field(description="what the plan is called on pages")] = ""
    description: Annotated[str, Field(description="its character in a sentence or two")] = ""
    period: Annotated[Period, Field(description="how often pay is worked out; one row of the results each")] = "quarter"
    in_force: Annotated[
        list[InForce],
        Field(default_factory=list, description="when and where it was, or is, in force; none: never yet"),
    ]
    roles: Annotated[
        dict[str, Role],
        Field(description="terms by role, such as AR, SR, FR; at least one", json_schema_extra={"minProperties": 1}),
    ]
    splits: Annotated[
        dict[str, Share],
        Field(
            default_factory=dict,
            description="share of a deal's credit for each role named on it; none: all of it to AR",
        ),
    ]
    partner_share: Annotated[Share, Field(description="share of a deal through a partner that nobody is credited")] = (
        0.0
    )
    hired_mid_period: Annotated[
        Literal["quota_as_given", "quota_by_days", "refuse"],
        Field(
            description="who works for a part of the period has that part of base and target pay; "
            "the quota is as it is given, or is that part of it, or such rows are refused"
        ),
    ] = "quota_as_given"
    payment: Annotated[Payment, Field(default_factory=Payment, description="when pay for sales is paid out")]
    clawback: Annotated[Clawback | None, Field(description="whether pay is taken back for sales that fall through")] = (
        None
    )

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise InputError(*parameter_faults(type(self), error, "key")) from None

    @model_validator(mode="after")
    def _pays_somebody(self) -> Self:
        if not self.roles:
            raise ValueError("the plan has no roles, so that nobody would be paid: add one, with its measures")
        return self

    @model_validator(mode="after")
    def _splits_are_whole(self) -> Self:
        total = sum(self.splits.values())
        if self.splits and abs(total - 1) > WEIGHTS_ADD_UP:
            raise ValueError(f"splits add up to {total:.0%}: a deal is credited whole, to 100%, and only once")
        unknown = sorted(set(self.splits) - set(NAMED_ON_A_DEAL))
        if unknown:
            raise ValueError(f'splits name the role "{unknown[0]}": a deal names {", ".join(NAMED_ON_A_DEAL)}')
        return self

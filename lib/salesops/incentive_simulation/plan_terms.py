"""The terms of a plan for one measure: tiers, threshold, caps, and how often it is settled."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from salesops.incentive_simulation.curve_terms import at_most, curve_of, from_threshold, tiered, up_to

if TYPE_CHECKING:
    from salesops.incentive_simulation.curve import Curve

MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}

Period = Literal["month", "quarter", "half_year", "year"]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class Term(BaseModel):
    """A part of a plan: unknown keys are refused, and nothing changes it."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Tier(Term):
    """A stretch of attainment with a rate of its own.

    Examples
    --------
    >>> Tier(**{"from": 1.0, "rate": 2.0}).starts
    1.0
    """

    starts: Annotated[NotNegative, Field(alias="from", description="attainment from which it counts; 1 is the quota")]
    to: Annotated[Positive | None, Field(description="attainment at which the next tier begins; none for the last")] = (
        None
    )
    rate: Annotated[
        float,
        Field(
            allow_inf_nan=False,
            description="pay per unit of attainment, as a multiple of target pay: 1 pays target pay at the quota",
        ),
    ] = 0.0
    bonus: Annotated[
        float, Field(allow_inf_nan=False, description="lump on reaching the tier, as a share of target pay")
    ] = 0.0


class Measure(Term):
    """What is measured, how much of the target pay hangs on it, and what is paid over attainment.

    Examples
    --------
    >>> Measure(measure="sales", threshold=0.5).curve.knots.tolist()
    [0.5]
    """

    measure: Annotated[
        Name,
        Field(
            description="column of the results, such as sales, margin, new_customers, retention, satisfaction, activity"
        ),
    ]
    weight: Annotated[
        float, Field(gt=0, le=1, description="share of the target pay; the weights of a role add up to 1")
    ] = 1.0
    level: Annotated[
        Literal["rep", "region", "company"], Field(description="whose result counts: the rep's own or the team's")
    ] = "rep"
    quota: Annotated[
        Positive | None,
        Field(description="the same quota for everybody, per period of the results; none: column <measure>_quota"),
    ] = None
    period: Annotated[
        Period | None, Field(description="time over which attainment is measured; none: the plan's period")
    ] = None
    paid: Annotated[
        Literal["at_end", "to_date"],
        Field(description="at_end: when the period is over; to_date: in steps, what is due so far less what was paid"),
    ] = "at_end"
    threshold: Annotated[NotNegative, Field(description="attainment below which nothing is paid")] = 0.0
    tiers: Annotated[list[Tier], Field(min_length=1, description="rates and lumps over attainment, ascending")] = [
        Tier(starts=0.0, rate=1.0)
    ]
    rates_on: Annotated[
        Literal["tier", "whole"],
        Field(description="tier: each rate within its own tier; whole: the rate reached, on the whole attainment"),
    ] = "tier"
    cap_at: Annotated[Positive | None, Field(description="attainment above which nothing more is paid")] = None
    max_pay: Annotated[Positive | None, Field(description="most that is paid, as a multiple of target pay")] = None

    @model_validator(mode="after")
    def _tiers_follow_each_other(self) -> Self:
        for tier, following in zip(self.tiers, self.tiers[1:], strict=False):
            if following.starts <= tier.starts:
                raise ValueError(f"tiers from {tier.starts:g} and {following.starts:g} are not in ascending order")
            if tier.to is not None and tier.to > following.starts:
                raise ValueError(f"tiers overlap: one ends at {tier.to:g}, the next begins at {following.starts:g}")
            if tier.to is not None and tier.to < following.starts:
                raise ValueError(
                    f"tiers leave a gap from {tier.to:g} to {following.starts:g}: add a tier with rate 0 there"
                )
        last = self.tiers[-1]
        if last.to is not None and last.to <= last.starts:
            raise ValueError(f"the last tier ends at {last.to:g}, before it begins at {last.starts:g}")
        return self

    @model_validator(mode="after")
    def _pays_something_below_the_cap(self) -> Self:
        if self.cap_at is not None and self.cap_at <= max(self.threshold, self.tiers[0].starts):
            raise ValueError(
                f"the cap at {self.cap_at:g} is not above the threshold at "
                f"{max(self.threshold, self.tiers[0].starts):g}: nothing could ever be earned"
            )
        return self

    @cached_property
    def curve(self) -> Curve:
        """Pay over attainment, as a share of the target pay that hangs on this measure."""
        tiers = self.tiers
        starts, rates, bonuses = zip(*((t.starts, t.rate, t.bonus) for t in tiers), strict=True)
        pieces = tiered(starts, rates, bonuses, whole=self.rates_on == "whole")
        if tiers[-1].to is not None:
            pieces = up_to(pieces, tiers[-1].to)
        pieces = from_threshold(pieces, self.threshold)
        if self.cap_at is not None:
            pieces = up_to(pieces, self.cap_at)
        return curve_of(pieces if self.max_pay is None else at_most(pieces, self.max_pay))

"""The terms of a plan beside its measures: kickers, contests, gates, draws, ramps, payment, clawback."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from salesops.incentive_simulation.plan_terms import Name, NotNegative, Period, Positive, Share, Term


class Kicker(Term):
    """Money for each unit of a measure above a start, or a lump on reaching it (SPIFF)."""

    name: Annotated[Name, Field(description="what its line of pay is called")]
    measure: Annotated[Name, Field(description="column of the results")]
    starts: Annotated[
        NotNegative, Field(alias="from", description="units from which it counts, per period of the results")
    ] = 0.0
    above_quota: Annotated[
        Share | Positive | None, Field(description="start as a multiple of the measure's quota, instead of units")
    ] = None
    per_unit: Annotated[NotNegative, Field(description="money for each unit above the start")] = 0.0
    bonus: Annotated[NotNegative, Field(description="money on reaching the start")] = 0.0
    most_units: Annotated[Positive | None, Field(description="most units above the start that are paid")] = None

    @model_validator(mode="after")
    def _pays_something(self) -> Self:
        if not (self.per_unit or self.bonus):
            raise ValueError("it pays nothing: give per_unit or bonus")
        return self


class Contest(Term):
    """Prizes for the best by a measure in a period; who ties shares the prizes of the places tied for."""

    name: Annotated[Name, Field(description="what its line of pay is called")]
    measure: Annotated[Name, Field(description="column of the results by which people are ranked")]
    among: Annotated[Literal["region", "company"], Field(description="who competes with whom")] = "company"
    prizes: Annotated[list[Positive], Field(min_length=1, description="money for the first, second, … place")]
    at_least: Annotated[float, Field(allow_inf_nan=False, description="lowest result that can win a prize")] = 0.0


class Gate(Term):
    """A condition on a measure, without which some lines of pay are cut."""

    measure: Annotated[Name, Field(description="column of the results")]
    at_least: Annotated[
        float, Field(allow_inf_nan=False, description="lowest result that opens the gate; no result leaves it open")
    ]
    otherwise: Annotated[Share, Field(description="share of the pay that is kept while the gate is closed")] = 0.0
    cuts: Annotated[
        list[Name],
        Field(default_factory=list, description="measures and kickers whose pay it cuts; none: all lines but contests"),
    ]


class Draw(Term):
    """Pay in advance: at least this amount per period, recovered from later pay or not."""

    amount: Annotated[Positive, Field(description="money per period of the draw")]
    period: Annotated[Period | None, Field(description="how often it is settled; none: the plan's period")] = None
    recoverable: Annotated[bool, Field(description="whether later pay above the amount pays it back")] = True
    against: Annotated[
        list[Name],
        Field(
            default_factory=list, description="measures and kickers whose pay counts against it; none: all variable pay"
        ),
    ]
    months: Annotated[Positive | None, Field(description="months of service after which it ends; none: it stays")] = (
        None
    )


class Ramp(Term):
    """What a new hire is asked for and guaranteed in the first months of service."""

    quota: Annotated[
        list[Annotated[float, Field(gt=0, le=1)]],
        Field(default_factory=list, description="share of the quota in the 1st, 2nd, … month"),
    ]
    guaranteed: Annotated[
        list[Share],
        Field(default_factory=list, description="share of target pay that is guaranteed in the 1st, 2nd, … month"),
    ]


class Payment(Term):
    """When pay for sales is paid out: on booking, or on collection of the money."""

    at_booking: Annotated[Share, Field(description="share paid on booking; the rest when the customer has paid")] = 1.0
    measures: Annotated[
        list[Name],
        Field(default_factory=lambda: ["sales", "margin"], description="measures whose pay waits for collection"),
    ]


class Clawback(Term):
    """Pay taken back for sales that fell through, as if they had not been booked."""

    share: Annotated[Share, Field(description="share of that pay which is taken back")] = 1.0
    measures: Annotated[
        list[Name], Field(default_factory=lambda: ["sales"], description="measures whose pay is taken back")
    ]

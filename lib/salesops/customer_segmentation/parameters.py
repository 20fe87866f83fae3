"""What the customer_segmentation notebook can be told."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator

from salesops.parameters import NotebookParameters, Weights

BANDS = 5
DIMENSIONS = ("historical", "potential", "technology", "stability", "loyalty")
CHANNELS = ("visit", "phone", "message", "e-mail")

Share = Annotated[float, Field(gt=0, lt=1)]
Hours = Annotated[float, Field(gt=0, le=100)]
Contacts = Annotated[list[Annotated[int, Field(ge=0, le=366)]], Field(min_length=BANDS, max_length=BANDS)]


class Parameters(NotebookParameters):
    """Parameters of the customer_segmentation notebook.

    Raises
    ------
    InputError
        Also where all tier weights are 0, and for tiers that leave no customer to the last.

    Examples
    --------
    >>> Parameters(churn_weeks=26).churn_weeks
    26
    """

    left_out: Annotated[
        list[str],
        Field(default_factory=lambda: ["unknown"], description="accounts that are no customer: sales without a name"),
    ]
    value_months: Annotated[
        int, Field(ge=1, le=60, description="months back from as_of whose sales bands and wallet share are made of")
    ] = 12
    segments: Annotated[int, Field(ge=0, le=12, description="number of segments; 0: as many as the data shows")] = 0
    tier_weights: Annotated[
        Weights,
        Field(
            default_factory=lambda: [0.3, 0.25, 0.1, 0.15, 0.2],
            min_length=len(DIMENSIONS),
            max_length=len(DIMENSIONS),
            description="weights of history, potential, technology, stability and loyalty",
        ),
    ]
    tier_shares: Annotated[
        list[Share],
        Field(
            default_factory=lambda: [0.1, 0.2, 0.3],
            min_length=3,
            max_length=3,
            description="shares of customers in tiers A, B and C; the others are D",
        ),
    ]
    rep_hours_week: Annotated[
        float, Field(gt=0, le=80, description="hours a week that a rep has for contacts with customers")
    ] = 15.0
    contact_reps: Annotated[
        int, Field(ge=0, le=10_000, description="reps who contact customers; 0: account responsibles in table reps")
    ] = 0
    contact_hours: Annotated[
        list[Hours],
        Field(
            default_factory=lambda: [4.0, 0.5, 0.2, 0.3],
            min_length=len(CHANNELS),
            max_length=len(CHANNELS),
            description="hours of a visit with its travel, a call, a message and an e-mail",
        ),
    ]
    visits_a_year: Annotated[
        Contacts, Field(default_factory=lambda: [12, 6, 3, 1, 0], description="visits wanted a year, band by band")
    ]
    calls_a_year: Annotated[
        Contacts,
        Field(default_factory=lambda: [24, 12, 6, 3, 1], description="calls wanted a year, band by band"),
    ]
    messages_a_year: Annotated[
        Contacts, Field(default_factory=lambda: [24, 12, 12, 6, 4], description="messages wanted a year, band by band")
    ]
    mails_a_year: Annotated[
        Contacts, Field(default_factory=lambda: [12, 12, 12, 12, 6], description="e-mails wanted a year, band by band")
    ]
    relationship_target: Annotated[
        int, Field(ge=2, le=5, description="relationship level below which a decision role counts as a gap")
    ] = 3
    clv_months: Annotated[int, Field(ge=3, le=120, description="months ahead that customer lifetime value adds up")] = (
        12
    )
    discount_rate: Annotated[
        float, Field(ge=0, le=1, description="discount of money to come, a year; 0.10 for 10%")
    ] = 0.10
    margin: Annotated[float, Field(gt=0, le=1, description="margin as a share of sales, where orders have no cost")] = (
        0.35
    )
    churn_weeks: Annotated[
        int, Field(ge=2, le=104, description="weeks ahead without an order that count as a loss")
    ] = 13
    offer_cost: Annotated[float, Field(ge=0, description="what one save offer costs, in the currency of the page")] = (
        2000.0
    )
    offer_success: Annotated[
        float, Field(gt=0, le=1, description="share of customers about to leave that a save offer keeps")
    ] = 0.2
    top_customers: Annotated[int, Field(ge=1, le=500, description="most customers listed in a table of the page")] = 50

    @field_validator("tier_shares")
    @classmethod
    def _leaves_some_for_the_last_tier(cls, shares: list[float]) -> list[float]:
        if sum(shares) >= 1:
            raise ValueError("together they have to be under 1, which leaves tier D the rest")
        return shares

    @property
    def weights(self) -> dict[str, float]:
        """The weight of each dimension of value, by its name."""
        return dict(zip(DIMENSIONS, self.tier_weights, strict=True))

    @property
    def contacts_a_year(self) -> dict[str, list[int]]:
        """The contacts wanted a year of each channel, band by band."""
        wanted = (self.visits_a_year, self.calls_a_year, self.messages_a_year, self.mails_a_year)
        return dict(zip(CHANNELS, wanted, strict=True))

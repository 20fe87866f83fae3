"""What the win_probability notebook can be told."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from salesops.parameters import NotebookParameters


class Parameters(NotebookParameters):
    """Parameters of the win_probability notebook.

    Examples
    --------
    >>> Parameters(top_deals=20).top_deals
    20
    """

    history_quarters: Annotated[
        int, Field(ge=2, le=80, description="quarters back from as_of that chances are learned from")
    ] = 20
    funnel_quarters: Annotated[
        int, Field(ge=1, le=40, description="quarters back from as_of that the funnel is measured over")
    ] = 8
    growth_against: Annotated[
        int, Field(ge=1, le=40, description="quarters back that the last quarter's sales are set against; 4: a year")
    ] = 4
    min_closed_deals: Annotated[
        int, Field(ge=20, le=100_000, description="fewest closed deals that a chance is learned from")
    ] = 100
    key_amount: Annotated[
        float, Field(ge=0, description="smallest amount of a key prospect, in the currency of the page")
    ] = 0.0
    top_deals: Annotated[
        int, Field(ge=1, le=1000, description="key prospects shown, largest expected amount first")
    ] = 50
    review_days: Annotated[
        int,
        Field(
            ge=1, le=366, description="days back to the last review: what changed since is said of each key prospect"
        ),
    ] = 7
    use_contacts: Annotated[
        bool,
        Field(description="whether today's contacts, which carry no day, stand for the past if closings left no mark"),
    ] = True
    stage_probability: Annotated[
        dict[str, Annotated[float, Field(ge=0, le=1)]],
        Field(description="chance of winning, 0 to 1, that the CRM system gives each stage: it joins the contest"),
    ] = {}  # noqa: RUF012  # pydantic copies it

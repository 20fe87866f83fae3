"""What the market_sizing notebook can be told."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from salesops.parameters import NotebookParameters, Weights

ATTRACTIVENESS = ("size", "growth", "openness", "margin")
STRENGTH = ("share", "relative share", "coverage", "win rate")

FourWeights = Annotated[Weights, Field(min_length=4, max_length=4)]


class Parameters(NotebookParameters):
    """Parameters of the market_sizing notebook.

    Raises
    ------
    InputError
        Also where all weights of a score are 0.

    Examples
    --------
    >>> Parameters(goal="share").goal
    'share'
    """

    ledger: Annotated[
        str, Field(min_length=1, description="folder of earlier runs' estimates; relative to the project")
    ] = "reports/ledger"
    category_share: Annotated[
        float, Field(gt=0, le=1, description="share of the spend in table market that is on what we sell")
    ] = 1.0
    size_error: Annotated[
        float, Field(gt=0, le=2, description="error of a market figure that states no range, as a share of it")
    ] = 0.25
    count_error: Annotated[
        float, Field(gt=0, le=2, description="error of a count of the market's buyers, as a share of it")
    ] = 0.1
    rival_error: Annotated[
        float, Field(gt=0, le=2, description="error of what competitors are thought to sell, as a share of it")
    ] = 0.2
    known_share: Annotated[
        float,
        Field(gt=0, le=1, description="share of all buyers that table accounts names, where no table counts them"),
    ] = 0.6
    unknown_spend: Annotated[
        float, Field(ge=0, le=5, description="what a buyer we do not know spends, over what one we know does")
    ] = 1.0
    assumed_share: Annotated[
        float,
        Field(ge=0, le=1, description="our share of the market where no table of competitors tells it; 0: unknown"),
    ] = 0.0
    served_industries: Annotated[
        list[str], Field(default_factory=list, description="industries that our products serve; none named: all")
    ]
    served_regions: Annotated[
        list[str], Field(default_factory=list, description="regions that our channels reach; none named: all")
    ]
    least_technology_fit: Annotated[
        float, Field(ge=0, le=5, description="technology fit from which an account can use our products; 0: any")
    ] = 2.0
    obtainable_years: Annotated[
        int, Field(ge=1, le=10, description="years in which the obtainable market is to be won")
    ] = 3
    accounts_per_rep: Annotated[
        float,
        Field(ge=0, le=10_000, description="customers one rep carries; 0: as many as the busier quarter does now"),
    ] = 0.0
    new_reps: Annotated[int, Field(ge=0, le=10_000, description="reps to be hired for the obtainable market")] = 0
    ramp_months: Annotated[
        float, Field(ge=0, le=60, description="months until a new rep carries as many customers as the others")
    ] = 9.0
    forecast_years: Annotated[int, Field(ge=1, le=15, description="years of adoption that are forecast")] = 5
    goal: Annotated[
        Literal["profit", "share"], Field(description="what the best price is best for: profit or share")
    ] = "profit"
    attractiveness_weights: Annotated[
        FourWeights,
        Field(
            default_factory=lambda: [0.35, 0.35, 0.15, 0.15],
            description="weights of size, growth, openness, margin in attractiveness",
        ),
    ]
    strength_weights: Annotated[
        FourWeights,
        Field(
            default_factory=lambda: [0.3, 0.3, 0.2, 0.2],
            description="weights of share, relative share, coverage, win rate in strength",
        ),
    ]
    growth_change: Annotated[
        float, Field(ge=-0.5, le=0.5, description="scenario: added to the yearly growth of every segment")
    ] = 0.0
    price_change: Annotated[
        float, Field(gt=-0.9, le=2, description="scenario: change of our prices; 0.05 for 5% dearer")
    ] = 0.0
    regulation_shift: Annotated[
        float,
        Field(gt=-1, le=1, description="scenario: change of what regulation lets us serve; -0.2 for a fifth less"),
    ] = 0.0
    entrant_share: Annotated[
        float, Field(ge=0, lt=1, description="scenario: share of the market that a new competitor takes")
    ] = 0.0
    draws: Annotated[int, Field(ge=500, le=1_000_000, description="simulated markets behind each interval")] = 10_000
    top_accounts: Annotated[int, Field(ge=1, le=500, description="most accounts listed in a table of the page")] = 30

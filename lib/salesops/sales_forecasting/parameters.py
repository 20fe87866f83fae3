"""What the notebook sales_forecasting can be told."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from salesops.errors import did_you_mean
from salesops.parameters import NotebookParameters

Level = Literal["region", "product_line", "channel", "rep"]
COMMON_COUNTRY = "CN"
DEFAULT_LEVELS: tuple[Level, ...] = ("region", "product_line", "channel", "rep")


class Parameters(NotebookParameters):
    """Parameters of the notebook, besides those that all notebooks share.

    Examples
    --------
    >>> Parameters().horizon_months
    12
    """

    horizon_months: Annotated[int, Field(ge=1, le=36, description="months to forecast")] = 12
    levels: Annotated[
        list[Level],
        Field(default_factory=lambda: [*DEFAULT_LEVELS], description="parts of the business to forecast on their own"),
    ]
    backtest_origins: Annotated[
        int, Field(ge=4, le=60, description="past months from which everything is forecast again, to judge the method")
    ] = 24
    min_history_months: Annotated[
        int, Field(ge=6, le=60, description="months of sales below which a part of the business is not forecast")
    ] = 18
    history_months: Annotated[int, Field(ge=6, le=120, description="months of history shown in charts")] = 36
    annual_goal: Annotated[
        float, Field(ge=0, description="sales goal of the coming calendar year; 0 takes the higher of two candidates")
    ] = 0.0
    goal_growth: Annotated[
        float, Field(ge=-0.5, le=2, description="growth over the year before that one candidate for the goal asks for")
    ] = 0.1
    potential_weight: Annotated[
        float, Field(ge=0, le=1, description="weight of customers' potential, against sales, in who gets which part")
    ] = 0.3
    country: Annotated[
        str,
        Field(
            pattern="^([A-Z]{2})?$",
            description="two letters of the country whose working days and feasts move sales (CN); empty for none",
        ),
    ] = COMMON_COUNTRY
    promotions: Annotated[bool, Field(description="take past promotions out of sales, and add planned ones")] = True

    @property
    def method(self) -> tuple[int, int, int]:
        """Return what `forecast_sales` takes after the history."""
        return self.horizon_months, self.backtest_origins, self.min_history_months

    @field_validator("country")
    @classmethod
    def _has_holidays(cls, value: str) -> str:
        # The list of countries takes a moment to import, which the usual value need not spend.
        return value if value in {"", COMMON_COUNTRY} else known_country(value)


def known_country(country: str) -> str:
    """Return a country whose public holidays are known.

    Raises
    ------
    ValueError
        For any other, with the nearest right one.

    Examples
    --------
    >>> known_country("DE")
    'DE'
    """
    import holidays

    known = list(holidays.list_supported_countries())
    if country not in known:
        raise ValueError(f'holidays of "{country}" are not known; {did_you_mean(country, known)}')
    return country

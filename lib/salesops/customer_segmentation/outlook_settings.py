"""What an analyst can set about orders, value and churn."""

from __future__ import annotations

from dataclasses import dataclass

DAYS_PER_WEEK = 7


@dataclass(frozen=True)
class OutlookSettings:
    """Horizons, discount, and how much is drawn.

    Parameters
    ----------
    horizon_weeks
        Weeks over which a customer's value is counted.
    churn_weeks
        A customer is at risk of placing no order in that many weeks.
    discount_per_year
        Share by which money a year later counts less.
    level
        Share of customers whose value lies within the interval.
    memory_weeks
        Orders further back count only for customers with few orders since.
    lost_weeks
        Weeks of silence after which a customer is counted as lost when warnings of the past are judged.
    precision
        Share of warnings that shall come true: sets the cut-off for warning.
    bootstraps
        Refits that tell how uncertain the parameters are.
    draws
        Futures drawn for each refit.
    """

    horizon_weeks: int = 52
    churn_weeks: int = 13
    discount_per_year: float = 0.10
    level: float = 0.80
    memory_weeks: int = 104
    lost_weeks: int = 26
    precision: float = 0.70
    bootstraps: int = 10
    draws: int = 40

    @property
    def horizon_days(self) -> int:
        """Return the horizon of value in days."""
        return self.horizon_weeks * DAYS_PER_WEEK

    @property
    def churn_days(self) -> int:
        """Return the horizon of churn in days."""
        return self.churn_weeks * DAYS_PER_WEEK

    @property
    def lost_days(self) -> int:
        """Return the silence of who is lost in days."""
        return self.lost_weeks * DAYS_PER_WEEK

    @property
    def memory_days(self) -> int:
        """Return in days how far back orders count."""
        return self.memory_weeks * DAYS_PER_WEEK

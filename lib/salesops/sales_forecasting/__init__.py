"""What we will sell, how sure that is, and whether targets will be met."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.exports import imported_when_asked

if TYPE_CHECKING:
    from salesops.sales_forecasting.engine import forecast_series

__all__ = ["forecast_series"]

if not TYPE_CHECKING:
    __getattr__ = imported_when_asked(__name__, {"forecast_series": "engine"})

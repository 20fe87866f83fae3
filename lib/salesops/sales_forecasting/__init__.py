"""What we will sell, how sure that is, and whether targets will be met."""

from salesops.sales_forecasting.engine import forecast_series

__all__ = ["forecast_series"]

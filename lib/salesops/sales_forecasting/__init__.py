"""What we will sell, how sure that is, and whether targets will be met."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from salesops.sales_forecasting.engine import forecast_series

__all__ = ["forecast_series"]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        # The runner reads this package's parameters alone, and must not wait for numpy and pandas to do so.
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from salesops.sales_forecasting import engine

        return getattr(engine, name)

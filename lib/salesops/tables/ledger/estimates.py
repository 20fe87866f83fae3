"""Which published tables are forecasts that the ledger keeps: a new topic adds a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

MONEY = "money"
"""Stands for the currency of the run."""


class Estimate(NamedTuple):
    """A published table of forecasts, and which of its columns goes where in the ledger."""

    topic: str
    table: str
    measure: str
    unit: str
    columns: Mapping[str, str]


_QUANTILES = {"low": "p10", "mid": "p50", "high": "p90"}
_SALES = {"level": "level", "key": "key", "period": "period", "value": "mean", **_QUANTILES, "text": "model"}
_BOOKINGS = {"period": "period", "value": "mean", **_QUANTILES}
_DEALS = {
    "key": "opportunity_id",
    "period": "expected_close",
    "value": "win_probability",
    "low": "low",
    "high": "high",
}

_QUARTER = {"level": "level", "key": "way", "period": "period", "value": "total", "low": "p10", "high": "p90"}
_SILENCE = {"key": "account_id", "period": "risk_until", "value": "churn_risk"}

_SIZES = {"level": "measure", "key": "segment", "period": "period", "value": "p50", **_QUANTILES, "text": "method"}
_WINNABLE = {"key": "segment", "period": "period", "value": "p50", **_QUANTILES}
_PAY = {"key": "plan", "period": "period", "value": "cost_mean", "low": "cost_p10", "high": "cost_p90"}

ESTIMATES = (
    Estimate("market_sizing", "market_sizes", "market", MONEY, _SIZES),
    Estimate("market_sizing", "expected_sales", "obtainable", MONEY, _WINNABLE),
    Estimate("customer_segmentation", "customers", "no_order", "share", _SILENCE),
    Estimate("win_probability", "bookings", "bookings", MONEY, _BOOKINGS),
    Estimate("win_probability", "open_deals", "win_probability", "share", _DEALS),
    Estimate("sales_forecasting", "forecast", "sales", MONEY, _SALES),
    Estimate("sales_forecasting", "this_quarter", "sales", MONEY, _QUARTER),
    Estimate("incentive_simulation", "plans", "incentive_pay", MONEY, _PAY),
)

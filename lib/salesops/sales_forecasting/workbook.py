"""What the notebook uses, in the order it uses it: the topic's face for analysts."""

from salesops.sales_forecasting.assumptions import ASSUMPTIONS
from salesops.sales_forecasting.backtest import backtest_table
from salesops.sales_forecasting.forecast import forecast_table, forecast_totals
from salesops.sales_forecasting.outlook import forecast_sales
from salesops.sales_forecasting.parameters import Parameters
from salesops.sales_forecasting.sections import (
    accuracy_section,
    forecast_section,
    parts_section,
    rep_names,
    targets_section,
)
from salesops.sales_forecasting.series import monthly_sales, order_sums
from salesops.sales_forecasting.series_notes import series_notes
from salesops.sales_forecasting.summary import kpis, summary
from salesops.sales_forecasting.target_notes import target_notes
from salesops.sales_forecasting.targets import target_completion
from salesops.sales_forecasting.try_it import try_it

__all__ = [
    "ASSUMPTIONS",
    "Parameters",
    "accuracy_section",
    "backtest_table",
    "forecast_sales",
    "forecast_section",
    "forecast_table",
    "forecast_totals",
    "kpis",
    "monthly_sales",
    "order_sums",
    "parts_section",
    "rep_names",
    "series_notes",
    "summary",
    "target_completion",
    "target_notes",
    "targets_section",
    "try_it",
]

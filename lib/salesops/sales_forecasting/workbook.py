"""What the notebook uses, in the order it uses it: the topic's face for analysts."""

from salesops.sales_forecasting.anchoring import anchored
from salesops.sales_forecasting.anomalies import anomalies
from salesops.sales_forecasting.assumptions import ASSUMPTIONS
from salesops.sales_forecasting.backtest import backtest_table
from salesops.sales_forecasting.decomposition import seats_of, target_split
from salesops.sales_forecasting.forecast import forecast_table, forecast_totals
from salesops.sales_forecasting.goal import goal_of
from salesops.sales_forecasting.goal_notes import goal_notes
from salesops.sales_forecasting.outlook import forecast_sales
from salesops.sales_forecasting.parameters import Parameters
from salesops.sales_forecasting.past_forecasts import past_forecasts, said_before
from salesops.sales_forecasting.past_quarters import past_quarters
from salesops.sales_forecasting.potentials import potentials
from salesops.sales_forecasting.promotions import lift_table, promotion_exposure
from salesops.sales_forecasting.quarter_inputs import QuarterInputs
from salesops.sales_forecasting.sections import (
    accuracy_section,
    forecast_section,
    targets_section,
)
from salesops.sales_forecasting.sections_anomalies import anomalies_section
from salesops.sales_forecasting.sections_goal import goal_section
from salesops.sales_forecasting.sections_parts import parts_section, rep_names
from salesops.sales_forecasting.sections_quarter import quarter_section
from salesops.sales_forecasting.sections_record import record_section
from salesops.sales_forecasting.sections_season import season_section
from salesops.sales_forecasting.series import monthly_sales, order_sums
from salesops.sales_forecasting.series_notes import series_notes
from salesops.sales_forecasting.summary import kpis, summary
from salesops.sales_forecasting.target_notes import target_notes
from salesops.sales_forecasting.targets import target_completion
from salesops.sales_forecasting.this_quarter import this_quarter
from salesops.sales_forecasting.try_it import try_it
from salesops.sales_forecasting.value_added import quarter_table

__all__ = [
    "ASSUMPTIONS",
    "Parameters",
    "QuarterInputs",
    "accuracy_section",
    "anchored",
    "anomalies",
    "anomalies_section",
    "backtest_table",
    "forecast_sales",
    "forecast_section",
    "forecast_table",
    "forecast_totals",
    "goal_notes",
    "goal_of",
    "goal_section",
    "kpis",
    "lift_table",
    "monthly_sales",
    "order_sums",
    "parts_section",
    "past_forecasts",
    "past_quarters",
    "potentials",
    "promotion_exposure",
    "quarter_section",
    "quarter_table",
    "record_section",
    "rep_names",
    "said_before",
    "season_section",
    "seats_of",
    "series_notes",
    "summary",
    "target_completion",
    "target_notes",
    "target_split",
    "targets_section",
    "this_quarter",
    "try_it",
]

"""One forecast of every part of the business, with the rolling forecasts of the past that it is judged by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.sales_forecasting.forms import forecast_panel
from salesops.sales_forecasting.frame import series_set
from salesops.sales_forecasting.intervals import calibrate
from salesops.sales_forecasting.naive import naive_error
from salesops.sales_forecasting.rolling import choose_cuts, roll
from salesops.sales_forecasting.series import COMPANY, series_facts

if TYPE_CHECKING:
    import pandas as pd

    from salesops.sales_forecasting.forms import PanelForecast
    from salesops.sales_forecasting.frame import SeriesSet
    from salesops.sales_forecasting.intervals import Calibration
    from salesops.sales_forecasting.panel import Array
    from salesops.sales_forecasting.rolling import RollingForecasts

MONTHS_PER_YEAR = 12
FEWEST_TRAINING_MONTHS = 6


@dataclass(frozen=True)
class Outlook:
    """Everything that one batch of forecasts knows; series are the columns of `series.panel` throughout.

    Parameters
    ----------
    history
        Monthly sales of every part, also of those that are not forecast.
    facts
        Result of `series_facts`.
    series
        The series that are forecast.
    level, key
        Part of the business of each of them.
    forecast
        Means ahead; horizon × series.
    rolling
        The past forecast again.
    calibration
        How far forecasts may be off.
    """

    history: pd.DataFrame
    facts: pd.DataFrame
    series: SeriesSet
    level: Array
    key: Array
    forecast: PanelForecast
    rolling: RollingForecasts
    calibration: Calibration

    @property
    def horizon(self) -> int:
        """Return the number of months ahead."""
        return len(self.forecast.mean)

    @property
    def last_month(self) -> np.datetime64:
        """Return the last month with known sales, which is the same for all series."""
        return np.datetime64(self.series.last[0], "M")

    @property
    def floor(self) -> Array:
        """Return the least that can be sold: zero, unless returns have made months negative; one per series."""
        return np.where(self.series.panel.least() >= 0, 0.0, -np.inf)


@passes_not_enough_data
def forecast_sales(
    history: pd.DataFrame, horizon_months: int = 12, backtest_origins: int = 24, min_history_months: int = 18
) -> Outlook | NotEnoughData:
    """Forecast each part of the business that has enough history, and the past again from rolling origins.

    Parameters
    ----------
    history
        Result of `monthly_sales`.
    horizon_months
        Months ahead.
    backtest_origins
        Past months from which everything is forecast again, fitted anew on what was known then. Each lies a whole
        horizon back where history allows, nearer where it does not.
    min_history_months
        Parts of the business with fewer months are not forecast.

    Returns
    -------
    Outlook or NotEnoughData
        NotEnoughData if the company as a whole has too few months.
    """
    facts = series_facts(history, min_history_months)
    company = facts[facts["level"] == COMPANY].iloc[0]
    if company["status"] != "ok":
        return NotEnoughData(f"orders over {min_history_months} months", _why(company))
    usable = facts.loc[facts["status"] == "ok", ["level", "key"]]
    series = series_set(history.merge(usable, on=["level", "key"])[["unique_id", "ds", "y"]])
    panel = series.panel
    minimum = min(2 * MONTHS_PER_YEAR + 2, max(2 * panel.rows // 3, FEWEST_TRAINING_MONTHS))
    cuts = choose_cuts(panel.rows, horizon_months, backtest_origins, minimum)
    forecast = forecast_panel(panel, horizon_months, MONTHS_PER_YEAR)
    rolling = roll(panel, horizon_months, MONTHS_PER_YEAR, cuts, minimum)
    calibration = calibrate(rolling, forecast.sigma, naive_error(panel, MONTHS_PER_YEAR))
    level, key = np.array([name.split("/", 1) for name in series.ids]).T
    return Outlook(history, facts, series, level, key, forecast, rolling, calibration)


def _why(company: pd.Series) -> str:
    if company["status"] == "too short":
        return f"there are {company['months']}"
    if company["status"] == "no sales":
        return "all months add up to zero"
    return f"the last order is from {company['last_sale']}, {company['silent_months']} months before the day asked for"

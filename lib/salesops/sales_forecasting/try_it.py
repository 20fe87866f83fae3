"""Levers for JupyterLab on the same functions; the report leaves them out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.report import Chart
from salesops.sales_forecasting.figures import fan
from salesops.sales_forecasting.forecast import forecast_table
from salesops.sales_forecasting.outlook import forecast_sales
from salesops.sales_forecasting.series import COMPANY

if TYPE_CHECKING:
    import pandas as pd

MONEY = ["mean", "p10", "p25", "p50", "p75", "p90"]


def with_growth(table: pd.DataFrame, growth_per_year: float) -> pd.DataFrame:
    """Return a forecast table whose months grow by an extra rate, compounded from the first month ahead.

    Parameters
    ----------
    table
        Result of `forecast_table`.
    growth_per_year
        Extra growth, 0.1 for 10% a year.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"level": "company", "key": "all", **dict.fromkeys(MONEY, [100.0] * 12)})
    >>> with_growth(table, 0.21)["mean"].iloc[5].round(6), with_growth(table, 0.21)["mean"].iloc[11].round(6)
    (np.float64(110.0), np.float64(121.0))
    """
    step = table.groupby(["level", "key"]).cumcount().to_numpy() + 1
    factor = (1 + growth_per_year) ** (step / 12)
    return table.assign(**{name: table[name] * factor for name in MONEY})


@passes_not_enough_data
def try_it(history: pd.DataFrame, currency: str, history_months: int = 36) -> Any:
    """Return sliders for horizon and extra growth over the company's chart.

    Parameters
    ----------
    history
        Result of `monthly_sales`.
    currency
        What money is called.
    history_months
        Months of history shown.
    """
    from ipywidgets import FloatSlider, IntSlider, interactive

    company = history[history["level"] == COMPANY]

    def show(months_ahead: int, growth_percent: float) -> Chart | NotEnoughData:
        return what_if(company, currency, months_ahead, growth_percent / 100, history_months)

    months = IntSlider(12, 1, 36, description="months ahead")
    growth = FloatSlider(0.0, min=-30.0, max=30.0, step=1.0, description="growth, %/yr")
    return interactive(show, months_ahead=months, growth_percent=growth)


def what_if(
    history: pd.DataFrame, currency: str, horizon_months: int, growth_per_year: float, history_months: int
) -> Chart | NotEnoughData:
    """Return the company's chart for another horizon and an extra growth per year."""
    table = forecast_table(forecast_sales(history, horizon_months))  # type: ignore[arg-type]
    if isinstance(table, NotEnoughData):
        return table
    draw = fan(history, with_growth(table, growth_per_year), None, currency, history_months)
    return Chart(draw, f"Monthly sales and forecast, with {growth_per_year:.0%} more growth a year.")

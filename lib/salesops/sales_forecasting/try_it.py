"""Levers for JupyterLab on the same functions; the report leaves them out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from salesops.not_enough_data import NotEnoughData
from salesops.report import Chart, money
from salesops.sales_forecasting.figures import fan
from salesops.sales_forecasting.forecast import forecast_table
from salesops.sales_forecasting.outlook import forecast_sales
from salesops.sales_forecasting.promotions import promotion_exposure
from salesops.sales_forecasting.series import COMPANY

if TYPE_CHECKING:
    import pandas as pd

    from salesops.sales_forecasting.promotions import Exposure

MONEY = ["mean", "p10", "p25", "p50", "p75", "p90"]


@dataclass(frozen=True)
class Levers:
    """What is changed against the forecast.

    Parameters
    ----------
    horizon_months
        Months ahead.
    growth
        Extra growth a year, 0.1 for 10%.
    price
        Change of all prices from the first month ahead, 0.05 for 5% more.
    elasticity
        By how many percent the quantity changes when the price rises by one percent.
    planned_promotions
        Whether promotions that are planned are run.
    """

    horizon_months: int = 12
    growth: float = 0.0
    price: float = 0.0
    elasticity: float = -1.0
    planned_promotions: bool = True


def with_levers(table: pd.DataFrame, levers: Levers) -> pd.DataFrame:
    """Return a forecast table moved by growth and price.

    Growth compounds from the first month ahead. A price change acts at once, with constant elasticity: money changes by
    (1 + price)^(1 + elasticity).

    Parameters
    ----------
    table
        Result of `forecast_table`.
    levers
        What is changed.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"level": "company", "key": "all", **dict.fromkeys(MONEY, [100.0] * 12)})
    >>> with_levers(table, Levers(growth=0.21))["mean"].iloc[[5, 11]].round(6).tolist()
    [110.0, 121.0]
    >>> with_levers(table, Levers(price=0.1, elasticity=-2.0))["mean"].iloc[0].round(2)
    np.float64(90.91)
    """
    step = table.groupby(["level", "key"]).cumcount().to_numpy() + 1
    factor = (1 + levers.growth) ** (step / 12) * (1 + levers.price) ** (1 + levers.elasticity)
    return table.assign(**{name: table[name] * factor for name in MONEY})


def try_it(
    history: pd.DataFrame | NotEnoughData,
    currency: str,
    history_months: int = 36,
    promotions: pd.DataFrame | NotEnoughData | None = None,
    country: str = "",
) -> Any:
    """Return sliders for horizon, growth, price and promotions over the company's chart.

    Parameters
    ----------
    history
        Result of `monthly_sales`.
    currency
        What money is called.
    history_months
        Months of history shown.
    promotions
        Table promotions; without it, that lever changes nothing.
    country
        Whose working days and feasts are looked at.
    """
    from ipywidgets import Checkbox, FloatSlider, IntSlider, interactive

    if isinstance(history, NotEnoughData):
        return history
    company = history[history["level"] == COMPANY]

    def show(months: int, growth: float, price: float, elasticity: float, planned: bool) -> Chart | NotEnoughData:
        levers = Levers(months, growth / 100, price / 100, elasticity, planned)
        return what_if(company, currency, levers, history_months, promotions, country)

    return interactive(
        show,
        months=IntSlider(12, 1, 36, description="months ahead"),
        growth=FloatSlider(0.0, min=-30.0, max=30.0, step=1.0, description="growth, %/yr"),
        price=FloatSlider(0.0, min=-20.0, max=20.0, step=0.5, description="price, %"),
        elasticity=FloatSlider(-1.0, min=-3.0, max=0.0, step=0.1, description="elasticity"),
        planned=Checkbox(value=True, description="planned promotions run"),
    )


def what_if(
    history: pd.DataFrame,
    currency: str,
    levers: Levers,
    history_months: int,
    promotions: pd.DataFrame | NotEnoughData | None = None,
    country: str = "",
) -> Chart | NotEnoughData:
    """Return the company's chart with the levers moved.

    Parameters
    ----------
    history
        Monthly sales; of the company alone, to be fast.
    currency
        What money is called.
    levers
        What is changed.
    history_months
        Months of history shown.
    promotions
        Table promotions, if there is one.
    country
        Whose working days and feasts are looked at.
    """
    runs = exposure_of(history, promotions, levers)
    table = forecast_table(forecast_sales(history, levers.horizon_months, country=country, exposure=runs))  # type: ignore[arg-type]
    if isinstance(table, NotEnoughData):
        return table
    moved = with_levers(table, levers)
    total = float(moved.loc[moved["level"] == COMPANY, "mean"].sum())
    said = f"{money(total, currency)} over {levers.horizon_months} months with these levers"
    return Chart(
        fan(history, moved, None, currency, history_months), f"Monthly sales and forecast: {said}.", caption=said
    )


def exposure_of(
    history: pd.DataFrame, promotions: pd.DataFrame | NotEnoughData | None, levers: Levers
) -> Exposure | None:
    """Return when promotions ran and, unless that lever is off, will run."""
    if promotions is None or isinstance(promotions, NotEnoughData):
        return None
    runs = promotion_exposure(history, promotions, levers.horizon_months)
    if isinstance(runs, NotEnoughData) or levers.planned_promotions:
        return None if isinstance(runs, NotEnoughData) else runs
    coming = np.arange(len(runs.share)) >= len(runs.share) - levers.horizon_months
    return replace(runs, share=np.where(coming[:, None], 0.0, runs.share))

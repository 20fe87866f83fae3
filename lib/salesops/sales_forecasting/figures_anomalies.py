"""The chart of months against the band that was to be expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.report import theme
from salesops.sales_forecasting.anomalies import expected_bands

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

    from salesops.sales_forecasting.outlook import Outlook


def band_of_months(outlook: Outlook, currency: str) -> Callable[[bool], Figure]:
    """Draw the company's months in the band that was foretold one month before; dots left it.

    Parameters
    ----------
    outlook
        Result of `forecast_sales`.
    currency
        What money is called.
    """
    actual, _, low, high = (values[::-1, outlook.structure.company] for values in expected_bands(outlook))
    month = (outlook.last_month - outlook.rolling.cuts[::-1] + 1).astype("datetime64[s]")
    out = np.isfinite(low) & ((actual < low) | (actual > high))

    def draw(narrow: bool) -> Figure:
        fig, ax = theme.figure(260, narrow=narrow)
        theme.band(ax, month, low, high)
        ax.plot(month, actual, color=theme.INK)
        ax.plot(month[out], actual[out], linestyle="none", marker="o", markersize=6, color=theme.BAD)
        ax.set_ylim(bottom=min(0.0, float(np.nanmin(actual))))
        theme.money_axis(ax, currency, "a month")
        theme.month_axis(ax, most=3 if narrow else 6)
        return fig

    return draw

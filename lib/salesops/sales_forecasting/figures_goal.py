"""The charts about the coming year's goal. Each function returns `draw(narrow)`, as `report.Chart` wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.report import theme
from salesops.report.numbers import MONTHS

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

    from salesops.sales_forecasting.panel import Array

    Draw = Callable[[bool], Figure]


def goal_months(goal: Array, before: Array, year: int, currency: str) -> Draw:
    """Draw the goal of each month as bars, with the year before as a line.

    Parameters
    ----------
    goal, before
        Money; 12 months each, `before` NaN where unknown.
    year
        The goal's year.
    currency
        What money is called.
    """
    place = np.arange(len(goal))

    def draw(narrow: bool) -> Figure:
        fig, ax = theme.figure(280, narrow=narrow)
        ax.bar(place, goal, width=0.6, color=theme.TARGET)
        ax.plot(place, before, color=theme.INK)
        names = [month[:1] if narrow else month for month in MONTHS]
        ax.set_xticks(place, names)
        theme.money_axis(ax, currency, "a month")
        theme.legend_above(ax, {f"goal {year}": theme.TARGET, f"{year - 1}": theme.INK})
        return fig

    return draw

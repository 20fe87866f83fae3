"""The charts about earlier forecasts. Each function returns `draw(narrow)`, as `salesops.report.Chart` wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import MaxNLocator

from salesops.report import theme

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    Draw = Callable[[bool], Figure]

SAID, LAST_YEAR = "what was said", "last year again"


def by_months_ahead(accuracy: pd.DataFrame) -> Draw:
    """Draw errors by how many months ahead the forecast looked; from `accuracy_of_said`."""

    def draw(narrow: bool) -> Figure:
        fig, ax = theme.figure(280, narrow=narrow, half=True)
        ax.plot(accuracy["months_ahead"], accuracy["naive_wape"], color=theme.MUTED, marker="o", markersize=3)
        ax.plot(accuracy["months_ahead"], accuracy["wape"], color=theme.ACCENT, marker="o", markersize=3)
        ax.set_xlabel("months ahead")
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        _finish(ax)
        return fig

    return draw


def over_time(accuracy: pd.DataFrame) -> Draw:
    """Draw errors by the day on which the forecast was made; from `accuracy_of_said`."""

    def draw(narrow: bool) -> Figure:
        fig, ax = theme.figure(280, narrow=narrow, half=True)
        ax.plot(accuracy["made_on"], accuracy["naive_wape"], color=theme.MUTED, marker="o", markersize=3)
        ax.plot(accuracy["made_on"], accuracy["wape"], color=theme.ACCENT, marker="o", markersize=3)
        theme.month_axis(ax, most=3)
        _finish(ax)
        return fig

    return draw


def _finish(ax: Axes) -> None:
    ax.set_ylim(bottom=0)
    theme.percent_axis(ax, title="error, share of sales")
    theme.legend_above(ax, {SAID: theme.ACCENT, LAST_YEAR: theme.MUTED})

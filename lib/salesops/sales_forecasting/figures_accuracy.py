"""The chart of how past forecasts of a quarter did, one after another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.report import theme

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from matplotlib.figure import Figure

OURS, LAST_YEAR, CAME = "our forecast", "last year again", "what came"


def accuracy_over_time(quarters: pd.DataFrame, currency: str) -> Callable[[bool], Figure]:
    """Draw what came in each three months beside what was foretold, and what repeating last year would have said.

    Parameters
    ----------
    quarters
        Result of `quarters_foretold`.
    currency
        What money is called.
    """
    lines = {CAME: ("actual", theme.INK), OURS: ("forecast", theme.ACCENT), LAST_YEAR: ("last_year", theme.MUTED)}

    def draw(narrow: bool) -> Figure:
        fig, ax = theme.figure(270, narrow=narrow)
        for column, colour in reversed(lines.values()):
            ax.plot(quarters["ds"], quarters[column], color=colour)
        ax.set_ylim(bottom=min(0.0, float(quarters["actual"].min())))
        theme.money_axis(ax, currency, "in three months")
        theme.month_axis(ax, most=3 if narrow else 6)
        theme.legend_above(ax, {name: colour for name, (_, colour) in lines.items()})
        return fig

    return draw

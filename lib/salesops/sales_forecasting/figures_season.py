"""Charts of the season, of odd months and of growth. Each returns `draw(narrow)`, as `salesops.report.Chart` wants."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.report import share, theme
from salesops.sales_forecasting.seasons import MONTH_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from matplotlib.figure import Figure

    Draw = Callable[[bool], Figure]

CELL_PX = 40


def season_bars(season: pd.DataFrame) -> Draw:
    """Draw each calendar month against the mean of its year.

    Parameters
    ----------
    season
        Result of `season_table`.
    """
    place, value = season["month"].to_numpy() - 1, season["index"].to_numpy() - 1

    def draw(narrow: bool) -> Figure:
        fig, ax = theme.figure(260, narrow=narrow)
        ax.bar(place, value, width=0.62, color=np.where(value >= 0, theme.ACCENT, theme.MUTED))
        ax.vlines(place, season["low"] - 1, season["high"] - 1, color=theme.INK, linewidth=1.2)
        ax.axhline(0, color=theme.INK, linewidth=0.8)
        ax.set_xticks(place, [MONTH_NAMES[month][: 1 if narrow else 3] for month in place])
        ax.grid(visible=False, axis="x")
        theme.percent_axis(ax, title="against the mean month")
        return fig

    return draw


def growth_map(table: pd.DataFrame) -> Draw:
    """Draw a share per row and column as shaded cells.

    Parameters
    ----------
    table
        Shares; NaN stays blank.
    """

    def draw(narrow: bool) -> Figure:
        fig, ax = theme.figure(90 + CELL_PX * len(table), narrow=narrow)
        values = table.to_numpy(float)
        # A phone has no room for the sign; the caption says what is counted.
        texts = [[_percent(value, narrow) for value in row] for row in values]
        names = [str(name)[:7] + "." if narrow and len(str(name)) > 8 else str(name) for name in table.columns]
        theme.heatmap(ax, values, [str(name) for name in table.index], names, texts)
        ax.xaxis.tick_top()
        if narrow:
            ax.tick_params(axis="x", labelrotation=50)
        return fig

    return draw


def _percent(value: float, narrow: bool) -> str:
    if not np.isfinite(value):
        return ""
    return share(value).removesuffix("%") if narrow else share(value)

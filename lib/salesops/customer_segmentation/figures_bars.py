"""Lying bars in groups: one group for each part of the customers, one bar for each figure of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from salesops.report import share, theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

GROUP, ROOM = 0.8, 0.9
HEAD_PX, GROUP_PX = 70, 22


@dataclass(frozen=True)
class Bars:
    """One figure of all groups.

    Parameters
    ----------
    label
        What the figure is, for the key above.
    values
        One number per group; of those that are not known no bar is drawn.
    colour
        Of the key, and of the bars unless `colours` are given.
    texts
        What is written at the end of each bar; the value in percent if not given.
    colours
        One for each bar.
    """

    label: str
    values: Sequence[float]
    colour: str
    texts: Sequence[str] = ()
    colours: Sequence[str] = ()


def grouped_bars(
    names: Sequence[str], figures: Sequence[Bars], *, narrow: bool, half: bool = False, room: float = 1.2
) -> Figure:
    """Draw groups of bars with their values at their ends, and a key to the colours above.

    Parameters
    ----------
    names
        Of the groups, from the top down.
    figures
        The bars of each group, from the top down.
    narrow, half
        As the page asks for it.
    room
        Length of the axis over the longest bar, for the texts.
    """
    fig, ax = theme.figure(HEAD_PX + GROUP_PX * len(names) * len(figures), narrow=narrow, half=half)
    height = GROUP / len(figures)
    for place, bars in enumerate(figures):
        _draw(ax, bars, np.arange(len(names)) + (place - (len(figures) - 1) / 2) * height, height * ROOM)
    longest = float(np.nanmax([0.0, *(value for bars in figures for value in bars.values)]))
    ax.set_yticks(np.arange(len(names)), names)
    ax.tick_params(axis="y", labelcolor=theme.INK, length=0)
    ax.set(ylim=(len(names) - 0.4, -0.6), xlim=(0, room * longest or 1.0))
    ax.grid(visible=False)
    ax.xaxis.set_visible(False)
    ax.spines["bottom"].set_visible(False)
    theme.legend_above(ax, {bars.label: bars.colour for bars in figures})
    return fig


def customers_and_sales(table: pd.DataFrame, counted: Sequence[str] = ()) -> list[Bars]:
    """Return the bars of the columns customers and sales, both shares, with what stands at those of customers."""
    return [
        Bars("share of customers", list(table["customers"]), theme.LINE, counted),
        Bars("share of sales", list(table["sales"]), theme.ACCENT),
    ]


def _draw(ax: Axes, bars: Bars, rows: NDArray[np.floating], height: float) -> None:
    texts = bars.texts or [share(value) for value in bars.values]
    colours = bars.colours or [bars.colour] * len(rows)
    for row, value, text, colour in zip(rows, bars.values, texts, colours, strict=True):
        if np.isfinite(value):
            ax.barh(row, value, height=height, color=colour)
            theme.direct_label(ax, max(value, 0.0), row, text, theme.INK)

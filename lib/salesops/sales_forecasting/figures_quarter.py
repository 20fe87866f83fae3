"""The charts about this quarter. Each function returns `draw(narrow)`, as `salesops.report.Chart` wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.report import money, share, theme
from salesops.sales_forecasting.value_added import ALL, NAIVE
from salesops.sales_forecasting.waterfall import BOOKED, GAP

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from matplotlib.figure import Figure

    Draw = Callable[[bool], Figure]

ROW_PX = 40
COLOURS = {BOOKED: theme.INK, GAP: theme.TARGET}


def waterfall(steps: pd.DataFrame, low: float, high: float, currency: str) -> Draw:
    """Draw the steps from what is booked to the target as lying bars that begin where the one before ends.

    Parameters
    ----------
    steps
        Result of `gap_steps`.
    low, high
        80% interval of the quarter's total; NaN if not known.
    currency
        What money is called.
    """
    has_range, has_gap = bool(np.isfinite(low)), bool((steps["step"] == GAP).any())
    names = [*steps["step"], *(["80% range"] if has_range else [])]
    ends = steps[["start", "end"]].to_numpy().max(axis=1)
    texts = [money(amount) for amount in steps["amount"]]

    def draw(narrow: bool) -> Figure:
        fig, ax = theme.figure(60 + ROW_PX * len(names), narrow=narrow)
        colours = [COLOURS.get(step, theme.ACCENT) for step in steps["step"]]
        ax.barh(np.arange(len(steps)), steps["amount"], left=steps["start"], height=0.5, color=colours)
        for row, (end, text) in enumerate(zip(ends, texts, strict=True)):
            theme.direct_label(ax, end, row, text, theme.INK)
        if has_range:
            ax.hlines(len(steps), low, high, color=theme.MUTED, linewidth=3)
            # On a phone the words would not fit beside the line; the section's text says them.
            theme.direct_label(ax, high, len(steps), "" if narrow else f"{money(low)} to {money(high)}", theme.INK)
        if has_gap:
            # Beside the bars that lead up to it, the line would run through their values.
            rows = (len(steps) - 1.4, len(names) - 0.6)
            ax.vlines(float(steps["end"].iloc[-1]), *rows, color=theme.TARGET, linestyle=(0, (4, 2)))
        ax.set_yticks(np.arange(len(names)), [name.replace(", ", ",\n") if narrow else name for name in names])
        ax.tick_params(axis="y", labelcolor=theme.INK)
        ax.invert_yaxis()
        ax.grid(visible=False, axis="y")
        ax.set_xlim(min(0.0, float(steps[["start", "end"]].min().min())), 1.02 * float(np.nanmax([*ends, high])))
        theme.money_axis(ax, currency, axis="x")
        return fig

    return draw


def steps_of_value(table: pd.DataFrame) -> Draw:
    """Draw how far off each step was over past quarters, the year before first and all together last.

    Parameters
    ----------
    table
        Result of `value_added`.
    """
    place = np.arange(len(table))
    colour = {NAIVE: theme.MUTED, ALL: theme.ACCENT}

    def draw(narrow: bool) -> Figure:
        fig, ax = theme.figure(40 + ROW_PX * len(table), narrow=narrow, half=True)
        ax.barh(
            place, table["error"], height=0.5, color=[colour.get(step, theme.CATEGORIES[1]) for step in table["step"]]
        )
        ax.set_yticks(place, table["step"])
        ax.invert_yaxis()
        theme.bar_labels(ax, [share(error, 1) for error in table["error"]])
        ax.set_xlim(0, 1.2 * float(table["error"].max()))
        return fig

    return draw

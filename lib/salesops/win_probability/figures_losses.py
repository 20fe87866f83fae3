"""The charts of losses: what they cost by reason, and where wins fall short of what was expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.report import share, theme

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROW_PX = 34
BAR = 0.52
MOST_ROWS = 12


def pareto(losses: pd.DataFrame, *, narrow: bool, half: bool = False) -> Figure:
    """Draw the share of losses of each reason as bars, with the share that the first ones make up together.

    Parameters
    ----------
    losses
        Rows of `losses` of one kind, the largest first.
    narrow, half
        As the page asks for it.
    """
    rows = losses.head(MOST_ROWS)
    fig, ax = theme.figure(84 + ROW_PX * len(rows), narrow=narrow, half=half)
    place = np.arange(len(rows))
    ax.barh(place, rows["cumulative_share"], height=BAR, color=theme.LINE)
    ax.barh(place, rows["share"], height=BAR, color=theme.ACCENT)
    for at, together in zip(place, rows["cumulative_share"], strict=True):
        theme.direct_label(ax, together, at, share(together), theme.MUTED)
    _rows(ax, rows["value"] + " · " + rows["share"].map(share))
    ax.grid(visible=False)
    ax.set_xlim(0, 1.15)
    ax.xaxis.set_visible(False)
    ax.spines["bottom"].set_visible(False)
    theme.legend_above(ax, {"each": theme.ACCENT, "so far together": theme.LINE})
    return fig


def win_rates(losses: pd.DataFrame, *, narrow: bool, half: bool = False) -> Figure:
    """Draw win rates with 80% intervals, and a tick where they would be had these deals gone as expected.

    Parameters
    ----------
    losses
        Rows of `losses` that have a win rate.
    narrow, half
        As the page asks for it.
    """
    rows = losses.head(MOST_ROWS)
    fig, ax = theme.figure(84 + ROW_PX * len(rows), narrow=narrow, half=half)
    place = np.arange(len(rows))
    expected = (rows["win_rate"] - rows["gap"]).clip(0, 1).to_numpy()
    ax.vlines(expected, place - 0.3, place + 0.3, color=theme.TARGET, linewidth=2)
    ax.hlines(place, rows["low"], rows["high"], color=theme.ACCENT, linewidth=1.6)
    ax.plot(rows["win_rate"], place, "o", color=theme.ACCENT, markersize=6)
    for at, (end, won) in enumerate(zip(np.fmax(rows["high"], expected), rows["win_rate"], strict=True)):
        theme.direct_label(ax, end, at, share(won), theme.INK)
    _rows(ax, rows["value"])
    ax.set_xlim(0, min(float(np.nanmax([rows["high"].max(), *expected])) * 1.25 + 0.05, 1.15))
    theme.percent_axis(ax, axis="x", title="won")
    colours = {"won": theme.ACCENT} | ({"expected": theme.TARGET} if np.isfinite(expected).any() else {})
    theme.legend_above(ax, colours)
    return fig


def _rows(ax: Axes, names: pd.Series) -> None:
    ax.set_yticks(np.arange(len(names)), names)
    ax.tick_params(axis="y", labelcolor=theme.INK)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.grid(visible=False, axis="y")
    ax.grid(visible=True, axis="x")

"""The charts of the win_probability page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.report import number, share, theme

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

BAR = 0.56


def funnel_bars(conversion: pd.DataFrame, *, narrow: bool, half: bool = False) -> Figure:
    """Draw the open deals in each stage as bars, with the share that goes on between them."""
    stages = len(conversion)
    fig, ax = theme.figure(60 + 56 * stages, narrow=narrow, half=half)
    place = np.arange(stages)
    ax.barh(place, conversion["open_deals"], height=BAR, color=theme.ACCENT)
    for at, (deals, goes_on) in enumerate(zip(conversion["open_deals"], conversion["conversion"], strict=True)):
        theme.direct_label(ax, deals, at, number(deals))
        said = f"{share(goes_on)} {'are won' if at == stages - 1 else 'go on'}" if np.isfinite(goes_on) else ""
        theme.direct_label(ax, 0, at + 0.5, said, theme.MUTED, dx=2)
    ax.set_yticks(place, conversion["stage"], color=theme.INK)
    ax.set_ylim(stages - 0.3, -0.5)
    ax.set_xlim(0, max(float(conversion["open_deals"].max()), 1) * 1.15)
    ax.xaxis.set_visible(False)
    ax.spines["bottom"].set_visible(False)
    ax.grid(visible=False)
    return fig


def calibration_dots(calibration: pd.DataFrame, *, narrow: bool, half: bool = False) -> Figure:
    """Draw the share won against the chance given, with 80% intervals, beside the diagonal of a perfect model."""
    fig, ax = theme.figure(330, narrow=narrow, half=half)
    ax.plot([0, 1], [0, 1], color=theme.LINE, linewidth=1.2)
    theme.direct_label(ax, 0.9, 0.94, "perfect", theme.MUTED, dx=-58)
    ax.vlines(calibration["predicted"], calibration["low"], calibration["high"], color=theme.ACCENT, linewidth=1.6)
    ax.plot(calibration["predicted"], calibration["observed"], "o", color=theme.ACCENT, markersize=5)
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    theme.percent_axis(ax, axis="x", title="chance given")
    theme.percent_axis(ax, title="won")
    return fig

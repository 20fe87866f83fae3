"""The charts of the win_probability page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.report import theme

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


def calibration_dots(calibration: pd.DataFrame, *, narrow: bool, half: bool = False) -> Figure:
    """Draw the share won against the chance given, with 80% intervals, beside the diagonal of a perfect model."""
    fig, ax = theme.figure(280 if narrow else 330, narrow=narrow, half=half)
    ax.plot([0, 1], [0, 1], color=theme.LINE, linewidth=1.2)
    theme.direct_label(ax, 0.9, 0.94, "perfect", theme.MUTED, dx=-58)
    ax.vlines(calibration["predicted"], calibration["low"], calibration["high"], color=theme.ACCENT, linewidth=1.6)
    ax.plot(calibration["predicted"], calibration["observed"], "o", color=theme.ACCENT, markersize=5)
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    theme.percent_axis(ax, axis="x", title="chance given")
    theme.percent_axis(ax, title="won")
    return fig

"""The charts of the scorecards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.report import share, theme
from salesops.win_probability.card_levels import RULE_CHANCE

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

HEIGHT, NARROW_HEIGHT = 360, 300


def count_dots(counts: pd.DataFrame, *, narrow: bool, half: bool = False) -> Figure:
    """Draw the share won by how many confirmations were ticked, with 80% intervals, beside the rule's 60%."""
    fig, ax = theme.figure(NARROW_HEIGHT if narrow else HEIGHT, narrow=narrow, half=half)
    theme.target_line(ax, [-0.5, 13.5], [RULE_CHANCE, RULE_CHANCE], "")
    theme.direct_label(ax, -0.4, RULE_CHANCE, f"rule: {share(RULE_CHANCE)}", theme.TARGET, dx=0, dy=10)
    ax.vlines(counts["confirmed"], counts["low"], counts["high"], color=theme.ACCENT, linewidth=1.6)
    ax.plot(counts["confirmed"], counts["share"], "o", color=theme.ACCENT, markersize=5)
    ax.set_xlim(-0.6, 13.6)
    ax.set_xticks([0, 2, 4, 6, 8, 10, 12])
    ax.set_ylim(0, max(0.75, float(counts["high"].max()) * 1.05))
    ax.set_xlabel("confirmations ticked")
    theme.percent_axis(ax, title="won in the end")
    return fig


def weight_dots(weights: pd.DataFrame, *, narrow: bool, half: bool = False) -> Figure:
    """Draw what each confirmation lifts a chance of 50% to, with 80% intervals, beside equal weights."""
    fig, ax = theme.figure(NARROW_HEIGHT if narrow else HEIGHT, narrow=narrow, half=half)
    place = np.arange(len(weights))
    equal = float(weights["even_equal"].iloc[0])
    ax.axvline(equal, color=theme.TARGET, linewidth=1.2, linestyle=(0, (4, 2)))
    ax.axvline(0.5, color=theme.LINE, linewidth=1.2)
    ax.hlines(place, weights["even_low"], weights["even_high"], color=theme.ACCENT, linewidth=1.6)
    ax.plot(weights["at_even"], place, "o", color=theme.ACCENT, markersize=5)
    ax.set_yticks(place, weights["label"], color=theme.INK)
    ax.set_xlim(float(weights["even_low"].min()) - 0.01, float(weights["even_high"].max()) + 0.01)
    ax.set_ylim(len(weights) - 0.5, -0.7)
    ax.grid(visible=False)
    theme.percent_axis(ax, axis="x")
    theme.axis_title(ax, "a deal at 50% stands with it at")
    return fig

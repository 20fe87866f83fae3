"""The charts of competition: shares over the years, and what moved them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator

from salesops.market_sizing.rivals import US
from salesops.report import share, theme
from salesops.report.digits import signed

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

PARTS = {"own": ("within segments", theme.ACCENT), "mix": ("uneven growth", theme.TARGET)}


def share_lines(shares: pd.DataFrame, *, narrow: bool, half: bool = False) -> Figure:
    """Draw each competitor's share of the whole market over the years, ours in accent."""
    fig, ax = theme.figure(340, narrow=narrow, half=half)
    wide = shares.pivot(index="year", columns="competitor", values="share")
    for name in wide.columns:
        colour = theme.ACCENT if name == US else theme.MUTED
        ax.plot(wide.index, wide[name], color=colour, linewidth=2.2 if name == US else 1.4)
        last = wide[name].last_valid_index()
        theme.direct_label(ax, last, wide[name][last], f"{name} {share(wide[name][last])}", colour)
    ax.set_ylim(bottom=0)
    ax.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    theme.percent_axis(ax, title="share of the market")
    return fig


def shift_bars(shift: pd.DataFrame, *, narrow: bool, half: bool = False) -> Figure:
    """Draw how each competitor's share moved: within segments, and by the growth of segments where it is strong."""
    fig, ax = theme.figure(80 + 46 * len(shift), narrow=narrow, half=half)
    rows = np.arange(len(shift))
    table = shift.assign(own=shift["own"] + shift["both"])
    for at, (name, (_, colour)) in zip((-0.18, 0.18), PARTS.items(), strict=True):
        ax.barh(rows + at, table[name], height=0.34, color=colour)
    ax.axvline(0, color=theme.INK, linewidth=1)
    ax.set_yticks(rows, list(shift["competitor"]))
    ax.set_ylim(len(shift) - 0.4, -0.6)
    ax.tick_params(axis="y", labelcolor=theme.INK, length=0)
    ax.grid(axis="x")
    ax.xaxis.set_major_formatter(lambda value, _: signed(f"{100 * value:+.0f}") if abs(value) > 1e-9 else "0")
    ax.set_xlabel("points of share")
    theme.legend_above(ax, dict(PARTS.values()))
    return fig

"""The charts of sizes: each way beside what they make together, and what the answer depends on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.market_sizing.segments import SEGMENT
from salesops.market_sizing.words import WAYS, segment_names
from salesops.report import money, theme

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from salesops.market_sizing.intervals import Range
    from salesops.market_sizing.sizes import Sizes

ROW_PX, NARROW_ROW_PX, HEAD_PX, KEY_PX = 26, 21, 80, 20
COLOURS = dict(zip(WAYS, (*theme.CATEGORIES[1:4], theme.ACCENT), strict=True))


def ways_chart(sizes: Sizes, order: pd.DataFrame, currency: str, *, narrow: bool) -> Figure:
    """Draw each segment's market by every way, and reconciled as a band.

    Parameters
    ----------
    sizes
        From `market_sizes`.
    order
        industry and region of the segments to draw, from the top down.
    currency, narrow
        As the page asks for it.
    """
    height = HEAD_PX + (KEY_PX + NARROW_ROW_PX * len(order) if narrow else ROW_PX * len(order))
    fig, ax = theme.figure(height, narrow=narrow)
    together = order.merge(sizes.segments, on=SEGMENT, how="left")
    rows = np.arange(len(order))
    ax.hlines(rows, together["p10"], together["p90"], color=theme.ACCENT, alpha=0.3, linewidth=11)
    ax.plot(together["p50"], rows, "|", color=theme.ACCENT, markersize=13, markeredgewidth=2.5)
    there = [way for way in WAYS if (sizes.ways["method"] == way).any()]
    for place, way in enumerate(there):
        found = order.merge(sizes.ways[sizes.ways["method"] == way], on=SEGMENT, how="left")
        at = rows + 0.22 * (place - (len(there) - 1) / 2)
        ax.hlines(at, found["p10"], found["p90"], color=COLOURS[way], linewidth=1.2)
        ax.plot(found["p50"], at, "o", color=COLOURS[way], markersize=4)
    ax.set_yticks(rows, segment_names(order))
    ax.tick_params(axis="y", labelcolor=theme.INK, length=0)
    ax.set_ylim(len(order) - 0.4, -0.6)
    ax.set_xlim(left=0)
    ax.grid(axis="x")
    theme.money_axis(ax, currency, "a year", axis="x")
    theme.legend_above(ax, {WAYS[way]: COLOURS[way] for way in (*there, "reconciled")})
    return fig


def nested_bars(
    totals: dict[str, Range], names: dict[str, str], currency: str, *, narrow: bool, half: bool = False
) -> Figure:
    """Draw TAM, SAM and SOM as bars with their 80% intervals.

    Parameters
    ----------
    totals
        Amounts by measure.
    names
        Which measures are drawn, and what each is called.
    currency, narrow, half
        As the page asks for it.
    """
    fig, ax = theme.figure(HEAD_PX + 40 * len(names), narrow=narrow, half=half)
    low, middle, high = (np.array(ends) for ends in zip(*(totals[name] for name in names), strict=True))
    rows = np.arange(len(names))
    ax.barh(rows, middle, height=0.6, color=theme.ACCENT)
    ax.hlines(rows, low, high, color=theme.INK, linewidth=1.4)
    for row, end, value in zip(rows, high, middle, strict=True):
        theme.direct_label(ax, end, row, money(value, currency), theme.INK)
    ax.set_yticks(rows, list(names.values()))
    ax.set(ylim=(len(names) - 0.4, -0.6), xlim=(0, (1.9 if narrow else 1.6) * float(high.max())))
    ax.tick_params(axis="y", labelcolor=theme.INK, length=0)
    ax.grid(visible=False)
    ax.xaxis.set_visible(False)
    ax.spines["bottom"].set_visible(False)
    return fig


def tornado_chart(drivers: pd.DataFrame, currency: str, *, narrow: bool, half: bool = False) -> Figure:
    """Draw how far the answer swings from the low to the high value of each input, widest on top.

    Parameters
    ----------
    drivers
        input, at_p10, at_p50 and at_p90.
    currency, narrow, half
        As the page asks for it.
    """
    fig, ax = theme.figure(HEAD_PX + 34 * len(drivers), narrow=narrow, half=half)
    rows = np.arange(len(drivers))
    middle = float(drivers["at_p50"].iloc[0])
    for name, colour in (("at_p10", theme.TARGET), ("at_p90", theme.ACCENT)):
        ax.barh(rows, drivers[name] - middle, left=middle, height=0.55, color=colour)
    ax.axvline(middle, color=theme.INK, linewidth=1)
    ax.set_yticks(rows, list(drivers["input"]))
    ax.set_ylim(len(drivers) - 0.4, -0.6)
    ax.tick_params(axis="y", labelcolor=theme.INK, length=0)
    ax.grid(visible=False)
    theme.money_axis(ax, currency, "a year", axis="x")
    theme.legend_above(ax, {"input low": theme.TARGET, "input high": theme.ACCENT})
    return fig

"""The charts of the matrix, of coverage, and of growth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from salesops.market_sizing.words import segment_names
from salesops.report import share, theme

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    from salesops.market_sizing.position import Position

BUBBLE = 1500
NAMED, NAMED_NARROW = 12, 4
NAME_HEIGHT, NAME_HEIGHT_NARROW = 0.045, 0.08
STEP_NAMES = {"contact": "a contact", "opportunity": "an opportunity", "order": "an order"}


def matrix(position: Position, *, narrow: bool) -> Figure:
    """Draw segments by our strength and their attractiveness, bubbles by size, over the nine boxes."""
    fig, ax = theme.figure(340 if narrow else 480, narrow=narrow)
    rows = position.segments
    for x in range(3):
        for y in range(3):
            ax.add_patch(_box(x, y))
    sizes = (BUBBLE / 4 if narrow else BUBBLE) * rows["size"] / rows["size"].max()
    ax.scatter(rows["strength"], rows["attractiveness"], s=sizes, color=theme.ACCENT, alpha=0.55, linewidths=0)
    for row in _named(rows, narrow=narrow).itertuples():
        side = "left" if row.strength < 0.5 else "right"
        label = ax.annotate(str(row.name), (row.strength, row.attractiveness), ha=side, va="center", color=theme.INK)
        label.set_in_layout(False)
    ax.set(xlim=(0, 1), ylim=(0, 1), xticks=[1 / 6, 1 / 2, 5 / 6], yticks=[1 / 6, 1 / 2, 5 / 6])
    ax.set_xticklabels(["weak", "middling", "strong"])
    ax.set_yticklabels(["low", "middle", "high"], rotation=90, va="center")
    ax.grid(visible=False)
    ax.set_xlabel("our strength")
    theme.axis_title(ax, "attractiveness")
    return fig


def _named(rows: pd.DataFrame, *, narrow: bool) -> Any:
    """Return the largest segments whose names do not lie over each other."""
    ordered = rows.assign(name=segment_names(rows)).sort_values("size", ascending=False)
    most, apart = (NAMED_NARROW, NAME_HEIGHT_NARROW) if narrow else (NAMED, NAME_HEIGHT)
    chosen: list[int] = []
    for place, height in enumerate(ordered["attractiveness"]):
        if all(abs(height - ordered["attractiveness"].iloc[other]) > apart for other in chosen):
            chosen.append(place)
    return ordered.iloc[chosen[:most]]


def _box(x: int, y: int) -> Rectangle:
    from matplotlib.patches import Rectangle

    shade = theme.SEQUENTIAL[1] if x + y >= 3 else theme.SEQUENTIAL[0] if x + y == 2 else theme.WASH
    return Rectangle((x / 3, y / 3), 1 / 3, 1 / 3, facecolor=shade, edgecolor=theme.PAPER, linewidth=2, zorder=0)


def coverage_bars(steps: pd.DataFrame, *, narrow: bool, half: bool = False) -> Figure:
    """Draw the share of accounts and of spend with a contact, an opportunity and an order."""
    fig, ax = theme.figure(80 + 48 * len(steps), narrow=narrow, half=half)
    rows = np.arange(len(steps))
    for name, colour, at in (("accounts", theme.LINE, -0.2), ("spend", theme.ACCENT, 0.2)):
        ax.barh(rows + at, steps[name].fillna(0.0), height=0.36, color=colour)
        for row, value in zip(rows + at, steps[name], strict=True):
            if np.isfinite(value):
                theme.direct_label(ax, value, row, share(value), theme.INK)
    ax.set_yticks(rows, [STEP_NAMES[str(step)] for step in steps.index])
    ax.set(ylim=(len(steps) - 0.4, -0.6), xlim=(0, 1.15))
    ax.tick_params(axis="y", labelcolor=theme.INK, length=0)
    ax.grid(visible=False)
    ax.xaxis.set_visible(False)
    ax.spines["bottom"].set_visible(False)
    theme.legend_above(ax, {"share of accounts": theme.LINE, "share of spend": theme.ACCENT})
    return fig


def growth_bars(table: pd.DataFrame, *, narrow: bool, half: bool = False) -> Figure:
    """Draw the market's yearly growth and ours in each segment.

    Parameters
    ----------
    table
        industry, region, market and ours (shares a year), from the top down.
    narrow, half
        As the page asks for it.
    """
    fig, ax = theme.figure(80 + 24 * len(table), narrow=narrow, half=half)
    rows = np.arange(len(table))
    ax.hlines(rows, table["market"], table["ours"], color=theme.LINE, linewidth=2)
    ax.plot(table["market"], rows, "o", color=theme.INK, markersize=6)
    ax.plot(table["ours"], rows, "o", color=theme.ACCENT, markersize=6)
    ax.axvline(0, color=theme.LINE, linewidth=1.2, zorder=0.5)
    ax.set_yticks(rows, segment_names(table))
    ax.set_ylim(len(table) - 0.4, -0.6)
    ax.tick_params(axis="y", labelcolor=theme.INK, length=0)
    ax.grid(axis="x")
    theme.percent_axis(ax, axis="x", title="growth a year")
    theme.legend_above(ax, {"market": theme.INK, "our sales": theme.ACCENT})
    return fig


def season_map(table: pd.DataFrame, *, narrow: bool, half: bool = False) -> Figure:
    """Draw each calendar month over the year's mean month, by industry."""
    fig, ax = theme.figure(70 + 34 * len(table), narrow=narrow, half=half)
    months = ["J", "F", "M", "A", "M", "J", "J", "A", "S", "O", "N", "D"]
    texts = None if narrow or half else [[share(value - 1) for value in row] for row in table.to_numpy()]
    theme.heatmap(ax, table.to_numpy(), [str(name) for name in table.index], months, texts)
    return fig

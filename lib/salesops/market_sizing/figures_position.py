"""The charts of the matrix, of coverage, and of growth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.market_sizing.position import INVEST
from salesops.market_sizing.words import segment_names
from salesops.report import share, theme

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle
    from numpy.typing import NDArray

    from salesops.market_sizing.position import Position

    Floats = NDArray[np.float64]
    Name = tuple[str, tuple[float, float], tuple[float, float], tuple[str, str]]

BUBBLE = 1500
NAMED, NAMED_NARROW = 12, 4
# About how large a point and a letter are, as shares of the axes' width and height: on a laptop, on a phone.
POINT, POINT_NARROW = (1 / 640, 1 / 320), (1 / 230, 1 / 215)
LETTER_POINTS, LINE_POINTS, GAP_POINTS = 5.4, 12.0, 3.0
# Where a name stands beside its bubble: how far to the right and up, and how it is aligned there.
SIDES = {
    (1, 0): ("left", "center"), (-1, 0): ("right", "center"), (0, 1): ("center", "bottom"), (0, -1): ("center", "top")
}  # fmt: skip
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
    for name, place, away, (ha, va) in _names(rows, np.sqrt(sizes / np.pi), narrow=narrow):
        label = ax.annotate(name, place, away, textcoords="offset points", ha=ha, va=va, color=theme.INK)
        label.set_in_layout(False)
    ax.set(xlim=(0, 1), ylim=(0, 1), xticks=[1 / 6, 1 / 2, 5 / 6], yticks=[1 / 6, 1 / 2, 5 / 6])
    ax.set_xticklabels(["weak", "middling", "strong"])
    ax.set_yticklabels(["low", "middle", "high"], rotation=90, va="center")
    ax.grid(visible=False)
    ax.set_xlabel("our strength")
    theme.axis_title(ax, "attractiveness")
    return fig


def _names(rows: pd.DataFrame, radius: pd.Series, *, narrow: bool) -> list[Name]:
    """Return names that lie on no bubble and on no other name, those to invest in first, then the largest.

    Returns
    -------
    list of tuple
        Name, the place of its bubble, how far away the name stands (points), and its alignment.
    """
    size = rows["size"].to_numpy(float)
    x, y, r = (column.to_numpy(float) for column in (rows["strength"], rows["attractiveness"], radius))
    names, (wide, high) = segment_names(rows), POINT_NARROW if narrow else POINT
    taken = np.column_stack([x - r * wide, x + r * wide, y - r * high, y + r * high])
    found: list[Name] = []
    for bubble in np.lexsort((-size, rows["advice"] != INVEST)):
        length = LETTER_POINTS * len(names[bubble])
        for (right, up), align in SIDES.items():
            away = (right * (r[bubble] + GAP_POINTS), up * (r[bubble] + GAP_POINTS))
            left = x[bubble] + wide * (away[0] - length * (1 - right) / 2)
            low = y[bubble] + high * (away[1] - LINE_POINTS * (1 - up) / 2)
            box = np.array([left, left + wide * length, low, low + high * LINE_POINTS])
            if box[0] >= 0 and box[1] <= 1 and not _overlaps(box, np.delete(taken, bubble, axis=0)):
                found.append((names[bubble], (x[bubble], y[bubble]), away, align))
                taken = np.vstack([taken, box])
                break
        if len(found) == (NAMED_NARROW if narrow else NAMED):
            break
    return found


def _overlaps(box: Floats, others: Floats) -> bool:
    """Return whether a box (left, right, bottom, top) meets any of the others."""
    beside = (others[:, 1] < box[0]) | (others[:, 0] > box[1])
    above = (others[:, 3] < box[2]) | (others[:, 2] > box[3])
    return bool((~(beside | above)).any())


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

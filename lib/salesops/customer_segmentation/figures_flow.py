"""The chart of migration: a ribbon for everybody who went from one segment to another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from salesops.customer_segmentation.figures_segments import segment_colours
from salesops.report import theme

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

GAP, CURVE_STEPS, THIN = 0.03, 30, 0.01
NO_SEGMENT = np.inf
"""Stands below all segments for customers who had none."""
FEW = "few orders"


@dataclass
class Pile:
    """The bars of one side, from the top down, as shares of all customers."""

    tops: dict[float, float]
    heights: dict[float, float]
    names: dict[float, str]
    counts: dict[float, int]


def flow(moves: pd.DataFrame, segments: pd.DataFrame, *, narrow: bool) -> Figure:
    """Draw how many customers went from each segment, on the left, to each, on the right; who moved in colour.

    Parameters
    ----------
    moves
        From `migration`.
    segments
        segment, in the order of their colours.
    narrow
        Whether it is drawn for a phone.
    """
    fig, ax = theme.figure(360, narrow=narrow)
    before = moves["segment_before"].astype("float64").fillna(NO_SEGMENT)
    moves = moves.assign(left=before, right=moves["segment"].astype("float64"))
    left, right = _pile(moves, "left", "name_before"), _pile(moves, "right", "name")
    _ribbons(ax, moves.sort_values(["left", "right"]), dict(left.tops), dict(right.tops), segment_colours(segments))
    for x, pile in ((0.0, left), (1.0, right)):
        _bars(ax, x, pile, narrow=narrow)
    lowest = min(pile.tops[key] - pile.heights[key] for pile in (left, right) for key in pile.tops)
    ax.set(xlim=(-0.75, 1.75) if narrow else (-0.62, 1.62), ylim=(lowest - 0.02, 1.1))
    for x, when in ((0, "a quarter ago"), (1, "now")):
        ax.annotate(when, (x, 1.05), ha="center", color=theme.MUTED)
    ax.set_axis_off()
    return fig


def _pile(moves: pd.DataFrame, side: str, name: str) -> Pile:
    counts = moves.groupby(side)["customers"].sum().sort_index()
    heights = counts / counts.sum()
    tops = 1 - heights.cumsum().shift(fill_value=0.0) - GAP * np.arange(len(heights))
    names = moves.drop_duplicates(side).set_index(side)[name]
    return Pile(*({float(key): value for key, value in part.items()} for part in (tops, heights, names, counts)))  # type: ignore[arg-type]


def _ribbons(
    ax: Axes, moves: pd.DataFrame, starts: dict[float, float], ends: dict[float, float], colours: dict[object, str]
) -> None:
    """Draw the ribbons; each takes its height off the bars that it begins and ends at."""
    total = float(moves["customers"].sum())
    for left, right, count in zip(moves["left"], moves["right"], moves["customers"], strict=True):
        height, stays = count / total, left == right
        _ribbon(ax, starts[left], ends[right], height, theme.LINE if stays else colours[int(right)])
        starts[left] -= height
        ends[right] -= height


def _ribbon(ax: Axes, start: float, end: float, height: float, colour: str) -> None:
    x = np.linspace(0.02, 0.98, CURVE_STEPS)
    top = start + (end - start) * (1 - np.cos(np.pi * (x - x[0]) / (x[-1] - x[0]))) / 2
    ax.fill_between(x, top - height, top, color=colour, alpha=0.7, linewidth=1.0 if height < THIN else 0)


def _bars(ax: Axes, x: float, pile: Pile, *, narrow: bool) -> None:
    for key, top in pile.tops.items():
        ax.bar(x, pile.heights[key], 0.04, top - pile.heights[key], color=theme.INK)
        align, place = ("right", x - 0.03) if x == 0 else ("left", x + 0.03)
        text = f"{_name(key, pile.names[key], narrow=narrow)} · {pile.counts[key]:,}"
        at = (place, top - pile.heights[key] / 2)
        ax.annotate(text, at, ha=align, va="center", color=theme.INK, annotation_clip=False)


def _name(key: float, name: str, *, narrow: bool) -> str:
    """Return what a bar is called; a phone has room for the number alone."""
    if key == NO_SEGMENT:
        return FEW if narrow else name
    return f"{key:.0f}" if narrow else f"{key:.0f} {name}"

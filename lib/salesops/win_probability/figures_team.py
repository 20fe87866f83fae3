"""The charts of how the team works: commitments, roles known, and what was stated against what came."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.report import money, number, share, theme

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

ROW_PX = 30
BAR = 0.52
MOST_REPS, MOST_HALF = 16, 8


def rep_dots(reps: pd.DataFrame, team: float, unit: str, *, narrow: bool, half: bool = False) -> Figure:
    """Draw each rep's figure with its 80% interval, beside the line of the team's mean.

    Of a long list only its two ends are drawn, since those between are alike.

    Parameters
    ----------
    reps
        name, value, low and high, in the order shown.
    team
        The team's mean.
    unit
        share, or what is counted: `days`.
    narrow, half
        As the page asks for it.
    """
    shown, place = _two_ends(reps, MOST_HALF if half else MOST_REPS)
    fig, ax = theme.figure(round(96 + ROW_PX * (place[-1] + 1)), narrow=narrow, half=half)
    ax.axvline(team, color=theme.TARGET, linestyle=(0, (4, 2)), linewidth=1.4)
    ax.hlines(place, shown["low"], shown["high"], color=theme.ACCENT, linewidth=1.6)
    ax.plot(shown["value"], place, "o", color=theme.ACCENT, markersize=5)
    for at, value, high in zip(place, shown["value"], shown["high"], strict=True):
        theme.direct_label(ax, high, at, share(value) if unit == "share" else number(round(value)), theme.INK)
    for label in ax.texts:  # the team's line does not run through a figure
        label.set_bbox({"facecolor": theme.PAPER, "edgecolor": "none", "pad": 1})
    ticks = list(zip(place, shown["name"], strict=True))
    if len(shown) < len(reps):
        ticks.append((len(shown) / 2, f"… {len(reps) - len(shown)} more"))
    ax.set_yticks([at for at, _ in ticks], [name for _, name in ticks])
    ax.tick_params(axis="y", labelcolor=theme.INK)
    ax.set_ylim(place[-1] + 0.6, -0.6)
    ax.set_xlim(*_with_room(float(shown["low"].min()), float(shown["high"].max()), team))
    ax.grid(visible=False, axis="y")
    ax.grid(visible=True, axis="x")
    if unit == "share":
        theme.percent_axis(ax, axis="x")
    else:
        ax.xaxis.set_major_formatter(lambda value, _: number(value))
        ax.set_xlabel(unit)
    theme.legend_above(ax, {"rep, with 80%": theme.ACCENT, "team": theme.TARGET})
    return fig


def _two_ends(reps: pd.DataFrame, most: int) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Return the first and last reps of a list that is too long, and their rows, with one left free between them."""
    if len(reps) <= most:
        return reps, np.arange(len(reps))
    side = np.arange(most // 2)
    return reps.iloc[[*side, *(len(reps) - most // 2 + side)]], np.r_[side, side + most // 2 + 1]


def _with_room(low: float, high: float, team: float) -> tuple[float, float]:
    low, high = min(low, team), max(high, team)
    width = (high - low) or 1.0
    return low - 0.04 * width, high + 0.14 * width


def role_gaps(without: pd.DataFrame, currency: str, *, narrow: bool, half: bool = False) -> Figure:
    """Draw the open amount whose customers have nobody known in each decision role."""
    fig, ax = theme.figure(40 + 38 * len(without), narrow=narrow, half=half)
    ax.barh(without["role"], without["share"], height=BAR, color=theme.ACCENT)
    ax.invert_yaxis()
    ax.set_xlim(0, max(float(without["share"].max()), 0.01) * (1.75 if narrow or half else 1.3))
    said = [
        f"{money(amount, currency)} · {share(part)}" if amount > 0 else share(part)
        for amount, part in zip(without["amount"], without["share"], strict=True)
    ]
    theme.bar_labels(ax, said)
    return fig


def shares_with_intervals(table: pd.DataFrame, names: str, title: str, *, narrow: bool, half: bool = False) -> Figure:
    """Draw shares as standing dots with 80% intervals.

    Parameters
    ----------
    table
        share, low, high and the column `names`, in the order shown.
    names
        Column that the dots are named by.
    title
        What the shares are of.
    narrow, half
        As the page asks for it.
    """
    fig, ax = theme.figure(240 if narrow else 300, narrow=narrow, half=half)
    place = np.arange(len(table))
    ax.vlines(place, table["low"], table["high"], color=theme.ACCENT, linewidth=1.6)
    ax.plot(place, table["share"], "o", color=theme.ACCENT, markersize=6)
    for at, value in enumerate(table["share"]):
        theme.direct_label(ax, at, value, share(value), theme.INK)
    ax.set_xticks(place, table[names])
    ax.set_xlim(-0.5, len(table) - 0.3)
    ax.set_ylim(0, min(float(table["high"].max()) * 1.15 + 0.02, 1.02))
    theme.percent_axis(ax, title=title)
    return fig

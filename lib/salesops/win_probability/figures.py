"""The charts of the win_probability page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.report import money, theme
from salesops.report.numbers import period_in_words

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


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


def bookings_bands(bookings: pd.DataFrame, currency: str, *, narrow: bool, half: bool = False) -> Figure:
    """Draw each quarter's bookings as 80% and 50% bands with the median."""
    fig, ax = theme.figure(320, narrow=narrow, half=half)
    place = np.arange(len(bookings))
    for low, high, alpha in (("p10", "p90", 0.16), ("p25", "p75", 0.34)):
        ax.bar(place, bookings[high] - bookings[low], bottom=bookings[low], width=0.4, color=theme.ACCENT, alpha=alpha)
    ax.hlines(bookings["p50"], place - 0.2, place + 0.2, color=theme.ACCENT, linewidth=2)
    for at, middle in zip(place, bookings["p50"], strict=True):
        theme.direct_label(ax, at + 0.2, middle, money(middle), theme.INK)
    ax.set_xticks(place, bookings["period"].map(period_in_words))
    ax.set_xlim(-0.5, len(bookings) - 0.2)
    ax.set_ylim(0, float(bookings["p90"].max()) * 1.08)
    theme.money_axis(ax, currency, "a quarter")
    return fig

"""The chart of bookings: what was foretold and booked in past quarters, and what is to come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.report import money, theme
from salesops.report.numbers import period_in_words

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

# Past quarters shown: on a phone, and elsewhere.
PAST_SHOWN = {True: 4, False: 8}
BAR, PAST_BAR = 0.5, 0.34


def bookings_bands(bookings: pd.DataFrame, past: pd.DataFrame, currency: str, *, narrow: bool) -> Figure:
    """Draw the 80% and 50% bands of coming quarters after those of past quarters, with what was booked in these.

    Parameters
    ----------
    bookings
        From `bookings`.
    past
        The quarter that followed each standpoint, from `past_bookings`.
    currency
        What money is called.
    narrow
        Whether it is drawn for a phone.
    """
    past = past.tail(PAST_SHOWN[narrow])
    fig, ax = theme.figure(290 if narrow else 340, narrow=narrow)
    before, place = np.arange(len(past)), len(past) + np.arange(len(bookings))
    ax.bar(before, past["p90"] - past["p10"], PAST_BAR, past["p10"], color=theme.MUTED, alpha=0.2)
    ax.plot(before, past["actual"], "o", color=theme.INK, markersize=5)
    for low, high, alpha in (("p10", "p90", 0.2), ("p25", "p75", 0.4)):
        ax.bar(place, bookings[high] - bookings[low], BAR, bookings[low], color=theme.ACCENT, alpha=alpha)
    ax.hlines(bookings["mean"], place - BAR / 2, place + BAR / 2, color=theme.ACCENT, linewidth=2)
    for at, top, mean in zip(place, bookings["p90"], bookings["mean"], strict=True):
        ax.annotate(money(mean), (at, top), (0, 4), textcoords="offset points", ha="center", color=theme.INK)
    if len(past):
        theme.start_of_forecast(ax, len(past) - 0.5)
    ax.set_xticks([*before, *place], [*map(_tick, past["period"]), *map(_tick, bookings["period"])])
    ax.set_xlim(-0.6, len(past) + len(bookings) - 0.4)
    ax.set_ylim(0, 1.1 * max(float(bookings["p90"].max()), float(past[["p90", "actual"]].max().max() or 0.0)))
    theme.money_axis(ax, currency, "a quarter")
    return fig


def _tick(period: str) -> str:
    """Return the quarter, or the month in which three months end, over its year."""
    words = period_in_words(period).split()
    return "\n".join(reversed(words) if "Q" in period else words)

"""The chart of adoption: what was seen, and what is expected with its band."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import MaxNLocator

from salesops.report import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.figure import Figure


def adoption_curves(seen: pd.DataFrame, expected: pd.DataFrame, names: Sequence[str], *, narrow: bool) -> Figure:
    """Draw new adopters a year, seen and expected, one panel per industry.

    Parameters
    ----------
    seen
        segment, year, adoptions.
    expected
        segment, year, p10, p50, p90, last_value.
    names
        Segments to draw, four at best.
    narrow
        As the page asks for it.
    """
    fig, axes = theme.panels(names, across=2, narrow=narrow)
    for ax, name in zip(axes, names, strict=True):
        past, ahead = seen[seen["segment"] == name], expected[expected["segment"] == name]
        ax.plot(past["year"], past["adoptions"], color=theme.INK)
        if len(ahead):
            theme.band(ax, ahead["year"], ahead["p10"], ahead["p90"])
            ax.plot(ahead["year"], ahead["p50"], color=theme.ACCENT)
            ax.plot(ahead["year"], ahead["last_value"], color=theme.MUTED, linestyle=(0, (2, 2)), linewidth=1)
        ax.set_ylim(bottom=0)
        ax.xaxis.set_major_locator(MaxNLocator(2 if narrow else 4, integer=True))
    return fig

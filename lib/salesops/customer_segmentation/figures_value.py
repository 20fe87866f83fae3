"""The charts of tiers, bands, contact plan and wallet share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.customer_segmentation.bands import customers_for
from salesops.customer_segmentation.figures_bars import Bars, customers_and_sales, grouped_bars
from salesops.report import share, theme

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


def lorenz_curve(
    curve: pd.DataFrame, by_band: pd.DataFrame, most: float, *, narrow: bool, half: bool = False
) -> Figure:
    """Draw the share of sales that the largest customers bring, with the five bands as steps of a fifth.

    Parameters
    ----------
    curve, by_band
        From `lorenz` and `band_sales`.
    most
        Share of sales that is marked on the curve.
    narrow, half
        As the page asks for it.
    """
    fig, ax = theme.figure(330, narrow=narrow, half=half)
    ax.plot([0, 1], [0, 1], color=theme.LINE, linewidth=1.2)
    ax.plot(curve["customers"], curve["sales"], color=theme.ACCENT, linewidth=2)
    ax.fill_between(curve["customers"], curve["customers"], curve["sales"], color=theme.ACCENT, alpha=0.08, linewidth=0)
    few = customers_for(curve, most)
    ax.plot([few], [most], "o", color=theme.TARGET, markersize=6)
    theme.direct_label(ax, few, most, f"{share(few)} bring {share(most)}", theme.TARGET, dx=10, dy=-14)
    for band, part in zip(by_band["band"], by_band["share"], strict=True):
        ax.text(band / 5 - 0.1, 0.02, f"{band}\n{share(part)}", ha="center", va="bottom", color=theme.MUTED)
    ax.vlines(np.arange(1, 5) / 5, 0, 1, color=theme.LINE, linewidth=0.75)
    ax.set(xlim=(0, 1), ylim=(0, 1.02))
    ax.set_xticks(np.arange(6) / 5)
    theme.percent_axis(ax, axis="x", title="customers, largest first")
    theme.percent_axis(ax, title="sales, all customers so far")
    return fig


def shares_by_band(table: pd.DataFrame, *, narrow: bool, half: bool = False) -> Figure:
    """Draw each band's share of sales, of the hours planned and, if known, of the hours spent.

    Parameters
    ----------
    table
        band and, of these as far as there are any, sales, spent and planned (shares).
    narrow, half
        As the page asks for it.
    """
    named = {
        "sales": ("sales", theme.INK),
        "spent": ("hours spent", theme.TARGET),
        "planned": ("planned", theme.ACCENT),
    }
    figures = [Bars(label, list(table[name]), colour) for name, (label, colour) in named.items() if name in table]
    return grouped_bars([f"band {band}" for band in table["band"]], figures, narrow=narrow, half=half)


def moves_by_weight(moves: pd.DataFrame, names: dict[str, str], *, narrow: bool, half: bool = False) -> Figure:
    """Draw how many customers change tier when a weight moves by 10%, up and down, from `tier_moves`."""
    counts = moves.assign(all=moves["up"] + moves["down"]).pivot(index="dimension", columns="by", values="all")
    counts = counts.reindex(moves["dimension"].drop_duplicates())
    figures = [
        Bars(label, list(counts[by]), colour, [f"{count:,}" for count in counts[by]])
        for by, label, colour in ((1.1, "10% up", theme.ACCENT), (0.9, "10% down", theme.TARGET))
    ]
    return grouped_bars([names[name] for name in counts.index], figures, narrow=narrow, half=half)


def tier_bars(table: pd.DataFrame, *, narrow: bool, half: bool = False) -> Figure:
    """Draw each tier's share of customers and of sales.

    Parameters
    ----------
    table
        value_tier, customers and sales (shares).
    narrow, half
        As the page asks for it.
    """
    names = [f"tier {name}" for name in table["value_tier"]]
    return grouped_bars(names, customers_and_sales(table), narrow=narrow, half=half)

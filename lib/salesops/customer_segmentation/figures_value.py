"""The charts of tiers, bands, contact plan and wallet share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.customer_segmentation.bands import customers_for
from salesops.report import share, theme

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROW_PX = 40


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
    theme.percent_axis(ax, axis="x", title="customers, largest first; band and its share of sales")
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
    colours = {"sales": theme.INK, "spent": theme.TARGET, "planned": theme.ACCENT}
    names = {"sales": "sales", "spent": "hours last year", "planned": "hours in the plan"}
    shown = [name for name in colours if name in table]
    fig, ax = theme.figure(330, narrow=narrow, half=half)
    place, height = np.arange(len(table)), 0.8 / len(shown)
    for at, name in enumerate(shown):
        row = place + (at - (len(shown) - 1) / 2) * height
        ax.barh(row, table[name], height=height * 0.9, color=colours[name])
        for y, value in zip(row, table[name], strict=True):
            theme.direct_label(ax, max(value, 0.0), y, share(value), theme.INK)
    _rows(ax, [f"band {band}" for band in table["band"]])
    ax.set_xlim(0, 1.18 * float(table[shown].max().max()))
    theme.legend_above(ax, {names[name]: colours[name] for name in shown})
    return fig


def moves_by_weight(moves: pd.DataFrame, names: dict[str, str], *, narrow: bool, half: bool = False) -> Figure:
    """Draw how many customers change tier when a weight moves by 10%, up and down, from `tier_moves`."""
    counts = moves.assign(all=moves["up"] + moves["down"]).pivot(index="dimension", columns="by", values="all")
    counts = counts.reindex(moves["dimension"].drop_duplicates())
    fig, ax = theme.figure(70 + ROW_PX * len(counts), narrow=narrow, half=half)
    place = np.arange(len(counts))
    for by, colour, shift in ((1.1, theme.ACCENT, -0.19), (0.9, theme.TARGET, 0.19)):
        ax.barh(place + shift, counts[by], height=0.34, color=colour)
        for y, value in zip(place + shift, counts[by], strict=True):
            theme.direct_label(ax, value, y, f"{value:,}", theme.INK)
    _rows(ax, [names[name] for name in counts.index])
    ax.set_xlim(0, max(1.2 * float(counts.max().max()), 1.0))
    theme.legend_above(ax, {"weight 10% up": theme.ACCENT, "10% down": theme.TARGET})
    return fig


def tier_bars(table: pd.DataFrame, *, narrow: bool, half: bool = False) -> Figure:
    """Draw each tier's share of customers and of sales.

    Parameters
    ----------
    table
        value_tier, customers and sales (shares).
    narrow, half
        As the page asks for it.
    """
    fig, ax = theme.figure(70 + ROW_PX * len(table), narrow=narrow, half=half)
    place = np.arange(len(table))
    for name, colour, shift in (("customers", theme.LINE, -0.19), ("sales", theme.ACCENT, 0.19)):
        ax.barh(place + shift, table[name], height=0.34, color=colour)
        for y, value in zip(place + shift, table[name], strict=True):
            theme.direct_label(ax, max(value, 0.0), y, share(value), theme.INK)
    _rows(ax, [f"tier {name}" for name in table["value_tier"]])
    ax.set_xlim(0, 1.2 * float(table[["customers", "sales"]].max().max()))
    theme.legend_above(ax, {"share of customers": theme.LINE, "share of sales": theme.ACCENT})
    return fig


def _rows(ax: Axes, names: list[str]) -> None:
    ax.set_yticks(np.arange(len(names)), names)
    ax.tick_params(axis="y", labelcolor=theme.INK, length=0)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.grid(visible=False)
    ax.xaxis.set_visible(False)
    ax.spines["bottom"].set_visible(False)

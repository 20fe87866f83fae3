"""The charts of prices: how quantities answer, what respondents say, and what follows for profit and share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator

from salesops.report import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.figure import Figure

CURVES = {
    "too_cheap": ("too cheap", theme.CATEGORIES[2]),
    "cheap": ("cheap", theme.ACCENT),
    "expensive": ("dear", theme.TARGET),
    "too_expensive": ("too dear", theme.BAD),
}


def elasticity_chart(response: pd.DataFrame, *, narrow: bool, half: bool = False) -> Figure:
    """Draw the elasticity of each product line with its 95% interval; a line that is not told stays empty."""
    fig, ax = theme.figure(80 + 34 * len(response), narrow=narrow, half=half)
    rows = np.arange(len(response))
    ax.axvline(-1, color=theme.LINE, linewidth=1.2, zorder=0.5)
    ax.hlines(rows, response["low"], response["high"], color=theme.ACCENT, linewidth=2)
    ax.plot(response["elasticity"], rows, "o", color=theme.ACCENT, markersize=7)
    for row, value in enumerate(response["elasticity"]):
        if not np.isfinite(value):
            ax.text(-1, row, "cannot tell", va="center", ha="center", color=theme.MUTED)
    ax.set_yticks(rows, list(response["product_line"]))
    ax.set_ylim(len(response) - 0.4, -0.6)
    ax.tick_params(axis="y", labelcolor=theme.INK, length=0)
    ax.grid(axis="x")
    ax.xaxis.set_major_locator(MaxNLocator(4))
    ax.set_xlabel("% of quantity for 1% of price")
    return fig


def meter_chart(curves: pd.DataFrame, currency: str, *, narrow: bool, half: bool = False) -> Figure:
    """Draw van Westendorp's four curves of one product line."""
    fig, ax = theme.figure(300, narrow=narrow, half=half)
    for name, (_, colour) in CURVES.items():
        ax.plot(curves["price"], curves[name], color=colour)
    theme.percent_axis(ax, title="of respondents")
    theme.money_axis(ax, currency, axis="x")
    theme.legend_above(ax, dict(CURVES.values()))
    ax.set_title("")
    return fig


def price_curves(
    curves: pd.DataFrame, table: pd.DataFrame, names: Sequence[str], currency: str, *, narrow: bool
) -> Figure:
    """Draw profit and demand by price, each over its highest value, one panel per product line.

    Parameters
    ----------
    curves
        product_line, price, demand and profit.
    table
        product_line, best_price, low, high and price (today's).
    names
        Lines to draw.
    currency, narrow
        As the page asks for it.
    """
    fig, axes = theme.panels(names, across=3, narrow=narrow)
    for ax, name in zip(axes, names, strict=True):
        part, facts = curves[curves["product_line"] == name], table[table["product_line"] == name].iloc[0]
        for what, colour in (("demand", theme.MUTED), ("profit", theme.ACCENT)):
            values = part[what] / part[what].max() if part[what].max() > 0 else part[what] * np.nan
            ax.plot(part["price"], values.clip(lower=0), color=colour)
        if np.isfinite(facts["low"]):
            ax.axvspan(facts["low"], facts["high"], color=theme.ACCENT, alpha=0.16, linewidth=0)
        if np.isfinite(facts["price"]):
            ax.axvline(facts["price"], color=theme.INK, linewidth=1)
        ax.set_ylim(0, 1.05)
        ax.set_yticks([0, 0.5, 1])
        theme.percent_axis(ax)
        theme.money_axis(ax, currency, axis="x")
    return fig

"""The charts of what plans cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.report import money, theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure
    from numpy.typing import NDArray

ROW_PX = 44


def cost_bars(names: Sequence[str], cost: Sequence[float], currency: str, *, narrow: bool) -> Figure:
    """Draw what each plan costs as a bar.

    Parameters
    ----------
    names, cost
        Of each plan, from the top down; money.
    currency
        What money is called.
    narrow
        Whether it is drawn for a phone.
    """
    fig, ax = theme.figure(40 + ROW_PX * len(names), narrow=narrow)
    ax.barh(np.arange(len(names)), cost, height=0.56, color=theme.ACCENT)
    ax.set_yticks(np.arange(len(names)), names)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.set_xlim(0, (1.7 if narrow else 1.25) * max([*cost, 1.0]))
    theme.bar_labels(ax, [money(value, currency) for value in cost])
    return fig


def distributions(
    names: Sequence[str], amounts: Sequence[NDArray[np.float64]], currency: str, *, narrow: bool, half: bool = False
) -> Figure:
    """Draw the distribution of an amount under each plan: its mean, the middle half and four years in five.

    Parameters
    ----------
    names, amounts
        Of each plan, from the top down; draws of money.
    currency
        What money is called.
    narrow, half
        As the page asks for it.
    """
    fig, ax = theme.figure(70 + ROW_PX * len(names), narrow=narrow, half=half)
    for row, draws in enumerate(amounts):
        (p10, p25, p75, p90), mean = np.quantile(draws, [0.1, 0.25, 0.75, 0.9]), float(np.mean(draws))
        ax.barh(row, p90 - p10, left=p10, height=0.5, color=theme.ACCENT, alpha=0.25)
        ax.barh(row, p75 - p25, left=p25, height=0.5, color=theme.ACCENT, alpha=0.45)
        ax.plot([mean, mean], [row - 0.3, row + 0.3], color=theme.ACCENT, linewidth=2.4)
        theme.direct_label(ax, p90, row, money(mean), theme.INK, dx=8)
    ax.set_yticks(np.arange(len(names)), names)
    ax.tick_params(axis="y", labelcolor=theme.INK)
    ax.set_ylim(len(names) - 0.4, -0.6)
    low, high = np.min(np.quantile(amounts, 0.1, axis=1)), np.max(np.quantile(amounts, 0.9, axis=1))
    ax.set_xlim(low - 0.06 * (high - low), high + (0.75 if narrow else 0.5 if half else 0.25) * (high - low))
    ax.grid(visible=True, axis="x")
    theme.money_axis(ax, currency, "a year", axis="x")
    return fig

"""The charts of people: who wins and who loses, and pay against performance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.report import money, theme

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.figure import Figure

ROW_PX, DOT = 22, 26


def winners_and_losers(rows: pd.DataFrame, currency: str, *, narrow: bool) -> Figure:
    """Draw the change of each person's expected pay as a bar to the left or the right.

    Parameters
    ----------
    rows
        name and change (money a year), in the order shown.
    currency
        What money is called.
    narrow
        Whether it is drawn for a phone.
    """
    fig, ax = theme.figure(60 + ROW_PX * len(rows), narrow=narrow)
    place, change = np.arange(len(rows)), rows["change"].to_numpy(float)
    ax.barh(place, change, height=0.62, color=np.where(change < 0, theme.BAD, theme.GOOD))
    ax.axvline(0, color=theme.LINE, linewidth=1.2)
    for row, value in zip(place, change, strict=True):
        theme.direct_label(ax, max(value, 0.0), row, money(value), theme.INK)
    ax.set_yticks(place, rows["name"].astype(str))
    ax.tick_params(axis="y", labelcolor=theme.INK)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    reach = max(float(np.abs(change).max()), 1.0)
    ax.set_xlim(min(0.0, 1.1 * float(change.min())), max(float(change.max()), 0.0) + 0.25 * reach)
    ax.grid(visible=False)
    theme.money_axis(ax, currency, "a year more or less", axis="x")
    return fig


def pay_by_performance(rows: Mapping[str, pd.DataFrame], *, narrow: bool) -> Figure:
    """Draw each seller's expected pay over median attainment, a panel per plan.

    Parameters
    ----------
    rows
        By the name of the plan: attainment_p50 and worth (expected pay over pay at quota).
    narrow
        Whether it is drawn for a phone.
    """
    fig, axes = theme.panels(list(rows), across=4, narrow=narrow, sharex=True, sharey=True)
    for ax, part in zip(axes, rows.values(), strict=True):
        ax.plot([0, 2], [0, 2], color=theme.LINE, linewidth=1.2)
        ax.scatter(part["attainment_p50"], part["worth"], s=DOT, color=theme.ACCENT, alpha=0.75, linewidths=0)
        theme.percent_axis(ax, axis="x")
        theme.percent_axis(ax)
    most = max(float(part[["attainment_p50", "worth"]].max().max()) for part in rows.values())
    axes[0].set(xlim=(0, 1.05 * most), ylim=(0, 1.05 * most))
    return fig

"""The charts of quotas: attainment against potential, and what attainment is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.report import money, share, theme

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from salesops.incentive_simulation.luck import Luck

DOT, NAMED = 34, 4


def attainment_by_potential(rows: pd.DataFrame, currency: str, *, narrow: bool, half: bool = False) -> Figure:
    """Draw each seller's mean attainment over the potential of their territory.

    Parameters
    ----------
    rows
        name, potential (money a year) and attainment (1 is the quota).
    currency
        What money is called.
    narrow, half
        As the page asks for it.
    """
    fig, ax = theme.figure(300, narrow=narrow, half=half)
    ax.axhline(1.0, color=theme.TARGET, linestyle=(0, (4, 2)), linewidth=1.4)
    ax.scatter(rows["potential"], rows["attainment"], s=DOT, color=theme.ACCENT, alpha=0.75, linewidths=0)
    least, most = float(rows["potential"].min()), float(rows["potential"].max())
    if most > least:
        line = np.polyfit(np.log(rows["potential"]), rows["attainment"], 1)
        ends = np.geomspace(least, most, 30)
        ax.plot(ends, np.polyval(line, np.log(ends)), color=theme.MUTED, linewidth=1.2)
    theme.direct_label(ax, least, 1.0, "quota", theme.TARGET, dx=0, dy=9)
    ax.set_ylim(bottom=0)
    ax.set_xlim(left=0)
    theme.money_axis(ax, currency, "a year that the accounts could spend", axis="x")
    theme.percent_axis(ax, title="mean attainment")
    return fig


def parts_of_attainment(parts: Luck, *, narrow: bool, half: bool = False) -> Figure:
    """Draw how much of the variance of a quarter's attainment lasts, and how much is luck.

    Parameters
    ----------
    parts
        From `luck`.
    narrow, half
        As the page asks for it.
    """
    kinds = {"product": ("product lines", parts.product), "market": ("markets", parts.market)}
    named = {
        "lasting": parts.person,
        "chance": parts.chance,
        "region": parts.region,
        "company": parts.company,
        **dict(kinds[kind] for kind in parts.exposures.sds),
    }
    values = np.array(list(named.values())) / parts.total
    fig, ax = theme.figure(300, narrow=narrow, half=half)
    ax.barh(list(named), values, height=0.56, color=[theme.ACCENT, *[theme.LINE] * (len(named) - 1)])
    ax.invert_yaxis()
    ax.set_xlim(0, 1.25 * float(values.max()))
    theme.bar_labels(ax, [share(value) for value in values])
    return fig


def quotas_moved(rows: pd.DataFrame, currency: str, *, narrow: bool) -> Figure:
    """Draw each seller's quota, today's and the fair one, as two dots on a line.

    Parameters
    ----------
    rows
        name, quota and new_quota (money), in the order shown.
    currency
        What money is called.
    narrow
        Whether it is drawn for a phone.
    """
    fig, ax = theme.figure(60 + 22 * len(rows), narrow=narrow)
    place = np.arange(len(rows))
    up = (rows["new_quota"] >= rows["quota"]).to_numpy()
    ax.hlines(place, rows["quota"], rows["new_quota"], color=theme.LINE, linewidth=3)
    ax.plot(rows["quota"], place, "o", color=theme.MUTED, markersize=5)
    ax.plot(rows["new_quota"], place, "o", color=theme.ACCENT, markersize=6.5)
    ends = np.maximum(rows["quota"], rows["new_quota"])
    for row, end, quota, more in zip(place, ends, rows["new_quota"], up, strict=True):
        theme.direct_label(ax, end, row, f"{'▲' if more else '▼'} {money(quota)}", theme.INK, dx=8)
    ax.set_yticks(place, rows["name"].astype(str))
    ax.tick_params(axis="y", labelcolor=theme.INK)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlim(0, 1.25 * float(ends.max()))
    theme.legend_above(ax, {"today's quota": theme.MUTED, "fair quota": theme.ACCENT})
    theme.money_axis(ax, currency, "a quarter", axis="x")
    return fig

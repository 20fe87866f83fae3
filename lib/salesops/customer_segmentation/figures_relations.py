"""The charts of the relationship wall and of cohorts: cells of one colour, with their figures in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.report import share, theme

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

CELL_PX = 27
WIDE_AGES, NARROW_AGES = 12, 6


def wall(levels: pd.DataFrame, names: list[str], *, narrow: bool) -> Figure:
    """Draw the level known with each role at the first customers; a blank cell is one where nobody is known.

    Parameters
    ----------
    levels
        Rows of `relationship_wall`.
    names
        What their customers are called.
    narrow
        Whether it is drawn for a phone.
    """
    fig, ax = theme.figure(80 + CELL_PX * len(levels), narrow=narrow)
    values = levels.to_numpy(dtype=float)
    texts = np.where(np.isnan(values), "", np.where(values == 0, "?", np.nan_to_num(values).astype(int).astype(str)))
    roles = [role[:4] + "." if narrow and len(role) > 5 else role for role in levels.columns]
    theme.heatmap(ax, np.where(values == 0, 1.0, values), names, roles, texts)
    for row, column in np.argwhere(np.isnan(values)):
        ax.text(column + 0.5, row + 0.5, "–", ha="center", va="center", color=theme.BAD)
    ax.xaxis.tick_top()
    if narrow:
        ax.tick_params(axis="x", labelrotation=50)
    return fig


def roles_at_stake(by_role: pd.DataFrame, target: int, *, narrow: bool, half: bool = False) -> Figure:
    """Draw per role the share of money where nobody is known, the level is too low, or high enough."""
    fig, ax = theme.figure(80 + 34 * len(by_role), narrow=narrow, half=half)
    place, left = np.arange(len(by_role)), np.zeros(len(by_role))
    colours = {"unknown": theme.BAD, "weak": theme.TARGET, "enough": theme.LINE}
    for name, colour in colours.items():
        ax.barh(place, by_role[name], left=left, height=0.56, color=colour)
        left = left + by_role[name].to_numpy()
    for y, value in zip(place, by_role["unknown"] + by_role["weak"], strict=True):
        theme.direct_label(ax, 1.0, y, share(value), theme.INK)
    ax.set_yticks(place, by_role["role"])
    ax.tick_params(axis="y", labelcolor=theme.INK, length=0)
    ax.set_ylim(len(by_role) - 0.4, -0.6)
    ax.set_xlim(0, 1.14)
    ax.grid(visible=False)
    ax.xaxis.set_visible(False)
    ax.spines["bottom"].set_visible(False)
    words = ("nobody", f"below {target}", "enough") if narrow or half else (
        "nobody known", f"below {target}, or not noted", f"level {target} or more"
    )  # fmt: skip
    theme.legend_above(ax, dict(zip(words, colours.values(), strict=True)))
    return fig


def cohort_cells(shares: pd.DataFrame, period: str, *, narrow: bool) -> Figure:
    """Draw the share of each cohort that bought so many periods after its first purchase.

    Parameters
    ----------
    shares
        From `retention`.
    period
        What a period is called.
    narrow
        Whether it is drawn for a phone: fewer columns.
    """
    ages = ages_shown([int(age) for age in shares.columns], NARROW_AGES if narrow else WIDE_AGES)
    chosen = shares[ages]
    fig, ax = theme.figure(90 + CELL_PX * len(chosen), narrow=narrow)
    texts = [[f"{100 * value:.0f}" if np.isfinite(value) else "" for value in row] for row in chosen.to_numpy()]
    theme.heatmap(ax, chosen.to_numpy(), [str(name) for name in chosen.index], [str(age) for age in ages], texts)
    ax.set_xlabel(
        f"{period}s since the first purchase" if narrow else f"{period}s since the first purchase; % who bought then"
    )
    return fig


def ages_shown(ages: list[int], most: int) -> list[int]:
    """Return at most so many ages: each one early on, then wider apart.

    Examples
    --------
    >>> ages_shown(list(range(1, 24)), 6), ages_shown([1, 2, 3], 6)
    ([1, 2, 4, 8, 12, 20], [1, 2, 3])
    """
    if len(ages) <= most:
        return ages
    ladder = [1, 2, 4, 8, 12, 20, 3, 6, 16, 10, 14, 5, 24, 28, 18, 32, 36]
    return sorted([age for age in ladder if age in ages][:most])

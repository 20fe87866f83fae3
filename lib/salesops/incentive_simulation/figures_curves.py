"""The charts of what plans pay for: payout curves, marginal pay with cliffs and dead zones, and the trade-off curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.report import theme

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from salesops.incentive_simulation.curve import Curve

FURTHEST = 2.0
ATTAINMENT = np.linspace(0, FURTHEST, 801)


def payout_curves(curves: Mapping[str, Curve], *, narrow: bool, half: bool = False) -> Figure:
    """Draw pay over a seller's own attainment under each plan.

    Parameters
    ----------
    curves
        By the name of the plan.
    narrow, half
        As the page asks for it.
    """
    fig, ax = theme.figure(400 if narrow else 350, narrow=narrow, half=half)
    ax.axvline(1.0, color=theme.LINE)
    colours = _colours(curves)
    for name, curve in curves.items():
        ax.plot(ATTAINMENT, curve.pay(ATTAINMENT), color=colours[name])
    ax.set_ylim(bottom=0)
    theme.percent_axis(ax, axis="x", title="attainment of the quarter's quota")
    theme.percent_axis(ax, title="pay, of the pay at quota")
    _key(ax, colours, narrow=narrow or half)
    return fig


def gaming(curves: Mapping[str, Curve], *, narrow: bool) -> Figure:
    """Draw marginal pay over attainment under each plan, a panel each, with cliffs and dead zones marked.

    Parameters
    ----------
    curves
        By the name of the plan.
    narrow
        Whether it is drawn for a phone.
    """
    fig, axes = theme.panels(list(curves), across=2, narrow=narrow, sharex=True, sharey=True)
    top = 1.25 * max(float(np.max(curve.marginal(ATTAINMENT), initial=0.1)) for curve in curves.values())
    for ax, curve in zip(axes, curves.values(), strict=True):
        _marginal(ax, curve, top)
    return fig


def _marginal(ax: Axes, curve: Curve, top: float) -> None:
    for start, end in curve.dead_zones():
        ax.axvspan(start, min(end, FURTHEST), color=theme.BAD, alpha=0.12, linewidth=0)
    ax.plot(ATTAINMENT, curve.marginal(ATTAINMENT), color=theme.ACCENT, drawstyle="steps-post")
    for at, jump in curve.cliffs():
        if at <= FURTHEST:
            ax.axvline(at, color=theme.TARGET, linewidth=2.2)
            theme.direct_label(ax, at, 0.92 * top, f"{100 * jump:+.0f}% at once", theme.TARGET)
    ax.set(xlim=(0, FURTHEST), ylim=(0, top))
    theme.percent_axis(ax, axis="x")


def profit_by_elasticity(
    rows: pd.DataFrame, names: Mapping[str, str], believed: tuple[float, float], currency: str, *, narrow: bool
) -> Figure:
    """Draw what each plan leaves over today's plan, over the elasticity of effort.

    Parameters
    ----------
    rows
        plan, elasticity and gain (money).
    names
        Titles of the plans that are drawn.
    believed
        Ends of the interval that the elasticity is believed to lie in.
    currency
        What money is called.
    narrow
        Whether it is drawn for a phone.
    """
    fig, ax = theme.figure(320, narrow=narrow)
    ax.axvspan(*believed, color=theme.ACCENT, alpha=0.1, linewidth=0)
    ax.axhline(0, color=theme.LINE, linewidth=1.2)
    # Today's plan, which is the line at zero, keeps the first colour, so that others look as they do elsewhere.
    colours = _colours(["", *names])
    for plan, title in names.items():
        part = rows[rows["plan"] == plan]
        ax.plot(part["elasticity"], part["gain"], color=colours[plan])
        if not narrow:
            theme.direct_label(ax, part["elasticity"].iloc[-1], part["gain"].iloc[-1], title, colours[plan])
    if not narrow:
        low, high = ax.get_xlim()
        ax.set_xlim(low, high + 0.3 * (high - low))
    ax.set_xlabel("elasticity of sales to marginal pay")
    theme.money_axis(ax, currency, "a year over today's plan")
    if narrow:
        _key(ax, {title: colours[plan] for plan, title in names.items()}, narrow=True)
    return fig


def trade_off(
    frontier: pd.DataFrame, points: pd.DataFrame, currency: str, *, narrow: bool, half: bool = False
) -> Figure:
    """Draw the most that can be sold for each cost, and where the plans compared lie.

    Parameters
    ----------
    frontier
        cost and sales (money a year), ascending.
    points
        name, cost and sales of each plan.
    currency
        What money is called.
    narrow, half
        As the page asks for it.
    """
    fig, ax = theme.figure(330, narrow=narrow, half=half)
    ax.plot(frontier["cost"], frontier["sales"], color=theme.ACCENT)
    ax.plot(points["cost"], points["sales"], "o", color=theme.TARGET)
    for name, cost, sales in zip(points["name"], points["cost"], points["sales"], strict=True):
        theme.direct_label(ax, cost, sales, str(name), theme.TARGET)
    low, high = ax.get_xlim()
    ax.set_xlim(low, high + (0.25 if narrow else 0.12) * (high - low))
    theme.money_axis(ax, currency, "incentive pay of sellers a year", axis="x")
    theme.money_axis(ax, currency, "sales a year")
    return fig


def _colours(names: Sequence[str] | Mapping[str, object]) -> dict[str, str]:
    return {name: theme.CATEGORIES[i % len(theme.CATEGORIES)] for i, name in enumerate(names)}


def _key(ax: Axes, colours: Mapping[str, str], *, narrow: bool) -> None:
    """Name lines above the axes, and move what the axis counts above the names."""
    from matplotlib.lines import Line2D

    marks = [Line2D([], [], color=colour, label=name) for name, colour in colours.items()]
    columns = 1 if narrow else len(marks)
    ax.legend(handles=marks, loc="lower left", bbox_to_anchor=(0, 1), ncols=columns, borderaxespad=0.2, borderpad=0)
    rows = -(-len(marks) // columns)
    ax.set_title(ax.get_title(loc="left"), loc="left", color=theme.MUTED, pad=12 + 15 * rows)

"""The charts of value to come, of customers who are overdue, and of how well both were foretold before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.customer_segmentation.figures_segments import plain_numbers
from salesops.report import money, number, share, theme

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

MOST_POINTS, DOT, LEAST = 400, 16, 1.0
ROW_PX = 34


def value_against_potential(rows: pd.DataFrame, currency: str, *, narrow: bool) -> Figure:
    """Draw each customer's lifetime value against what it spends in our categories, with the largest gaps named.

    Parameters
    ----------
    rows
        name, clv and potential_spend (money), and named (whether its name is written).
    currency
        What money is called.
    narrow
        Whether it is drawn for a phone.
    """
    fig, ax = theme.figure(360 if narrow else 400, narrow=narrow)
    shown = rows[(rows["clv"] > LEAST) & (rows["potential_spend"] > 0)]
    ax.scatter(
        shown["potential_spend"], shown["clv"], s=DOT, color=theme.ACCENT, alpha=0.45, linewidths=0,
        rasterized=len(shown) > MOST_POINTS,
    )  # fmt: skip
    named = shown[shown["named"]]
    ax.scatter(named["potential_spend"], named["clv"], s=2.2 * DOT, color=theme.TARGET, linewidths=0)
    if not narrow:
        # Names of neighbours are moved apart, the upper one up.
        shift = np.linspace(8, -8, len(named)) if len(named) > 1 else np.zeros(len(named))
        named = named.sort_values("clv", ascending=False)
        for x, y, name, dy in zip(named["potential_spend"], named["clv"], named["name"], shift, strict=True):
            theme.direct_label(ax, x, y, str(name), theme.TARGET, dy=dy)
    ax.set(xscale="log", yscale="log")
    plain_numbers(ax)
    ax.grid(visible=True, axis="both")
    ax.set_xlabel(f"potential spend a year, {currency}")
    theme.axis_title(ax, f"lifetime value, {currency}")
    return fig


def overdue_bars(rows: pd.DataFrame, currency: str, *, narrow: bool) -> Figure:
    """Draw the money at stake with each customer that is overdue, and how late it is.

    Parameters
    ----------
    rows
        name, losing (money), weeks_overdue and churn_risk, in the order shown.
    currency
        What money is called.
    narrow
        Whether it is drawn for a phone.
    """
    fig, ax = theme.figure(30 + ROW_PX * len(rows), narrow=narrow)
    place = np.arange(len(rows))
    ax.barh(place, rows["losing"], height=0.56, color=theme.BAD)
    texts = [
        f"{money(stake)} · {number(round(weeks))} wk" if narrow else
        f"{money(stake, currency)} · {number(round(weeks))} weeks late · {share(risk)} no order"
        for stake, weeks, risk in zip(rows["losing"], rows["weeks_overdue"], rows["churn_risk"], strict=True)
    ]  # fmt: skip
    ax.set_yticks(place, rows["name"].astype(str))
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlim(0, max(float(rows["losing"].max()), LEAST) * (1.9 if narrow else 1.6))
    theme.bar_labels(ax, texts)
    return fig


def offers_by_cut_off(
    curve: pd.DataFrame, cut_off: float, currency: str, *, narrow: bool, half: bool = False
) -> Figure:
    """Draw what save offers would have gained by the risk from which they are made.

    Parameters
    ----------
    curve
        cut_off (a share) and gain (money).
    cut_off
        The best one.
    currency
        What money is called.
    narrow, half
        As the page asks for it.
    """
    fig, ax = theme.figure(300, narrow=narrow, half=half)
    ax.axhline(0, color=theme.LINE, linewidth=1.2)
    ax.plot(curve["cut_off"], curve["gain"], color=theme.ACCENT)
    best = float(curve["gain"].max())
    ax.plot([cut_off], [best], "o", color=theme.TARGET)
    theme.direct_label(ax, cut_off, best, f"from {share(cut_off)}: {money(best)}", theme.TARGET, dx=0, dy=14)
    ax.set_ylim(min(0.0, 1.1 * float(curve["gain"].min())), max(1.25 * best, LEAST))
    theme.percent_axis(ax, axis="x", title="offer from this risk on")
    theme.money_axis(ax, currency, "gained")
    return fig


def warnings_by_cut_off(curve: pd.DataFrame, cut_off: float, *, narrow: bool, half: bool = False) -> Figure:
    """Draw how many past losses were warned of, and how many warnings were false, by the risk warned from.

    Parameters
    ----------
    curve
        cut_off, caught and false_alarms (shares).
    cut_off
        The one used.
    narrow, half
        As the page asks for it.
    """
    fig, ax = theme.figure(300, narrow=narrow, half=half)
    ax.axvline(cut_off, color=theme.TARGET, linestyle=(0, (4, 2)), linewidth=1.4)
    ax.plot(curve["cut_off"], curve["caught"], color=theme.ACCENT)
    ax.plot(curve["cut_off"], curve["false_alarms"], color=theme.BAD)
    ax.set_ylim(0, 1)
    theme.percent_axis(ax, axis="x", title="warn from this risk on")
    theme.percent_axis(ax)
    theme.legend_above(ax, {"losses warned of": theme.ACCENT, "false alarms": theme.BAD})
    return fig


def tracking(rows: pd.DataFrame, *, narrow: bool, half: bool = False) -> Figure:
    """Draw the orders that came since a past day, added up, beside those expected then.

    Parameters
    ----------
    rows
        From `order_tracking`.
    narrow, half
        As the page asks for it.
    """
    fig, ax = theme.figure(300, narrow=narrow, half=half)
    theme.band(ax, rows["day"], rows["low"], rows["high"])
    ax.plot(rows["day"], rows["expected"], color=theme.ACCENT)
    ax.plot(rows["day"], rows["actual"], color=theme.INK)
    ax.set_ylim(bottom=0)
    theme.month_axis(ax, most=3)
    theme.axis_title(ax, "orders since")
    theme.legend_above(ax, {"came": theme.INK, "expected, with 80%": theme.ACCENT})
    return fig

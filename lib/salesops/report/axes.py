"""Axes in money, percent and months, and what they count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.report.numbers import MONTHS, money_scale, number
from salesops.report.palette import MUTED

if TYPE_CHECKING:
    from datetime import date

    from matplotlib.axes import Axes


def axis_title(ax: Axes, text: str) -> None:
    """Write what the vertical axis counts, level and above it, where it can be read."""
    ax.set_title(text, loc="left", color=MUTED, pad=8)


def money_axis(ax: Axes, currency: str, per: str = "", *, axis: str = "y") -> None:
    """Write an axis in thousands, millions or billions, and name the scale once; call it after plotting.

    Parameters
    ----------
    ax
        Axes whose limits are set.
    currency
        What money is called.
    per
        Ends the title: `a month` makes it "CNY m a month".
    axis
        `x` or `y`.
    """
    line = ax.yaxis if axis == "y" else ax.xaxis
    divisor, suffix = money_scale(max(abs(limit) for limit in line.get_view_interval()))
    line.set_major_formatter(lambda value, _: number(value / divisor) if value else "0")
    title = " ".join(part for part in (currency, suffix, per) if part)
    if axis == "y":
        axis_title(ax, title)
    else:
        ax.set_xlabel(title)


def percent_axis(ax: Axes, *, axis: str = "y", title: str = "") -> None:
    """Write an axis of shares between 0 and 1 in percent."""
    line = ax.yaxis if axis == "y" else ax.xaxis
    line.set_major_formatter(lambda value, _: f"{number(100 * value)}%" if abs(value) > 1e-9 else "0%")
    if title and axis == "y":
        axis_title(ax, title)
    elif title:
        ax.set_xlabel(title)


def month_axis(ax: Axes, *, most: int = 6) -> None:
    """Write an axis of dates as "Oct 2025"; call it after plotting.

    Parameters
    ----------
    ax
        Axes whose limits are set, with dates along x.
    most
        Most labels that fit; ask for 3 or 4 on a phone.
    """
    from matplotlib.dates import MonthLocator, YearLocator

    first, last = (_as_day(limit) for limit in ax.get_xlim())
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    step = next((step for step in (1, 2, 3, 6) if months <= step * most), 0)
    years = max(1, -(-months // (12 * most)))
    locator = MonthLocator(bymonth=range(1, 13, step)) if step else YearLocator(years)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(lambda value, _: f"{MONTHS[_as_day(value).month - 1]} {_as_day(value).year}")
    ax.set_xlabel("")


def _as_day(value: float) -> date:
    from matplotlib.dates import num2date

    day: date = num2date(value)
    return day

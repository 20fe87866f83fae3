"""The charts of segments: where customers lie, what they bring, and where they stand in their life with us."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from matplotlib.colors import to_rgba
from matplotlib.ticker import LogLocator

from salesops.customer_segmentation.figures_bars import customers_and_sales, grouped_bars
from salesops.report import number, share, theme
from salesops.report.digits import money_scale

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_POINTS, DOT = 400, 14
STAGE_ORDER = ("new", "growing", "mature", "declining", "lost")


def segment_map(
    customers: pd.DataFrame, segments: pd.DataFrame, currency: str, *, narrow: bool, half: bool = False
) -> Figure:
    """Draw each customer at its orders a year and its usual order, in the colour of its segment.

    Parameters
    ----------
    customers
        segment, orders_per_year and order_value.
    segments
        segment, name and the medians orders_per_year and order_value.
    currency
        What money is called.
    narrow, half
        As the page asks for it.
    """
    fig, ax = theme.figure(360 if narrow else 420, narrow=narrow, half=half)
    shown = customers[(customers["orders_per_year"] > 0) & (customers["order_value"] > 0)]
    colour = shown["segment"].map(segment_colours(segments)).fillna(theme.LINE)
    ax.scatter(
        shown["orders_per_year"], shown["order_value"], s=DOT, c=[to_rgba(name) for name in colour], alpha=0.55,
        linewidths=0, rasterized=len(shown) > MOST_POINTS,
    )  # fmt: skip
    ax.set(xscale="log", yscale="log")
    plain_numbers(ax)
    for row in segments.to_dict("records"):
        _name_at(ax, row, segment_colours(segments)[row["segment"]], short=narrow)
    ax.set_xlabel("orders a year")
    theme.axis_title(ax, f"usual order, {currency}")
    ax.grid(visible=True, axis="both")
    return fig


def segment_colours(segments: pd.DataFrame) -> dict[object, str]:
    """Return the colour of each segment, the same in every chart."""
    numbers = segments["segment"].tolist()
    return {segment: theme.CATEGORIES[place % len(theme.CATEGORIES)] for place, segment in enumerate(numbers)}


def _name_at(ax: Axes, row: Mapping[Hashable, Any], colour: str, *, short: bool) -> None:
    name = str(row["segment"]) if short else f"{row['segment']} {row['name']}"
    box = {"facecolor": theme.PAPER, "edgecolor": "none", "pad": 2, "alpha": 0.85}
    place = (row["orders_per_year"], row["order_value"])
    ax.annotate(name, place, ha="center", va="center", color=theme.text_colour(colour), fontweight="bold", bbox=box)


def plain_numbers(ax: Axes) -> None:
    """Write logarithmic axes as people write amounts."""
    for line in (ax.xaxis, ax.yaxis):
        line.set_major_locator(LogLocator(subs=(1.0, 3.0)))
        line.set_major_formatter(lambda value, _: _short(value))
        line.set_minor_formatter(lambda *_: "")


def _short(value: float) -> str:
    divisor, suffix = money_scale(value)
    return " ".join(part for part in (number(value / divisor), suffix) if part)


def stage_bars(stages: pd.DataFrame, *, narrow: bool, half: bool = False) -> Figure:
    """Draw the share of customers, and of sales lately, in each stage of life.

    Parameters
    ----------
    stages
        lifecycle_stage, count, customers and sales (shares).
    narrow, half
        As the page asks for it.
    """
    counted = [f"{n:,} · {share(part)}" for n, part in zip(stages["count"], stages["customers"], strict=True)]
    figures = customers_and_sales(stages, counted)
    return grouped_bars(list(stages["lifecycle_stage"]), figures, narrow=narrow, half=half, room=1.5 if narrow else 1.2)


def segment_bars(table: pd.DataFrame, *, narrow: bool, half: bool = False) -> Figure:
    """Draw each segment's share of customers and of sales.

    Parameters
    ----------
    table
        segment, label, colour, customers and sales (shares).
    narrow, half
        As the page asks for it.
    """
    customers, sales = customers_and_sales(table)
    sales = replace(sales, colours=list(table["colour"]))
    # A phone has no room for a name beside the bars; the table below tells it.
    names = [
        f"segment {segment}" if narrow else label
        for segment, label in zip(table["segment"], table["label"], strict=True)
    ]
    return grouped_bars(names, [customers, sales], narrow=narrow, half=half)

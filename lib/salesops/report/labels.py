"""Names and notes inside a chart: at the ends of lines, and where something happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from salesops.report.palette import INK, MUTED, PAPER, text_colour

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LINE_LABEL, LABEL_STEP = "line-label", 11.5
"""How names at the ends of lines are found again, and how far apart they must be, in points."""


def direct_label(ax: Axes, x: Any, y: Any, text: str, color: str = INK, *, dx: float = 6, dy: float = 0) -> None:
    """Write a line's name at its end instead of in a legend.

    Parameters
    ----------
    ax
        Axes to write on.
    x, y
        The last point of the line, in data coordinates.
    text
        The name.
    color
        The line's colour; a shade that can be read is taken where it is too pale for text.
    dx, dy
        Distance from the point, in px.
    """
    ax.annotate(
        text, (x, y), (dx * 0.75, dy * 0.75), textcoords="offset points", va="center", color=text_colour(color),
        annotation_clip=False, gid=LINE_LABEL,
    )  # fmt: skip


def event(ax: Axes, x: Any, y: Any, text: str, *, below: bool = True) -> None:
    """Say in a few words what happened at one point."""
    side = -1 if below else 1
    ax.annotate(
        text, (x, y), (0, side * 16), textcoords="offset points", ha="center", va="top" if below else "bottom",
        color=MUTED, bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1},
        arrowprops={"arrowstyle": "-", "color": MUTED, "linewidth": 0.6, "shrinkA": 0, "shrinkB": 2},
    )  # fmt: skip


def part_labels(ax: Axes) -> None:
    """Move names at the ends of lines apart where they would lie over each other; lay the figure out first."""
    labels = [text for text in ax.texts if text.get_gid() == LINE_LABEL and text.get_text()]
    ends = [_end_in_points(ax, label) for label in labels]
    for column in {round(x) for x, _ in ends}:
        _stack([label for label, (x, _) in zip(labels, ends, strict=True) if round(x) == column], ax)


def _stack(labels: list[Any], ax: Axes) -> None:
    wanted = np.array([_end_in_points(ax, label)[1] + label.xyann[1] for label in labels])
    for label, moved in zip(labels, apart(wanted, LABEL_STEP) - wanted, strict=True):
        label.xyann = (label.xyann[0], label.xyann[1] + moved)


def _end_in_points(ax: Axes, label: Any) -> tuple[float, float]:
    point = (ax.convert_xunits(label.xy[0]), ax.convert_yunits(label.xy[1]))
    x, y = ax.transData.transform(point)
    return float(x), float(y)


def apart(places: Any, step: float) -> Any:
    """Return places at least `step` apart, in their order and around the same middle.

    Examples
    --------
    >>> apart(np.array([10.0, 12.0, 50.0]), 8.0).tolist()
    [7.0, 15.0, 50.0]
    """
    order = np.argsort(places, kind="stable")
    groups: list[list[float]] = []
    for place in places[order]:
        groups.append([float(place)])
        while len(groups) > 1 and _lowest(groups[-1], step) - _highest(groups[-2], step) < step:
            groups[-2:] = [groups[-2] + groups[-1]]
    result = np.empty(len(places))
    result[order] = [_lowest(group, step) + step * i for group in groups for i in range(len(group))]
    return result


def _lowest(group: list[float], step: float) -> float:
    return sum(group) / len(group) - step * (len(group) - 1) / 2


def _highest(group: list[float], step: float) -> float:
    return sum(group) / len(group) + step * (len(group) - 1) / 2

"""What is put on a chart: bands, targets, bars with their values, heatmaps, and keys to colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from salesops.report.labels import direct_label
from salesops.report.palette import ACCENT, INK, LINE, MUTED, SEQUENTIAL, TARGET, text_on
from salesops.report.text_width import width_px

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.legend import Legend

OUTER, INNER = 0.16, 0.24
"""Opacities of the 80% and the 50% band; where they lie over each other the inner one is clearly darker."""
MARK_PX = 36
"""What a key needs beside a name: its mark, and what parts it from the next."""
ABOVE_AXES, KEY_ROW = 8, 18
"""Points between axes and title, and those that each row of a key between them takes."""


def band(ax: Axes, x: Any, p10: Any, p90: Any, p25: Any = None, p75: Any = None, color: str = ACCENT) -> None:
    """Draw an 80% interval over `x` and, if given, the 50% interval within it, in two tones of one colour."""
    ax.fill_between(x, p10, p90, color=color, alpha=OUTER, linewidth=0)
    if p25 is not None and p75 is not None:
        ax.fill_between(x, p25, p75, color=color, alpha=INNER, linewidth=0)


def target_line(ax: Axes, x: Any, y: Any, label: str = "target", *, steps: bool = False) -> None:
    """Draw a target, dashed in orange, with its name at the end (none if `label` is empty)."""
    ax.plot(x, y, color=TARGET, linestyle=(0, (4, 2)), drawstyle="steps-mid" if steps else "default")
    if label:
        direct_label(ax, np.asarray(x)[-1], np.asarray(y)[-1], label, TARGET)


def start_of_forecast(ax: Axes, x: Any) -> None:
    """Draw the hairline that parts what happened from what is expected."""
    ax.axvline(x, color=LINE, linewidth=1.2, zorder=0.5)


def legend_above(ax: Axes, names: dict[str, str]) -> None:
    """Name colours in a row above the axes, or in as many as they need, where marks have no end to be labelled at.

    A title of the vertical axis stands above the key: write it first.

    Parameters
    ----------
    ax
        Axes to write above.
    names
        Each name with its colour.
    """
    from matplotlib.patches import Patch

    in_a_row = _in_a_row(ax, list(names))
    marks = [Patch(color=colour, label=name) for name, colour in names.items()]
    key = ax.legend(
        handles=marks, loc="lower left", bbox_to_anchor=(0, 1), ncols=in_a_row, borderaxespad=0.2,
        handlelength=0.9, handleheight=0.9, handletextpad=0.5, columnspacing=1.4, borderpad=0,
    )  # fmt: skip
    _claim_height_alone(key, ax)
    if title := ax.get_title(loc="left"):
        rows = -(-len(marks) // in_a_row)
        ax.set_title(title, loc="left", color=MUTED, pad=ABOVE_AXES + KEY_ROW * rows)


def _claim_height_alone(key: Legend, ax: Axes) -> None:
    """Keep room for a key above its axes, but do not narrow them for it: it is moved inside the figure later."""
    from matplotlib.transforms import Bbox

    whole = key.get_tightbbox

    def tightbbox(renderer: Any = None) -> Bbox:
        box = whole(renderer) or ax.bbox
        return Bbox.from_extents(ax.bbox.x0, box.y0, ax.bbox.x1, box.y1)

    key.get_tightbbox = tightbbox  # type: ignore[method-assign]


def _in_a_row(ax: Axes, names: Sequence[str]) -> int:
    """Return how many names of a key the figure's width has room for; columns are as wide as their widest name."""
    width = float(ax.figure.bbox.width)
    each = max(map(width_px, names), default=0.0) + MARK_PX
    needed = sum(map(width_px, names)) + MARK_PX * len(names)
    return len(names) if needed <= width else max(1, int(width // each))


def bar_labels(ax: Axes, texts: Sequence[str]) -> None:
    """Write a value at the end of each bar of a bar chart, and drop the axis that it makes needless.

    Parameters
    ----------
    ax
        Axes with one set of bars, lying or standing.
    texts
        One text per bar, in the order they were drawn.
    """
    bars = ax.containers[0]
    ax.bar_label(bars, labels=texts, padding=4, color=INK)  # type: ignore[arg-type]
    lying = getattr(bars, "orientation", "vertical") == "horizontal"
    ax.grid(visible=False)
    (ax.xaxis if lying else ax.yaxis).set_visible(False)
    ax.spines["bottom"].set_visible(not lying)
    ax.tick_params(length=0)
    ax.tick_params(axis="y" if lying else "x", labelcolor=INK)


def heatmap(ax: Axes, values: Any, rows: Sequence[str], columns: Sequence[str], texts: Any = None) -> None:
    """Draw a table of numbers as shaded cells in six steps of one colour.

    Parameters
    ----------
    ax
        Empty axes.
    values
        Numbers, shape (rows, columns); absent ones stay blank.
    rows, columns
        Names of rows and columns.
    texts
        What is written in the cells, same shape; nothing if not given.
    """
    from matplotlib.colors import ListedColormap

    values = np.ma.masked_invalid(np.asarray(values, dtype=float))
    steps = _steps(values)
    ax.pcolormesh(steps, cmap=ListedColormap(SEQUENTIAL), vmin=-0.5, vmax=5.5, edgecolor="none")
    ax.invert_yaxis()
    ax.grid(visible=False)
    ax.spines["bottom"].set_visible(False)
    ax.tick_params(length=0, labelcolor=INK)
    ax.set_xticks(np.arange(len(columns)) + 0.5, columns)
    ax.set_yticks(np.arange(len(rows)) + 0.5, rows)
    if texts is not None:
        for (row, column), step in np.ma.ndenumerate(steps):
            ax.text(column + 0.5, row + 0.5, texts[row][column], ha="center", va="center", color=text_on(int(step)))


def _steps(values: Any) -> Any:
    """Cut values into six steps of equal width."""
    low, high = values.min(), values.max()
    width = (high - low) or 1.0
    return np.ma.minimum((values - low) / width * len(SEQUENTIAL), len(SEQUENTIAL) - 1).astype(int)

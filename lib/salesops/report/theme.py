"""Charts as they look on the page: drawn at the size they are shown, so that text is 13 px everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from salesops.report.axes import axis_title, money_axis, month_axis, percent_axis
from salesops.report.labels import direct_label, event
from salesops.report.marks import band, bar_labels, heatmap, legend_above, start_of_forecast, target_line
from salesops.report.palette import (
    ACCENT,
    BAD,
    CATEGORIES,
    GOOD,
    INK,
    LINE,
    MUTED,
    PAPER,
    SEQUENTIAL,
    TARGET,
    WASH,
    text_colour,
    text_on,
)
from salesops.report.panels import panels

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "ACCENT",
    "BAD",
    "CATEGORIES",
    "GOOD",
    "INK",
    "LINE",
    "MUTED",
    "PAPER",
    "SEQUENTIAL",
    "TARGET",
    "TEXT_POINTS",
    "WASH",
    "axis_title",
    "band",
    "bar_labels",
    "context",
    "direct_label",
    "event",
    "figure",
    "heatmap",
    "legend_above",
    "money_axis",
    "month_axis",
    "panels",
    "percent_axis",
    "start_of_forecast",
    "subplots",
    "target_line",
    "text_colour",
    "text_on",
]

WIDE_PX, HALF_PX, NARROW_PX = 890, 430, 350
PX_PER_INCH = 96
TEXT_POINTS = 13 * 72 / PX_PER_INCH
"""13 px, in the points that matplotlib counts text in."""

STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "salesops",
    "text.parse_math": False,  # a dollar sign in a name is a dollar sign
    "font.family": ["DejaVu Sans"],  # measured with; shown in the reader's own fonts
    "font.size": TEXT_POINTS,
    **dict.fromkeys(("axes.titlesize", "axes.labelsize", "xtick.labelsize", "ytick.labelsize"), TEXT_POINTS),
    **dict.fromkeys(("legend.fontsize", "legend.title_fontsize", "figure.titlesize"), TEXT_POINTS),
    "text.color": INK,
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "axes.labelcolor": MUTED,
    **dict.fromkeys(("xtick.labelcolor", "ytick.labelcolor"), MUTED),
    **dict.fromkeys(("xtick.color", "ytick.color", "axes.edgecolor", "grid.color"), LINE),
    **dict.fromkeys(("axes.spines.left", "axes.spines.right", "axes.spines.top"), False),
    **dict.fromkeys(("figure.facecolor", "axes.facecolor", "savefig.facecolor"), "none"),
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.linewidth": 0.75,
    "axes.linewidth": 0.75,
    "xtick.major.size": 4.0,
    "ytick.major.size": 0.0,
    "xtick.minor.size": 0.0,
    "ytick.minor.size": 0.0,
    "lines.linewidth": 1.6,
    "lines.solid_capstyle": "round",
    "patch.linewidth": 0.0,
    "legend.frameon": False,
    "axes.xmargin": 0.01,
}


def context() -> AbstractContextManager[None]:
    """Return the style that a chart is drawn within; `Chart` opens it, so that nothing global is changed."""
    import matplotlib as mpl
    from cycler import cycler

    return mpl.rc_context({**STYLE, "axes.prop_cycle": cycler(color=CATEGORIES)})


def figure(height: int = 320, *, narrow: bool = False, half: bool = False) -> tuple[Figure, Axes]:
    """Return a figure of the width that the page gives it, with one pair of axes.

    Parameters
    ----------
    height
        Height in px of the screen.
    narrow
        Whether it is drawn for a phone (350 px).
    half
        Whether it stands beside another chart (430 px instead of 890).

    Examples
    --------
    >>> fig, _ = figure(300, half=True)
    >>> [round(side * 96) for side in fig.get_size_inches()]
    [430, 300]
    """
    fig, axes = subplots(1, 1, height, narrow=narrow, half=half)
    return fig, axes


def subplots(
    rows: int, columns: int, height: int = 320, *, narrow: bool = False, half: bool = False, **options: Any
) -> tuple[Figure, Any]:
    """Return a figure as `figure` does, with a grid of axes: small multiples with `sharey=True`.

    Parameters
    ----------
    rows, columns
        The grid; on a phone, ask for fewer columns.
    height, narrow, half
        As in `figure`.
    **options
        Passed on to `matplotlib.figure.Figure.subplots`.
    """
    from matplotlib.figure import Figure

    from salesops.report.canvas import PageCanvas

    width = NARROW_PX if narrow else HALF_PX if half else WIDE_PX
    with context():
        fig = Figure(figsize=(width / PX_PER_INCH, height / PX_PER_INCH), dpi=PX_PER_INCH, layout="constrained")
        PageCanvas(fig)
        fig.get_layout_engine().set(w_pad=2 / 72, h_pad=3 / 72, wspace=0.05, hspace=0.06)  # type: ignore[union-attr,call-arg]
        return fig, fig.subplots(rows, columns, **options)

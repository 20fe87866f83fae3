"""Names that are too long for a chart are cut, so that there is room left for what the chart shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.category import StrCategoryFormatter
from matplotlib.ticker import FixedFormatter, Formatter

from salesops.report.labels import LINE_LABEL
from salesops.report.text_width import width_px

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PX_PER_INCH = 96
MOST_OF_WIDTH, MOST_AT_END = 0.45, 0.35
"""Share of a chart's width that names beside its axis may take, and those at the ends of lines."""


def shortened(text: str, room_px: float) -> str:
    """Return a text that fits into `room_px`, with an ellipsis where it was cut.

    Examples
    --------
    >>> shortened("Tongling People's Hospital", 120), shortened("湖州第一医院", 200)
    ('Tongling Peopl…', '湖州第一医院')
    """
    if width_px(text) <= room_px:
        return text
    while text and width_px(text + "…") > room_px:
        text = text[:-1]
    return text.rstrip() + "…"


class ShortNames(Formatter):
    """Another formatter's labels, cut where they are too long."""

    def __init__(self, names: Formatter, room_px: float) -> None:
        self._names = names
        self._room_px = room_px

    def __call__(self, x: float, pos: int | None = None) -> str:
        """Return one label."""
        return shortened(str(self._names(x, pos)), self._room_px)

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """Return all labels."""
        labels: Any = self._names.format_ticks(list(values))
        return [shortened(str(label), self._room_px) for label in labels]


def fit_names(figure: Figure) -> None:
    """Cut names beside vertical axes, and at the ends of lines, to their share of the figure's width."""
    for axes in figure.axes:
        width_px = _width_px(figure, axes)
        names = axes.yaxis.get_major_formatter()
        if isinstance(names, (StrCategoryFormatter, FixedFormatter)):
            axes.yaxis.set_major_formatter(ShortNames(names, MOST_OF_WIDTH * width_px))
        for label in axes.texts:
            if label.get_gid() == LINE_LABEL:
                label.set_text(shortened(label.get_text(), MOST_AT_END * width_px))


def _width_px(figure: Figure, axes: Axes) -> float:
    """Return the width that one column of axes has."""
    grid = axes.get_subplotspec()
    columns = grid.get_gridspec().ncols if grid else 1
    return float(figure.get_size_inches()[0]) * PX_PER_INCH / columns

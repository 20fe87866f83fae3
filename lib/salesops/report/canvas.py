"""Drawing to SVG with room for scripts that matplotlib's own font cannot measure."""

from __future__ import annotations

import codecs
import io
import unicodedata
from typing import TYPE_CHECKING, Any

from matplotlib.backends.backend_mixed import MixedModeRenderer
from matplotlib.backends.backend_svg import FigureCanvasSVG, RendererSVG

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties

POINTS_PER_INCH = 72
RASTER_DPI = 192
ONE_EM = "—"
"""As wide as it is high in DejaVu, just as Chinese characters are in every font."""


def measurable(text: str) -> str:
    """Return `text` with each full-width character replaced by one that the font holds, of the same width.

    Examples
    --------
    >>> measurable("Decision 采购")
    'Decision ——'
    """
    if text.isascii():
        return text
    return "".join(ONE_EM if unicodedata.east_asian_width(c) in "WF" else c for c in text)


# Matplotlib leaves its backends untyped.
_measure: Any = RendererSVG.get_text_width_height_descent


class PageRenderer(RendererSVG):
    """Matplotlib's SVG renderer, but Chinese text is as wide as readers will see it."""

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> tuple[float, float, float]:
        """Return width, height and descent of `s` in points."""
        size: tuple[float, float, float] = _measure(self, measurable(s), prop, ismath)
        return size


_vector: Any = PageRenderer
_mixed: Any = MixedModeRenderer


class PageCanvas(FigureCanvasSVG):
    """The canvas of a chart on a page."""

    def print_svg(self, filename: Any, *, bbox_inches_restore: Any = None, metadata: Any = None) -> None:
        """Write the figure to an open file, heavy layers as images of 192 dots an inch."""
        fig, shown_dpi = self.figure, self.figure.dpi
        width, height = fig.get_size_inches()
        fig.dpi = POINTS_PER_INCH
        try:
            points = (width * POINTS_PER_INCH, height * POINTS_PER_INCH)
            vector = _vector(*points, _text_file(filename), image_dpi=RASTER_DPI, metadata=metadata)
            renderer = _mixed(fig, width, height, RASTER_DPI, vector, bbox_inches_restore=bbox_inches_restore)
            fig.draw(renderer)
            renderer.finalize()
        finally:
            fig.dpi = shown_dpi


def _text_file(file: Any) -> Any:
    """Return `file` for writing text; matplotlib measures layouts on a file of bytes."""
    return codecs.getwriter("utf-8")(file) if isinstance(file, io.BytesIO) else file

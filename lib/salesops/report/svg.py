"""A matplotlib figure as SVG that lives inside a page: its text is text, its colours follow the page's."""

from __future__ import annotations

import hashlib
import html
import io
import re
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from salesops.report import theme
from salesops.report.fitting import fit_names
from salesops.report.inside import keep_inside
from salesops.report.labels import LINE_LABEL, part_labels
from salesops.report.palette import NAMES

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

MOST_MARKS = 400
"""Layers with more marks than this become an image inside the SVG."""

POINTS_PER_INCH = 72
NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))


def to_svg(figure: Figure, title: str, description: str) -> str:
    """Return a figure as one `<svg>` element for use inside HTML.

    Parameters
    ----------
    figure
        A figure from `theme.figure`; it is drawn at its own size in px.
    title, description
        What the chart is and what it shows, for readers who cannot see it.

    Returns
    -------
    str
        The same text for the same figure, always.
    """
    width, height = (round(side * theme.PX_PER_INCH) for side in figure.get_size_inches())
    body = _with_own_ids(_with_variables(_drawn(figure)), title)
    name = f"so-{_digest(body + title)}"
    head = re.sub(r"^<svg[^>]*?(viewBox=\"[^\"]*\")[^>]*>", _opening(name, width, height), body, count=1)
    label = f'<title id="{name}-t">{html.escape(title)}</title><desc id="{name}-d">{html.escape(description)}</desc>'
    return head.replace(">", ">" + label, 1)


def _opening(name: str, width: int, height: int) -> str:
    return (
        f'<svg class="so-svg" role="img" aria-labelledby="{name}-t {name}-d" width="{width}" height="{height}" '
        rf'\1 xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
    )


def _drawn(figure: Figure) -> str:
    _rasterize_heavy_layers(figure)
    fit_names(figure)
    _place_words(figure)
    target = io.StringIO()
    with theme.context(), warnings.catch_warnings():
        # Text stays text and is shown in the reader's fonts, whatever matplotlib's own font holds.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.canvas.print_svg(target, metadata=NO_METADATA)  # type: ignore[attr-defined]
    return _compact(target.getvalue())


def _place_words(figure: Figure) -> None:
    """Part overlapping names of lines and keep words inside; where they are is known once the figure is laid out."""
    layout = figure.get_layout_engine()
    if layout is None:
        return
    with theme.context():
        figure.dpi = POINTS_PER_INCH  # as the canvas draws
        layout.execute(figure)
        for axes in figure.axes:
            if sum(text.get_gid() == LINE_LABEL for text in axes.texts) > 1:
                part_labels(axes)
        keep_inside(figure)
        figure.dpi = theme.PX_PER_INCH
    # Words move within the room they have, so that the layout holds; to work it out takes as long as to draw.
    figure.set_layout_engine("none")


def _rasterize_heavy_layers(figure: Figure) -> None:
    for axes in figure.axes:
        for layer in axes.get_children():
            if _marks(layer) > MOST_MARKS:
                layer.set_rasterized(True)


def _marks(layer: Any) -> int:
    """Return how many marks a layer draws; a line without markers is one, however long."""
    from matplotlib.collections import Collection
    from matplotlib.lines import Line2D

    if isinstance(layer, Collection):
        values = layer.get_array()
        cells = 0 if values is None else np.size(values)
        return max(np.size(layer.get_offsets()) // 2, len(layer.get_paths()), cells)
    has_markers = isinstance(layer, Line2D) and layer.get_marker() not in ("None", "none", None, "", " ")
    return np.size(layer.get_xdata()) if has_markers else 1


def _compact(svg: str) -> str:
    """Keep the drawing alone: no prologue, comments, metadata or style sheet, and coordinates to 1/100 point."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>|<style.*?</style>", "", svg, flags=re.DOTALL)
    svg = re.sub(r">\s*\n\s*<", "><", svg).strip()
    svg = _in_tags(svg, lambda tag: re.sub(r"font-family: [^;\"]*", "font-family: inherit", tag))
    return re.sub(r"(?<=<path d=\")[^\"]*", lambda path: re.sub(r"(\.\d\d)\d+|\s*\n", r"\1", path.group()), svg)


def _with_variables(svg: str) -> str:
    """Name the palette's colours, so that a dark page shows them in its own; others stay as they are."""

    def named(match: re.Match[str]) -> str:
        name = NAMES.get(match.group(2).lower())
        return f"{match.group(1)}var(--so-{name}, {match.group(2)})" if name else match.group(0)

    return _in_tags(svg, lambda tag: re.sub(r"((?:fill|stroke|stop-color): )(#[0-9a-fA-F]{6})\b", named, tag))


def _with_own_ids(svg: str, title: str) -> str:
    """Make ids the chart's own, and drop those that nothing refers to."""
    refers = re.compile(r"(url\(#|href=\"#)([^)\"]+)")
    names = {name for tag in _tags(svg) for _, name in refers.findall(tag)}
    prefix = f"c{_digest(svg + title)}"

    def own(match: re.Match[str]) -> str:
        return f' id="{prefix}-{match.group(1)}"' if match.group(1) in names else ""

    svg = _in_tags(svg, lambda tag: re.sub(r" id=\"([^\"]*)\"", own, tag))
    return _in_tags(svg, lambda tag: refers.sub(rf"\g<1>{prefix}-\g<2>", tag))


def _in_tags(svg: str, edit: Callable[[str], str]) -> str:
    """Edit the tags and leave alone what stands between them: a label may read like markup."""
    return re.sub(r"<[^>]*>", lambda tag: edit(tag.group()), svg)


def _tags(svg: str) -> list[str]:
    return re.findall(r"<[^>]*>", svg)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10]

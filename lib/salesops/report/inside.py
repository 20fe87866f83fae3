"""Words that would stick out of a chart are moved inside: the page cuts off what lies beyond its edge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def keep_inside(figure: Figure) -> None:
    """Move titles, keys and labels left or right until they lie within the figure; lay the figure out first."""
    width = float(figure.bbox.width)
    for axes in figure.axes:
        for text in (*axes.texts, axes.xaxis.label, *_titles(axes)):
            if text.get_text() and text.get_visible():
                _move(text, _shift(text, width))
        if (key := axes.get_legend()) is not None:
            _move_key(key, axes, _shift(key, width))


def _titles(axes: Axes) -> list[Any]:
    return [artist for artist in axes.get_children() if artist in (axes.title, getattr(axes, "_left_title", None))]


def _shift(artist: Any, width: float) -> float:
    """Return how far to the right an artist has to move, in points; what is too wide keeps its beginning."""
    box = artist.get_window_extent()
    return float(max(-box.x0, 0.0) or -min(max(box.x1 - width, 0.0), box.x0))


def _move(text: Any, shift: float) -> None:
    if not shift:
        return
    if hasattr(text, "xyann"):
        text.xyann = (text.xyann[0] + shift, text.xyann[1])
        return
    transform = text.get_transform()
    x, y = transform.transform(text.get_unitless_position())
    text.set_position(transform.inverted().transform((x + shift, y)))


def _move_key(key: Any, axes: Axes, shift: float) -> None:
    if shift:
        x, y = key.get_bbox_to_anchor().min
        key.set_bbox_to_anchor(axes.transAxes.inverted().transform((x + shift, y)), axes.transAxes)

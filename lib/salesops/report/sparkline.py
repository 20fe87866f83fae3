"""The small trend on a tile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from salesops.report.numbers import is_finite

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT, MARGIN = 88, 24, 3


def sparkline(values: Sequence[float]) -> Markup:
    """Return values, oldest first, as a line with a dot on the last; nothing for fewer than two.

    Examples
    --------
    >>> sparkline([1, 2]).count("polyline"), sparkline([1])
    (1, Markup(''))
    """
    known = [float(value) for value in values if is_finite(value)]
    if len(known) < 2:
        return Markup("")
    points = _points(known)
    x, y = points[-1]
    return Markup(
        '<svg class="so-spark" viewBox="0 0 {} {}" width="{}" height="{}" aria-hidden="true">'
        '<polyline points="{}"/><circle cx="{}" cy="{}" r="2.5"/></svg>'
    ).format(WIDTH, HEIGHT, WIDTH, HEIGHT, " ".join(f"{x:g},{y:g}" for x, y in points), x, y)


def _points(values: Sequence[float]) -> list[tuple[float, float]]:
    low, high = min(values), max(values)
    step = (WIDTH - 2 * MARGIN) / (len(values) - 1)
    rise = (HEIGHT - 2 * MARGIN) / (high - low) if high > low else 0.0
    level = MARGIN if high > low else HEIGHT / 2
    return [(round(MARGIN + i * step, 1), round(level + (high - value) * rise, 1)) for i, value in enumerate(values)]

"""Charts on a page: each drawn twice, for laptop and phone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from markupsafe import Markup

from salesops.report.markup import block_html, fill

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Chart:
    """A chart.

    Parameters
    ----------
    draw
        `draw(narrow)` returns a figure made by `theme.figure(...)`; `narrow` is true for the phone.
    alt
        What the chart shows, for readers who cannot see it.
    title
        Heading above the chart; a section's only chart needs none.
    caption
        Measure, unit and source, below the chart.
    half
        Whether it takes half the width. `draw` then asks `theme.figure` for a half figure, too.
    """

    draw: Callable[[bool], Figure]
    alt: str
    title: str = ""
    caption: str = ""
    half: bool = False

    def _repr_html_(self) -> str:
        return fill("chart.html", chart=self, wide=self.svg(narrow=False), narrow=self.svg(narrow=True))

    def svg(self, *, narrow: bool) -> Markup:
        """Return the chart as SVG, drawn within the theme."""
        from salesops.report import theme
        from salesops.report.svg import to_svg

        with theme.context():
            return Markup(to_svg(self.draw(narrow), self.title or self.caption or "Chart", self.alt))


@dataclass(frozen=True)
class Pair:
    """Two blocks side by side, below each other where the page is narrow.

    Parameters
    ----------
    left, right
        Two charts, or any other blocks; charts are taken as half.
    """

    left: object
    right: object

    def _repr_html_(self) -> str:
        sides = [replace(side, half=True) if isinstance(side, Chart) else side for side in (self.left, self.right)]
        return str(Markup('<div class="so-pair">{}{}</div>').format(*[block_html(side) for side in sides]))

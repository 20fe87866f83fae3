"""The style sheet: one for the blocks, wherever they are shown, and one for whole pages."""

from __future__ import annotations

import functools
from importlib.resources import files

from salesops.report.palette import variables


class Look:
    """The blocks' style as something a notebook can show: it styles every block of that notebook."""

    def _repr_html_(self) -> str:
        return f'<div class="so-look"><style>{blocks_css()}</style></div>'

    def __repr__(self) -> str:
        """Say nothing where there is no HTML."""
        return "look()"


def look() -> Look:
    """Return the style sheet for JupyterLab; show it once in a notebook, in its setup cell."""
    return Look()


@functools.cache
def blocks_css() -> str:
    """Return the style of the blocks, light and dark, also within JupyterLab's themes."""
    dark = variables("dark") + ";--so-raster:brightness(1.45)"
    return (
        f"body{{{variables()}}}"
        f"@media screen and (prefers-color-scheme:dark){{body:not([data-jp-theme-light]){{{dark}}}}}"
        f'body[data-jp-theme-light="false"]{{{dark}}}' + _resource("blocks.css")
    )


def page_css() -> str:
    """Return the style of a whole page."""
    return blocks_css() + _resource("page.css")


def _resource(name: str) -> str:
    return (files("salesops.report") / "templates" / "salesops" / name).read_text(encoding="utf-8")

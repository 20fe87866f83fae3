"""What every page has in common: its head, its policy, its style and its script."""

from __future__ import annotations

import base64
import functools
import hashlib
from dataclasses import dataclass
from importlib.resources import files

from markupsafe import Markup

from salesops.report.look import page_css
from salesops.report.numbers import day


@dataclass(frozen=True)
class Entry:
    """One line of the table of contents."""

    anchor: str
    title: str


@dataclass(frozen=True)
class Shell:
    """A page without its content.

    Parameters
    ----------
    title
        The page's title.
    eyebrow
        What stands above the title: plan, scenario, day. The first part leads home.
    contents
        Table of contents.
    home
        Relative link to the page above this one; none if empty.
    """

    title: str
    eyebrow: tuple[str, ...] = ("",)
    contents: tuple[Entry, ...] = ()
    home: str = ""

    @property
    def home_label(self) -> str:
        """What the link home is called."""
        return self.eyebrow[0] or self.title

    @property
    def window_title(self) -> str:
        """The title of the browser's tab."""
        return " – ".join(part for part in (self.title, self.eyebrow[0]) if part)

    @property
    def style(self) -> Markup:
        """The page's style sheet."""
        return Markup(page_css())

    @property
    def script(self) -> Markup:
        """The page's script."""
        return Markup(page_script())

    @property
    def policy(self) -> str:
        """The Content-Security-Policy: nothing is fetched, and no script runs but the page's own."""
        digest = base64.b64encode(hashlib.sha256(page_script().encode()).digest()).decode()
        return (
            "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
            f"script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
        )


def eyebrow(plan: str, scenario: str, as_of: str) -> tuple[str, ...]:
    """Return what stands above a title.

    Examples
    --------
    >>> eyebrow("2026 Q4 plan", "base", "2026-09-30")
    ('2026 Q4 plan', 'base scenario', 'as of 30 Sep 2026')
    """
    parts = (
        plan,
        f"{scenario} scenario" if scenario else "",
        f"as of {day(as_of).replace('_', ' ')}" if as_of else "",
    )
    return tuple(part for part in parts if part) or ("",)


@functools.cache
def page_script() -> str:
    """Return the script of a page, as it stands between its tags."""
    text = (files("salesops.report") / "templates" / "salesops" / "page.js").read_text(encoding="utf-8")
    return f"\n{text}"

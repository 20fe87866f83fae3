"""The colours of charts and pages, each with its name as a CSS variable and its counterpart on a dark page."""

from __future__ import annotations

INK = "#1c2430"
MUTED = "#5b6675"
LINE = "#e1e6ec"
PAPER = "#ffffff"
WASH = "#f6f8fa"
ACCENT = "#2563a6"
GOOD = "#14735a"
BAD = "#b3362b"
TARGET = "#d97a1f"
"""Targets are dashed in this orange; it is also the second category."""

CATEGORIES = (ACCENT, TARGET, "#1f8a70", "#7a5aa6", "#ad8c1a", "#b8436a", "#64748b")
"""Told apart by readers with any kind of colour blindness, in this order."""

SEQUENTIAL = ("#eaf1f8", "#c9dcee", "#9cbfdf", "#6b9dcc", "#3574b0", "#1d5491")
"""From little to much, for heatmaps; the first four carry ink, the last two paper."""

TEXT_OF = {"#d97a1f": "#9a5410", "#1f8a70": GOOD, "#ad8c1a": "#7a6210", "#64748b": MUTED}
"""Categories that are too pale to be read as text, and what their labels are written in."""

NAMES = {
    INK: "ink",
    MUTED: "muted",
    LINE: "line",
    PAPER: "paper",
    WASH: "wash",
    ACCENT: "accent",
    GOOD: "good",
    BAD: "bad",
    TARGET: "cat-2",
    "#1f8a70": "cat-3",
    "#7a5aa6": "cat-4",
    "#ad8c1a": "cat-5",
    "#b8436a": "cat-6",
    "#64748b": "cat-7",
    "#9a5410": "cat-2-text",
    "#7a6210": "cat-5-text",
    **{colour: f"seq-{step}" for step, colour in enumerate(SEQUENTIAL, start=1)},
}
"""Each colour of the light page with the name of its CSS variable, without the `--so-` in front."""

DARK = {
    "ink": "#e6ebf2",
    "muted": "#9aa7b6",
    "line": "#2b3542",
    "paper": "#12171e",
    "wash": "#1a212b",
    "accent": "#7db2ec",
    "good": "#5cc6a4",
    "bad": "#f08a7f",
    "cat-2": "#f0a860",
    "cat-3": "#5fc4a8",
    "cat-4": "#b79ae0",
    "cat-5": "#dcc05a",
    "cat-6": "#ea86a8",
    "cat-7": "#a3b1c4",
    "cat-2-text": "#f0a860",
    "cat-5-text": "#dcc05a",
    "seq-1": "#1b2a3b",
    "seq-2": "#223c58",
    "seq-3": "#2a4c70",
    "seq-4": "#32608f",
    "seq-5": "#79aee3",
    "seq-6": "#b5d5f5",
}
"""What each variable is on a dark page."""


def text_colour(colour: str) -> str:
    """Return the colour that a label of a mark in `colour` is written in, so that it can be read.

    Examples
    --------
    >>> text_colour("#d97a1f"), text_colour("#2563a6")
    ('#9a5410', '#2563a6')
    """
    return TEXT_OF.get(colour.lower(), colour)


def text_on(step: int) -> str:
    """Return the colour of text on step 0 to 5 of `SEQUENTIAL`."""
    return INK if step < len(SEQUENTIAL) - 2 else PAPER


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio").

    Examples
    --------
    >>> contrast("#000000", "#ffffff")
    21.0
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def variables(scheme: str = "light") -> str:
    """Return the CSS declarations of all colours, `light` or `dark`."""
    colours = DARK if scheme == "dark" else {name: colour for colour, name in NAMES.items()}
    return ";".join(f"--so-{name}:{colour}" for name, colour in colours.items())


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

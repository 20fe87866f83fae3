"""How wide a text will be, in fonts that nobody has measured."""

from __future__ import annotations

import unicodedata

TEXT_PX, LATIN_EM = 13, 0.6
"""Size of text in charts and small tables, and the width of a letter against it; a Chinese character is a square."""


def width_px(text: str) -> float:
    """Return about how wide a text is, in px.

    Examples
    --------
    >>> width_px("医院"), width_px("ab")
    (26.0, 15.6)
    """
    return round(TEXT_PX * sum(1.0 if unicodedata.east_asian_width(c) in "WF" else LATIN_EM for c in text), 1)


def longest_word_px(text: str) -> float:
    """Return about how wide the longest word of a text is, in px: no column can be narrower.

    Examples
    --------
    >>> longest_word_px("They can carry"), longest_word_px("")
    (39.0, 0.0)
    """
    return max(map(width_px, text.split()), default=0.0)

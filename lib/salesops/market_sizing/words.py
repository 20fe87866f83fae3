"""Names of segments, ways and measures, as the page says them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.market_sizing.segments import ALL

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

BETWEEN = " · "

WAYS = {
    "top_down": "published spend",
    "bottom_up": "buyers × spend",
    "own_history": "our sales ÷ share",
    "reconciled": "together",
}


def segment_name(industry: str, region: str) -> str:
    """Return a segment as the page calls it.

    Examples
    --------
    >>> segment_name("clinic", "East"), segment_name("all", "East"), segment_name("all", "all")
    ('clinic · East', 'East', 'all')
    """
    parts = [part for part in (industry, region) if part != ALL]
    return BETWEEN.join(parts) or ALL


def segment_names(table: pd.DataFrame) -> list[str]:
    """Return the names of segments in columns industry and region."""
    return [segment_name(*pair) for pair in zip(table["industry"], table["region"], strict=True)]


def capital(text: str) -> str:
    """Return a text with its first letter as a capital.

    Examples
    --------
    >>> capital("laboratory equipment")
    'Laboratory equipment'
    """
    return f"{text[:1].upper()}{text[1:]}"


def listed(names: Iterable[str], most: int = 3) -> str:
    """Return names in a row, the rest counted.

    Examples
    --------
    >>> listed(["a", "b"]), listed(["a", "b", "c", "d"], 2), listed(["a"])
    ('a and b', 'a, b and 2 more', 'a')
    """
    all_names = list(names)
    shown = all_names[:most] if len(all_names) > most else all_names
    more = len(all_names) - len(shown)
    parts = [*shown, f"{more} more"] if more else shown
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)

"""Short facts of a deal, joined to one cell of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

SEPARATOR = "; "


def interval_words(frame: pd.DataFrame) -> pd.Series:
    """Return "80%: 46 to 72%" of the columns low and high, shares from 0 to 1.

    Examples
    --------
    >>> import pandas as pd
    >>> interval_words(pd.DataFrame({"low": [0.464], "high": [0.72]})).tolist()
    ['80%: 46 to 72%']
    """
    low, high = ((100 * frame[end]).map("{:.0f}".format) for end in ("low", "high"))
    words: pd.Series = "80%: " + low + " to " + high + "%"
    return words


def on_lines(texts: pd.Series) -> pd.Series:
    """Return facts below each other, for a cell of a page."""
    return texts.str.replace(SEPARATOR, "\n", regex=False)


def joined(parts: Sequence[pd.Series], separator: str = SEPARATOR) -> pd.Series:
    """Return the parts of each row in order, empty ones left out.

    Examples
    --------
    >>> import pandas as pd
    >>> joined([pd.Series(["late", ""]), pd.Series(["", ""]), pd.Series(["alone", "alone"])]).tolist()
    ['late; alone', 'alone']
    """
    text = parts[0].astype(object).fillna("")
    for part in parts[1:]:
        more = part.astype(object).fillna("")
        text = text + ((text != "") & (more != "")).map({True: separator, False: ""}) + more
    return text.astype(str)

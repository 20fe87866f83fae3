"""Short facts of a deal, joined to one cell of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

SEPARATOR = "; "


def joined(parts: Sequence[pd.Series]) -> pd.Series:
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
        text = text + ((text != "") & (more != "")).map({True: SEPARATOR, False: ""}) + more
    return text.astype(str)

"""Names of reps and ranges of their figures, as charts and tables show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.report import number

if TYPE_CHECKING:
    import pandas as pd

Names = dict[str, dict[str, str]]


def rep_names(reps: pd.Series, names: Names) -> pd.Series:
    """Return the names of reps, or the identifier where there is none.

    Examples
    --------
    >>> import pandas as pd
    >>> rep_names(pd.Series(["R1", "R2"]), {"rep_id": {"R1": "Li Wei"}}).tolist()
    ['Li Wei', 'R2']
    """
    return reps.map(names.get("rep_id", {})).fillna(reps)


def named(reps: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Return a table by rep_id with the column name added."""
    return reps.assign(name=rep_names(reps["rep_id"], names))


def in_words(low: float, high: float) -> str:
    """Return the ends of an interval in whole numbers.

    Examples
    --------
    >>> in_words(-2.4, 8.6)
    '−2 to 9'
    """
    return f"{number(low, 0)} to {number(high, 0)}"


def ranges(table: pd.DataFrame, scale: int, low: str, high: str) -> list[str]:
    """Return the intervals of a table's rows in words; nothing where one is not known."""
    ends = zip(table[low] * scale, table[high] * scale, strict=True)
    return [in_words(first, last) if np.isfinite(first) else "" for first, last in ends]

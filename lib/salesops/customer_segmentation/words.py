"""Small lists in words, for whole columns at once."""

from __future__ import annotations

import pandas as pd

SEPARATOR = ", "


def names_of_true(chosen: pd.DataFrame) -> pd.Series:
    """Return for each row the names of the columns that are true in it, in their order.

    Examples
    --------
    >>> names_of_true(pd.DataFrame({"decider": [True, False], "user": [True, False]})).tolist()
    ['decider, user', '']
    """
    names = pd.Series([f"{name}{SEPARATOR}" for name in chosen.columns], index=chosen.columns)
    said: pd.Series = chosen.dot(names)
    return said.str.removesuffix(SEPARATOR)

"""Fewer deals where there are very many: more would add time, and little knowledge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

SEED = 20


def some_deals(rows: pd.DataFrame, most: int) -> pd.DataFrame:
    """Return about `most` of the rows, all those of deals that are drawn by lot; all rows if they are no more.

    Parameters
    ----------
    rows
        Looks at deals, with opportunity_id.
    most
        About how many rows are wanted.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"opportunity_id": [1, 1, 2, 2]})
    >>> len(some_deals(rows, 4)), some_deals(rows, 2).groupby("opportunity_id").size().unique().tolist()
    (4, [2])
    """
    if len(rows) <= most:
        return rows
    deals, names = rows["opportunity_id"].factorize()
    drawn = np.random.default_rng(SEED).random(len(names)) < most / len(rows)
    found: pd.DataFrame = rows[drawn[deals]]
    return found

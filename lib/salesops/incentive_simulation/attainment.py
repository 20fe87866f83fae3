"""Log attainment of people, quarter by quarter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.incentive_simulation.results import usable

if TYPE_CHECKING:
    import pandas as pd

LEAST = 0.05
"""Attainments below this count as this: a quarter without a sale has no logarithm, and no plan pays for the rest."""


def log_attainment(results: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Return log attainment, people × quarters with NaN where there is none, and each one's region.

    Parameters
    ----------
    results
        Rows of reps and quarters: rep_id, quarter (a number), region, sales, sales_quota.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = {"rep_id": ["R", "R"], "quarter": [1, 2], "region": "N", "sales": [1.0, 0.0], "sales_quota": 1.0}
    >>> log_attainment(pd.DataFrame(rows))[0].round(2).to_numpy().tolist()
    [[0.0, -3.0]]
    """
    rows = results[usable(results) & results["sales"].notna()]
    attainment = (rows["sales"] / rows["sales_quota"]).clip(lower=LEAST)
    wide = rows.assign(logs=np.log(attainment)).pivot(index="rep_id", columns="quarter", values="logs")
    region = rows.drop_duplicates("rep_id", keep="last").set_index("rep_id")["region"].reindex(wide.index)
    return wide.astype(float), region.astype(str)

"""Intervals of shares where several rows belong together: visits to one deal, deals with one customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.win_probability.wilson import wilson_interval

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


def design_effect(residuals: NDArray[np.float64], clusters: pd.Series) -> float:
    """Return by how much rows that go together make a share less certain than rows on their own would (Kish, 1965).

    Parameters
    ----------
    residuals
        Outcome less its mean, n rows.
    clusters
        What each row belongs to.

    Returns
    -------
    float
        At least 1: that rows of one cluster exclude each other is not believed of small tables.

    Examples
    --------
    >>> import pandas as pd
    >>> design_effect(np.array([0.5, 0.5, -0.5, -0.5]), pd.Series(["a", "a", "b", "b"]))
    2.0
    """
    alone = float((residuals**2).sum())
    totals = np.bincount(clusters.factorize()[0], residuals)
    return max(float((totals**2).sum()) / alone, 1.0) if alone > 0 else 1.0


def shares_by(outcome: pd.Series, groups: pd.Series, clusters: pd.Series) -> pd.DataFrame:
    """Return the share of each group, with Wilson's 80% interval on as many rows as the clusters are worth.

    Parameters
    ----------
    outcome
        0 or 1, n rows without gaps.
    groups
        Group of each row; rows without one are left out.
    clusters
        What each row belongs to.

    Returns
    -------
    DataFrame
        share, low, high, n and effective_n, indexed by group in order.

    Examples
    --------
    >>> import pandas as pd
    >>> found = shares_by(pd.Series([1, 0, 1]), pd.Series(["a", "a", "b"]), pd.Series(["x", "y", "z"]))
    >>> found["share"].tolist(), found["n"].tolist()
    ([0.5, 1.0], [2, 1])
    """
    grouped = outcome.groupby(groups)
    found = grouped.agg(["mean", "size"]).set_axis(["share", "n"], axis=1)
    residuals = (outcome - grouped.transform("mean")).fillna(0.0).to_numpy(float)
    found["effective_n"] = found["n"] / design_effect(residuals, clusters)
    found["low"], found["high"] = wilson_interval(found["share"] * found["effective_n"], found["effective_n"])
    return found[["share", "low", "high", "n", "effective_n"]]

"""Demand by price where respondents were asked about given prices: Gabor and Granger's question."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data

if TYPE_CHECKING:
    import pandas as pd

    from salesops.market_sizing.arrays import Array


@passes_not_enough_data
def gabor_granger(answers: pd.DataFrame) -> pd.DataFrame | NotEnoughData:
    """Return the share that would buy at each price asked about, falling as the price rises.

    Gabor and Granger (1966), "Price as an indicator of quality: report on an enquiry", Economica 33(129). Who would buy
    at a price is held to buy at every lower one; shares of different groups of respondents are smoothed so that they
    never rise (pooled by adjacent violators, weighted by respondents).

    Parameters
    ----------
    answers
        product_line, price, would_buy (0 or 1); a row per respondent and price asked.

    Returns
    -------
    DataFrame or NotEnoughData
        product_line, price, asked, share, revenue (price × share), best (the price of the highest revenue).

    Examples
    --------
    >>> import pandas as pd
    >>> asked = {"price": [10, 10, 20, 20, 30, 30], "would_buy": [1, 1, 1, 0, 1, 0], "product_line": "gloves"}
    >>> gabor_granger(pd.DataFrame(asked))[["price", "share", "best"]].values.tolist()
    [[10, 1.0, False], [20, 0.5, False], [30, 0.5, True]]
    """
    complete = answers.dropna(subset=["product_line", "price", "would_buy"])
    if complete.empty:
        return NotEnoughData("price answers", "nobody was asked about given prices")
    grouped = complete.groupby(["product_line", "price"])["would_buy"]
    found: pd.DataFrame = grouped.agg(["size", "mean"]).set_axis(["asked", "share"], axis=1).reset_index()
    found["share"] = np.concatenate([_falling(rows) for _, rows in found.groupby("product_line", sort=True)])
    found["revenue"] = found["price"] * found["share"]
    found["best"] = found.groupby("product_line")["revenue"].rank(method="first", ascending=False) == 1
    return found


def _falling(rows: pd.DataFrame) -> Array:
    from sklearn.isotonic import IsotonicRegression  # slow to import, and seldom asked for

    model = IsotonicRegression(increasing=False)
    found: Array = model.fit_transform(rows["price"], rows["share"], sample_weight=rows["asked"])
    return found

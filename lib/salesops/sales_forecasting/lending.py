"""New and very short series borrow from what they are part of: their share of it, carried on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.sales_forecasting.facts import FEWEST_MONTHS_TO_BORROW
from salesops.sales_forecasting.series import COMPANY

if TYPE_CHECKING:
    from salesops.sales_forecasting.panel import Array

SHARE_MONTHS = 12
BORROWED_MODEL = "share of {}"
# A cell borrows along the first of these that is there.
LENDING = ("product_line", "region", "channel")


def lenders(nodes: pd.DataFrame, long: Array) -> Array:
    """Return, per node, the position of the node it would borrow from: a cell's product line, else the company.

    Where no product lines are told apart, a cell borrows from its region, or from its channel where that is all there
    is.

    Parameters
    ----------
    nodes
        level and key and, for cells, the names that cross there.
    long
        True for nodes with a history of their own to forecast from; nobody borrows from another.

    Examples
    --------
    >>> names = {"key": ["all", "gloves", "masks", "1", "2"], "product_line": [None, None, None, "gloves", "masks"]}
    >>> nodes = pd.DataFrame({"level": ["company", "product_line", "product_line", "cell", "cell"], **names})
    >>> lenders(nodes, np.array([True, True, False, False, False])).tolist()
    [0, 0, 0, 1, 0]
    """
    company = int(np.flatnonzero(nodes["level"] == COMPANY)[0])
    level = next((name for name in LENDING if name in nodes), None)
    if level is None:
        return np.full(len(nodes), company)
    rows = np.flatnonzero((nodes["level"] == level) & long)
    position: Array = nodes[level].map(pd.Series(rows, nodes["key"].iloc[rows])).fillna(company).to_numpy(int)
    return position


def borrowed(mean: Array, past: Array, months: Array, lender: Array, cuts: Array) -> Array:
    """Fill in forecasts that are absent: the lender's forecast times the node's share of its sales.

    The share is that of the last twelve months before the origin, or of as many as the node has; below three months
    there is none, and the forecast stays absent.

    Parameters
    ----------
    mean
        Forecasts, NaN where absent; origins × horizon × nodes.
    past
        Known sales, zero before a series begins; months × nodes.
    months
        Length of each series.
    lender
        Result of `lenders`.
    cuts
        Months between each origin and the end of what is known.

    Examples
    --------
    >>> past = np.array([[10.0, 0.0], [10.0, 1.0], [10.0, 1.0], [10.0, 4.0]])
    >>> mean = np.array([[[20.0, np.nan]]])
    >>> borrowed(mean, past, np.array([4, 3]), np.array([0, 0]), np.array([0])).ravel().tolist()
    [20.0, 4.0]
    """
    known = months - cuts[:, None]
    window = np.minimum(known, SHARE_MONTHS)
    own = _recent(past, window, cuts)
    whole = _recent(past[:, lender], window, cuts)
    share = np.divide(np.maximum(own, 0.0), whole, out=np.full(own.shape, np.nan), where=whole > 0)
    share = np.where(known >= FEWEST_MONTHS_TO_BORROW, np.minimum(share, 1.0), np.nan)
    filled: Array = np.where(np.isnan(mean), share[:, None] * mean[..., lender], mean)
    return filled


def _recent(values: Array, window: Array, cuts: Array) -> Array:
    """Return sums over the last `window` months before each origin; origins × nodes."""
    total = np.vstack([np.zeros(values.shape[1]), np.cumsum(values, axis=0)])
    end = np.maximum(len(values) - cuts, 0)[:, None]
    begin = np.clip(end - np.maximum(window, 0), 0, None)
    column = np.arange(values.shape[1])
    recent: Array = total[end, column] - total[begin, column]
    return recent

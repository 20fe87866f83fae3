"""Five bands of 20% of the customers each, by what they bought lately, and how sales concentrate on the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.customer_segmentation.parameters import BANDS
from salesops.customer_segmentation.value_tiers import FEWEST_CUSTOMERS
from salesops.not_enough_data import NotEnoughData, passes_not_enough_data

if TYPE_CHECKING:
    from numpy.typing import NDArray

RANKED_BY = ("recent_sales", "sales", "last_order", "first_order")
"""What customers are ranked by: where the first is equal the next decides."""


@passes_not_enough_data
def bands(buyers: pd.DataFrame) -> pd.DataFrame | NotEnoughData:
    """Return each customer's band, 1 for the fifth that bought most lately to 5 for the last.

    Customers who are equal in everything they are ranked by share a band, so that no row's place in a file decides;
    only then can a band hold more or fewer than a fifth.

    Parameters
    ----------
    buyers
        From `buyers`: account_id, recent_sales (money), and as ties are broken sales, last_order and first_order.

    Returns
    -------
    DataFrame or NotEnoughData
        By account_id: band (1 to 5), recent_sales.

    Examples
    --------
    >>> days = dict.fromkeys(("last_order", "first_order"), pd.Timestamp("2026-01-01"))
    >>> ten = pd.DataFrame({"account_id": list("ABCDEFGHIJ"), "recent_sales": range(10), "sales": 0.0, **days})
    >>> bands(ten)["band"].tolist()
    [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]
    """
    if len(buyers) < FEWEST_CUSTOMERS:
        return NotEnoughData(f"{FEWEST_CUSTOMERS} customers", f"there are {len(buyers)}")
    middle = (_ranks(buyers) + 0.5) / len(buyers)
    band = np.minimum((middle * BANDS).astype(int), BANDS - 1) + 1
    columns = {"band": band, "recent_sales": buyers["recent_sales"].to_numpy(dtype=float)}
    return pd.DataFrame(columns, index=pd.Index(buyers["account_id"], name="account_id"))


def _ranks(buyers: pd.DataFrame) -> NDArray[np.float64]:
    """Return each customer's place from 0, the best first; equal ones all have the middle place of theirs."""
    groups = buyers.groupby(list(RANKED_BY), sort=True, dropna=False).ngroup().to_numpy()
    counts = np.bincount(groups)
    # Groups come in rising order: those above a group are the customers after it.
    above = len(buyers) - np.cumsum(counts)
    middle: NDArray[np.float64] = (above + (counts - 1) / 2)[groups]
    return middle


def band_sales(found: pd.DataFrame) -> pd.DataFrame:
    """Return per band its customers, sales and share of all sales.

    Parameters
    ----------
    found
        From `bands`.

    Returns
    -------
    DataFrame
        band (each of 1 to 5), customers, recent_sales, share (of recent_sales; empty where there are none).
    """
    grouped = found.groupby("band")["recent_sales"].agg(["size", "sum"]).reindex(range(1, BANDS + 1), fill_value=0)
    table = grouped.rename(columns={"size": "customers", "sum": "recent_sales"}).rename_axis("band").reset_index()
    total = table["recent_sales"].sum()
    return table.assign(share=table["recent_sales"] / total if total > 0 else np.nan)


@passes_not_enough_data
def lorenz(found: pd.DataFrame) -> pd.DataFrame | NotEnoughData:
    """Return the Lorenz curve of recent sales, largest customers first: how few bring how much.

    Customers who returned more than they bought count as having bought nothing.

    Parameters
    ----------
    found
        From `bands`, or any frame with recent_sales.

    Returns
    -------
    DataFrame or NotEnoughData
        customers and sales: cumulative shares from (0, 0) to (1, 1), customers in falling order of sales.

    Examples
    --------
    >>> lorenz(pd.DataFrame({"recent_sales": [10.0, 30.0, 60.0, 0.0]}))["sales"].round(6).tolist()
    [0.0, 0.6, 0.9, 1.0, 1.0]
    """
    amounts = np.sort(found["recent_sales"].to_numpy(dtype=float).clip(min=0))[::-1]
    if not amounts.sum() > 0:
        return NotEnoughData("recent sales", "nobody bought anything in the last months")
    return pd.DataFrame(
        {
            "customers": np.arange(len(amounts) + 1) / len(amounts),
            "sales": np.r_[0.0, np.cumsum(amounts) / amounts.sum()],
        }
    )


def customers_for(curve: pd.DataFrame, share: float) -> float:
    """Return the smallest share of customers that brings a share of sales, from `lorenz`.

    Examples
    --------
    >>> customers_for(lorenz(pd.DataFrame({"recent_sales": [10.0, 30.0, 60.0, 0.0]})), 0.8)
    0.5
    """
    return float(curve["customers"].iloc[int(np.searchsorted(curve["sales"].to_numpy(), share - 1e-12))])


def gini(curve: pd.DataFrame) -> float:
    """Return the Gini coefficient of a curve from `lorenz`: 0 where all buy the same, near 1 where one buys all.

    Examples
    --------
    >>> round(gini(lorenz(pd.DataFrame({"recent_sales": [5.0, 5.0]}))), 6)
    0.0
    """
    return float(2 * np.trapezoid(curve["sales"], curve["customers"]) - 1)

"""Value tiers (客户价值定位): five dimensions of what a customer is worth, weighed and cut into four tiers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from salesops.customer_segmentation.customers import LOYALTY_QUARTERS, QUARTER_DAYS
from salesops.customer_segmentation.parameters import DIMENSIONS
from salesops.customer_segmentation.words import names_of_true
from salesops.not_enough_data import NotEnoughData, passes_not_enough_data

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

TIERS = ("A", "B", "C", "D")
WEIGHT_MOVES = (1.1, 0.9)
"""A weight moved by 10%, up and down, while the others stay."""

MEASURES = {
    "historical": "history_sales",
    "potential": "potential_spend",
    "technology": "technology_fit",
    "stability": "stability",
    "loyalty": "loyalty",
}
FEWEST_CUSTOMERS = 5


@passes_not_enough_data
def dimensions(buyers: pd.DataFrame, as_of: date) -> pd.DataFrame | NotEnoughData:
    """Return where each customer stands on the five dimensions of value, from 0 to 1.

    A customer's place on a dimension is the share of customers below it, with half of those equal to it, among the
    customers of whom it is known: no unit and no outlier weighs more than another.

    Parameters
    ----------
    buyers
        From `buyers`: history_sales, active_quarters, first_order, and as far as there are any potential_spend,
        technology_fit and stability.
    as_of
        Last day that is known.

    Returns
    -------
    DataFrame or NotEnoughData
        By account_id, one column for each dimension; empty where it is not known. Loyalty is the share of the last
        eight quarters in which the customer bought, counted from its first order but over four quarters at least.

    Examples
    --------
    >>> from datetime import date
    >>> five = pd.DataFrame({"account_id": list("ABCDE"), "history_sales": [5.0, 1.0, 1.0, 9.0, 7.0]})
    >>> five = five.assign(active_quarters=8, first_order=pd.Timestamp("2020-01-01"))
    >>> dimensions(five, date(2026, 9, 30))["historical"].tolist()
    [0.5, 0.2, 0.2, 0.9, 0.7]
    """
    if len(buyers) < FEWEST_CUSTOMERS:
        return NotEnoughData(f"{FEWEST_CUSTOMERS} customers", f"there are {len(buyers)}")
    measured = buyers.assign(loyalty=_loyalty(buyers, as_of)).set_index("account_id")
    absent = pd.Series(np.nan, measured.index)
    places = {name: _places(measured.get(column, absent)) for name, column in MEASURES.items()}
    return pd.DataFrame(places)[list(DIMENSIONS)]


def _loyalty(buyers: pd.DataFrame, as_of: date) -> Any:
    quarters = np.ceil((pd.Timestamp(as_of) - buyers["first_order"]).dt.days / QUARTER_DAYS)
    return buyers["active_quarters"] / quarters.clip(LOYALTY_QUARTERS / 2, LOYALTY_QUARTERS)


def _places(values: pd.Series) -> pd.Series:
    known = values.notna().sum()
    return (values.astype(float).rank() - 0.5) / known if known else values.astype(float)


@passes_not_enough_data
def value_tiers(places: pd.DataFrame, weights: Mapping[str, float], shares: Sequence[float]) -> pd.DataFrame:
    """Return each customer's value score and tier, and the tier that it would have if one weight moved by 10%.

    A dimension that is not known of a customer is left out and the other weights count for more.

    Parameters
    ----------
    places
        From `dimensions`.
    weights
        Weight of each dimension; only their ratios matter. One that is not named weighs nothing.
    shares
        Shares of customers in tiers A, B and C, best first; the others are D. Equal scores share a tier, the better.

    Returns
    -------
    DataFrame
        By account_id: value_score (0 to 100), value_tier, known (dimensions that its score rests on), unsure (the
        dimensions whose weight, moved by 10% either way, would change its tier, in words) and other_tier (what it
        would then be; empty where nothing changes). Score and tier are empty where nothing weighed is known.

    Examples
    --------
    >>> places = pd.DataFrame({"historical": [0.9, 0.1], "loyalty": [0.1, 0.9]}, index=["A", "B"])
    >>> found = value_tiers(places, {"historical": 3.0, "loyalty": 1.0}, [0.5, 0.2, 0.2])
    >>> found["value_score"].round(6).tolist(), found["value_tier"].tolist()
    ([70.0, 30.0], ['A', 'B'])
    """
    weight = np.array([weights.get(name, 0.0) for name in places.columns])
    score = _scores(places, weight[:, None])[:, 0]
    tier = _tiers(score[:, None], shares)[:, 0]
    found = pd.DataFrame({"value_score": 100 * score, "value_tier": _names(tier)}, index=places.index)
    found["known"] = (places.notna() & (weight > 0)).sum(axis=1)
    return found.join(_unsure(places, weight, shares, tier))


def _scores(places: pd.DataFrame, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weighted mean place, shape (customers, columns of weights); nan where nothing weighed is known."""
    values = places.to_numpy(dtype=float)
    known = np.isfinite(values)
    weighed = known.astype(float) @ weights
    total = np.where(known, values, 0.0) @ weights
    scores: NDArray[np.float64] = np.divide(total, weighed, out=np.full(total.shape, np.nan), where=weighed > 0)
    return scores


def _tiers(scores: NDArray[np.float64], shares: Sequence[float]) -> NDArray[np.int64]:
    """Return the place of each score's tier in `TIERS`, −1 where there is no score, column by column."""
    frame = pd.DataFrame(scores)
    # Sums of the same numbers in another order differ in the last digit; equal customers must not part over it.
    better = frame.round(12).rank(ascending=False, method="min").to_numpy() - 1
    reached = better / np.maximum(frame.notna().sum().to_numpy(), 1)
    tier = (reached[..., None] >= np.cumsum(shares) - 1e-12).sum(axis=-1)
    return np.where(np.isfinite(scores), tier, -1)


def _names(tier: NDArray[np.int64]) -> NDArray[np.object_]:
    return np.array([*TIERS, None], dtype=object)[tier]


def _unsure(
    places: pd.DataFrame, weight: NDArray[np.float64], shares: Sequence[float], tier: NDArray[np.int64]
) -> pd.DataFrame:
    """Return which weights, moved by 10%, would change a customer's tier, and to which."""
    others = _tiers(_scores(places, _moved(weight)), shares)
    changed = others != tier[:, None]
    first = np.where(changed.any(axis=1), others[np.arange(len(tier)), changed.argmax(axis=1)], -1)
    by_weight = changed.reshape(len(tier), len(weight), len(WEIGHT_MOVES)).any(axis=2)
    said = names_of_true(pd.DataFrame(by_weight, places.index, places.columns))
    return pd.DataFrame({"unsure": said, "other_tier": _names(first)}, index=places.index)


def _moved(weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weights with one of them moved, shape (dimensions, dimensions × moves), dimension by dimension."""
    factors = [np.where(np.arange(len(weight)) == i, by, 1.0) for i in range(len(weight)) for by in WEIGHT_MOVES]
    return np.column_stack([weight * factor for factor in factors])


def tier_moves(places: pd.DataFrame, weights: Mapping[str, float], shares: Sequence[float]) -> pd.DataFrame:
    """Return how many customers would move up and down a tier, for each weight moved by 10%.

    Returns
    -------
    DataFrame
        dimension, by (1.1 or 0.9), up and down: customers.

    Examples
    --------
    >>> places = pd.DataFrame({"historical": [0.51, 0.49], "loyalty": [0.49, 0.51]}, index=["A", "B"])
    >>> moves = tier_moves(places, {"historical": 1.05, "loyalty": 1.0}, [0.5, 0.2, 0.2])
    >>> moves[["up", "down"]].values.tolist()
    [[0, 0], [1, 1], [1, 1], [0, 0]]
    """
    weight = np.array([weights.get(name, 0.0) for name in places.columns])
    before = _tiers(_scores(places, weight[:, None]), shares)
    after = _tiers(_scores(places, _moved(weight)), shares)
    moves = pd.MultiIndex.from_product([places.columns, WEIGHT_MOVES], names=["dimension", "by"]).to_frame(index=False)
    return moves.assign(up=(after < before).sum(axis=0), down=(after > before).sum(axis=0))

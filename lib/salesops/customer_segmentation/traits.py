"""What tells one kind of customer from another, and the words a salesperson has for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

# Below, a gap between orders is no rhythm, and a median of order values no habit.
FEWEST_ORDERS = 3
# A trait that more customers than this lack says little about who belongs together.
MOST_MISSING = 0.05


@dataclass(frozen=True)
class Trait:
    """One measure of how a customer buys, above zero and compared by ratio.

    Parameters
    ----------
    column
        Its column in the features.
    label
        What it measures, in words.
    more, less
        What orders are called of customers that have much, or little, of it.
    """

    column: str
    label: str
    more: str
    less: str

    def word(self, much: float) -> str:
        """Return what orders are called: above zero is more than usual."""
        return self.more if much > 0 else self.less


@dataclass(frozen=True)
class Condition:
    """What a rule may ask of a customer, in words; `{}` stands for the threshold.

    Parameters
    ----------
    column
        Column of the features.
    at_least, below, between
        The two sides of the threshold, and what lies from one threshold up to another.
    whole
        Whether thresholds are whole numbers.
    """

    column: str
    at_least: str
    below: str
    between: str
    whole: bool = False


TRAITS = (
    Trait("orders_per_year", "orders a year", "frequent", "rare"),
    Trait("order_value", "value of an order", "large", "small"),
    Trait("usual_products", "range of products", "of many products", "of few products"),
    Trait("gap_cv", "irregularity of gaps", "at irregular times", "at regular times"),
)
# What can be counted by hand from a customer's list of orders: an entropy cannot.
CONDITIONS = (
    Condition(
        "orders_per_year",
        "orders {} times a year or more",
        "orders less than {} times a year",
        "orders {} to under {} times a year",
    ),
    Condition(
        "order_value",
        "usual order worth {} or more",
        "usual order worth less than {}",
        "usual order worth {} to under {}",
    ),
    Condition(
        "products",
        "has bought {} products or more",
        "has bought fewer than {} products",
        "has bought {} to under {} products",
        whole=True,
    ),
)


def described(features: pd.DataFrame) -> pd.DataFrame:
    """Return the customers whose buying has a pattern: at least three orders.

    Examples
    --------
    >>> import pandas as pd
    >>> described(pd.DataFrame({"account_id": ["A", "B"], "orders": [2, 3]}))["account_id"].tolist()
    ['B']
    """
    return features[features["orders"] >= FEWEST_ORDERS]


def telling_traits(features: pd.DataFrame, traits: tuple[Trait, ...] = TRAITS) -> tuple[Trait, ...]:
    """Return the traits that are known of nearly all customers and differ between them.

    Examples
    --------
    >>> import pandas as pd
    >>> features = pd.DataFrame({"orders_per_year": [1.0, 2.0], "order_value": 5.0, "usual_products": np.nan})
    >>> [trait.column for trait in telling_traits(features)]
    ['orders_per_year']
    """
    return tuple(trait for trait in traits if _tells(features.get(trait.column)))


def usable_conditions(features: pd.DataFrame) -> tuple[Condition, ...]:
    """Return the conditions whose columns are known of nearly all customers and differ between them."""
    return tuple(condition for condition in CONDITIONS if _tells(features.get(condition.column)))


def _tells(values: pd.Series | None) -> bool:
    if values is None or values.notna().mean() < 1 - MOST_MISSING:
        return False
    known = values.to_numpy("float64", na_value=np.nan)
    low, high = np.nanpercentile(known, [5, 95])
    return bool(high > max(low, 0.0))

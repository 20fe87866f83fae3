"""What each part of the page says of a customer, in the columns of the published tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import pandas as pd

    from salesops.customer_segmentation.order_outlook import OrderOutlook
    from salesops.customer_segmentation.overdue import Overdue
    from salesops.customer_segmentation.segmentation import Segmentation

CONTRACT_FIRST = ("segment", "name", "rule", "customers", "revenue", "stability")


@passes_not_enough_data
def features_now(history: Mapping[date, pd.DataFrame]) -> pd.DataFrame:
    """Return the features of the last day of `features_over_time`."""
    return history[max(history)]


@passes_not_enough_data
def segment_of(segmentation: Segmentation) -> pd.DataFrame:
    """Return each customer's segment and its name, by account_id."""
    placed = segmentation.customers[["account_id", "segment", "name"]]
    return placed.rename(columns={"name": "segment_name"}).set_index("account_id")


@passes_not_enough_data
def published_segments(segmentation: Segmentation) -> pd.DataFrame | NotEnoughData:
    """Return the published table of segments; where there are no clear ones, it says so and there is none."""
    if not segmentation.found:
        return NotEnoughData("clear segments", segmentation.statement)
    return segmentation.segments[[*CONTRACT_FIRST, *segmentation.segments.columns.difference([*CONTRACT_FIRST])]]


@passes_not_enough_data
def offer_of(late: Overdue) -> pd.DataFrame:
    """Return of the customers warned of whether a save offer pays, by account_id."""
    return late.rows.set_index("account_id")[["worth_offer"]].rename(columns={"worth_offer": "offer_pays"})


@passes_not_enough_data
def outlook_of(outlook: OrderOutlook) -> pd.DataFrame:
    """Return what each customer is expected to order and bring, and its risk, by account_id."""
    return outlook.customers.set_index("account_id")


@passes_not_enough_data
def decider_level(wall: pd.DataFrame) -> pd.DataFrame:
    """Return each customer's level with its decider, 0 where nobody is known or no level is noted.

    Examples
    --------
    >>> import pandas as pd
    >>> decider_level(pd.DataFrame({"decider": [4.0, None]}, index=["A", "B"]))["decider"].tolist()
    [4.0, 0.0]
    """
    return wall[["decider"]].fillna(0.0)

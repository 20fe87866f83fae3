"""Who is overdue and can still be saved, from the models' chances and what warnings of the past were worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from salesops.not_enough_data import NotEnoughData

if TYPE_CHECKING:
    import pandas as pd

    from salesops.customer_segmentation.churn_record import ChurnRecord
    from salesops.customer_segmentation.order_outlook import OrderOutlook
    from salesops.customer_segmentation.save_offers import SaveOffers

WARN_FROM = 0.5
"""Risk from which to warn where the past cannot tell a better one."""


@dataclass(frozen=True)
class Overdue:
    """Customers that are warned of, and what such warnings were worth.

    Parameters
    ----------
    rows
        account_id, churn_risk, weeks_overdue, losing and gain (money), worth_offer; most money at stake first.
    gone
        Customers that are later than `lost_weeks`: to be won back, not saved.
    lost_weeks
        Weeks of silence beyond the usual from which a customer counts as gone.
    offers
        What save offers gain, and would have gained.
    record
        What warnings of the past were worth, as far as it is known.
    """

    rows: pd.DataFrame
    gone: int
    lost_weeks: int
    offers: SaveOffers
    record: ChurnRecord | NotEnoughData


def overdue(
    offers: SaveOffers | NotEnoughData, outlook: OrderOutlook | NotEnoughData, record: ChurnRecord | NotEnoughData
) -> Overdue | NotEnoughData:
    """Return the customers who are warned of and not gone: an offer is no way to win back.

    Parameters
    ----------
    offers, outlook, record
        From `save_offers`, `order_outlook` and `churn_record`; without a record, warnings begin at a risk of half.
    """
    if isinstance(offers, NotEnoughData):
        return offers
    if isinstance(outlook, NotEnoughData):
        return outlook
    least = WARN_FROM if isinstance(record, NotEnoughData) else record.cut_off
    rows, lost_weeks = offers.customers, outlook.settings.lost_weeks
    gone = rows["weeks_overdue"] > lost_weeks
    warned = rows[~gone & (rows["churn_risk"] >= least)]
    warned = warned.sort_values(["losing", "account_id"], ascending=[False, True], ignore_index=True)
    return Overdue(warned, int(gone.sum()), lost_weeks, offers, record)

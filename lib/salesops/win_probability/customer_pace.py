"""How fast a customer confirms: what relations with it are worth, seen from reviews that carry a day.

A customer who trusts us lets us learn more, and sooner, in each of its deals. Its past reviews tell this for the next
deal, too, long before enough of its deals have closed to say anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData
from salesops.win_probability.confirmations import ticked_columns
from salesops.win_probability.deal_history import deal_days, known_then, running_state
from salesops.win_probability.marks import days_of, whole_days

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Reviews as usual that each customer is mixed with, so that two good ones do not make a friend.
PRIOR_REVIEWS = 10.0
# Reviews are compared with those of deals of about the same age; old deals all count as old.
DAYS_PER_AGE, OLDEST_AGE = 14, 12


def customer_pace(
    rows: pd.DataFrame,
    opportunities: pd.DataFrame,
    stage_history: pd.DataFrame | NotEnoughData,
    scorecards: pd.DataFrame,
) -> pd.DataFrame:
    """Return how many confirmations more than usual a customer's reviews had shown, up to each look.

    Usual is the average of all reviews up to the same day of deals in the same stage and of the same age, so that
    nothing after the look is in it.

    Parameters
    ----------
    rows
        Snapshots with account_id and snapshot, n rows.
    opportunities, stage_history, scorecards
        Tables of the input contract.

    Returns
    -------
    DataFrame
        customer_pace, n rows, indexed like `rows`: confirmations per review above usual, shrunk by `PRIOR_REVIEWS`.
    """
    reviews = _reviews(opportunities, stage_history, scorecards)
    known = pd.Index(reviews["account_id"].unique())
    keys = deal_days(known.get_indexer(reviews["account_id"]), days_of(reviews["day"]))
    order = np.argsort(keys, kind="stable")
    total = np.concatenate([[0.0], np.cumsum(_above_usual(reviews)[order])])
    wanted, looked = known.get_indexer(rows["account_id"]), days_of(rows["snapshot"])
    upto = np.searchsorted(keys[order], deal_days(wanted, looked), side="right")
    start = np.searchsorted(keys[order], deal_days(wanted, np.full(len(rows), np.datetime64("1000-01-01"))))
    pace = (total[upto] - total[start]) / (upto - start + PRIOR_REVIEWS)
    return pd.DataFrame({"customer_pace": np.where(wanted >= 0, pace, 0.0)}, index=rows.index)


def _reviews(
    opportunities: pd.DataFrame, stage_history: pd.DataFrame | NotEnoughData, scorecards: pd.DataFrame
) -> pd.DataFrame:
    """Return reviews in order of their day, with customer, stage and age of the deal on that day."""
    deals = opportunities.set_index("opportunity_id")[["account_id", "created_at"]]
    found = scorecards.join(deals, on="opportunity_id").dropna(subset=["account_id", "scored_at"])
    found = found.sort_values("scored_at", kind="stable", ignore_index=True)
    age = whole_days(days_of(found["scored_at"]) - days_of(found["created_at"]))
    stage: pd.Series | str = ""
    if not isinstance(stage_history, NotEnoughData) and len(stage_history):
        stage = known_then(running_state(stage_history), found["opportunity_id"], days_of(found["scored_at"]))["stage"]
    return pd.DataFrame(
        {
            "account_id": found["account_id"],
            "day": found["scored_at"],
            "stage": stage,
            "age": np.clip(np.nan_to_num(age) // DAYS_PER_AGE, 0, OLDEST_AGE),
            "confirmed": found[ticked_columns(found.columns)].fillna(0).astype(float).sum(axis=1),
        }
    )


def _above_usual(reviews: pd.DataFrame) -> NDArray[np.float64]:
    alike = reviews.groupby([reviews["stage"].fillna(""), "age"], sort=False)["confirmed"]
    usual = alike.cumsum() / (alike.cumcount() + 1)
    return (reviews["confirmed"] - usual).to_numpy(float)

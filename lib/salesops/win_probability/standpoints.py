"""Where a forecast of bookings stands: the pipeline as it was known at the end of a day, today or in the past."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.win_probability.evaluate import closed_until
from salesops.win_probability.marks import MONTHS_PER_QUARTER, month_marks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from salesops.win_probability.evaluate import Model
    from salesops.win_probability.learn import DealModel

PAST_QUARTERS = 12
FEWEST_EACH = 20


@dataclass(frozen=True)
class Standpoint:
    """What was known of all deals at the end of a day.

    Parameters
    ----------
    day
        The day.
    mark
        Its mark among the looks of `rows`.
    model
        Learned from what was known by then.
    rows
        Looks at deals up to that day.
    deals
        opportunity_id, created_at, closed_at, status and amount of all deals born by then, as known then.
    """

    day: pd.Timestamp
    mark: int
    model: Model
    rows: pd.DataFrame
    deals: pd.DataFrame

    @property
    def open_rows(self) -> pd.DataFrame:
        """Return the look at each deal open on that day."""
        return self.rows[self.rows["mark"] == self.mark].reset_index(drop=True)


def standpoint_today(learned: DealModel, opportunities: pd.DataFrame) -> Standpoint:
    """Return what is known on the as-of day."""
    day = pd.Timestamp(learned.as_of)
    return Standpoint(day, learned.last_mark, learned.model, learned.snapshots, deals_known(opportunities, day))


def past_standpoints(learned: DealModel, opportunities: pd.DataFrame) -> Iterator[Standpoint]:
    """Yield what was known at the starts of past quarters, oldest first, each with a model learned by then.

    Where the as-of day lies within a quarter, the three months from the same day of a month take a quarter's place.
    A quarter is left out if fewer than 20 deals had been won, or lost, before it.
    """
    marks = learned.last_mark - MONTHS_PER_QUARTER * np.arange(PAST_QUARTERS, 0, -1)
    found = (_standpoint_at(int(mark), learned, opportunities) for mark in marks if mark > 0)
    yield from (standpoint for standpoint in found if standpoint is not None)


def deals_known(opportunities: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Return all deals born by a day as they were known then: one that closed later was open.

    Examples
    --------
    >>> day = pd.Timestamp
    >>> deals = pd.DataFrame({"opportunity_id": ["D1"], "created_at": [day("2026-01-05")], "amount": [9.0],
    ...                       "closed_at": [day("2026-07-01")], "status": ["won"]})
    >>> deals_known(deals, day("2026-06-30"))["status"].tolist()
    ['open']
    """
    columns = ["opportunity_id", "created_at", "closed_at", "status", "amount"]
    deals = opportunities.loc[opportunities["created_at"] <= day, columns]
    closed = deals["closed_at"] <= day
    return deals.assign(status=deals["status"].where(closed, "open"), closed_at=deals["closed_at"].where(closed))


def won_between(opportunities: pd.DataFrame, after: pd.Timestamp, until: pd.Timestamp) -> float:
    """Return the amount of the deals won after one day and up to another."""
    closed = opportunities["closed_at"]
    within = (opportunities["status"] == "won") & (closed > after) & (closed <= until)
    return float(opportunities.loc[within, "amount"].fillna(0.0).sum())


def first_quarter_chance(model: Model, rows: pd.DataFrame) -> NDArray[np.float64]:
    """Return the chance of each deal to be won in the quarter that follows its look, shape (n,)."""
    return model.predict_proba_by(rows, [1.0]).won[:, 0]


def _standpoint_at(mark: int, learned: DealModel, opportunities: pd.DataFrame) -> Standpoint | None:
    rows = learned.snapshots[learned.snapshots["mark"] <= mark]
    looked = rows[(mark - rows["mark"]) % MONTHS_PER_QUARTER == 0]
    if min(closed_until(looked, mark).values()) < FEWEST_EACH:
        return None
    day = pd.Timestamp(month_marks(learned.as_of, learned.last_mark)[mark])
    return Standpoint(day, mark, learned.model_at(mark), looked, deals_known(opportunities, day))

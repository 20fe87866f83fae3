"""The deals as witnesses: closed ones with their endings, and open ones, which show what is known before the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.win_probability.marks import days_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]

AGE_GROUPS = 4
FEWEST_IN_GROUP = 10
MOST_DEALS = 20_000


@dataclass(frozen=True)
class Evidence:
    """Deals in the order of their rows.

    Parameters
    ----------
    deals
        The table, indexed from 0.
    is_open, won
        Of each deal.
    began
        Of each deal, when it was created, as a number that grows with time. Where all were created on one day, their
        identifiers stand for it if they are numbers, since programs count upwards; else the order of their rows.
    """

    deals: pd.DataFrame
    is_open: NDArray[np.bool_]
    won: NDArray[np.bool_]
    began: Vector

    @classmethod
    def of(cls, deals: pd.DataFrame) -> Evidence:
        """Return the evidence that a table of deals gives; of very many deals every nth is enough."""
        every = max(1, len(deals) // MOST_DEALS)
        part = deals.iloc[::every].reset_index(drop=True)
        status = part["status"].to_numpy(object)
        return cls(part, status == "open", status == "won", _began(part))

    @property
    def open_deals(self) -> int:
        """Return how many deals are open."""
        return int(self.is_open.sum())

    @property
    def outcomes(self) -> Vector:
        """Return 1 for won and 0 for lost, of the closed deals."""
        return self.won[~self.is_open].astype(float)

    def age_weights(self) -> Vector:
        """Return weights of the closed deals, by which they are as old as the open ones; they add up to 1."""
        witnesses, closed = self.began[self.is_open], self.began[~self.is_open]
        edges = np.unique(np.quantile(witnesses, np.linspace(0, 1, AGE_GROUPS + 1)[:-1]))
        mine = (np.searchsorted(edges, closed, side="right") - 1).clip(-1)
        wanted = np.bincount(np.searchsorted(edges, witnesses, side="right") - 1, minlength=len(edges))
        weights = np.zeros(len(closed))
        for group, count in enumerate(wanted):
            alike = mine == group
            # Where hardly any deal of that age has closed, all closed deals speak for it.
            alike = alike if alike.sum() >= FEWEST_IN_GROUP else np.ones(len(closed), bool)
            weights[alike] += count / alike.sum()
        shares: Vector = weights / weights.sum()
        return shares


def _began(deals: pd.DataFrame) -> Vector:
    created = days_of(deals["created_at"])
    if len(np.unique(created)) > 1:
        return created.astype(np.int64).astype(float)
    numbers = pd.to_numeric(deals["opportunity_id"], errors="coerce").to_numpy(float)
    return numbers if np.isfinite(numbers).all() else np.arange(len(deals), dtype=float)

"""The parts of the business that are forecast, as columns of one matrix of months."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.sales_forecasting.facts import OK, goes_on
from salesops.sales_forecasting.panel import Panel

if TYPE_CHECKING:
    from salesops.sales_forecasting.panel import Array


@dataclass(frozen=True)
class Nodes:
    """What is forecast, company first, then level by level.

    Parameters
    ----------
    facts
        Rows of `series_facts` of these nodes, in their order.
    past
        Known sales, zero before a series begins; months × nodes.
    """

    facts: pd.DataFrame
    past: Array

    @property
    def months(self) -> Array:
        """Return the length of each node's history."""
        return self.facts["months"].to_numpy(int)

    @property
    def long(self) -> Array:
        """Return which nodes have a history of their own to forecast from."""
        return (self.facts["status"] == OK).to_numpy(bool)

    def panel(self, past: Array | None = None) -> tuple[Panel, Array]:
        """Return the nodes with a long history as the engine wants them, and the node of each of its columns."""
        values = self.past if past is None else past
        columns = np.flatnonzero(self.long)
        columns = columns[np.argsort(-self.months[columns], kind="stable")]
        rows = int(self.months[columns[0]])
        return Panel(values[len(values) - rows :, columns], self.months[columns]), columns


def nodes_of(history: pd.DataFrame, facts: pd.DataFrame, column: str = "y") -> Nodes:
    """Lay the series that are forecast side by side.

    Parameters
    ----------
    history
        Result of `monthly_sales`.
    facts
        Result of `series_facts`.
    column
        Column of `history` to lay out.
    """
    kept = facts[goes_on(facts["status"])].reset_index(drop=True)
    place = pd.Series(np.arange(len(kept)), index=kept["level"] + "/" + kept["key"])
    node = history["unique_id"].map(place).to_numpy(float)
    month = history["ds"].to_numpy("datetime64[M]").astype(int)
    here = np.isfinite(node)
    past = np.zeros((month.max() - month.min() + 1, len(kept)))
    past[month[here] - month.min(), node[here].astype(int)] = history[column].to_numpy(float)[here]
    return Nodes(kept, past)

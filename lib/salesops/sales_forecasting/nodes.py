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
    covered
        Those of them that promotions could have moved; months × nodes.
    first
        The first month.
    """

    facts: pd.DataFrame
    past: Array
    covered: Array
    first: np.datetime64

    @property
    def months(self) -> Array:
        """Return the length of each node's history."""
        return self.facts["months"].to_numpy(int)

    @property
    def long(self) -> Array:
        """Return which nodes have a history of their own to forecast from."""
        return (self.facts["status"] == OK).to_numpy(bool)

    def panel(self) -> tuple[Panel, Array]:
        """Return all nodes as the engine wants them, longest first, and the node of each of its columns."""
        order = np.argsort(-self.months, kind="stable")
        rows = int(self.months[order[0]])
        return Panel(self.past[len(self.past) - rows :, order], self.months[order]), order

    def take(self, nodes: Array) -> Nodes:
        """Return some of the nodes."""
        facts = self.facts.iloc[nodes].reset_index(drop=True)
        return Nodes(facts, self.past[:, nodes], self.covered[:, nodes], self.first)


def nodes_of(history: pd.DataFrame, facts: pd.DataFrame) -> Nodes:
    """Lay the series that are forecast side by side.

    Parameters
    ----------
    history
        Result of `monthly_sales`.
    facts
        Result of `series_facts`.
    """
    kept = facts[goes_on(facts["status"])].reset_index(drop=True)
    place = pd.Series(np.arange(len(kept)), index=kept["level"] + "/" + kept["key"])
    node = history["unique_id"].map(place).to_numpy(float)
    month = history["ds"].to_numpy("datetime64[M]").astype(int)
    here = np.isfinite(node)
    past, covered = np.zeros((2, month.max() - month.min() + 1, len(kept)))
    cell = month[here] - month.min(), node[here].astype(int)
    past[cell], covered[cell] = history["y"].to_numpy(float)[here], history["covered"].to_numpy(float)[here]
    return Nodes(kept, past, covered, np.datetime64(int(month.min()), "M"))

"""What adds up to what: the company, its parts, and the cells in which they cross."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from salesops.sales_forecasting.series import CELL, COMPANY, CROSSED

if TYPE_CHECKING:
    import pandas as pd

    from salesops.sales_forecasting.panel import Array

CENTS = 100.0


@dataclass(frozen=True)
class Structure:
    """How nodes add up.

    Parameters
    ----------
    summing
        1 where a node of the base belongs to a node; nodes × base. Rows of `groupings` are zero.
    base
        Positions of the nodes that all sums are made of: cells, or the only level, or the company alone.
    groupings
        Positions of further groups of nodes, each of which adds up to the company by itself: reps sell across cells.
    company
        Position of the company.
    """

    summing: Array
    base: Array
    groupings: tuple[Array, ...]
    company: int

    @property
    def constraints(self) -> Array:
        """Return C of `C y = 0`, which holds for all values that add up; constraints × nodes."""
        count = len(self.summing)
        sums = np.setdiff1d(np.flatnonzero(self.summing.any(axis=1)), self.base)
        of_base = np.eye(count)[sums]
        of_base[:, self.base] -= self.summing[sums]
        of_groupings = np.tile(np.eye(count)[self.company], (len(self.groupings), 1))
        for row, members in enumerate(self.groupings):
            of_groupings[row, members] = -1.0
        return np.vstack([of_base, of_groupings])

    def exact(self, values: Array, floor: Array) -> Array:
        """Return values that add up to the cent: the base rounded and added up, other groupings fitted to the company.

        Parameters
        ----------
        values
            Money; … × nodes, and all but adding up.
        floor
            Least value of each node.
        """
        base = np.rint(CENTS * np.maximum(values[..., self.base], floor[self.base]))
        cents = base @ self.summing.T
        for members in self.groupings:
            parts = CENTS * np.maximum(values[..., members], floor[members])
            cents[..., members] = _fitted(parts, cents[..., self.company])
        return cents / CENTS


def structure_of(nodes: pd.DataFrame) -> Structure:
    """Return how nodes add up.

    Parameters
    ----------
    nodes
        level and key and, for cells, the names that cross there; the company among them.

    Examples
    --------
    >>> import pandas as pd
    >>> nodes = pd.DataFrame({"level": ["company", "region", "region"], "key": ["all", "North", "South"]})
    >>> structure_of(nodes).constraints.tolist()
    [[1.0, -1.0, -1.0]]
    """
    level, key = nodes["level"].to_numpy(str), nodes["key"].to_numpy(str)
    others = [name for name in dict.fromkeys(level) if name != COMPANY]
    lowest = CELL if CELL in others else (others or [COMPANY])[0]
    base = np.flatnonzero(level == lowest)
    summing = np.zeros((len(level), len(base)))
    summing[base, np.arange(len(base))] = 1.0
    summing[level == COMPANY] = 1.0
    crossed = [name for name in CROSSED if lowest == CELL and name in nodes]
    for name in crossed:
        rows = np.flatnonzero(level == name)
        summing[rows] = key[rows, None] == nodes[name].iloc[base].to_numpy(str)
    apart = [name for name in others if name not in {lowest, *crossed}]
    groupings = tuple(np.flatnonzero(level == name) for name in apart)
    return Structure(summing, base, groupings, int(np.flatnonzero(level == COMPANY)[0]))


def _fitted(parts: Array, total: Array) -> Array:
    """Return whole numbers in proportion to `parts` that add up to `total`, by the largest remainders."""
    have = parts.sum(axis=-1, keepdims=True)
    even = np.full_like(parts, 1 / parts.shape[-1])
    share = np.divide(parts, have, out=even, where=have > 0)
    wanted = np.where(have > 0, share * total[..., None], parts + (total[..., None] - have) * even)
    down = np.floor(wanted)
    left = total - down.sum(axis=-1)
    rank = np.argsort(np.argsort(down - wanted, axis=-1, kind="stable"), axis=-1)
    fitted: Array = down + (rank < left[..., None])
    return fitted

"""Many series at once: a time × series matrix in which all series end in the last row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterator

Array: TypeAlias = npt.NDArray[Any]

# About as many series as keep a grid × series block of single floats in the processor's cache.
CHUNK = 250


@dataclass(frozen=True)
class Panel:
    """Series of different lengths, right-aligned and ordered by length.

    Parameters
    ----------
    values
        Matrix, time × series. Rows before the start of a series hold zeros.
    lengths
        Number of observations per series, from longest to shortest, so that the series that have started
        by any row are the first columns.

    Examples
    --------
    >>> panel = Panel(np.array([[1.0, 0.0], [2.0, 5.0]]), np.array([2, 1]))
    >>> panel.alive.tolist(), panel.first.tolist()
    ([1, 2], [1.0, 5.0])
    """

    values: Array
    lengths: Array

    @property
    def rows(self) -> int:
        """Return the number of rows, which is the length of the longest series."""
        return int(self.values.shape[0])

    @property
    def columns(self) -> int:
        """Return the number of series."""
        return int(self.values.shape[1])

    @property
    def starts(self) -> Array:
        """Return the row in which each series begins."""
        return self.rows - self.lengths

    @property
    def started(self) -> Array:
        """Return the Boolean matrix of cells that hold an observation."""
        return np.arange(self.rows)[:, None] >= self.starts

    @property
    def alive(self) -> Array:
        """Return, per row, how many series have started by then."""
        return np.searchsorted(self.starts, np.arange(self.rows), side="right")

    @property
    def first(self) -> Array:
        """Return the first observation of each series."""
        return self.values[self.starts, np.arange(self.columns)]

    def head(self, count: int) -> tuple[Array, Array]:
        """Return the first `count` observations of each series (count × series) and which of them exist."""
        rows = self.starts + np.arange(count)[:, None]
        there = rows < self.rows
        return np.where(there, self.values[np.minimum(rows, self.rows - 1), np.arange(self.columns)], 0.0), there

    def take(self, columns: Array) -> Panel:
        """Return the panel of some columns (ascending positions), without the rows that this leaves empty."""
        lengths = self.lengths[columns]
        return Panel(self.values[self.rows - lengths.max() :, columns], lengths)

    def with_values(self, values: Array) -> Panel:
        """Return a panel of the same shape with other values, zero before each start."""
        return Panel(np.where(self.started, values, 0.0), self.lengths)

    def least(self) -> Array:
        """Return the smallest observation of each series."""
        least: Array = np.where(self.started, self.values, np.inf).min(axis=0)
        return least

    def most(self) -> Array:
        """Return the largest observation of each series."""
        most: Array = np.where(self.started, self.values, -np.inf).max(axis=0)
        return most


def make_panel(values: Array, lengths: Array) -> tuple[Panel, Array]:
    """Lay series that stand one after another into a panel.

    Parameters
    ----------
    values
        All observations, series after series, each in the order of time.
    lengths
        Number of observations of each series, at least one.

    Returns
    -------
    tuple
        The panel, and for each of its columns the position of its series in the input.

    Examples
    --------
    >>> panel, order = make_panel(np.array([7.0, 1.0, 2.0]), np.array([1, 2]))
    >>> panel.values.tolist(), order.tolist()
    ([[1.0, 0.0], [2.0, 7.0]], [1, 0])
    """
    order = np.argsort(-lengths, kind="stable")
    column_of = np.empty_like(order)
    column_of[order] = np.arange(len(order))
    rows = int(lengths.max())
    ends = np.cumsum(lengths)
    row = rows - np.repeat(ends, lengths) + np.arange(len(values))
    matrix = np.zeros((rows, len(lengths)))
    matrix[row, np.repeat(column_of, lengths)] = values
    return Panel(matrix, lengths[order]), order


def chunks(panel: Panel, columns: Array) -> Iterator[tuple[Array, Panel]]:
    """Cut some columns of a panel into blocks that stay in cache."""
    for begin in range(0, len(columns), CHUNK):
        block = columns[begin : begin + CHUNK]
        yield block, panel.take(block)

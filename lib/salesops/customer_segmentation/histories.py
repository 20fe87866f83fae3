"""Customers' order histories, equal ones counted once, as the likelihoods of this package read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import ArrayLike

Array: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]

# Rows that are worked on at a time: their arrays stay in the processor's cache.
ROWS_AT_ONCE = 16_384


@dataclass(frozen=True)
class Coded:
    """A column with few distinct values: functions of it are computed once per value.

    Parameters
    ----------
    values
        Distinct values, ascending.
    codes
        Place of each row's value among them.

    Examples
    --------
    >>> coded([3.0, 1.0, 3.0]).map(np.sqrt).round(2).tolist()
    [1.73, 1.0, 1.73]
    """

    values: Array
    codes: Ints

    def map(self, function: Callable[[Array], Array]) -> Array:
        """Return the function of each row's value."""
        found: Array = function(self.values)[self.codes]
        return found

    def sums(self, weights: Array) -> Array:
        """Return the sum of the rows' weights for each distinct value."""
        found: Array = np.bincount(self.codes, weights, len(self.values)).astype(np.float64)
        return found

    def rows(self) -> Array:
        """Return each row's value."""
        found: Array = self.values[self.codes]
        return found

    def part(self, rows: slice | Ints) -> Coded:
        """Return some rows."""
        return Coded(self.values, self.codes[rows])

    def times(self, factor: float) -> Coded:
        """Return all values times a factor."""
        return Coded(self.values * factor, self.codes)

    def plus(self, summand: float) -> Coded:
        """Return all values plus a summand."""
        return Coded(self.values + summand, self.codes)


def coded(column: ArrayLike) -> Coded:
    """Return a column as distinct values and codes."""
    column = np.asarray(column, dtype=np.float64)
    if len(column) and column.min() >= 0 and column.max() <= 4 * len(column) + 1000:
        whole = column.astype(np.int64)
        if np.array_equal(whole, column):
            return _coded_whole(whole)
    values, codes = np.unique(column, return_inverse=True)
    return Coded(values, codes)


def _coded_whole(column: Ints) -> Coded:
    """Return the same for whole numbers, by counting instead of sorting."""
    there = np.bincount(column) > 0
    return Coded(np.flatnonzero(there).astype(np.float64), (np.cumsum(there) - 1)[column])


@dataclass(frozen=True)
class Histories:
    """Order histories: frequency x, recency t_x and age T (Fader, Hardie and Lee 2005), one row for equal ones.

    Parameters
    ----------
    frequency
        Repeat orders, one less than all orders.
    recency
        Time from the first order to the last.
    age
        Time from the first order to the end of what was watched.
    log_gaps
        Sum of the natural logarithms of the gaps between orders, 0 without a repeat; needed by models of regular gaps
        only.
    weight
        Customers with that history.
    row_of
        Row of each customer.
    """

    frequency: Coded
    recency: Coded
    age: Coded
    log_gaps: Array
    weight: Array
    row_of: Ints

    def __len__(self) -> int:
        """Return the number of different histories."""
        return len(self.weight)

    def part(self, rows: slice | Ints) -> Histories:
        """Return some rows; `row_of` stays that of the whole."""
        x, recency, age = (column.part(rows) for column in (self.frequency, self.recency, self.age))
        return Histories(x, recency, age, self.log_gaps[rows], self.weight[rows], self.row_of)

    def parts(self) -> Iterator[tuple[slice, Histories]]:
        """Yield the histories some thousand rows at a time."""
        for start in range(0, len(self), ROWS_AT_ONCE):
            rows = slice(start, start + ROWS_AT_ONCE)
            yield rows, self.part(rows)

    def in_units_of(self, unit: float) -> Histories:
        """Return the same with times divided by `unit`."""
        recency, age = self.recency.times(1 / unit), self.age.times(1 / unit)
        log_gaps = self.log_gaps - self.frequency.rows() * np.log(unit)
        return Histories(self.frequency, recency, age, log_gaps, self.weight, self.row_of)

    def later(self, time: float) -> Histories:
        """Return the histories as they would be after `time` without an order."""
        return Histories(self.frequency, self.recency, self.age.plus(time), self.log_gaps, self.weight, self.row_of)

    def weighted(self, weight: Array) -> Histories:
        """Return the same histories with other weights."""
        return Histories(self.frequency, self.recency, self.age, self.log_gaps, weight, self.row_of)


def histories(frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, log_gaps: ArrayLike | None = None) -> Histories:
    """Count equal customers.

    Parameters
    ----------
    frequency, recency, age
        One value per customer, times in one unit.
    log_gaps
        Where given, customers are equal only if these are, too.

    Raises
    ------
    ValueError
        If a value is missing, negative or infinite, a frequency is not whole, or recency exceeds age.

    Examples
    --------
    >>> found = histories([2, 0, 2], [30.0, 0.0, 30.0], [40.0, 40.0, 40.0])
    >>> len(found), found.weight.tolist(), found.row_of.tolist()
    (2, [1.0, 2.0], [1, 0, 1])
    """
    given = [np.asarray(column, dtype=np.float64).ravel() for column in (frequency, recency, age)]
    _refuse_impossible(*given)
    columns = [coded(column) for column in given]
    gaps = np.zeros(len(given[0])) if log_gaps is None else np.asarray(log_gaps, dtype=np.float64)
    keys = columns if log_gaps is None else [*columns, coded(gaps)]
    key = np.zeros(len(given[0]), dtype=np.int64)
    for column in keys:
        key = _shortened(key * len(column.values) + column.codes, len(column.values))
    _, first, row_of, count = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
    x, recency_, age_ = (column.part(first) for column in columns)
    return Histories(x, recency_, age_, gaps[first], count.astype(np.float64), row_of)


def _shortened(key: Ints, factor: int) -> Ints:
    """Return keys with the same order, small enough for a further factor."""
    if len(key) == 0 or key.max() < 2**62 // max(len(key), factor, 1):
        return key
    return np.unique(key, return_inverse=True)[1].astype(np.int64)


def _refuse_impossible(frequency: Array, recency: Array, age: Array) -> None:
    if not len(frequency) == len(recency) == len(age):
        raise ValueError("frequency, recency and age differ in length")
    if not all(np.isfinite(column).all() and (column >= 0).all() for column in (frequency, recency, age)):
        raise ValueError("frequency, recency and age must be finite and not negative: leave such customers out")
    if (frequency != np.floor(frequency)).any():
        raise ValueError("frequency counts repeat orders: it must be whole")
    if (recency > age).any():
        raise ValueError("recency, the time of the last order, exceeds the age of the customer")

"""The distribution of the number of orders to come, streamed: customers × counts are never held as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import betainc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from salesops.customer_segmentation.histories import Array, Histories, Ints

# Entries of a chunk, rows × counts.
ENTRIES_AT_ONCE = 1_000_000
# Standard deviations beyond the mean up to which counts are told apart.
REACH = 12.0
SMALLEST_LOG = -700.0


@dataclass(frozen=True)
class OrderCounts:
    """Chances of every number of orders within a horizon.

    Parameters
    ----------
    histories
        Rows.
    at_least
        From some rows and a largest count M to the chances of at least 1, 2 … M orders; M × rows.
    most
        Count per row above which nothing happens that matters.
    """

    histories: Histories
    at_least: Callable[[Histories, int], Array]
    most: Ints

    def chunks(self) -> Iterator[tuple[Ints, Array]]:
        """Yield rows of similar size, and their chances of at least 1, 2 … orders; counts × rows."""
        order = np.argsort(self.most, kind="stable")
        sizes = self.most[order]
        start = 0
        while start < len(order):
            # All rows of a chunk reach as far as its largest, so that it must not be much larger than the smallest.
            stop = int(np.searchsorted(sizes, 1.4 * sizes[start], side="right"))
            stop = min(stop, start + max(1, int(ENTRIES_AT_ONCE / (1.4 * sizes[start]))))
            rows = order[start:stop]
            yield rows, self.at_least(self.histories.part(rows), int(sizes[stop - 1]))
            start = stop

    def mean(self) -> Array:
        """Return the expected number of orders of each customer."""
        return self._each(lambda chances, _: chances.sum(axis=0))

    def none(self) -> Array:
        """Return each customer's chance of not ordering."""
        return self._each(lambda chances, _: 1 - chances[0])

    def exactly(self, number: Ints) -> Array:
        """Return the chance of just the `number` of orders given for each customer."""
        found, place = np.empty(len(number)), np.empty(len(self.histories), dtype=np.int64)
        for rows, chances in self.chunks():
            place.fill(-1)
            place[rows] = np.arange(len(rows))
            customers = np.flatnonzero(place[self.histories.row_of] >= 0)
            column = place[self.histories.row_of[customers]]
            upto = np.vstack([np.ones(len(rows)), chances, np.zeros(len(rows))])
            count = np.minimum(number[customers], len(upto) - 2)
            found[customers] = upto[count, column] - upto[count + 1, column]
        return found

    def quantile(self, level: float) -> Array:
        """Return the least number of orders that is not exceeded with a chance of at least `level`."""
        return self._each(lambda chances, _: (chances > 1 - level).sum(axis=0))

    def _each(self, summary: Callable[[Array, Ints], Array]) -> Array:
        found = np.empty(len(self.histories))
        for rows, chances in self.chunks():
            found[rows] = summary(chances, rows)
        return found[self.histories.row_of]


def largest_counts(rate: Array, age: Array, horizon: float) -> Ints:
    """Return a number of orders that each row next to never exceeds.

    Parameters
    ----------
    rate
        Order rate per row, given alive.
    age, horizon
        Time watched, with the prior's scale added, and time ahead: their ratio widens what is Poisson otherwise.
    """
    mean = rate * horizon
    deviation = np.sqrt(mean * (1 + horizon / age))
    return np.ceil(mean + REACH * deviation + 12).astype(np.int64)


def tail_chances(shape: Array, share: Array, most: int) -> Iterator[Array]:
    """Yield the chances that a negative binomial count is at least 1, 2 … `most`.

    Parameters
    ----------
    shape
        Size of the distribution, by row.
    share
        Chance of a further success, by row: horizon / (scale + age + horizon).
    most
        Largest count.

    Examples
    --------
    >>> [round(float(chance[0]), 4) for chance in tail_chances(np.array([1.0]), np.array([0.5]), 3)]
    [0.5, 0.25, 0.125]
    """
    log_none = shape * np.log1p(-share)
    if log_none.min(initial=0.0) < SMALLEST_LOG:
        # The chance of none is below the smallest number: the recursion cannot start from it.
        for count in range(1, most + 1):
            yield betainc(count, shape, share)
        return
    exactly = np.exp(log_none)
    upto = exactly.copy()
    yield 1 - upto
    for count in range(1, most):
        exactly = exactly * share * ((shape + (count - 1)) / count)
        upto += exactly
        yield np.maximum(1 - upto, 0.0)

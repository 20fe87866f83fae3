"""Periods written as 2026-09, 2026Q3, 2026H2 or 2026, and rows of results put together into longer ones."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.errors import InputError
from salesops.incentive_simulation.plan_terms import MONTHS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_FORM = re.compile(r"(?P<year>\d{4})(?:-(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4])|H(?P<half>[12]))?")
_LENGTH = {"month": 1, "quarter": 3, "half": 6}


def months_of(period: str) -> tuple[int, int]:
    """Return the first month of a period, counted from year 0, and its length in months.

    Raises
    ------
    InputError
        If it is written in another way.

    Examples
    --------
    >>> months_of("2026Q3")
    (24318, 3)
    """
    found = _FORM.fullmatch(period)
    if not found:
        raise InputError(f'period "{period}" is not known: write it as 2026-09, 2026Q3, 2026H2 or 2026')
    parts = {name: int(text) for name, text in found.groupdict().items() if text and name != "year"}
    name, number = next(iter(parts.items()), ("year", 1))
    length = _LENGTH.get(name, MONTHS["year"])
    return 12 * int(found["year"]) + (number - 1) * length, length


def starts_and_length(periods: pd.Series) -> tuple[Ints, int]:
    """Return the first month of each row's period, and the one length that all of them have.

    Raises
    ------
    InputError
        If periods of different lengths are mixed.
    """
    inverse, texts = pd.factorize(periods, use_na_sentinel=False)
    found = [months_of(str(text)) for text in texts]
    lengths = {length for _, length in found}
    if len(lengths) > 1:
        raise InputError(f"results mix periods of {' and '.join(map(str, sorted(lengths)))} months: use one length")
    return np.array([start for start, _ in found], dtype=np.int64)[inverse], lengths.pop()


@dataclass(frozen=True, eq=False)
class Spans:
    """Rows of the same person put together into longer periods.

    Parameters
    ----------
    order
        Row numbers, sorted by person and time.
    first
        Positions in `order` at which a span begins.
    """

    order: Ints
    first: Ints

    @classmethod
    def of(cls, people: Ints, starts: Ints, months: int) -> Spans:
        """Return the spans of `months` months in which rows lie; one row each where rows are that long."""
        order = np.lexsort((starts, people))
        key = people[order] * 10**6 + starts[order] // months
        first = np.flatnonzero(np.diff(key, prepend=key[:1] - 1)) if len(key) else order
        # Rows that stand alone stay in their own order, so that nothing has to be moved about.
        return cls(first, first) if len(first) == len(order) else cls(order, first)

    @property
    def single(self) -> bool:
        """Whether each row is a span of its own."""
        return len(self.first) == len(self.order)

    @property
    def last_rows(self) -> Ints:
        """The row with which each span ends."""
        rows: Ints = self.order[np.append(self.first[1:], len(self.order)) - 1]
        return rows

    @property
    def of_row(self) -> Ints:
        """The number of the span in which each row lies."""
        number = np.empty(len(self.order), dtype=np.int64)
        number[self.order] = np.repeat(np.arange(len(self.first)), self.sizes)
        return number

    @property
    def sizes(self) -> Ints:
        """Rows of each span."""
        sizes: Ints = np.diff(np.append(self.first, len(self.order)))
        return sizes

    def sums(self, values: Floats) -> Floats:
        """Return spans × draws: sums over the rows of each span."""
        if self.single:
            return values
        sums: Floats = np.add.reduceat(values[self.order], self.first, axis=0)
        return sums

    def so_far(self, values: Floats) -> Floats:
        """Return rows × draws: sums over the rows of the span up to each row."""
        summed = np.cumsum(values[self.order], axis=0)
        before = np.concatenate([np.zeros((1, *summed.shape[1:])), summed])[self.first]
        found = np.empty_like(summed)
        found[self.order] = summed - np.repeat(before, self.sizes, axis=0)
        return found

    def positions(self) -> list[tuple[Ints, Ints]]:
        """Return, for the first, second, … row of spans: numbers of the spans that long, and that row of each."""
        longest = int(self.sizes.max(initial=0))
        spans = [np.flatnonzero(self.sizes > step) for step in range(longest)]
        return [(span, self.order[self.first[span] + step]) for step, span in enumerate(spans)]

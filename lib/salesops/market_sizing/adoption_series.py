"""Yearly adoptions of many segments side by side, each from its own first year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterator

    from salesops.market_sizing.arrays import Array, Flags, Ints

FEWEST_POINTS = 4
# No curve begins with this many times the adopters of its best later year.
FROM_BEFORE = 2.0


@dataclass(frozen=True)
class AdoptionSeries:
    """New adopters per year since the launch.

    Parameters
    ----------
    new
        Segments × years; zero after a segment's last year.
    points
        Segments: how many years are known.
    """

    new: Array
    points: Ints

    @property
    def seen(self) -> Flags:
        """Return segments × years: which are known."""
        found: Flags = np.arange(self.new.shape[1]) < self.points[:, None]
        return found

    @property
    def mean(self) -> Array:
        """Return the mean of a year, by segment."""
        found: Array = self.new.sum(axis=1) / self.points
        return found

    @property
    def last(self) -> Array:
        """Return the last year's adopters, by segment."""
        found: Array = self.new[np.arange(len(self.new)), self.points - 1]
        return found

    def take(self, rows: Ints | Flags) -> AdoptionSeries:
        """Return some of the segments."""
        return AdoptionSeries(self.new[rows], self.points[rows])


@dataclass(frozen=True)
class Segments:
    """What a table of adoptions holds that a curve can be fitted to.

    Parameters
    ----------
    names, last_year
        By segment that can be used.
    series
        Their adoptions.
    left_out
        segment, points, too_early (always), why.
    """

    names: pd.Index
    last_year: Ints
    series: AdoptionSeries
    left_out: pd.DataFrame

    def parts(self, size: int) -> Iterator[Segments]:
        """Yield some segments at a time; what was left out is left out there."""
        for first in range(0, len(self.names), size):
            rows = np.arange(first, min(first + size, len(self.names)))
            yield Segments(self.names[rows], self.last_year[rows], self.series.take(rows), self.left_out[:0])


def adoption_segments(adoptions: pd.DataFrame) -> Segments:
    """Return segments with at least four years in a row from their first adopters on.

    Parameters
    ----------
    adoptions
        segment, year, adoptions (new in that year; rows of one year are added up). Years before the first adopters do
        not count; missing values are missing years.

    Examples
    --------
    >>> rows = {"segment": ["a"] * 5 + ["b"], "year": [*range(2020, 2025), 2024], "adoptions": [0, 1, 3, 5, 4, 7]}
    >>> found = adoption_segments(pd.DataFrame(rows))
    >>> found.names.tolist(), found.series.new.tolist(), found.left_out["why"].tolist()
    (['a'], [[1.0, 3.0, 5.0, 4.0]], ['only 1 year with adopters; a curve needs 4'])
    """
    told = adoptions.dropna(subset=["segment", "year", "adoptions"])
    rows = told.groupby(["segment", "year"], as_index=False)["adoptions"].sum()
    rows = rows[rows.groupby("segment")["adoptions"].cummax() != 0]
    every = pd.Index(adoptions["segment"].dropna().unique(), name="segment").sort_values()
    facts = _facts(rows).reindex(every)
    why = _unusable(facts)
    used = facts[why == ""]
    points = facts["points"].fillna(0).astype("int64")
    left_out = pd.DataFrame({"points": points, "why": why})[why != ""].reset_index().assign(too_early=True)
    last = used["end"].to_numpy(dtype=np.int64)
    return Segments(used.index, last, _series(rows[rows["segment"].isin(used.index)], used), left_out)


def _facts(rows: pd.DataFrame) -> pd.DataFrame:
    """Return by segment its first and last year, how many there are, and adopters of the first, most and fewest."""
    later = rows[rows.duplicated("segment")].groupby("segment")["adoptions"].max()
    facts = rows.groupby("segment").agg(
        start=("year", "min"),
        end=("year", "max"),
        points=("year", "size"),
        first=("adoptions", "first"),
        least=("adoptions", "min"),
    )
    return facts.assign(most_later=later)


def _series(rows: pd.DataFrame, facts: pd.DataFrame) -> AdoptionSeries:
    """Return adoptions side by side, each segment from its own first year."""
    row = facts.index.get_indexer(pd.Index(rows["segment"]))
    place = rows["year"].to_numpy(dtype=np.int64) - facts["start"].to_numpy(dtype=np.int64)[row]
    new = np.zeros((len(facts), int(place.max(initial=0)) + 1))
    new[row, place] = rows["adoptions"]
    return AdoptionSeries(new, facts["points"].to_numpy(dtype=np.int64))


def _unusable(facts: pd.DataFrame) -> pd.Series:
    """Return why each segment cannot be used, or nothing."""
    points = facts["points"].fillna(0).astype("int64")
    why = pd.Series("", index=facts.index, dtype=object)
    why[facts["first"] > FROM_BEFORE * facts["most_later"]] = (
        "its first year counts those of many years: no launch seen"
    )
    why[facts["end"] - facts["start"] + 1 > points] = "years are missing in between"
    words = [
        f"only {n} year{'s' * (n != 1)} with adopters; a curve needs {FEWEST_POINTS}" for n in range(FEWEST_POINTS)
    ]
    short = points < FEWEST_POINTS
    why[short] = np.array(words, dtype=object)[points[short]]
    why[facts["least"] < 0] = "a number of new adopters is below zero"
    return why

"""Columns that carry the order of rows or time: they tell deals apart that we have seen, and nothing of new ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.win_probability.column_alone import area_lost_later, value_codes
from salesops.win_probability.column_values import as_clock
from salesops.win_probability.features import LEVELS_PER_DEAL
from salesops.win_probability.marks import days_of, whole_days

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from salesops.win_probability.deal_evidence import Evidence

FEWEST_DEALS = 20
# Ranks that agree this well within won and within lost deals are one clock, or one counter.
SAME_ORDER = 0.95
FEWEST_VALUES = 20
FEWEST_TO_SPLIT = 200
# Loss in area under the curve from a random split to one by time, and the least it must be beyond doubt (99%).
LOST_LATER = 0.05
SURELY_LOST = 0.02


def names_deals(values: pd.Series, _evidence: Evidence) -> str | None:
    """Say whether a column of names has so many values that it names single deals."""
    filled = values.dropna()
    if pd.api.types.is_numeric_dtype(values) or len(filled) < FEWEST_DEALS:
        return None
    if filled.nunique() <= LEVELS_PER_DEAL * len(filled):
        return None
    return f"has {filled.nunique():,} values for {len(filled):,} deals: it names deals"


def carries_order(values: pd.Series, evidence: Evidence) -> str | None:
    """Say whether a column grows or falls with the order of rows, or with a day or duration of the deal."""
    clock = as_clock(values)
    if clock is None or clock.nunique() < FEWEST_VALUES:
        return None
    for name, other in _clocks(evidence).items():
        agreement = _agreement(clock.to_numpy(float), other, evidence)
        if agreement >= SAME_ORDER:
            return f"has the order of {name} (rank correlation {agreement:.2f} within won and within lost deals)"
    return None


def _clocks(evidence: Evidence) -> dict[str, NDArray[np.float64]]:
    created = days_of(evidence.deals["created_at"])
    clocks = {"the rows": np.arange(len(created), dtype=float), "the days of creation": evidence.began}
    if "closed_at" in evidence.deals:
        closed = days_of(evidence.deals["closed_at"])
        clocks["the closing days"] = whole_days(closed - np.datetime64("1970-01-01"))
        clocks["the days until closing"] = whole_days(closed - created)
    return clocks


def _agreement(clock: NDArray[np.float64], other: NDArray[np.float64], evidence: Evidence) -> float:
    """Return the smaller rank correlation, without its sign, of those within won and within lost deals."""
    found = []
    for outcome in (evidence.won, ~evidence.won & ~evidence.is_open):
        known = outcome & np.isfinite(clock) & np.isfinite(other)
        if known.sum() < FEWEST_DEALS or min(len(np.unique(clock[known])), len(np.unique(other[known]))) < 2:
            continue
        ranks = pd.DataFrame({"clock": clock[known], "other": other[known]}).rank().to_numpy(float)
        found.append(abs(float(np.corrcoef(ranks.T)[0, 1])))
    return min(found, default=0.0)


def worse_later(values: pd.Series, evidence: Evidence) -> str | None:
    """Say whether a column alone is far better under a random split than under one by time."""
    closed, won = values[~evidence.is_open], evidence.outcomes
    began = evidence.began[~evidence.is_open]
    if len(closed) < FEWEST_TO_SPLIT or len(np.unique(began)) < FEWEST_VALUES:
        return None
    later = won[began > np.quantile(began, 0.8)]
    if min(won.sum(), (1 - won).sum()) < FEWEST_DEALS or min(later.sum(), (1 - later).sum()) < FEWEST_DEALS:
        return None
    random, by_time, lost = area_lost_later(value_codes(closed), won, began, LOST_LATER)
    low, high = np.quantile(lost, [0.01, 0.99])
    if random - by_time < LOST_LATER or low < SURELY_LOST:
        return None
    return (
        f"tells wins from losses far less on later deals (area under the curve {by_time:.2f}) than on deals held back "
        f"at random ({random:.2f}; difference {random - by_time:.2f}, 98%: {low:.2f} to {high:.2f})"
    )

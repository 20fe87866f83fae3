"""The guard: columns of deals that no model may use, since they are known only after closing or carry row order.

A high area under the curve alone is no reason: what counts is whether open deals show the column as closed ones do,
whether it says as much of later deals as of deals held back at random, and whether it is a clock or a counter in
disguise. `late_values` goes on from here: of a column that may be used, it hides the values in those stages in which
open deals do not have them yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from salesops.tables.schemas import CONTRACT
from salesops.win_probability.column_values import plain_values
from salesops.win_probability.deal_evidence import Evidence
from salesops.win_probability.leak_order import carries_order, names_deals, worse_later
from salesops.win_probability.leak_witnesses import (
    emptiness_without_witnesses,
    filled_for_closed_deals,
    same_for_open_deals,
    tells_all_but_of_open_deals,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    Test = Callable[[pd.Series, Evidence], str | None]

Fault = Literal[
    "filled at closing", "same for open deals", "tells all", "names deals", "carries order", "filled by outcome",
    "worse on later deals",
]  # fmt: skip

# From the surest to the least sure; the first that finds something names the column.
TESTS: dict[Fault, Test] = {
    "filled at closing": filled_for_closed_deals,
    "same for open deals": same_for_open_deals,
    "tells all": tells_all_but_of_open_deals,
    "names deals": names_deals,
    "carries order": carries_order,
    "filled by outcome": emptiness_without_witnesses,
    "worse on later deals": worse_later,
}
# Who and with whom: identifiers by right, which models treat as names or replace by a record; and people leave, so
# that closed deals name some who have no open deal.
REFERENCES = tuple(column for column, _ in CONTRACT["opportunities"].references)
NO_FAULT_OF_REFERENCES = ("names deals", "same for open deals")
# What a deal is, what its history tells as it was known on a day, and what the contract itself calls an ending.
NO_CANDIDATES = (
    *(column.name for column in CONTRACT["opportunities"].columns if column.required),
    "closed_at", "expected_close", "loss_reason",
)  # fmt: skip


@dataclass(frozen=True)
class LeftOut:
    """A column that no model may use.

    Parameters
    ----------
    column
        Its name in the table.
    fault
        The test that found it.
    found
        What the test found, with its numbers, to be read after the column's name.

    Examples
    --------
    >>> print(LeftOut("win_note", "filled at closing", "is filled for 98% of closed deals and 0% of open deals"))
    win note is filled for 98% of closed deals and 0% of open deals
    """

    column: str
    fault: Fault
    found: str

    def __str__(self) -> str:
        """Return the column and the reason as a sentence without its full stop."""
        return f"{self.column.replace('_', ' ')} {self.found}"


def usable_columns(
    deals: pd.DataFrame, candidates: Sequence[str] | None = None
) -> tuple[tuple[str, ...], tuple[LeftOut, ...]]:
    """Return the columns of deals that a model may use, and those that it may not.

    Parameters
    ----------
    deals
        Table of deals with opportunity_id, created_at, status and, if known, closed_at, in the order of their rows.
    candidates
        Columns to judge. If not given, all but dates and what the contract says of every deal (`NO_CANDIDATES`): the
        contract's own like competitor, and whatever further columns there are.

    Returns
    -------
    kept
        Names, in the order of the table; columns that are empty in every row are not among them.
    left_out
        The others, each with the test that found it.
    """
    evidence = Evidence.of(deals)
    names = _candidates(deals) if candidates is None else list(candidates)
    judged = {name: _judge(name, evidence) for name in names}
    left_out = tuple(found for found in judged.values() if found is not None)
    kept = tuple(name for name, found in judged.items() if found is None and bool(deals[name].notna().any()))
    return kept, left_out


def without_leaks(deals: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return the deals without the columns that no model may use, and the reason for each as a sentence."""
    _, left_out = usable_columns(deals)
    return deals.drop(columns=[found.column for found in left_out]), {found.column: str(found) for found in left_out}


def _candidates(deals: pd.DataFrame) -> list[str]:
    dated = deals.select_dtypes(["datetime", "datetimetz"]).columns
    return [name for name in deals.columns if name not in NO_CANDIDATES and name not in dated]


def _judge(name: str, evidence: Evidence) -> LeftOut | None:
    values = plain_values(evidence.deals[name])
    if values.isna().all():
        return None
    for fault, test in TESTS.items():
        if name in REFERENCES and fault in NO_FAULT_OF_REFERENCES:
            continue
        found = test(values, evidence)
        if found is not None:
            return LeftOut(name, fault, found)
    return None

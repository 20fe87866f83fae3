"""The order of the buying stages, as deals pass through them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.win_probability.marks import days_of

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

# A stage is an ending, not a stage of buying, if this share of its deals had closed by the day they entered it.
ENDING_SHARE = 0.9


def first_entries(opportunities: pd.DataFrame, stage_history: pd.DataFrame) -> pd.DataFrame:
    """Return the day each deal first entered each stage of buying, stages in their usual order.

    Entries that only record the ending ("Won", "Closed lost") are left out.

    Parameters
    ----------
    opportunities, stage_history
        Tables of the input contract.

    Returns
    -------
    DataFrame of datetime64, shape (deals, stages)
        Indexed by opportunity_id, in the order of `opportunities`; missing (NaT) where a deal was never in a stage.
    """
    first = stage_history.groupby(["opportunity_id", "stage"])["entered_at"].min().unstack()
    first = first.reindex(opportunities["opportunity_id"])
    first = first.drop(columns=_endings(opportunities, first))
    order = _usual_order(first.to_numpy().astype("datetime64[D]"))
    return first.iloc[:, order]


def _endings(opportunities: pd.DataFrame, first: pd.DataFrame) -> list[str]:
    closed = days_of(opportunities["closed_at"])[:, None]
    entered = first.to_numpy().astype("datetime64[D]")
    at_the_end = (entered >= closed).sum(axis=0)
    deals = np.maximum((~np.isnat(entered)).sum(axis=0), 1)
    return [stage for stage, share in zip(first.columns, at_the_end / deals, strict=True) if share >= ENDING_SHARE]


def _usual_order(entered: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """Return stages by how often they come after the others, among deals that were in both."""
    before = (entered[:, :, None] < entered[:, None, :]).sum(axis=0).astype(float)
    both = before + before.T
    share_after = np.where(both > 0, before / np.maximum(both, 1), 0.5).sum(axis=0)
    return np.argsort(share_after, kind="stable")

"""Who moved from one segment to another since a quarter ago."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data

if TYPE_CHECKING:
    import pandas as pd

    from salesops.customer_segmentation.segmentation import Segmentation

TOO_FEW = "too few orders"


@passes_not_enough_data
def migration(segmentation: Segmentation) -> pd.DataFrame | NotEnoughData:
    """Return how many customers went from each segment to each, within the last quarter.

    Both sides are placed by the same model, and a customer moves only when the new segment is more than 80% likely: a
    move is news and not noise.

    Parameters
    ----------
    segmentation
        Result of `find_segments`.

    Returns
    -------
    DataFrame or NotEnoughData
        segment_before, name_before, segment, name, customers and share (of those who were in segment_before). Who had
        no segment then, for too few orders, has an empty segment_before and that name. Pairs without customers have no
        row.
    """
    if not segmentation.found:
        return NotEnoughData("clear segments", segmentation.statement)
    if segmentation.before == segmentation.as_of:
        return NotEnoughData(
            "orders of more than a quarter", f"enough customers are known only since {segmentation.as_of}"
        )
    placed = segmentation.customers[segmentation.customers["segment"].notna()]
    sides = placed.assign(name_before=placed["name_before"].fillna(TOO_FEW))
    by = ["segment_before", "name_before", "segment", "name"]
    moves = sides.groupby(by, dropna=False).size().rename("customers").reset_index()
    there = moves.groupby("name_before")["customers"].transform("sum")
    return moves.assign(share=moves["customers"] / there)

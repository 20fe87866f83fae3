"""Which open deals are likelier to be won than is usual in their stage, as another notebook judged them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.not_enough_data import NotEnoughData
from salesops.sales_forecasting.deal_states import open_on, standing_on

if TYPE_CHECKING:
    import pandas as pd

    from salesops.sales_forecasting.deal_states import DealBook
    from salesops.sales_forecasting.panel import Array
    from salesops.sales_forecasting.quarter_windows import QuarterWindows

FEWEST_CLOSED = 10


def deal_worth(book: DealBook, windows: QuarterWindows, open_deals: pd.DataFrame | NotEnoughData) -> Array | None:
    """Return each deal's chance of winning over the share of deals won that stood in its stage on past days.

    What a stage brings by a quarter's end is learned from the past, for which no chances are known; these factors share
    it out among today's deals by today's chances.

    Parameters
    ----------
    book
        Result of `deal_book`.
    windows
        Result of `quarter_windows`.
    open_deals
        Table open_deals of win_probability: opportunity_id, win_probability.

    Returns
    -------
    Array or None
        One factor per deal, 1 where a chance or its stage's share is not known; None without the table.
    """
    if isinstance(open_deals, NotEnoughData):
        return None
    chance = open_deals.set_index("opportunity_id")["win_probability"].reindex(book.ids).to_numpy(float)
    usual = usual_wins(book, windows)[standing_on(book, windows.known[-1])[0]]
    known = np.isfinite(chance) & np.isfinite(usual) & (usual > 0)
    return np.asarray(np.divide(chance, usual, out=np.ones(len(chance)), where=known))


def usual_wins(book: DealBook, windows: QuarterWindows) -> Array:
    """Return the share won of deals that stood in each stage on the known days of past quarters and have closed since.

    NaN for a stage with fewer than ten of them.
    """
    won, closed = np.zeros((2, len(book.stages)))
    ended = book.closed <= windows.known[-1]
    for day in windows.known[:-1]:
        there = open_on(book, day) & ended
        stage = standing_on(book, day)[0][there]
        closed += np.bincount(stage, minlength=len(won))
        won += np.bincount(stage, book.won[there], minlength=len(won))
    return np.asarray(np.divide(won, closed, out=np.full(len(won), np.nan), where=closed >= FEWEST_CLOSED))

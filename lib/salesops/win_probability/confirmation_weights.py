"""How much each confirmation of the scorecard counts, learned where it shows best: in the month after the look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.win_probability.confirmations import CONFIRMATIONS
from salesops.win_probability.design import HazardDesign
from salesops.win_probability.ridge_logistic import ridge_logistic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# Fewer wins in the month after a look than this say nothing of thirteen confirmations.
FEWEST_WINS = 30
# How much confirmations differ from each other, in log-odds, before the data is seen.
TICK_PRIOR_SD = 0.25
# A card older than this many days says little of what is confirmed now; most reviews are followed by one look in time.
FRESH_DAYS = 45
# Deals are lost for reasons that no confirmation touches, too: what losing says of each one counts half.
LOST_COUNTS = 0.5


def confirmation_weights(X: pd.DataFrame, y: pd.DataFrame, features: Sequence[str]) -> dict[str, float]:
    """Return the weight of each confirmation in use; weights are 1 on average, and none is negative.

    Over a quarter most unticked confirmations come all the same, so that what tells deals apart shows less the longer
    one waits; and a card ages in the same way. Weights are therefore learned from being won, or lost, in the month
    after each look that follows a review closely.

    Parameters
    ----------
    X
        Snapshots with mark, closed_mark and the features; without closed_mark or days_since_review all
        weights are 1.
    y
        From `salesops.win_probability.snapshots.outcomes`: what had ended by the day that is learned on.
    features
        Names of the features in use.
    """
    ticks = [name for name in features if name in CONFIRMATIONS]
    equal = dict.fromkeys(ticks, 1.0)
    if not ticks or not {"closed_mark", "days_since_review"} <= set(X.columns):
        return equal
    fresh = X["days_since_review"] <= FRESH_DAYS
    X, y = X[fresh], y[fresh]
    soon = ((X["closed_mark"] - X["mark"]) == 1).to_numpy()
    won, lost = (soon & (y["kind"] == kind).to_numpy() for kind in ("won", "lost"))
    if min(won.sum(), lost.sum()) < FEWEST_WINS:
        return equal
    design = HazardDesign(features, tick_prior_sd=TICK_PRIOR_SD).fit(X)
    columns = design.transform(X, np.zeros(len(X), dtype=np.int64))
    weight = X["opportunity_id"].nunique() / len(X)
    winning, losing = ridge_logistic(columns, won, weight), ridge_logistic(columns[~won], lost[~won], weight)
    found = np.maximum(_per_tick((winning - LOST_COUNTS * losing)[1:], design, X, ticks), 0.0)
    if not found.any():
        return equal
    return dict(zip(ticks, (found / found.mean()).tolist(), strict=True))


def _per_tick(
    effect: NDArray[np.float64], design: HazardDesign, X: pd.DataFrame, ticks: list[str]
) -> NDArray[np.float64]:
    """Return what one tick adds: its own part and that of the count."""
    own, scale = design.owners(), float(X["confirmed"].std(ddof=0)) or 1.0
    single = np.array([effect[own == tick][0] for tick in ticks]) * TICK_PRIOR_SD
    count = effect[own == "confirmed"][0] / scale if "confirmed" in design.features else 0.0
    both: NDArray[np.float64] = single + count
    return both


def weigh(rows: pd.DataFrame, weights: dict[str, float]) -> pd.DataFrame:
    """Return snapshots whose count of confirmations is weighted; a deal never reviewed stays without one.

    Examples
    --------
    >>> rows = pd.DataFrame({"c6": [1.0, None], "f1": [1.0, None], "confirmed": [2.0, None]})
    >>> weigh(rows, {"c6": 1.5, "f1": 0.5})["confirmed"].tolist()
    [2.0, nan]
    """
    if not weights or "confirmed" not in rows.columns:
        return rows
    ticked = rows[list(weights)] * pd.Series(weights)
    return rows.assign(confirmed=ticked.sum(axis=1, min_count=1))


def one_tick_each(rows: pd.DataFrame, ticks: Sequence[str]) -> pd.DataFrame:
    """Return the first deal with an empty card, then with each confirmation alone: what one tick adds to any deal.

    Examples
    --------
    >>> one_tick_each(pd.DataFrame({"stage": ["bid"], "c6": [1.0], "f1": [None]}), ["c6", "f1"]).values.tolist()
    [['bid', 0.0, 0.0], ['bid', 1.0, 0.0], ['bid', 0.0, 1.0]]
    """
    cards = rows.iloc[[0] * (len(ticks) + 1)].reset_index(drop=True)
    alone = np.vstack([np.zeros(len(ticks)), np.eye(len(ticks))])
    cards = cards.assign(**dict(zip(ticks, alone.T, strict=True)))
    return cards.assign(confirmed=alone.sum(axis=1)) if "confirmed" in cards.columns else cards

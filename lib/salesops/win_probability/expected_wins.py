"""What a model that had not seen the end gave deals a quarter before they closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import expit, logit

from salesops.not_enough_data import NotEnoughData
from salesops.win_probability.evaluate import closed_until
from salesops.win_probability.marks import MONTHS_PER_QUARTER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from salesops.win_probability.learn import DealModel

MARKS_PER_YEAR = 12
FEWEST_EACH = 20


def chances_before_closing(learned: DealModel | NotEnoughData, quarters: int) -> pd.DataFrame | NotEnoughData:
    """Return the chance of each deal a quarter before it closed, from models that knew nothing of its year.

    For the closings of each year a model is learned from what was known when that year began. A model that had seen
    these closings would expect just what happened of each competitor, and nothing could be held against it. The
    chance is that of a deal which closes within the quarter, since these deals did.

    All deals of a year share its fortune: `expected` moves the log-odds of all its deals by one number, so that as
    many wins are expected as came, and what is left is how one kind of deal did against the others.

    Parameters
    ----------
    learned
        From `salesops.win_probability.learn.learn`.
    quarters
        Quarters back from the last day whose closings are wanted.

    Returns
    -------
    DataFrame
        opportunity_id, chance and expected; deals younger than a quarter when they closed have none and are left out.
    """
    if isinstance(learned, NotEnoughData):
        return learned
    if learned.uses_base_rate:
        return NotEnoughData("a model that tells deals apart", "every deal has the same chance here")
    rows = learned.snapshots
    looked = rows[rows["closed_mark"] - rows["mark"] == MONTHS_PER_QUARTER]
    starts = range(learned.last_mark - MARKS_PER_YEAR, -1, -MARKS_PER_YEAR)
    first = learned.last_mark - MONTHS_PER_QUARTER * quarters
    found = []
    for start in (start for start in starts if start + MARKS_PER_YEAR > first):
        year = looked[(looked["closed_mark"] > max(start, first)) & (looked["closed_mark"] <= start + MARKS_PER_YEAR)]
        if len(year) and min(closed_until(rows, start).values()) >= FEWEST_EACH:
            found.append(_chances(learned, start, year))
    if not found:
        return NotEnoughData(f"{FEWEST_EACH} deals won and {FEWEST_EACH} lost before the last year to learn from")
    return pd.concat(found, ignore_index=True)


def _chances(learned: DealModel, start: int, year: pd.DataFrame) -> pd.DataFrame:
    by = learned.model_at(start).predict_proba_by(year, [1.0])
    chance = (by.won / np.maximum(by.won + by.lost, 1e-300))[:, 0].clip(1e-6, 1 - 1e-6)
    expected = in_the_years_fortune(chance, float((year["status"] == "won").sum()))
    return pd.DataFrame({"opportunity_id": year["opportunity_id"].to_numpy(), "chance": chance, "expected": expected})


def in_the_years_fortune(chances: NDArray[np.float64], wins: float) -> NDArray[np.float64]:
    """Return chances whose log-odds are all moved alike, so that they add up to the wins that came.

    Half a win more and half a loss more keep a year of nothing but wins, or losses, from making all certain.

    Examples
    --------
    >>> in_the_years_fortune(np.array([0.2, 0.5, 0.8]), 1.5).round(3).tolist()
    [0.2, 0.5, 0.8]
    """
    odds, target = logit(chances), len(chances) * (wins + 0.5) / (len(chances) + 1)
    moved = brentq(lambda shift: float(expit(odds + shift).sum()) - target, -40.0, 40.0)
    expected: NDArray[np.float64] = expit(odds + moved)
    return expected

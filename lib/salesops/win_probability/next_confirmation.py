"""Which unticked confirmation goes with the largest gain, deal by deal and over the whole pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import expit

from salesops.win_probability.chances import Hazards, cumulative
from salesops.win_probability.confirmation_weights import one_tick_each
from salesops.win_probability.confirmations import COMES_LAST, CONFIRMATIONS, in_words
from salesops.win_probability.hazard import LandmarkHazard

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from salesops.win_probability.design import Matrix
    from salesops.win_probability.learn import DealModel


def gains_of_ticking(learned: DealModel) -> pd.DataFrame:
    """Return how much higher each open deal's chance is with one confirmation more, all else as it is.

    It is what goes with the confirmation among deals alike in all else the model knows: no proof that getting it
    would bring the gain.

    Parameters
    ----------
    learned
        From `salesops.win_probability.learn.learn`.

    Returns
    -------
    DataFrame of shape (open deals, confirmations in use)
        Gains in the chance of winning, indexed like `learned.today`; empty (NaN) where it is ticked already, or nobody
        has reviewed the deal.
    """
    model, today = learned.model, learned.today
    if not isinstance(model, LandmarkHazard):
        return pd.DataFrame(index=today.index)
    ticks = [tick for tick in CONFIRMATIONS if tick in model.features]
    _, won, lost = model.linear_predictors(today)
    chance = _in_the_end(won, lost)
    shifts = zip(ticks, _shifts(model, today, ticks), strict=True)
    with_it = {tick: _in_the_end(*(np.stack([won, lost]) + shift[:, None])) for tick, shift in shifts}
    gains = pd.DataFrame(with_it, index=today.index).sub(chance, axis=0)
    return gains.where(today[ticks] == 0)


def open_points(learned: DealModel) -> pd.DataFrame:
    """Return `gains_of_ticking`, the Win only where all the others are ticked: they are what leads to it."""
    gains = gains_of_ticking(learned)
    if COMES_LAST in gains:
        others_open = gains.drop(columns=COMES_LAST).notna().any(axis=1)
        gains[COMES_LAST] = gains[COMES_LAST].mask(others_open)
    return gains


def _shifts(model: LandmarkHazard, today: pd.DataFrame, ticks: list[str]) -> Matrix:
    """Return what each tick adds to both linear predictors of any deal, shape (ticks, 2, quarters)."""
    _, won, lost = model.linear_predictors(one_tick_each(today, ticks))
    both = np.stack([won, lost], axis=1)
    shifts: Matrix = both[1:] - both[:1]
    return shifts


def _in_the_end(won: Matrix, lost: Matrix) -> NDArray[np.float64]:
    return cumulative(Hazards(expit(won), expit(lost)), np.full((len(won), 1), np.inf)).won[:, 0]


def next_confirmations(learned: DealModel, amounts: pd.Series) -> pd.DataFrame:
    """Return for each open deal the unticked confirmation with the largest gain in expected amount.

    The Win is named only where all the others are ticked.

    Parameters
    ----------
    learned
        From `salesops.win_probability.learn.learn`.
    amounts
        Amount of each open deal, indexed like `learned.today`.

    Returns
    -------
    DataFrame
        next_confirmation in words (empty where none goes with a gain) and next_gain (chance gained × amount).
    """
    gains = open_points(learned)
    if gains.columns.empty:
        return pd.DataFrame({"next_confirmation": "", "next_gain": np.nan}, index=learned.today.index)
    best = gains.max(axis=1)
    named = gains.fillna(-1.0).idxmax(axis=1).map(in_words)
    helps = best > 0
    return pd.DataFrame({"next_confirmation": named.where(helps, ""), "next_gain": (best * amounts).where(helps)})


def most_hangs_on(deals: pd.DataFrame) -> pd.Series | None:
    """Return the confirmation on which most expected amount hangs, over the deals where it is the next.

    Parameters
    ----------
    deals
        From `salesops.win_probability.open_deals.open_deals`.

    Returns
    -------
    Series or None
        next_confirmation, gain and deals; None where no deal has a next confirmation.

    Examples
    --------
    >>> deals = pd.DataFrame({"next_confirmation": ["funds (C6)", "", "funds (C6)"], "next_gain": [5.0, None, 2.0]})
    >>> most = most_hangs_on(deals)
    >>> most["next_confirmation"], float(most["gain"]), int(most["deals"])
    ('funds (C6)', 7.0, 2)
    """
    named = deals[deals["next_gain"] > 0]
    if named.empty:
        return None
    per = named.groupby("next_confirmation")["next_gain"].agg(gain="sum", deals="size").reset_index()
    return per.iloc[int(per["gain"].argmax())]

"""What each thing known of a deal adds to its log-odds, exactly, against the average open deal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from salesops.win_probability.hazard import LandmarkHazard


def closing_weights(model: LandmarkHazard, today: pd.DataFrame) -> NDArray[np.float64]:
    """Return the share of the open deals' closings that falls into each quarter ahead, shape (quarters,)."""
    hazards = model.hazards(today)
    ends = hazards.won + (1 - hazards.won) * hazards.lost_if_not_won
    before = np.cumprod(np.hstack([np.ones((len(ends), 1)), 1 - ends[:, :-1]]), axis=1)
    closings: NDArray[np.float64] = (before * ends).sum(axis=0)
    closings /= closings.sum()
    return closings


def contributions(model: LandmarkHazard, today: pd.DataFrame) -> pd.DataFrame:
    """Return each feature's part in a deal's log-odds of being won rather than lost.

    The log-odds are the difference of the two linear predictors (won, and lost if not won), averaged over the
    quarters in which open deals close. They are a sum over columns, so the parts add up exactly to the deal's
    log-odds less the average deal's.

    Parameters
    ----------
    model
        Fitted model.
    today
        Snapshots of the open deals, n rows.

    Returns
    -------
    DataFrame of shape (n, features)
        Log-odds; each column has mean 0.
    """
    columns, _, _ = model.linear_predictors(today)
    # The intercept and the level of the quarter are the same for all deals and drop out.
    effect = (model.coefficients_[0] - model.coefficients_[1])[1:]
    averaged = np.einsum("nkc,k->nc", columns[:, :, 1:], closing_weights(model, today))
    parts = pd.DataFrame((averaged - averaged.mean(axis=0)) * effect, index=today.index)
    owners = model.design_.owners()
    names = [name for name in model.design_.features if name in owners]
    return pd.DataFrame({name: parts.loc[:, owners == name].sum(axis=1) for name in names}, index=today.index)

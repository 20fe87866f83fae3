"""The honest answer when nothing tells deals apart: the share won so far, for every deal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.utils.validation import check_is_fitted

from salesops.win_probability.chances import Chances, Hazards, quarters_at_risk
from salesops.win_probability.wilson import wilson_interval

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from salesops.win_probability.design import Matrix


class BaseRate(Chances):
    """One chance of winning for all deals: won ÷ closed; and how many close in each quarter ahead.

    Parameters
    ----------
    horizon_quarters
        Quarters ahead that are learned.

    Attributes
    ----------
    share_won_ : float
        Deals won ÷ deals closed.
    closing_ : ndarray of shape (horizon_quarters,)
        Chance of closing in each quarter ahead, for a deal open at its start.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"opportunity_id": list("abcde")})
    >>> kinds = ["won", "lost", "lost", "lost", "open"]
    >>> known = pd.DataFrame({"kind": kinds, "quarter": [0, 0, 1, 1, -1], "watched": 2})
    >>> BaseRate().fit(rows, known).win_probability(rows.head(1)).round(3).tolist()
    [0.25]
    """

    def __init__(self, horizon_quarters: int = 12) -> None:
        self.horizon_quarters = horizon_quarters

    def fit(self, X: pd.DataFrame, y: pd.DataFrame) -> BaseRate:
        """Learn from snapshots (opportunity_id) and how they ended (kind, quarter, watched)."""
        X, y = self._looks(X, y)
        kinds = y["kind"].groupby(X["opportunity_id"].to_numpy()).first()
        self.closed_ = int((kinds != "open").sum())
        self.share_won_ = float((kinds == "won").sum() / max(self.closed_, 1))
        _, ahead, event = quarters_at_risk(y, self.horizon_quarters)
        at_risk = np.bincount(ahead, minlength=self.horizon_quarters)
        closed = np.bincount(ahead[event != "open"], minlength=self.horizon_quarters)
        pooled = closed.sum() / max(at_risk.sum(), 1)
        # Far quarters were watched for few deals: they lean on the average of all.
        self.closing_ = (closed + 10 * pooled) / (at_risk + 10)
        return self

    def hazards(self, X: pd.DataFrame, quarters: int | None = None) -> Hazards:
        """Return the hazards of the first quarters ahead, shapes (n, quarters); of all learned if not given."""
        check_is_fitted(self, "closing_")
        closing = self.closing_[:quarters]
        won = closing * self.share_won_
        lost = closing * (1 - self.share_won_) / (1 - won)
        shape = (len(X), len(closing))
        return Hazards(np.broadcast_to(won, shape), np.broadcast_to(lost, shape))

    def win_interval(self, X: pd.DataFrame) -> tuple[Matrix, Matrix]:
        """Return Wilson's 80% interval of the share won, for each deal."""
        low, high = wilson_interval(np.array([self.share_won_ * self.closed_]), np.array([self.closed_]))
        ones: NDArray[np.float64] = np.ones(len(X))
        return low * ones, high * ones

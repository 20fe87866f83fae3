"""From hazards per quarter ahead to chances by any horizon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from salesops.win_probability.plain_labels import ENDINGS, are_outcomes, rows_alone, with_labels

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray
    from sklearn.utils import Tags

    from salesops.win_probability.design import Matrix


class Cumulative(NamedTuple):
    """Shares won, lost and still open by each horizon, each of shape (deals, horizons); they add up to 1."""

    won: Matrix
    lost: Matrix
    open: Matrix


class Hazards(NamedTuple):
    """Per quarter ahead: chance of winning, and of losing if not won, for a deal open at its start."""

    won: Matrix
    lost_if_not_won: Matrix


class Chances(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """What follows from hazards: chances by any horizon and in the end, in scikit-learn's conventions, too.

    Estimators learn from looks and how they ended. Plain labels of two classes do as well: each row is then a deal of
    its own that closed within the quarter, the second class won, and `predict` answers in the same labels.
    """

    features: Sequence[str] = ()

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        # Without features named there is nothing to tell rows by.
        tags.classifier_tags.poor_score = not self.features
        tags.input_tags.allow_nan = True
        return tags

    def predict_proba(self, X: pd.DataFrame) -> Matrix:
        """Return the chances of being lost and won in the end, shape (n, 2)."""
        check_is_fitted(self)
        won = self.win_probability(X if self.of_looks_ else rows_alone(self, X, self.features))
        return np.column_stack([1 - won, won])

    def predict(self, X: pd.DataFrame) -> NDArray[Any]:
        """Return the likelier ending of each snapshot."""
        chances = self.predict_proba(X)
        likelier: NDArray[Any] = self.classes_[chances.argmax(axis=1)]
        return likelier

    def _looks(self, X: pd.DataFrame, y: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return what is learned from as looks and how they ended, and note what came."""
        self.of_looks_ = are_outcomes(y)
        if self.of_looks_:
            self.classes_ = np.array(ENDINGS)
            return X, y
        rows, ended, self.classes_ = with_labels(self, X, y, self.features)
        return rows, ended

    def hazards(self, X: pd.DataFrame, quarters: int | None = None) -> Hazards:
        """Return the hazards of the first quarters ahead, shapes (n, quarters); of all learned if not given."""
        raise NotImplementedError

    def predict_proba_by(self, X: pd.DataFrame, quarters: Sequence[float] | Matrix) -> Cumulative:
        """Return the chances of being won, lost and still open by the end of each horizon.

        Parameters
        ----------
        X
            Snapshots, n rows.
        quarters
            Horizons in quarters from the snapshot, the same for all or of shape (n, horizons); parts of a quarter are
            interpolated, `inf` means in the end.
        """
        wanted = np.asarray(quarters, float)
        wanted = np.broadcast_to(wanted, (len(X), wanted.shape[-1]))
        last = wanted.max(initial=1.0)
        # Quarters after the last horizon would be worked out for nothing.
        return cumulative(self.hazards(X, int(np.ceil(last)) if np.isfinite(last) else None), wanted)

    def win_probability(self, X: pd.DataFrame) -> NDArray[np.float64]:
        """Return the chance of winning in the end, shape (n,)."""
        return self.predict_proba_by(X, [np.inf]).won[:, 0]


def quarters_at_risk(y: pd.DataFrame, horizon: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.str_]]:
    """Return one line per snapshot and quarter ahead in which the deal was open and watched to the end.

    Parameters
    ----------
    y
        kind, quarter and watched per snapshot.
    horizon
        Most quarters ahead.

    Returns
    -------
    position of the snapshot, quarter ahead (0 for the first), and won, lost or open at its end

    Examples
    --------
    >>> import pandas as pd
    >>> y = pd.DataFrame({"kind": ["won", "open"], "quarter": [1, -1], "watched": [4, 1]})
    >>> line, ahead, event = quarters_at_risk(y, 12)
    >>> list(zip(line.tolist(), ahead.tolist(), event.tolist()))
    [(0, 0, 'open'), (0, 1, 'won'), (1, 0, 'open')]
    """
    quarter, watched = y["quarter"].to_numpy(), y["watched"].to_numpy()
    ended = (quarter >= 0) & (quarter < watched)
    lines = np.minimum(np.where(ended, quarter + 1, watched), horizon)
    line = np.repeat(np.arange(len(y)), lines)
    ahead = np.arange(len(line)) - np.repeat(np.cumsum(lines) - lines, lines)
    last = ended[line] & (ahead == quarter[line])
    return line, ahead, np.where(last, y["kind"].to_numpy(str)[line], "open")


def cumulative(hazards: Hazards, quarters: Matrix) -> Cumulative:
    """Return shares won, lost and open by horizons that may differ from deal to deal.

    Parameters
    ----------
    hazards
        Shapes (n, K).
    quarters
        Horizons of each deal, shape (n, h); over K, or `inf`, means in the end: what is open after K quarters is
        split in proportion to the last quarter's chances.
    """
    won, lost = hazards.won, (1 - hazards.won) * hazards.lost_if_not_won
    stays = np.cumprod(1 - won - lost, axis=1)
    before = np.hstack([np.ones((len(won), 1)), stays[:, :-1]])
    remainder_won = stays[:, -1] * won[:, -1] / np.maximum(won[:, -1] + lost[:, -1], 1e-300)
    by_won = _with_ends(np.cumsum(before * won, axis=1), remainder_won)
    by_lost = _with_ends(np.cumsum(before * lost, axis=1), stays[:, -1] - remainder_won)
    share_won, share_lost = _between(by_won, quarters), _between(by_lost, quarters)
    return Cumulative(share_won, share_lost, 1 - share_won - share_lost)


def _with_ends(by_quarter: Matrix, remainder: NDArray[np.float64]) -> Matrix:
    """Put nothing before the first quarter and the final split after the last."""
    return np.hstack([np.zeros((len(by_quarter), 1)), by_quarter, by_quarter[:, -1:] + remainder[:, None]])


def _between(by_quarter: Matrix, quarters: Matrix) -> Matrix:
    last = by_quarter.shape[1] - 2
    inside = np.minimum(quarters, last)
    below = np.minimum(np.floor(inside).astype(int), last - 1)
    part = inside - below
    rows = np.arange(len(by_quarter))[:, None]
    between = by_quarter[rows, below] * (1 - part) + by_quarter[rows, below + 1] * part
    return np.where(quarters > last, by_quarter[:, -1:], between)

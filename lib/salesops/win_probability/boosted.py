"""Landmark hazards by gradient boosting, with trees that may not turn a confirmation against a deal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.utils.validation import check_is_fitted

from salesops.one_thread import one_thread
from salesops.win_probability.chances import Chances, Hazards, quarters_at_risk
from salesops.win_probability.confirmations import CONFIRMATIONS
from salesops.win_probability.features import BY_NAME

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray
    from sklearn.base import ClassifierMixin

    from salesops.win_probability.design import Matrix

# More of these never lowers the chance.
NEVER_AGAINST = (*CONFIRMATIONS, "confirmed")
# A category's rarer levels count as missing: trees take at most `max_bins`.
MOST_LEVELS = 60


class BoostedHazard(Chances):
    """Discrete-time competing risks on landmarks, by two monotone boosted forests (won; lost if not won).

    Parameters
    ----------
    features
        Names from the catalogue in `salesops.win_probability.features`.
    horizon_quarters
        Quarters ahead that are learned.
    max_iter, learning_rate, max_leaf_nodes
        Of `HistGradientBoostingClassifier`.

    Attributes
    ----------
    won_, lost_ : classifiers
        Of being won in a quarter, and of being lost if not won.
    n_iter_ : int
        Trees that were grown.
    """

    def __init__(
        self,
        features: Sequence[str] = (),
        horizon_quarters: int = 12,
        max_iter: int = 50,
        learning_rate: float = 0.1,
        max_leaf_nodes: int = 8,
    ) -> None:
        self.features = features
        self.horizon_quarters = horizon_quarters
        self.max_iter = max_iter
        self.learning_rate = learning_rate
        self.max_leaf_nodes = max_leaf_nodes

    def fit(self, X: pd.DataFrame, y: pd.DataFrame) -> BoostedHazard:
        """Learn from snapshots and how they ended (kind, quarter, watched)."""
        X, y = self._looks(X, y)
        line, ahead, event = quarters_at_risk(y, self.horizon_quarters)
        self.known_ahead_ = int(ahead.max())
        self.levels_ = {name: _levels(X[name]) for name in self.features if BY_NAME[name].kind == "category"}
        columns = self._columns(X, line, ahead)
        won = event == "won"
        with one_thread():
            self.won_ = self._grown(+1, columns, won)
            self.lost_ = self._grown(-1, columns[~won], event[~won] == "lost")
        self.n_iter_ = self.max_iter
        return self

    def hazards(self, X: pd.DataFrame, quarters: int | None = None) -> Hazards:
        """Return the hazards of the first quarters ahead, shapes (n, quarters); of all learned if not given."""
        check_is_fitted(self, "won_")
        quarters = min(quarters or self.horizon_quarters, self.horizon_quarters)
        line, ahead = np.repeat(np.arange(len(X)), quarters), np.tile(np.arange(quarters), len(X))
        columns = self._columns(X, line, np.minimum(ahead, self.known_ahead_))
        with one_thread():
            won, lost = (forest.predict_proba(columns)[:, -1] for forest in (self.won_, self.lost_))
        return Hazards(won.reshape(-1, quarters), lost.reshape(-1, quarters))

    def _grown(self, sign: int, columns: Matrix, event: NDArray[np.bool_]) -> ClassifierMixin:
        """Return a forest; where the event always happened it has nothing to tell lines by."""
        model = DummyClassifier() if event.all() else self._forest(sign)
        return model.fit(columns, event)

    def _forest(self, sign: int) -> HistGradientBoostingClassifier:
        directions = [sign * (name in NEVER_AGAINST) for name in self.features]
        return HistGradientBoostingClassifier(
            max_iter=self.max_iter,
            learning_rate=self.learning_rate,
            max_leaf_nodes=self.max_leaf_nodes,
            min_samples_leaf=60,
            max_bins=64,
            l2_regularization=5.0,
            monotonic_cst=[*directions, 0],
            categorical_features=[*(name in self.levels_ for name in self.features), False],
            early_stopping=False,
            random_state=0,
        )

    def _columns(self, X: pd.DataFrame, line: NDArray[np.int64], ahead: NDArray[np.int64]) -> Matrix:
        columns = [self._column(X[name])[line] for name in self.features]
        return np.column_stack([*columns, ahead.astype(float)])

    def _column(self, values: pd.Series) -> NDArray[np.float64]:
        levels = self.levels_.get(str(values.name))
        coded = values if levels is None else values.map(levels)
        return np.asarray(coded, dtype=np.float64)


def _levels(values: pd.Series) -> dict[str, float]:
    most = values.value_counts().head(MOST_LEVELS).index
    return {level: float(code) for code, level in enumerate(sorted(most))}

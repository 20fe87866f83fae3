"""A model of closed deals by their columns alone, for data that says nothing of when things were known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, column_or_1d, validate_data

from salesops.one_thread import one_thread
from salesops.win_probability.column_values import plain_values

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray
    from sklearn.utils import Tags

    Matrix = NDArray[np.float64]

EMPTY = "(empty)"
RARE = "(rare)"
SEED = 12
# What scikit-learn calls rows that are not learned from.
NOT_LEARNED = "no_validation"


class ColumnModel(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Chance of the second class by any columns: names with rare ones pooled, and numbers.

    It follows scikit-learn's conventions, so that `cross_val_score`, `clone` or a pipeline take it. It looks at deals
    as they stand today: use it where there is no history, and only on columns that
    `salesops.win_probability.leak_guard.usable_columns` has kept.

    Parameters
    ----------
    kind
        logistic (with a ridge on names and standardized numbers) or boosting (trees, which find curves and
        combinations by themselves).
    fewest
        Names of fewer rows than this are pooled into one.
    ridge
        Strength of the ridge, as variance of an effect before the data is seen.
    rounds
        Trees of the boosting.

    Attributes
    ----------
    classes_ : ndarray
        The two classes, in order.
    columns_ : tuple
        Names, or numbers, of the columns learned from.
    feature_names_in_ : ndarray of str
        Their names, where they have any.
    n_features_in_ : int
    names_ : dict of str to tuple
        By column of names, those with a level of their own.

    Examples
    --------
    >>> deals = pd.DataFrame({"source": ["web", "fair"] * 30, "visits": ["1", "4", "2"] * 20})
    >>> won = np.array([0, 1] * 30)
    >>> model = ColumnModel().fit(deals, won)
    >>> bool(model.predict_proba(deals)[1, 1] > 0.8)
    True
    """

    def __init__(
        self,
        kind: Literal["logistic", "boosting"] = "logistic",
        fewest: int = 20,
        ridge: float = 1.0,
        rounds: int = 150,
    ) -> None:
        self.kind = kind
        self.fewest = fewest
        self.ridge = ridge
        self.rounds = rounds

    def fit(self, X: pd.DataFrame, y: ArrayLike) -> ColumnModel:
        """Learn from rows and their classes.

        Parameters
        ----------
        X
            Any columns, n rows.
        y
            Two classes, n of them; the second in order is the one whose chance is wanted.

        Raises
        ------
        ValueError
            If there are not just two classes.
        """
        X, labels = _columns_of(self, X, y), column_or_1d(y, warn=True)
        check_classification_targets(labels)
        self.classes_, codes = np.unique(labels, return_inverse=True)
        if len(self.classes_) != 2:
            raise ValueError(
                f"Only binary classification is supported: ColumnModel wants two classes; y holds {len(self.classes_)} "
                f"{'class' if len(self.classes_) == 1 else 'classes'}"
            )
        values = {name: plain_values(X[name]) for name in X.columns}
        self.columns_ = tuple(values)
        self.names_ = {n: self._common(v) for n, v in values.items() if not pd.api.types.is_numeric_dtype(v)}
        self.numbers_ = {n: _middle_and_spread(v) for n, v in values.items() if n not in self.names_}
        with one_thread():
            self.model_ = self._estimator().fit(self._columns(X), codes)
        return self

    def predict_proba(self, X: pd.DataFrame) -> Matrix:
        """Return the chances of both classes, shape (n, 2). A name never seen counts as a rare one."""
        check_is_fitted(self, "model_")
        chances: Matrix = self.model_.predict_proba(self._columns(_columns_of(self, X)))
        return chances

    def predict(self, X: pd.DataFrame) -> NDArray[Any]:
        """Return the likelier class of each row."""
        chances = self.predict_proba(X)
        likelier: NDArray[Any] = self.classes_[chances.argmax(axis=1)]
        return likelier

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        tags.input_tags.allow_nan = tags.input_tags.categorical = tags.input_tags.string = True
        return tags

    def _estimator(self) -> Any:
        if self.kind == "logistic":
            from sklearn.linear_model import LogisticRegression

            return LogisticRegression(C=self.ridge, solver="newton-cholesky")
        from sklearn.ensemble import HistGradientBoostingClassifier

        return HistGradientBoostingClassifier(
            max_iter=self.rounds, learning_rate=0.06, max_leaf_nodes=15, random_state=SEED,
            categorical_features=[name in self.names_ for name in self.columns_],
        )  # fmt: skip

    def _common(self, values: pd.Series) -> tuple[str, ...]:
        counts = values.fillna(EMPTY).value_counts()
        return tuple(sorted(counts.index[counts >= self.fewest]))

    def _columns(self, X: pd.DataFrame) -> Matrix:
        parts = [self._of_column(name, plain_values(X[name])) for name in self.columns_]
        return np.column_stack(parts) if parts else np.zeros((len(X), 1))

    def _of_column(self, name: str, values: pd.Series) -> Matrix:
        if name in self.numbers_:
            return self._number(name, values)
        levels = (*self.names_[name], RARE)
        text = values.map(_as_name, na_action="ignore").fillna(EMPTY)
        codes = pd.Index(levels).get_indexer(pd.Index(text.where(text.isin(levels), RARE)))
        return np.eye(len(levels))[codes] if self.kind == "logistic" else codes.astype(float)

    def _number(self, name: str, values: pd.Series) -> Matrix:
        known = pd.to_numeric(values, errors="coerce").to_numpy(float)
        if self.kind == "boosting":
            return known
        middle, spread = self.numbers_[name]
        missing = np.isnan(known)
        return np.column_stack([np.where(missing, 0.0, (known - middle) / spread), missing])


def _columns_of(model: ColumnModel, X: ArrayLike, y: object = NOT_LEARNED) -> pd.DataFrame:
    """Return rows as a frame, whose columns must be those that were learned from; an array's are numbered."""
    if isinstance(X, pd.DataFrame):
        validate_data(model, X, y, reset=y is not NOT_LEARNED, skip_check_array=True)
        return X
    found = validate_data(model, X, y, reset=y is not NOT_LEARNED, dtype=None, ensure_all_finite="allow-nan")
    return pd.DataFrame(found[0] if isinstance(found, tuple) else found)


def _as_name(value: Any) -> str:
    """Return a value as the text it had where the column was one of names: 7 for 7.0."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _middle_and_spread(values: pd.Series) -> tuple[float, float]:
    filled = values.dropna().to_numpy(float)
    return (float(filled.mean()), float(filled.std()) or 1.0) if len(filled) else (0.0, 1.0)

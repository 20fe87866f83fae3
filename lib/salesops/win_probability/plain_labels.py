"""Looks and how they ended, out of whatever scikit-learn hands an estimator: frames of looks, or rows and labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import column_or_1d, validate_data

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray
    from sklearn.base import BaseEstimator

ENDINGS = ("lost", "won")
OUTCOMES = ("kind", "quarter", "watched")


def are_outcomes(y: object) -> bool:
    """Return whether y says of looks how and when they ended, and not just how."""
    return isinstance(y, pd.DataFrame) and set(OUTCOMES) <= set(y.columns)


def with_labels(
    estimator: BaseEstimator, X: ArrayLike, y: ArrayLike, features: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame, NDArray[Any]]:
    """Return rows with plain labels as looks, how they ended, and the two classes.

    Each row is a deal of its own that closed within the quarter after its look; the second class counts as won.

    Raises
    ------
    ValueError
        If rows and labels are not what a classifier can take, or there are not just two classes.
    """
    rows = _validated(estimator, X, y, features, reset=True)
    labels = column_or_1d(y, warn=True)
    check_classification_targets(labels)
    classes, codes = np.unique(labels, return_inverse=True)
    if len(classes) != len(ENDINGS):
        raise ValueError(
            f"Only binary classification is supported, into won and lost: y holds {len(classes)} "
            f"{'class' if len(classes) == 1 else 'classes'}"
        )
    ended = pd.DataFrame({"kind": np.array(ENDINGS)[codes], "quarter": 0, "watched": 1})
    return rows, ended, classes


def rows_alone(estimator: BaseEstimator, X: ArrayLike, features: Sequence[str]) -> pd.DataFrame:
    """Return rows like those that a plain estimator has learned from as looks."""
    return _validated(estimator, X, "no_validation", features, reset=False)


def _validated(
    estimator: BaseEstimator, X: ArrayLike, y: object, features: Sequence[str], *, reset: bool
) -> pd.DataFrame:
    # Features are looked up by name, and may be words; without any the values only have to be numbers.
    if features and not isinstance(X, pd.DataFrame):
        raise ValueError(f"X has no columns with names, of which {', '.join(features)} are needed: hand over a frame")
    found = validate_data(
        estimator,
        X,
        y,
        reset=reset,
        skip_check_array=bool(features),
        **({} if features else {"ensure_all_finite": "allow-nan"}),
    )
    checked = found[0] if isinstance(found, tuple) else found
    rows = X.reset_index(drop=True) if isinstance(X, pd.DataFrame) else pd.DataFrame(index=range(len(checked)))
    return rows if "opportunity_id" in rows.columns else rows.assign(opportunity_id=np.arange(len(rows)))

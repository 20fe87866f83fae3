"""One row per segment: who it is, how to tell, what it brings, how far it can be trusted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.customer_segmentation.mixture import mixture
from salesops.customer_segmentation.number_of_segments import MOST_POINTS, RESAMPLES
from salesops.customer_segmentation.rules import segment_rule
from salesops.customer_segmentation.stability import found_again
from salesops.customer_segmentation.traits import usable_conditions

if TYPE_CHECKING:
    from salesops.customer_segmentation.arrays import Labels
    from salesops.customer_segmentation.frozen_model import SegmentModel

MEDIANS = ("orders_per_year", "order_value", "products", "gap_cv", "amount_year")
FIDELITY = ("precision", "recall", "f1")
SEGMENT_COLUMNS = ("segment", "name", "rule", "customers", "revenue", "stability", *FIDELITY, *MEDIANS)


def segment_table(features: pd.DataFrame, labels: Labels, model: SegmentModel) -> pd.DataFrame:
    """Return one row per segment.

    Parameters
    ----------
    features
        Customers with at least three orders, n of them.
    labels
        Their segments, 0 to k − 1, shape (n,).
    model
        Which placed them.

    Returns
    -------
    DataFrame
        segment (1 to k), name, rule, customers, revenue (money of the last year), stability (Jaccard similarity with
        the segment as found in resampled customers), precision, recall, f1 (of the rule, among customers that it was
        not made from), and medians of orders_per_year, order_value, products, gap_cv and amount_year.
    """
    places = range(len(model.names))
    conditions = usable_conditions(features)
    rules = [segment_rule(features, labels == place, conditions) for place in places]
    table = pd.DataFrame(
        {
            "segment": [place + 1 for place in places],
            "name": model.names,
            "rule": [str(rule) for rule in rules],
            "customers": np.bincount(labels, minlength=len(places)),
            "revenue": np.bincount(labels, features["amount_year"], len(places)),
            "stability": _stability(features, labels, model),
            **{part: [getattr(rule, part) for rule in rules] for part in FIDELITY},
        }
    )
    medians = features[list(MEDIANS)].astype("float64").groupby(labels).median().reindex(places)
    return pd.concat([table, medians], axis=1)


def no_segments() -> pd.DataFrame:
    """Return the table without rows."""
    return pd.DataFrame({column: pd.Series(dtype="object") for column in SEGMENT_COLUMNS})


def _stability(features: pd.DataFrame, labels: Labels, model: SegmentModel) -> np.ndarray:
    rng = np.random.default_rng(0)
    rows = rng.permutation(len(features))[:MOST_POINTS]
    points, labels = model.scale(features.iloc[rows]), labels[rows]
    fit = partial(mixture, count=len(model.names), starts=1)
    known = np.unique(labels, return_inverse=True)
    found = np.full(len(model.names), np.nan)
    found[known[0]] = found_again(points, known[1], fit, RESAMPLES, rng)
    return found

"""Learning segments from the customers of one day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.customer_segmentation.contenders import contenders
from salesops.customer_segmentation.frozen_model import SegmentModel
from salesops.customer_segmentation.mixture import mixture
from salesops.customer_segmentation.naming import segment_names
from salesops.customer_segmentation.number_of_segments import MOST_POINTS, chosen_count, criteria, sample
from salesops.customer_segmentation.scale import Scale
from salesops.customer_segmentation.traits import telling_traits

if TYPE_CHECKING:
    from datetime import date

    from salesops.customer_segmentation.arrays import Floats, Labels
    from salesops.customer_segmentation.traits import Trait


@dataclass(frozen=True)
class Learned:
    """What one day's customers say about segments.

    Parameters
    ----------
    tests
        Result of `criteria`.
    others
        Result of `contenders`.
    model
        The segments, in the order of their revenue; None if there are none.
    """

    tests: pd.DataFrame
    others: pd.DataFrame
    model: SegmentModel | None


def learn(features: pd.DataFrame, day: date, segments: int = 0) -> Learned:
    """Learn segments, as many as wanted or, with 0, as many as prove themselves.

    Parameters
    ----------
    features
        Customers with at least three orders.
    day
        Which they are of.
    segments
        Number of segments wanted.
    """
    traits = telling_traits(features)
    scale = Scale.learn(features, tuple(trait.column for trait in traits))
    points = scale(features)
    tests = criteria(points)
    # Customers of five ways to buy cannot be asked to fall into six segments.
    count = min(segments, max(tests["segments"])) if segments else chosen_count(tests)
    model = _model(points, scale, count, pd.Timestamp(day))
    ours = model.place(features)
    if count > 1:
        model = _in_order_of_revenue(model, ours, features, traits)
    return Learned(tests, contenders(points, ours), model if count > 1 else None)


def _model(points: Floats, scale: Scale, count: int, day: pd.Timestamp) -> SegmentModel:
    fitted = mixture(sample(points, MOST_POINTS, np.random.default_rng(0)), count)
    return SegmentModel(day, ("",) * count, scale, fitted.weights_, fitted.means_, fitted.covariances_)


def _in_order_of_revenue(
    model: SegmentModel, labels: Labels, features: pd.DataFrame, traits: tuple[Trait, ...]
) -> SegmentModel:
    """Return the model with its segments in order, and named."""
    revenue = np.bincount(labels, features["amount"], len(model.weights))
    order = np.argsort(-revenue, kind="stable")
    centers = model.centers[order]
    return replace(model, names=segment_names(centers, traits), weights=model.weights[order], centers=centers)

"""Segments as they were learned on one day: kept, so that names stay from run to run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import softmax

from salesops.customer_segmentation.scale import Scale

if TYPE_CHECKING:
    from salesops.customer_segmentation.arrays import Floats, Labels

# A customer changes segment only when the new one is this likely.
SURE = 0.8
NOWHERE = -1
SCALE_PARTS = ("low", "high", "mean", "spread", "usual")


@dataclass(frozen=True)
class SegmentModel:
    """A mixture of normal distributions of one common covariance, on a fixed scale.

    Parameters
    ----------
    learned_on
        Day whose customers it was learned from.
    names
        Of the segments, k of them.
    scale
        From traits to d coordinates.
    weights
        Shares of customers, shape (k,).
    centers
        Shape (k, d).
    covariance
        Within segments, shape (d, d).
    """

    learned_on: pd.Timestamp
    names: tuple[str, ...]
    scale: Scale
    weights: Floats
    centers: Floats
    covariance: Floats

    def chances(self, features: pd.DataFrame) -> Floats:
        """Return how likely each customer belongs to each segment, shape (customers, k)."""
        slopes = np.linalg.solve(self.covariance, self.centers.T)
        heights = np.log(self.weights) - (self.centers.T * slopes).sum(axis=0) / 2
        chances: Floats = softmax(self.scale(features) @ slopes + heights, axis=1)
        return chances

    def place(self, features: pd.DataFrame, before: Labels | None = None) -> Labels:
        """Return each customer's segment, 0 to k − 1.

        Parameters
        ----------
        features
            Customers with at least three orders.
        before
            Segment of each so far, −1 for none. Who has one keeps it unless another is more than 80% likely: a
            customer at a border would else change sides with every order.
        """
        chances = self.chances(features)
        likely: Labels = chances.argmax(axis=1).astype(np.int64)
        if before is None:
            return likely
        stays = (before != NOWHERE) & (chances.max(axis=1) <= SURE)
        return np.where(stays, before, likely)

    def table(self) -> pd.DataFrame:
        """Return all of it as one table: part, segment, trait, other_trait, value, learned_on."""
        columns, names = self.scale.columns, self.names
        parts = [_part(part, [("", c, "") for c in columns], getattr(self.scale, part)) for part in SCALE_PARTS]
        parts.append(_part("weight", [(name, "", "") for name in names], self.weights))
        parts.append(_part("center", [(name, c, "") for name in names for c in columns], self.centers))
        parts.append(_part("covariance", [("", c, other) for c in columns for other in columns], self.covariance))
        frame = pd.concat(parts, ignore_index=True)
        return frame.assign(learned_on=self.learned_on)

    @classmethod
    def of_table(cls, table: pd.DataFrame) -> SegmentModel:
        """Return the model that `table` was made from."""
        part = dict(list(table.groupby("part", sort=False)))
        columns = tuple(part["mean"]["trait"])
        values = {name: rows["value"].to_numpy("float64") for name, rows in part.items()}
        return cls(
            learned_on=pd.Timestamp(table["learned_on"].iloc[0]),
            names=tuple(part["weight"]["segment"]),
            scale=Scale(columns, *(values[name] for name in SCALE_PARTS)),
            weights=values["weight"],
            centers=values["center"].reshape(-1, len(columns)),
            covariance=values["covariance"].reshape(len(columns), len(columns)),
        )


def _part(part: str, keys: list[tuple[str, str, str]], values: Floats) -> pd.DataFrame:
    frame = pd.DataFrame(keys, columns=["segment", "trait", "other_trait"])
    frame.insert(0, "part", part)
    return frame.assign(value=values.ravel())

"""Traits on one scale: logarithms, without extremes, in standard deviations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from salesops.customer_segmentation.arrays import Floats

# Parts per hundred cut off at each end before means and spreads are taken.
CLIPPED = 0.5


@dataclass(frozen=True)
class Scale:
    """How raw traits become coordinates, fixed on the day it was learned.

    Parameters
    ----------
    columns
        Columns of the features, d of them.
    low, high
        Logarithms beyond which values count as these, shape (d,).
    mean, spread
        Of the logarithms so cut, shape (d,).
    usual
        Logarithm that stands in for a missing value: the median, shape (d,).
    """

    columns: tuple[str, ...]
    low: Floats
    high: Floats
    mean: Floats
    spread: Floats
    usual: Floats

    @classmethod
    def learn(cls, features: pd.DataFrame, columns: tuple[str, ...]) -> Scale:
        """Learn the scale from customers."""
        logs = _logs(features, columns)
        usual = np.nanmedian(logs, axis=0)
        low, high = np.nanpercentile(logs, [CLIPPED, 100 - CLIPPED], axis=0)
        cut = np.clip(np.where(np.isnan(logs), usual, logs), low, high)
        return cls(columns, low, high, cut.mean(axis=0), np.maximum(cut.std(axis=0), 1e-9), usual)

    def __call__(self, features: pd.DataFrame) -> Floats:
        """Return coordinates, shape (customers, d).

        Examples
        --------
        >>> import pandas as pd
        >>> features = pd.DataFrame({"order_value": [1.0, 10.0, 100.0]})
        >>> Scale.learn(features, ("order_value",))(features).round(2).ravel().tolist()
        [-1.22, 0.0, 1.22]
        """
        logs = _logs(features, self.columns)
        cut = np.clip(np.where(np.isnan(logs), self.usual, logs), self.low, self.high)
        scaled: Floats = (cut - self.mean) / self.spread
        return scaled


def _logs(features: pd.DataFrame, columns: tuple[str, ...]) -> Floats:
    """Return logarithms; zero and less, which have none, are missing."""
    raw = features[list(columns)].to_numpy("float64", na_value=np.nan)
    return np.log(np.where(raw > 0, raw, np.nan))

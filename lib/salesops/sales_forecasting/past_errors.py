"""What past forecasts were off by, as the source of what may come."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from salesops.sales_forecasting.sample_paths import coherent_paths

if TYPE_CHECKING:
    from salesops.sales_forecasting.panel import Array


@dataclass(frozen=True)
class PastErrors:
    """Errors of rolling forecasts, each node on its own, and how they are made to add up.

    Parameters
    ----------
    errors
        Actual less forecast, NaN where unknown; origins × horizon × nodes.
    projection
        Makes values add up; nodes × nodes.
    level
        Level of each node.
    scale
        Usual error of repeating last year; one per node.
    """

    errors: Array
    projection: Array
    level: Array
    scale: Array

    def deviations(self, samples: int) -> Array:
        """Return how far what comes may lie from the forecast, as likely above as below; samples × horizon × nodes.

        There are no samples if too few origins have seen the whole horizon.
        """
        nothing = np.zeros(self.errors.shape[1:])
        return coherent_paths(nothing, self.errors, self.projection, self.level, self.scale, samples)

    def paths(self, mean: Array, samples: int) -> Array:
        """Return what may come, adding up along each path, every path with its mirror image around the forecast.

        Parameters
        ----------
        mean
            Forecast that adds up; horizon × nodes.
        samples
            Number of paths; half of them are drawn.

        Returns
        -------
        Array
            samples × horizon × nodes; no samples if too few origins have seen the whole horizon.
        """
        drawn = self.deviations(samples // 2)
        return np.concatenate([mean + drawn, mean - drawn])

    def without(self, origin: int) -> PastErrors:
        """Return the errors of all origins but one."""
        return replace(self, errors=np.delete(self.errors, origin, axis=0))

"""What is taken out of sales before they are forecast, and put back afterwards, as it was known at each origin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from salesops.sales_forecasting.calendar_effects import calendar_coefficients, calendar_factors

if TYPE_CHECKING:
    from salesops.sales_forecasting.nodes import Nodes
    from salesops.sales_forecasting.panel import Array


@dataclass(frozen=True)
class Adjustment:
    """Factors that months carry for a known reason.

    Parameters
    ----------
    past
        By how much each known month is raised; origins × months × nodes. What lies after an origin is not used.
    ahead
        By how much each month after the origin will be raised; origins × horizon × nodes.
    """

    past: Array
    ahead: Array

    def __mul__(self, other: Adjustment) -> Adjustment:
        """Return both reasons together."""
        return Adjustment(self.past * other.past, self.ahead * other.ahead)

    def take(self, nodes: Array) -> Adjustment:
        """Return that of some nodes."""
        return Adjustment(self.past[..., nodes], self.ahead[..., nodes])


def no_adjustment(nodes: Nodes, cuts: Array, horizon: int) -> Adjustment:
    """Return factors of one."""
    shape = (len(cuts), *nodes.past.shape)
    return Adjustment(np.ones(shape), np.ones((len(cuts), horizon, shape[2])))


def calendar_adjustment(nodes: Nodes, cuts: Array, horizon: int, calendar: Array) -> Adjustment:
    """Return what the calendar does to each month, learned anew at each origin from what was known then.

    Parameters
    ----------
    nodes
        What is forecast.
    cuts
        Months between each origin and the end of what is known.
    horizon
        Months ahead.
    calendar
        What moves, for the known months and the horizon; months × columns.
    """
    adjustment = no_adjustment(nodes, cuts, horizon)
    for origin, cut in enumerate(cuts):
        known = len(nodes.past) - cut
        sales, months = nodes.past[:known], np.maximum(nodes.months - cut, 0)
        coefficient = calendar_coefficients(sales, calendar[:known], months)
        factors = calendar_factors(calendar[: known + horizon], coefficient, known)
        adjustment.past[origin, :known] = factors[:known]
        adjustment.ahead[origin] = factors[known:]
    return adjustment

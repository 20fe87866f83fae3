"""Which known reasons (feast, working days, promotions) are taken out of sales and put back, and whether that helps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from salesops.sales_forecasting.adjustments import calendar_adjustment, no_adjustment
from salesops.sales_forecasting.base_forecasts import base_forecasts
from salesops.sales_forecasting.calendar_effects import calendar_coefficients
from salesops.sales_forecasting.promotions import promotion_adjustment
from salesops.sales_forecasting.series import CELL
from salesops.sales_forecasting.workdays import calendar_matrix, calendar_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from salesops.sales_forecasting.adjustments import Adjustment
    from salesops.sales_forecasting.nodes import Nodes
    from salesops.sales_forecasting.panel import Array
    from salesops.sales_forecasting.promotions import Exposure

NOTHING = ""
LEAST_GAIN = 0.005


@dataclass(frozen=True)
class Reasons:
    """What is known to move months, and what was made of it.

    Parameters
    ----------
    calendar
        What moves in the calendar, by name; one value per known month and month ahead.
    coefficient
        What each of them adds to log sales; names × nodes.
    change
        By how much past forecasts of whole levels would have been worse (above zero) or better with them, by the names
        taken in, joined by "+".
    used
        The one of these that is used; "" for none.
    planned
        Factors that planned promotions put on the months ahead; horizon × nodes.
    adjustment
        All that is taken out and put back.
    """

    calendar: Mapping[str, Array]
    coefficient: Array
    change: Mapping[str, float]
    used: str
    planned: Array
    adjustment: Adjustment


def reasons_for(
    nodes: Nodes, cuts: Array, minimum: int, horizon: int, country: str, exposure: Exposure | None
) -> Reasons:
    """Learn what calendar and promotions do, and keep of the calendar what makes past forecasts better.

    Parameters
    ----------
    nodes
        What is forecast.
    cuts
        Months between each origin and the end of what is known; the first is today's, 0.
    minimum
        Months that a node must have behind an origin.
    horizon
        Months ahead.
    country
        Whose holidays count; "" for none.
    exposure
        When promotions ran and will run; None to leave them out.
    """
    calendar = calendar_of(nodes.first, len(nodes.past) + horizon, country)
    promoted = no_adjustment(nodes, cuts, horizon)
    if exposure is not None:
        promoted = promotion_adjustment(nodes, cuts, horizon, exposure, calendar_matrix(calendar, len(exposure.share)))
    tried = {"+".join(names): promoted * _of(calendar, names, nodes, cuts, horizon) for names in _choices(calendar)}
    change = _changes(nodes, cuts, minimum, {NOTHING: promoted, **tried})
    best = min(change, key=lambda name: change[name])
    used = best if change[best] < -LEAST_GAIN else NOTHING
    matrix = calendar_matrix(calendar, len(nodes.past) + horizon)[: len(nodes.past)]
    coefficient = calendar_coefficients(nodes.past, matrix, nodes.months)
    return Reasons(calendar, coefficient, change, used, promoted.ahead[0], {NOTHING: promoted, **tried}[used])


def _choices(calendar: Mapping[str, Array]) -> list[tuple[str, ...]]:
    names = tuple(calendar)
    return [names[: count + 1] for count in range(len(names))]


def _of(calendar: Mapping[str, Array], names: tuple[str, ...], nodes: Nodes, cuts: Array, horizon: int) -> Adjustment:
    columns = np.stack([calendar[name] for name in names], axis=1)
    return calendar_adjustment(nodes, cuts, horizon, columns)


def _changes(nodes: Nodes, cuts: Array, minimum: int, tried: Mapping[str, Adjustment]) -> dict[str, float]:
    """Return the mean log ratio of past errors with and without, over nodes above cells and reps; 0 if untested."""
    if len(tried) == 1 or len(cuts) == 1:
        return {NOTHING: 0.0}
    upper = np.flatnonzero(~nodes.facts["level"].isin([CELL, "rep"]) & nodes.long)
    few = nodes.take(upper)
    errors = {
        name: np.nanmean(np.abs(base_forecasts(few, cuts, minimum, adjustment.take(upper)).rolling.error), axis=(0, 1))
        for name, adjustment in tried.items()
    }
    known = np.isfinite(errors[NOTHING]) & (errors[NOTHING] > 0)
    return {name: float(np.log(error[known] / errors[NOTHING][known]).mean()) for name, error in errors.items()}

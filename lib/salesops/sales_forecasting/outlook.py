"""One forecast of every part of the business that adds up, with the rolling forecasts of the past it is judged by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from salesops.not_enough_data import NotEnoughData
from salesops.sales_forecasting.base_forecasts import MONTHS_PER_YEAR, base_forecasts, origins_of
from salesops.sales_forecasting.facts import NO_SALES, OK, SHORT, TOO_SHORT, series_facts
from salesops.sales_forecasting.naive import naive_error
from salesops.sales_forecasting.nodes import nodes_of
from salesops.sales_forecasting.past_errors import PastErrors
from salesops.sales_forecasting.reasons import reasons_for
from salesops.sales_forecasting.reconciliation import projection
from salesops.sales_forecasting.series import COMPANY
from salesops.sales_forecasting.structure import structure_of

if TYPE_CHECKING:
    import pandas as pd

    from salesops.sales_forecasting.nodes import Nodes
    from salesops.sales_forecasting.panel import Array
    from salesops.sales_forecasting.promotions import Exposure
    from salesops.sales_forecasting.reasons import Reasons
    from salesops.sales_forecasting.rolling import RollingForecasts
    from salesops.sales_forecasting.structure import Structure

SAMPLES = 1000


@dataclass(frozen=True)
class Outlook:
    """Everything that one batch of forecasts knows; nodes are the last axis throughout, in the order of `nodes`.

    Parameters
    ----------
    history
        Monthly sales of every part, also of those that are not forecast.
    facts
        Result of `series_facts`: all parts.
    nodes
        The parts that are forecast, and their known sales.
    structure
        How they add up.
    mean
        Forecasts ahead, adding up to the cent; horizon × nodes.
    model
        Name of what each node was forecast by before forecasts were made to add up.
    rolling
        The past forecast again, also made to add up.
    reasons
        What calendar and promotions do, and what was made of it.
    past
        What forecasts were off by before they were made to add up, from which paths are drawn.
    paths
        What may come, adding up along each path; samples × horizon × nodes, without samples if history is too short.
    """

    history: pd.DataFrame
    facts: pd.DataFrame
    nodes: Nodes
    structure: Structure
    mean: Array
    model: Array
    rolling: RollingForecasts
    reasons: Reasons
    past: PastErrors
    paths: Array

    @property
    def level(self) -> Array:
        """Return the level of each node."""
        return self.nodes.facts["level"].to_numpy(str)

    @property
    def key(self) -> Array:
        """Return the name of each node within its level."""
        return self.nodes.facts["key"].to_numpy(str)

    @property
    def horizon(self) -> int:
        """Return the number of months ahead."""
        return len(self.mean)

    @property
    def last_month(self) -> np.datetime64:
        """Return the last month with known sales, which is the same for all series."""
        month: np.datetime64 = self.history["ds"].max().to_datetime64().astype("datetime64[M]")
        return month

    @property
    def floor(self) -> Array:
        """Return the least that can be sold: zero, unless returns have made months negative; one per node."""
        return _floor(self.nodes)

    def column(self, level: str, key: str) -> int:
        """Return the position of a node, or -1 if it is not forecast."""
        found = np.flatnonzero((self.level == level) & (self.key == key))
        return int(found[0]) if len(found) else -1

    def sums(self, first: int, last: int) -> Array:
        """Return what may be sold over steps `first` to `last` ahead (from 1, both included); samples × nodes."""
        total: Array = self.paths[:, first - 1 : last].sum(axis=1)
        return total


def forecast_sales(
    history: pd.DataFrame | NotEnoughData,
    horizon_months: int = 12,
    backtest_origins: int = 24,
    min_history_months: int = 18,
    country: str = "",
    exposure: Exposure | NotEnoughData | None = None,
) -> Outlook | NotEnoughData:
    """Forecast each part of the business, and the past again from rolling origins, so that parts add up.

    Parameters
    ----------
    history
        Result of `monthly_sales`.
    horizon_months
        Months ahead.
    backtest_origins
        Past months from which everything is forecast again, fitted anew on what was known then. Each lies a whole
        horizon back where history allows, nearer where it does not.
    min_history_months
        Parts of the business with fewer months borrow from what they are part of.
    country
        Whose working days and feasts are looked at; "" for none.
    exposure
        When promotions ran and will run; those that are absent change nothing.

    Returns
    -------
    Outlook or NotEnoughData
        NotEnoughData if the company as a whole has too few months.
    """
    if isinstance(history, NotEnoughData):
        return history
    facts = series_facts(history, min_history_months)
    company = facts[facts["level"] == COMPANY].iloc[0]
    if company["status"] != OK:
        return NotEnoughData(f"orders over {min_history_months} months", _why(company))
    nodes = nodes_of(history, facts)
    structure = structure_of(nodes.facts)
    cuts, minimum = origins_of(nodes, horizon_months, backtest_origins)
    promoted = None if isinstance(exposure, NotEnoughData) else exposure
    reasons = reasons_for(nodes, cuts, minimum, horizon_months, country, promoted)
    base = base_forecasts(nodes, cuts, minimum, reasons.adjustment)
    matrix = projection(structure.constraints, base.rolling.error[:, 0])
    mean = structure.exact(base.mean @ matrix.T, _floor(nodes))
    rolling = replace(base.rolling, mean=_coherent_past(base.rolling, structure))
    past = PastErrors(base.rolling.error, matrix, nodes.facts["level"].to_numpy(str), _scale(nodes))
    return Outlook(
        history, facts, nodes, structure, mean, base.model, rolling, reasons, past, past.paths(mean, SAMPLES)
    )


def _coherent_past(rolling: RollingForecasts, structure: Structure) -> Array:
    """Return past forecasts that add up, each by the errors of all origins but its own."""
    past = np.empty_like(rolling.mean)
    for origin, mean in enumerate(rolling.mean):
        matrix = projection(structure.constraints, np.delete(rolling.error[:, 0], origin, axis=0))
        known = np.isfinite(mean)
        past[origin] = np.where(known, np.where(known, mean, 0.0) @ matrix.T, np.nan)
    return past


def _scale(nodes: Nodes) -> Array:
    """Return the usual error of repeating last year; one per node."""
    panel, order = nodes.panel()
    scale = np.empty(len(order))
    scale[order] = naive_error(panel, MONTHS_PER_YEAR)
    return scale


def _floor(nodes: Nodes) -> Array:
    return np.where(nodes.past.min(axis=0) >= 0, 0.0, -np.inf)


def _why(company: pd.Series) -> str:
    if company["status"] in {SHORT, TOO_SHORT}:
        return f"there are {company['months']}"
    if company["status"] == NO_SALES:
        return "all months add up to zero"
    return f"the last order is from {company['last_sale']}, {company['silent_months']} months before the day asked for"

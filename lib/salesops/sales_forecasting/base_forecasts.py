"""Every node forecast on its own, today and from past months, before forecasts are made to add up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from salesops.sales_forecasting.forms import forecast_panel
from salesops.sales_forecasting.lending import borrowed, lenders
from salesops.sales_forecasting.rolling import RollingForecasts, choose_cuts, roll

if TYPE_CHECKING:
    from salesops.sales_forecasting.nodes import Nodes
    from salesops.sales_forecasting.panel import Array

MONTHS_PER_YEAR = 12
FEWEST_TRAINING_MONTHS = 6
BORROWED_MODEL = "share of what it is part of"


@dataclass(frozen=True)
class BaseForecasts:
    """Forecasts of each node by itself.

    Parameters
    ----------
    mean
        Horizon × nodes.
    model
        Name of what each node was forecast by.
    rolling
        The past forecast again; its last axis is that of the nodes.
    """

    mean: Array
    model: Array
    rolling: RollingForecasts


def base_forecasts(nodes: Nodes, horizon: int, origins: int) -> BaseForecasts:
    """Forecast every node from its own history, and short ones by their share of what they are part of.

    Parameters
    ----------
    nodes
        What to forecast.
    horizon
        Months ahead.
    origins
        Past months from which everything is forecast again.
    """
    panel, columns = nodes.panel()
    minimum = min(2 * MONTHS_PER_YEAR + 2, max(2 * panel.rows // 3, FEWEST_TRAINING_MONTHS))
    cuts = choose_cuts(panel.rows, horizon, origins, minimum)
    own = forecast_panel(panel, horizon, MONTHS_PER_YEAR)
    rolled = roll(panel, horizon, MONTHS_PER_YEAR, cuts, minimum)
    lender = lenders(nodes.facts, nodes.long)
    mean = np.full((1, horizon, len(nodes.facts)), np.nan)
    mean[0][:, columns] = own.mean
    mean = borrowed(mean, nodes.past, nodes.months, lender, np.zeros(1, int))[0]
    model = np.full(len(nodes.facts), BORROWED_MODEL, dtype=object)
    model[columns] = own.model
    rolling = _spread_out(rolled, columns, nodes, lender)
    return BaseForecasts(np.nan_to_num(mean), model.astype(str), rolling)


def _spread_out(rolled: RollingForecasts, columns: Array, nodes: Nodes, lender: Array) -> RollingForecasts:
    """Return rolling forecasts of all nodes: those of the panel's columns, and what the others would have borrowed."""
    count = len(nodes.facts)

    def all_nodes(values: Array) -> Array:
        wide = np.full((*values.shape[:-1], count), np.nan)
        wide[..., columns] = values
        return wide

    mean = borrowed(all_nodes(rolled.mean), nodes.past, nodes.months, lender, rolled.cuts)
    actual = np.where(np.isfinite(mean), _outcomes(nodes.past, rolled.cuts, mean.shape[1]), np.nan)
    naive = np.where(np.isfinite(mean), _year_before(nodes, rolled.cuts, mean.shape[1]), np.nan)
    return RollingForecasts(rolled.cuts, mean, naive, actual, all_nodes(rolled.sigma), all_nodes(rolled.scale))


def _year_before(nodes: Nodes, cuts: Array, horizon: int) -> Array:
    """Return the seasonal naive forecast of all nodes, the last value below a year; origins × horizon × nodes."""
    end = len(nodes.past) - cuts
    row = end[:, None] - MONTHS_PER_YEAR + np.arange(horizon) % MONTHS_PER_YEAR
    has_year = (nodes.months - cuts[:, None] >= MONTHS_PER_YEAR)[:, None]
    naive: Array = np.where(has_year, nodes.past[np.maximum(row, 0)], nodes.past[end - 1][:, None])
    return naive


def _outcomes(past: Array, cuts: Array, horizon: int) -> Array:
    """Return what happened after each origin, NaN for what is still to come; origins × horizon × nodes."""
    row = len(past) - cuts[:, None] + np.arange(horizon)
    there = row < len(past)
    outcome: Array = np.where(there[..., None], past[np.minimum(row, len(past) - 1)], np.nan)
    return outcome

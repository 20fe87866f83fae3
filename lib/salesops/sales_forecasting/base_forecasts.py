"""Every node forecast on its own, today and from past months, before forecasts are made to add up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from salesops.sales_forecasting.forms import forecast_panel
from salesops.sales_forecasting.lending import borrowed, lenders
from salesops.sales_forecasting.naive import naive_error
from salesops.sales_forecasting.panel import Panel
from salesops.sales_forecasting.rolling import RollingForecasts, choose_cuts

if TYPE_CHECKING:
    from salesops.sales_forecasting.adjustments import Adjustment
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


def origins_of(nodes: Nodes, horizon: int, origins: int) -> tuple[Array, int]:
    """Return the months between each origin and the end, today (0) first, and the months an origin must know.

    Besides the origins whose whole horizon is known come those nearer to today, which have seen part of it.
    """
    longest = int(nodes.months.max())
    minimum = min(2 * MONTHS_PER_YEAR + 2, max(2 * longest // 3, FEWEST_TRAINING_MONTHS))
    return np.concatenate([[0], choose_cuts(longest, horizon, origins, minimum, whole=False)]), minimum


def base_forecasts(nodes: Nodes, cuts: Array, minimum: int, adjustment: Adjustment) -> BaseForecasts:
    """Forecast every node from its own history, and short ones by their share of what they are part of.

    All origins and nodes are one batch, each origin on what was known then.

    Parameters
    ----------
    nodes
        What to forecast.
    cuts
        Months between each origin and the end of what is known; the first is today's, 0.
    minimum
        Months that a node must have behind an origin; today those of a long history stand in any case.
    adjustment
        What is taken out before and put back after.
    """
    lender = lenders(nodes.facts, nodes.long)
    mean, sigma, scale, model = _own(nodes, cuts, minimum, adjustment)
    mean = borrowed(mean, nodes.past, nodes.months, lender, cuts)
    actual = np.where(np.isfinite(mean), _outcomes(nodes.past, cuts, mean.shape[1]), np.nan)
    naive = np.where(np.isfinite(mean), _year_before(nodes, cuts, mean.shape[1]), np.nan)
    rolling = RollingForecasts(cuts[1:], mean[1:], naive[1:], actual[1:], sigma[1:], scale[1:])
    return BaseForecasts(np.nan_to_num(mean[0]), model, rolling)


def _own(nodes: Nodes, cuts: Array, minimum: int, adjustment: Adjustment) -> tuple[Array, Array, Array, Array]:
    """Return means and spreads, origins × horizon × nodes, naive errors, origins × nodes, and today's models."""
    ahead = adjustment.ahead
    mean, sigma = np.full((2, *ahead.shape), np.nan)
    scale = np.full((len(cuts), len(nodes.facts)), np.nan)
    panel, origin, node, row = _past_panel(nodes, cuts, minimum)
    factor = np.where(panel.started, adjustment.past[origin, row, node], 1.0)
    forecast = forecast_panel(panel.with_values(panel.values / factor), ahead.shape[1], MONTHS_PER_YEAR)
    mean[origin, :, node] = forecast.mean.T * ahead[origin, :, node]
    sigma[origin, :, node] = forecast.sigma.T * ahead[origin, :, node]
    scale[origin, node] = naive_error(panel, MONTHS_PER_YEAR)
    model = np.full(len(nodes.facts), BORROWED_MODEL, dtype=object)
    model[node[origin == 0]] = forecast.model[origin == 0]
    return mean, sigma, scale, model.astype(str)


def _past_panel(nodes: Nodes, cuts: Array, minimum: int) -> tuple[Panel, Array, Array, Array]:
    """Return all long series as they were at all origins, each column's origin and node, and each cell's month."""
    lengths = nodes.months - cuts[:, None]
    enough = np.where(cuts[:, None] == 0, nodes.long, lengths >= minimum)
    origin, node = np.nonzero(enough & nodes.long)
    order = np.argsort(-lengths[origin, node], kind="stable")
    origin, node = origin[order], node[order]
    known = lengths[origin, node]
    rows = int(known[0])
    row = np.maximum(np.arange(rows)[:, None] + len(nodes.past) - rows - cuts[origin], 0)
    values = np.where(np.arange(rows)[:, None] >= rows - known, nodes.past[row, node], 0.0)
    return Panel(values, known), origin, node, row


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

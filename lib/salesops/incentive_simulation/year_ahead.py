"""The year ahead: what each seller may reach, how effort answers to pay, and what each plan then costs and brings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.incentive_simulation.curves import seller_curve
from salesops.incentive_simulation.effort import Beliefs
from salesops.incentive_simulation.elasticity import Elasticity, estimate_elasticity, prior
from salesops.incentive_simulation.outlook import Outlook, rep_outlook
from salesops.incentive_simulation.plan_change import plan_change
from salesops.incentive_simulation.quarters import MONTHS, QUARTERS, quarter_ends
from salesops.incentive_simulation.results import MEASURES
from salesops.incentive_simulation.search import Search, search
from salesops.incentive_simulation.simulation import Simulation, simulate
from salesops.not_enough_data import NotEnoughData, passes_not_enough_data

if TYPE_CHECKING:
    from collections.abc import Mapping

    from salesops.incentive_simulation.inputs import Inputs
    from salesops.incentive_simulation.parameters import Parameters
    from salesops.incentive_simulation.plan import IncentivePlan
    from salesops.tables import Tables

NO_MARGIN = NotEnoughData("orders.cost", "without margins, nobody can say which plan leaves most")
SET_BY_HAND = "the parameter elasticity"
FIXED_LOG_SD = 0.02
"""Spread of an elasticity that was set by hand: next to none."""

OTHER_MEASURES = tuple(measure for measure in MEASURES if measure not in ("sales", "margin"))
RANGE = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4)
FEWER_DRAWS = 400


def year_ahead(
    paid: pd.DataFrame | NotEnoughData,
    forecast: pd.DataFrame | NotEnoughData,
    inputs: Inputs,
) -> Outlook | NotEnoughData:
    """Return what each seller may reach in a coming quarter, in sum as the sales forecast has it.

    Each one's own record says how they stand to each other and how they swing; their deals, who starts ahead in the
    coming quarter; the company's forecast of the next four quarters, how high all of them stand together. Where it has
    not been published, the record stands alone.

    Parameters
    ----------
    paid
        From `payable`.
    forecast
        Table forecast of sales_forecasting.
    inputs
        From `rep_inputs`: what of each product line, and to which market, each one sold, and which deals are on.
    """
    if isinstance(paid, NotEnoughData):
        return paid
    outlook = rep_outlook(paid, mix=inputs.mix, deals=inputs.deals, gone=inputs.gone)
    factor = 1.0 if isinstance(outlook, NotEnoughData) else _forecast_factor(outlook, paid, forecast)
    return outlook if isinstance(outlook, NotEnoughData) else _with_other_measures(outlook, paid).moved(factor)


def _with_other_measures(outlook: Outlook, paid: pd.DataFrame) -> Outlook:
    """Return an outlook whose people have measures besides sales and margin as they were in the last four quarters.

    These are not drawn: nobody knows how they swing with sales. Who has no figure of one has that of their role.
    """
    names = [name for measure in OTHER_MEASURES for name in (measure, f"{measure}_quota")]
    year = paid[paid["quarter"] > paid["quarter"].max() - QUARTERS]
    own = year.groupby("rep_id")[names].mean().reindex(outlook.people["rep_id"]).set_axis(outlook.people.index)
    role = own.groupby(outlook.people["role"]).transform("mean")
    return replace(outlook, people=outlook.people.assign(**own.fillna(role)))


def _forecast_factor(outlook: Outlook, paid: pd.DataFrame, forecast: pd.DataFrame | NotEnoughData) -> float:
    if isinstance(forecast, NotEnoughData):
        return 1.0
    first, last = quarter_ends(paid["quarter"].max() + np.array([1, QUARTERS]))
    months = pd.period_range(first[0], last[1], freq="M").astype(str)
    rows = forecast[(forecast["level"] == "company") & forecast["period"].astype(str).isin(months)]
    expected = float(outlook.expected_sales.sum()) * QUARTERS
    whole = len(rows) == QUARTERS * MONTHS and expected > 0 and rows["mean"].sum() > 0
    return float(rows["mean"].sum()) / expected if whole else 1.0


def earlier_plan(plans: Mapping[str, IncentivePlan]) -> IncentivePlan | None:
    """Return the plan in force before today's, which is the first: from its change something can be learned."""
    others = [plan for plan in list(plans.values())[1:] if plan.in_force]
    return max(others, key=lambda plan: max(str(time.ends) for time in plan.in_force), default=None)


def believed_elasticity(
    known: Tables,
    plans: Mapping[str, IncentivePlan],
    outlook: Outlook | NotEnoughData,
    parameters: Parameters,
) -> Elasticity:
    """Return how strongly sales answer to marginal pay: set by the parameter, or learned from the last change of plan.

    Parameters
    ----------
    known
        The tables as of a day.
    plans
        By name; the first is today's.
    outlook
        From `year_ahead`: what sellers may expect, and so what effort is worth to them.
    parameters
        The notebook's.
    """
    if parameters.elasticity > 0:
        return Elasticity(prior(parameters.elasticity, FIXED_LOG_SD), None, SET_BY_HAND)
    today, before = next(iter(plans.values())), earlier_plan(plans)
    regions = known.frame("reps", "region")
    by_rep = None if isinstance(regions, NotEnoughData) else regions.set_index("rep_id")["region"]
    orders = known.frame("orders", "rep_id")
    change = orders if isinstance(orders, NotEnoughData) else plan_change(orders, before, today, by_rep)
    beliefs = None if isinstance(outlook, NotEnoughData) else Beliefs.of(outlook)
    return estimate_elasticity(change, before, today, beliefs)


@passes_not_enough_data
def simulated(
    plans: Mapping[str, IncentivePlan], outlook: Outlook, elasticity: Elasticity, parameters: Parameters
) -> Simulation:
    """Return a year under each plan, with the same luck for all."""
    today, before = parameters.plans[0], earlier_plan(plans)
    return simulate(plans, outlook, elasticity, today, before, parameters.draws, movable=parameters.movable)


@passes_not_enough_data
def by_elasticity(
    plans: Mapping[str, IncentivePlan], outlook: Outlook, parameters: Parameters
) -> pd.DataFrame | NotEnoughData:
    """Return plan, elasticity, cost, sales and profit in the mean, for each elasticity that may be true.

    Luck is the same for all, so that differences between plans are those of effort and pay alone.
    """
    if outlook.sellers["margin_rate"].isna().any():
        return NO_MARGIN
    parts, draws = [], min(parameters.draws, FEWER_DRAWS)
    for eta in RANGE:
        fixed = Elasticity(prior(eta, FIXED_LOG_SD))
        year = simulate(plans, outlook, fixed, parameters.plans[0], earlier_plan(plans), draws)
        rows = [
            (name, eta, year.cost[name].mean(), year.sales[name].mean(), year.profit[name].mean()) for name in plans
        ]
        parts.append(pd.DataFrame(rows, columns=["plan", "elasticity", "cost", "sales", "profit"]))
    return pd.concat(parts, ignore_index=True)


@passes_not_enough_data
def searched(plans: Mapping[str, IncentivePlan], outlook: Outlook, elasticity: Elasticity) -> Search | NotEnoughData:
    """Return what other terms for sellers would bring at the cost of today's plan at today's results."""
    curves = [seller_curve(plan) for plan in plans.values()]
    before = earlier_plan(plans)
    reference = curves[0] if before is None else seller_curve(before)
    if outlook.sellers["margin_rate"].isna().any():
        return NO_MARGIN
    return search(curves[0], reference, outlook.paid_as(next(iter(plans.values()))), elasticity)

"""The section on what plans cost and bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.incentive_simulation import figures_cost as figures
from salesops.incentive_simulation.plan_answers import recommended, row_of
from salesops.incentive_simulation.sections_past import title_of
from salesops.report import Chart, Col, DataTable, Pair, Section, money, plural, section, share

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from salesops.incentive_simulation.parameters import Parameters
    from salesops.incentive_simulation.plan import IncentivePlan
    from salesops.incentive_simulation.simulation import Simulation


@section("Cost and sales")
def cost_section(
    table: pd.DataFrame, simulation: Simulation, plans: Mapping[str, IncentivePlan], parameters: Parameters
) -> Section:
    """Show cost and sales of each plan as distributions, from `plan_table`."""
    currency, titles = parameters.currency, [title_of(plan) for plan in plans.values()]
    name = recommended(table)
    best = row_of(table, name)
    headline = (
        f"{title_of(plans[name])} costs {money(best['cost_mean'], currency)} a year and leaves "
        f"{money(best['profit_mean'], currency)}, the most of {plural(len(plans), 'plan')}"
    )
    cost = Chart(
        lambda narrow: figures.cost_distributions(
            titles, list(simulation.cost.values()), currency, narrow=narrow, half=True
        ),
        alt="Bars of the incentive pay of a year under each plan: median, middle half, four years in five.",
        title="Incentive pay of everybody",
        half=True,
    )
    sales = Chart(
        lambda narrow: figures.cost_distributions(
            titles, list(simulation.sales.values()), currency, narrow=narrow, half=True
        ),
        alt="Bars of the sales of a year under each plan: median, middle half, four years in five.",
        title="Sales",
        half=True,
    )
    return Section("", headline, _text(table, plans, parameters), (Pair(cost, sales), _table(table, titles, currency)))


def _text(table: pd.DataFrame, plans: Mapping[str, IncentivePlan], parameters: Parameters) -> str:
    budget = parameters.budget or float(table["cost_mean"].iloc[0])
    what = "the budget of" if parameters.budget else "what today's plan costs,"
    over = ", ".join(
        f"{title_of(plans[name])} {share(chance)}"
        for name, chance in zip(table["plan"], table["over_budget"], strict=True)
    )
    return (
        f"A year is simulated {parameters.draws:,} times, with the same luck for every plan: results swing together by "
        f"company and region, and effort answers to pay. The chance to cost more than {what} "
        f"{money(budget, parameters.currency)}: {over}."
    )


def _table(table: pd.DataFrame, titles: list[str], currency: str) -> DataTable:
    columns = [
        Col("title", "Plan"),
        Col("cost_mean", "Cost", "money", currency),
        Col("cost_p90", "Cost, one year of ten", "money", currency),
        Col("sales_mean", "Sales", "money", currency),
        Col("cost_of_sales", "Cost of sales", "share", digits=1),
        Col("profit_mean", "Left over", "money", currency),
        Col("gain", "Over today", "money", currency),
        Col("p_better", "Chance to beat today", "bar"),
        Col("share_at_quota", "Sellers at quota", "share"),
    ]
    caption = "Left over: margin of the sales less incentive pay, before all other costs."
    return DataTable(table.assign(title=titles), columns, caption)

"""The section on what plans cost and bring."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from salesops.incentive_simulation import figures_cost as figures
from salesops.incentive_simulation.not_reckoned import not_reckoned
from salesops.incentive_simulation.plan_answers import recommended, row_of
from salesops.incentive_simulation.sections_past import leading, title_of, within
from salesops.report import Chart, Col, DataTable, Pair, Section, interval, money, section, share

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

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
    headline = f"{leading(title_of(plans[name]))} {_leaves(row_of(table, name), currency, alone=len(table) == 1)}"
    cost = _spread(titles, simulation.cost, "Incentive pay of everybody", currency)
    sales = _spread(titles, simulation.sales, "Sales", currency)
    blocks = (Pair(cost, sales), _table(table, titles, currency))
    return Section("", headline, _text(table, plans, parameters), blocks)


def _leaves(best: Mapping[str, float], currency: str, *, alone: bool) -> str:
    cost = f"{money(best['cost_mean'], currency)} of incentive pay a year"
    ends = interval(best["sales_p10"], best["sales_p90"], currency, best["sales_mean"])
    sales = f"{money(best['sales_mean'], currency)} of sales ({ends})"
    return f"costs {cost} and brings {sales}" if alone else f"leaves most: for {cost} it brings {sales}"


def _spread(titles: list[str], draws: Mapping[str, NDArray[np.float64]], title: str, currency: str) -> Chart:
    return Chart(
        lambda narrow: figures.distributions(titles, list(draws.values()), currency, narrow=narrow, half=True),
        alt=f"Bars of {title.lower()} in a year under each plan: mean, middle half, four years in five.",
        title=title,
        caption="Line and figure: the mean. Dark: half of all years. Light: four years of five.",
        half=True,
    )


def _text(table: pd.DataFrame, plans: Mapping[str, IncentivePlan], parameters: Parameters) -> str:
    name, currency = recommended(table), parameters.currency
    best, today = row_of(table, name), row_of(table, parameters.plans[0])
    text = (
        f"A year is simulated {parameters.draws:,} times, with the same luck for every plan: results swing together by "
        "company, region, product line and market, and effort answers to pay. "
    )
    if best["profit_mean"] < 0:
        text += "The margin of these sales is less than what is paid for them. "
    text += _budget(best, today, within(title_of(plans[name])), parameters) + " " + _as_dear(best, currency)
    return " ".join(part for part in (text.strip(), not_reckoned(plans)) if part)


def _budget(best: Mapping[str, float], today: Mapping[str, float], title: str, parameters: Parameters) -> str:
    budget, currency = parameters.budget or today["cost_mean"], parameters.currency
    limit = money(budget, currency)
    what = f"a budget of {limit}" if parameters.budget else f"today's plan is expected to, which is {limit},"
    over = f"With {title}, the chance to cost more than {what} is {share(best['over_budget'])}"
    at_risk = f"; in one year of ten it costs at least {money(best['at_risk'], currency)} more"
    return over + (f"{at_risk}." if best["at_risk"] > 0 else ".")


def _as_dear(best: Mapping[str, float], currency: str) -> str:
    """Say whether the gain comes from what is paid for, or only from paying more or less."""
    if best["scale"] == 1:
        return ""
    paid = "less" if best["scale"] < 1 else "more"
    by, gain = share(abs(best["scale"] - 1)), best["gain_as_dear"]
    if isnan(gain):
        return f"With all its rates {by} {paid}, it would cost what today's plan does at today's results."
    leaves = f"leave {money(abs(gain), currency)} {'more' if gain >= 0 else 'less'} than today's plan"
    return (
        f"With all its rates {by} {paid}, it would cost what today's plan does at today's results, and "
        f"{leaves}: that much comes from what it pays for, not from how much it pays."
    )


def _table(table: pd.DataFrame, titles: list[str], currency: str) -> DataTable:
    columns = [
        Col("title", "Plan"),
        Col("cost_mean", "Cost", "money", currency),
        Col("cost_p90", "Cost, one year of ten", "money", currency),
        Col("sales_mean", "Sales", "money", currency),
        Col("cost_of_sales", "Cost of sales", "share", digits=1),
        Col("gain", "Left over, against today", "money", currency),
        Col("gain_as_dear", "The same at equal cost", "money", currency),
        Col("p_better", "Chance to beat today", "bar"),
        Col("share_at_quota", "Sellers at quota", "share"),
    ]
    caption = (
        "Left over: margin of the sales less incentive pay; base pay, and what it costs to replace people who leave, "
        "are not in it. At equal cost: all rates scaled so that today's results cost what they cost today. Sellers at "
        "quota: who should reach the quota of the year."
    )
    rows = table.assign(title=titles)
    # Today's plan cannot beat itself.
    rows.loc[rows.index[0], "p_better"] = float("nan")
    return DataTable(rows, columns, caption)

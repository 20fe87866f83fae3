"""The top of the page: which plan, what it costs, how sure that is, and who loses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.incentive_simulation.plan_answers import recommended, row_of
from salesops.incentive_simulation.sections_past import title_of, within
from salesops.incentive_simulation.sections_people import compared_plan
from salesops.not_enough_data import NotEnoughData
from salesops.report import Kpi, Message, Summary, interval, money, plural, share

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from salesops.incentive_simulation.parameters import Parameters
    from salesops.incentive_simulation.plan import IncentivePlan
    from salesops.incentive_simulation.quota_fairness import FairnessTest

SURE, HALF = 0.8, 0.5
WORTH_SAYING = 0.01
"""What moving sales would cost is told from this share of a plan's pay on."""


def kpis(table: pd.DataFrame | NotEnoughData, plans: Mapping[str, IncentivePlan], parameters: Parameters) -> list[Kpi]:
    """Return the page's figures of the best plan and of today's; those that could not be computed are left out."""
    if isinstance(table, NotEnoughData):
        return []
    currency, name, other = parameters.currency, recommended(table), str(compared_plan(table))
    best, today, title = row_of(table, name), row_of(table, parameters.plans[0]), title_of(plans[name])
    return [
        Kpi("cost", f"Incentive pay a year, {title}", best["cost_mean"], currency,
            best["cost_p10"], best["cost_p90"], "none",
            f"today's plan {money(today['cost_mean'], currency)}"),
        Kpi("sales", f"Sales a year, {title}", best["sales_mean"], currency,
            best["sales_p10"], best["sales_p90"], "up",
            f"today's plan {money(today['sales_mean'], currency)}"),
        Kpi("cost_of_sales", "Incentive pay, share of sales", best["cost_of_sales"], "share",
            best["cost_of_sales_p10"], best["cost_of_sales_p90"], "down",
            f"today's plan {share(today['cost_of_sales'], 1)}"),
        *_gain(row_of(table, other), title_of(plans[other]), currency),
    ]  # fmt: skip


def _gain(row: Mapping[str, float], title: str, currency: str) -> list[Kpi]:
    if not np.isfinite(row["gain"]) or row["gain_p10"] == row["gain_p90"]:
        return []
    label, note = f"More left over, {title}", "margin less incentive pay, over today's plan"
    return [Kpi("gain", label, row["gain"], currency, row["gain_p10"], row["gain_p90"], "up", note)]


def summary(
    table: pd.DataFrame | NotEnoughData, games: pd.DataFrame | NotEnoughData, tests: list[FairnessTest] | NotEnoughData,
    plans: Mapping[str, IncentivePlan], figures: Sequence[Kpi], parameters: Parameters,
    previous: Mapping[str, float | None] | None = None,
) -> Summary:  # fmt: skip
    """Return the top of the page, from whatever could be computed."""
    if isinstance(table, NotEnoughData):
        return Summary(f"No plan can be judged yet: {table}.", figures, _unfair(tests), previous)
    name = recommended(table)
    title = within(title_of(plans[name]))
    messages = [
        *_losers(table, title, parameters),
        *_unfair(tests),
        *_games(games, name, title, row_of(table, name)["cost_mean"], parameters),
    ]
    return Summary(_answer(table, name, title, parameters), figures, messages, previous)


def _answer(table: pd.DataFrame, name: str, title: str, parameters: Parameters) -> str:
    best, currency = row_of(table, name), parameters.currency
    cost = money(best["cost_mean"], currency)
    if len(table) == 1:
        return f"Today's plan costs {cost} of incentive pay a year; name a second plan to see which one leaves more."
    if not np.isfinite(best["gain"]):
        return f"Most sales, for {cost} of incentive pay a year, come by {title}; without costs, nobody can say more."
    if name == parameters.plans[0]:
        return f"Keep today's plan: for {cost} of incentive pay a year it leaves most{_how_sure(best['p_best'])}."
    ends = interval(best["gain_p10"], best["gain_p90"], currency, best["gain"])
    gain = f"{money(best['gain'], currency)} more than today's plan ({ends})"
    if best["p_better"] < SURE:
        return (
            f"No plan is clearly better than today's: {title} leaves {money(best['gain'], currency)} more in the mean, "
            f"but does better in only {share(best['p_better'])} of the years simulated."
        )
    return (
        f"Sign {title}: for {cost} of incentive pay a year it leaves {gain}, "
        f"and it does better in {share(best['p_better'])} of the years simulated."
    )


def _how_sure(p_best: float) -> str:
    """Say how often the plan that is best in the mean is also the best of a year."""
    if not np.isfinite(p_best):
        return " in the mean"
    if p_best < HALF:
        return f" in the mean, but in only {share(p_best)} of the years simulated: no plan is clearly better"
    return f" in {share(p_best)} of the years simulated"


def _losers(table: pd.DataFrame, title: str, parameters: Parameters) -> list[Message]:
    plan = recommended(table)
    if plan == parameters.plans[0]:
        return []
    row = row_of(table, plan)
    as_dear = f"At the cost of today's plan, {plural(int(row['losers_as_dear']), 'person', 'people')} would lose."
    if not row["losers"]:
        return [Message(f"Nobody loses by {title}, which costs more.", as_dear)] if row["scale"] < 1 else []
    lead = f"{plural(int(row['losers']), 'person loses', 'people lose')} by {title}."
    return [Message(lead, f"Speak with them first; the table of people names each. {as_dear}")]


def _unfair(tests: list[FairnessTest] | NotEnoughData) -> list[Message]:
    if isinstance(tests, NotEnoughData) or not any(test.unfair for test in tests):
        return []
    return [
        Message("Today's quotas are not a fair chance.", "Set fair ones first, or any plan pays for the territory.")
    ]


def _games(
    games: pd.DataFrame | NotEnoughData, name: str, title: str, paid: float, parameters: Parameters
) -> list[Message]:
    if isinstance(games, NotEnoughData):
        return []
    row = games[games["plan"] == name].iloc[0]
    if not row["cost"] > WORTH_SAYING * paid:
        return []
    cost = money(float(row["cost"]), parameters.currency)
    cliffs = "" if row["cliffs"] == "none" else f" It pays a lump of {row['cliffs']} of quota: watch the last week."
    lead = f"{title[:1].upper()}{title[1:]} rewards moving sales between quarters, for up to {cost} a year."
    return [Message(lead, f"Dead zones: {row['dead']}.{cliffs}")]

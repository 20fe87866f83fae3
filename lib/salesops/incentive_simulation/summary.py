"""The top of the page: which plan, what it costs, how sure that is, and who loses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.incentive_simulation.plan_answers import recommended, row_of
from salesops.incentive_simulation.sections_past import title_of
from salesops.not_enough_data import NotEnoughData
from salesops.report import Kpi, Message, Summary, money, plural, share

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from salesops.incentive_simulation.parameters import Parameters
    from salesops.incentive_simulation.plan import IncentivePlan
    from salesops.incentive_simulation.quota_fairness import FairnessTest

SURE = 0.8


def kpis(table: pd.DataFrame | NotEnoughData, plans: Mapping[str, IncentivePlan], parameters: Parameters) -> list[Kpi]:
    """Return the page's figures of the best plan and of today's; those that could not be computed are left out."""
    if isinstance(table, NotEnoughData):
        return []
    currency, name = parameters.currency, recommended(table)
    best, today, title = row_of(table, name), row_of(table, parameters.plans[0]), title_of(plans[name])
    return [
        Kpi("cost", f"Incentive pay a year, {title}", best["cost_mean"], currency,
            best["cost_p10"], best["cost_p90"], "none",
            f"today's plan {money(today['cost_mean'], currency)}"),
        Kpi("sales", f"Sales a year, {title}", best["sales_mean"], currency,
            best["sales_p10"], best["sales_p90"], "up",
            f"today's plan {money(today['sales_mean'], currency)}"),
        Kpi("cost_of_sales", "Incentive pay of sales", best["cost_of_sales"], "share",
            best["cost_of_sales_p10"], best["cost_of_sales_p90"], "down",
            f"today's plan {share(today['cost_of_sales'], 1)}"),
        Kpi("gain", "Left over, against today", best["gain"], currency,
            best["gain_p10"], best["gain_p90"], "up", "margin less incentive pay"),
    ]  # fmt: skip


def summary(
    table: pd.DataFrame | NotEnoughData, plans: Mapping[str, IncentivePlan], tests: list[FairnessTest] | NotEnoughData,
    figures: Sequence[Kpi], parameters: Parameters, previous: Mapping[str, float | None] | None = None,
) -> Summary:  # fmt: skip
    """Return the top of the page, from whatever could be computed."""
    if isinstance(table, NotEnoughData):
        return Summary(f"No plan can be judged yet: {table}.", figures, (), previous)
    name = recommended(table)
    best = row_of(table, name)
    title, today, currency = title_of(plans[name]), title_of(plans[parameters.plans[0]]), parameters.currency
    cost = money(best["cost_mean"], currency)
    if name == parameters.plans[0]:
        answer = f"Keep {today}: at {cost} of incentive pay a year no other plan leaves more."
    else:
        answer = (
            f"Sign {title}: it costs {cost} a year and leaves {money(best['gain'], currency)} more than {today}; "
            f"it leaves more in {share(best['p_better'])} of the years simulated."
        )
    return Summary(answer, figures, [*_losers(best, title), *_unfair(tests)], previous)


def _losers(best: Mapping[str, float], title: str) -> list[Message]:
    if not best["losers"]:
        return []
    lead = f"{plural(int(best['losers']), 'person loses', 'people lose')} under {title}."
    return [Message(lead, "Speak with them first; the table of people names each.")]


def _unfair(tests: list[FairnessTest] | NotEnoughData) -> list[Message]:
    if isinstance(tests, NotEnoughData) or not any(test.unfair for test in tests):
        return []
    return [Message("Quotas are no fair chance.", "Set fair ones first, or the plan pays for territories.")]

"""The section on last year: what each plan would have paid for what really came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.incentive_simulation import figures_cost as figures
from salesops.report import Chart, Section, money, section
from salesops.report.numbers import day, interval

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from salesops.incentive_simulation.parameters import Parameters
    from salesops.incentive_simulation.plan import IncentivePlan


def title_of(plan: IncentivePlan) -> str:
    """Return what a plan is called on a page."""
    return plan.title or plan.name.replace("_", " ")


def within(title: str) -> str:
    """Return a title as it stands within a sentence, with its article.

    Examples
    --------
    >>> within("Today's plan"), within("Team bonus"), within("SPIFF and base")
    ("today's plan", 'the team bonus', 'the SPIFF and base')
    """
    said = title if title[1:2].isupper() else title[:1].lower() + title[1:]
    return said if title.partition(" ")[0].endswith("'s") else f"the {said}"


def leading(title: str) -> str:
    """Return a title as it begins a sentence, with its article.

    Examples
    --------
    >>> leading("Today's plan"), leading("Team bonus")
    ("Today's plan", 'The team bonus')
    """
    said = within(title)
    return said[:1].upper() + said[1:]


@section("Last year under each plan")
def past_section(
    past: pd.DataFrame, record: pd.DataFrame, plans: Mapping[str, IncentivePlan], parameters: Parameters
) -> Section:
    """Show what each plan would have paid last year (`past_pay`), and how right earlier runs were (`cost_record`)."""
    sums = past.groupby("plan")[["variable", "waiting"]].sum().reindex(list(plans))
    cost = sums["variable"] + sums["waiting"]
    names = [title_of(plan) for plan in plans.values()]
    chart = Chart(
        lambda narrow: figures.cost_bars(names, cost.tolist(), parameters.currency, narrow=narrow),
        alt="Bars of the incentive pay of last year under each plan.",
        caption="Incentive pay of all people over the last four quarters, had nobody behaved differently.",
    )
    least, most = (
        f"{money(float(cost[name]), parameters.currency)} ({within(title_of(plans[name]))})"
        for name in (str(cost.idxmin()), str(cost.idxmax()))
    )
    headline = (
        f"Last year would have cost between {least} and {most}"
        if least != most
        else f"Last year would have cost {most}"
    )
    text = f"{_waiting(sums['waiting'], plans, parameters)} {earlier(record, parameters)}".strip()
    return Section("", headline, text, (chart,))


def earlier(record: pd.DataFrame, parameters: Parameters) -> str:
    """Say what earlier runs foretold of today's plan, from `cost_record`, and how often they were right."""
    if record.empty:
        return ""
    last = record.iloc[-1]
    mean, actual = (money(float(last[name]), parameters.currency) for name in ("mean", "actual"))
    foretold = interval(float(last["p10"]), float(last["p90"]), parameters.currency)
    held = int(record["within"].sum())
    many = f" {held} of {len(record)} such intervals held." if len(record) > 1 else ""
    return (
        f"As of {day(last['made_on'])} this page foretold {mean} ({foretold}) for the year to {day(last['period'])} "
        f"under today's plan; its terms made it {actual}.{many}"
    )


def _waiting(waiting: pd.Series, plans: Mapping[str, IncentivePlan], parameters: Parameters) -> str:
    """Say how much of the pay of which plan waits until customers have paid."""
    parts = [
        f"{money(float(amount), parameters.currency)} of it under {within(title_of(plans[str(name)]))}"
        for name, amount in waiting.items()
        if amount > 0
    ]
    return f"Still waiting for customers' money: {', '.join(parts)}." if parts else ""

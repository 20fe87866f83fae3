"""The sections on what is not known, and on better terms: the effort response, and the search."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.incentive_simulation import figures_curves as figures
from salesops.incentive_simulation.sections_past import leading, title_of, within
from salesops.incentive_simulation.year_ahead import SET_BY_HAND
from salesops.not_enough_data import NotEnoughData
from salesops.report import Chart, Col, DataTable, Section, money, number, plural, section, share

if TYPE_CHECKING:
    from collections.abc import Mapping

    from salesops.incentive_simulation.elasticity import Elasticity
    from salesops.incentive_simulation.parameters import Parameters
    from salesops.incentive_simulation.plan import IncentivePlan
    from salesops.incentive_simulation.search import Search

BEST_SHOWN = 10
WHOLE = 1.0
"""A gain that may be the whole profit, or more, says that there is next to none: it is not told as a share of it."""


@section("How does effort answer to pay?")
def effort_section(
    rows: pd.DataFrame, elasticity: Elasticity, plans: Mapping[str, IncentivePlan], parameters: Parameters
) -> Section | NotEnoughData:
    """Show what each plan leaves for every elasticity that may be true, from `by_elasticity`."""
    if len(plans) == 1:
        return NotEnoughData(
            "a second plan", "name one in the parameter plans to see where effort decides between them"
        )
    best = best_by_elasticity(rows)
    flips = best.ne(best.shift()).sum() - 1
    headline = (
        f"{leading(title_of(plans[best.iloc[0]]))} is best whatever the response to pay"
        if not flips
        else "Which plan is best depends on how effort answers to pay: " + _order(best, plans)
    )
    names = {name: title_of(plan) for name, plan in list(plans.items())[1:]}
    today = rows[rows["plan"] == parameters.plans[0]].set_index("elasticity")["profit"]
    drawn = rows.assign(gain=rows["profit"] - rows["elasticity"].map(today))
    believed = (elasticity.low, elasticity.high)
    chart = Chart(
        lambda narrow: figures.profit_by_elasticity(drawn, names, believed, parameters.currency, narrow=narrow),
        alt="Lines of what each plan leaves over today's plan, over the elasticity of effort.",
        caption="Margin less incentive pay, over today's plan; shaded: what is believed.",
    )
    return Section("", headline, _believed(elasticity, plans), (chart,))


def best_by_elasticity(rows: pd.DataFrame) -> pd.Series:
    """Return the plan that leaves most, by elasticity."""
    wide = rows.pivot(index="elasticity", columns="plan", values="profit")
    return wide.idxmax(axis=1)


def _order(best: pd.Series, plans: Mapping[str, IncentivePlan]) -> str:
    starts = best[best.ne(best.shift())]
    return ", ".join(f"{title_of(plans[name])} from {number(float(str(eta)), 2)}" for eta, name in starts.items())


def _called(plans: Mapping[str, IncentivePlan], name: str) -> str:
    return within(title_of(plans[name]))


def _believed(elasticity: Elasticity, plans: Mapping[str, IncentivePlan]) -> str:
    said = f"The elasticity lies between {number(elasticity.low, 2)} and {number(elasticity.high, 2)} (90%), "
    said += f"{number(elasticity.median, 2)} in the middle. "
    change = elasticity.change
    if change is None:
        if elasticity.why == SET_BY_HAND:
            return said + "The parameter elasticity says so."
        why = elasticity.why.removeprefix("not enough data: needs ")
        return said + f"This is a judgement from published studies; to learn it from the data would need {why}."
    before, after = (_called(plans, name) for name in (change.before, change.after))
    chance = " Chance alone may show as much." if elasticity.includes_none else ""
    return said + (
        f"It was learned from the change from {before} to {after}: orders of the same customers changed by "
        f"{share(float(np.expm1(change.effect)), 1)} (standard error {share(change.error, 1)}) against regions where "
        f"nothing changed.{chance} Whatever else has set these regions apart since then is taken for the plan's doing."
    )


@section("Better terms")
def search_section(found: Search, parameters: Parameters) -> Section:
    """Show the best terms within the limits, from `searched`, the trade-off curve, and how flat the optimum is."""
    best, currency = found.plans.iloc[0], parameters.currency
    headline = _found(found, currency)
    near = found.near_best.get(0.005, 0)
    text = (
        f"Of {len(found.plans):,} combinations of terms, each scaled to what today's plan costs at today's results, "
        f"{plural(int(found.plans['admissible'].sum()), 'keeps', 'keep')} the limits on the spread of pay, on quarters "
        f"without pay, on games and on the budget. {plural(near, 'is', 'are')} within 0.5% of the best: choose among "
        f"them by what people understand. The best one beats today's in {share(found.sure_better)} of what is "
        f"believed, and is the best of all in {share(found.sure_best)}."
    )
    points = pd.DataFrame([found.today, best])[["cost", "sales"]].assign(name=["today's plan", "best terms"])
    chart = Chart(
        lambda narrow: figures.trade_off(found.frontier, points, currency, narrow=narrow),
        alt="Line of the most that can be sold for each cost, with today's plan and the best terms as dots.",
        caption="Incentive pay of sellers against sales, at the middle of what is believed of effort.",
    )
    return Section("", headline, text, (chart, _table(found.plans.head(BEST_SHOWN), currency)))


def _found(found: Search, currency: str) -> str:
    """Say what the best terms leave, with its range as a share of profit where that is a profit to speak of."""
    best, more = found.plans.iloc[0], money(found.plans["profit"].iloc[0] - found.today["profit"], currency)
    if not best["admissible"]:
        return "No other terms at today's cost keep the limits on people's pay"
    said = f"The best terms at today's cost leave {more} a year more"
    if not (found.today["profit"] > 0 and best["gain_high"] < WHOLE):
        return said
    ends = f"{share(best['gain_low'], 1)} to {share(best['gain_high'], 1)}"
    return f"{said}: profit {share(best['gain'], 1)} higher ({ends} over what is believed of effort)"


def _table(best: pd.DataFrame, currency: str) -> DataTable:
    columns = [
        Col("threshold", "Paid from", "share", below="from_what"),
        Col("accelerator", "Rate above quota, times", "number", digits=2),
        Col("bonus", "Lump at quota", "share"), Col("cap", "Cap", "share"),
        Col("pay_at_quota", "Pay at quota, of today's", "number", digits=2), Col("sales", "Sales", "money", currency),
        Col("profit", "Left over", "money", currency), Col("gain", "Over today", "share", digits=1),
        Col("admissible", "Keeps limits"),
    ]  # fmt: skip
    first = best["from_first"].astype(bool) | best["threshold"].eq(0)
    shown = best.assign(
        admissible=np.where(best["admissible"], "yes", "no"),
        from_what=np.where(first, "of the first sale on", "of what is above"),
    )
    caption = (
        "Best terms first; all cost what today's plan does at today's results. Paid from: the attainment below which "
    )
    caption += "nothing is paid, and whether above it all sales count or those above it."
    return DataTable(shown, columns, caption)

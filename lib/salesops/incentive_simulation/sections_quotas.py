"""The section on quotas: whether those given are a fair chance, how much is luck, and what fair ones would be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.incentive_simulation import figures_quotas as figures
from salesops.incentive_simulation.plan_answers import recommended, row_of
from salesops.incentive_simulation.results import usable
from salesops.report import Chart, Col, DataTable, Pair, Section, money, number, plural, section, share
from salesops.report.numbers import period_in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from salesops.incentive_simulation.coming_target import CompanyTarget
    from salesops.incentive_simulation.luck import Luck
    from salesops.incentive_simulation.parameters import Parameters
    from salesops.incentive_simulation.quota_fairness import FairnessTest

MOST_DRAWN = 30


@section("Are quotas fair?")
def fairness_section(
    tests: list[FairnessTest], parts: Luck, results: pd.DataFrame, territories: pd.DataFrame,
    parameters: Parameters,
) -> Section:  # fmt: skip
    """Say whether today's quotas are a fair chance, from `quota_fairness`, and how much of attainment is luck."""
    rows = mean_attainment(results, territories, parameters.quota_quarters)
    left = Chart(
        lambda narrow: figures.attainment_by_potential(rows, parameters.currency, narrow=narrow, half=True),
        alt="Dots of each seller's mean attainment over what their accounts could spend, with the line through them.",
        title="Attainment and the territory's potential",
        caption=f"Mean attainment of the last {plural(parameters.quota_quarters, 'quarter')}; level is fair.",
        half=True,
    )
    return Section("", _verdict(tests), _text(tests, parts), (Pair(left, _luck_chart(parts)),))


def mean_attainment(results: pd.DataFrame, territories: pd.DataFrame, quarters: int) -> pd.DataFrame:
    """Return name, potential and attainment (sales over quotas of the last quarters) of sellers with a potential."""
    recent = results[(results["quarter"] > results["quarter"].max() - quarters) & usable(results)]
    sums = recent.groupby("rep_id")[["sales", "sales_quota"]].sum()
    rows = territories[territories["potential"].gt(0)].set_index("rep_id")
    return rows.assign(attainment=sums["sales"] / sums["sales_quota"]).dropna(subset="attainment").reset_index()


def _verdict(tests: Sequence[FairnessTest]) -> str:
    by_potential, by_quota = tests
    if by_potential.unfair and by_potential.correlation > by_potential.usual:
        return "Today's quotas favour rich territories: attainment rises with what accounts could spend"
    if by_potential.unfair:
        return "Today's quotas favour poor territories: attainment falls with what accounts could spend"
    if by_quota.unfair:
        return "Today's quotas ask most where they are least reached, whatever the territory could spend"
    return "Nothing says that today's quotas are unfair"


def _text(tests: Sequence[FairnessTest], parts: Luck) -> str:
    by_potential, by_quota = tests
    return (
        "Attainment should not depend on the territory. Its correlation with what accounts could spend is "
        f"{_against(by_potential)}. Whether more is asked of some than of others with the same potential shows in a "
        f"second one, {_against(by_quota)}. "
        f"{share(parts.luck)} of the differences in one quarter's attainment is luck that nobody has earned; the rest "
        "lasts, as skill or as a quota that is too high or too low."
    )


def _against(test: FairnessTest) -> str:
    chance = "fewer than one" if test.p_value < 0.01 else str(round(100 * test.p_value))
    companies = "company" if chance in ("fewer than one", "1") else "companies"
    return (
        f"{number(test.correlation, 2)}; with fair quotas it would be about {number(test.usual, 2)}, and as far off by "
        f"chance in {chance} {companies} of a hundred"
    )


def _luck_chart(parts: Luck) -> Chart:
    return Chart(
        lambda narrow: figures.parts_of_attainment(parts, narrow=narrow, half=True),
        alt="Bars of the parts of attainment's variance: lasting, chance, region, company, product lines, markets.",
        title="What attainment is made of",
        caption=f"Variance of log attainment of {parts.reps} reps over {plural(parts.quarters, 'quarter')}. Grey is "
        "luck: of one person, or of all who share a region, the company, a product line or a customers' industry.",
        half=True,
    )


@section("Fair quotas")
def quotas_section(
    quotas: pd.DataFrame, fair: pd.DataFrame, table: pd.DataFrame, target: CompanyTarget,
    later: list[CompanyTarget], parameters: Parameters,
) -> Section:  # fmt: skip
    """Show what each seller would be asked for, from `with_chances`, and what follows (`under_fair_quotas`)."""
    rows = quotas.assign(step=quotas["change"].abs()).sort_values("step", ascending=False)
    moved = int((quotas["change"].abs() > 0.1).sum())
    headline = (
        f"Fair quotas would change by more than 10% for {plural(moved, 'seller')} of {len(quotas)}, and add up to "
        f"{money(float(quotas['new_quota'].sum()), parameters.currency)}"
    )
    drawn = quotas.assign(gap=quotas["new_quota"] - quotas["quota"]).sort_values("gap", ascending=False)
    drawn = drawn[drawn["gap"].abs().rank(ascending=False, method="first") <= MOST_DRAWN]
    chart = Chart(
        lambda narrow: figures.quotas_moved(drawn, parameters.currency, narrow=narrow),
        alt="Two dots for each seller: the last quota and the fair one of the coming quarter.",
        caption="The last quarter's quota, and the fair one of the coming quarter.",
    )
    return Section(
        "",
        headline,
        f"{_then(quotas, fair, table, parameters)}\n\n{_how(quotas, target, parameters)}{_also(later)}",
        (chart, _table(rows, parameters)),
    )


def _how(quotas: pd.DataFrame, target: CompanyTarget, parameters: Parameters) -> str:
    over = f", with {share(parameters.over_assignment)} over-assignment" if parameters.over_assignment else ""
    exact = money(target.amount, parameters.currency)
    moved = share(quotas["weight"].mean())
    what = (
        f"Each is what the territory's potential makes expect, moved by {moved} of how far past sales lie off it. The "
        "rest of that is luck, or skill that a quota must not take back."
        if quotas["potential"].gt(0).any()
        else "No potential is known (accounts.potential_spend), so each is what past sales make expect, luck taken out."
    )
    period = period_in_words(target.period)
    return f"Fair quotas share out {target.source} for {period}, {exact}{over}, to the cent. {what}"


def _then(quotas: pd.DataFrame, fair: pd.DataFrame, table: pd.DataFrame, parameters: Parameters) -> str:
    """Say what fair quotas would do to chances, and to pay under the best plan."""
    name = recommended(table)
    now, then = row_of(table, name), row_of(fair, name)
    said = (
        f"Chances to reach a quarter's quota lie between {share(quotas['chance_now'].min())} and "
        f"{share(quotas['chance_now'].max())} today, with fair quotas between {share(quotas['chance_fair'].min())} and "
        f"{share(quotas['chance_fair'].max())}, where what differs is skill, and what nobody can know of a territory."
    )
    if not np.isfinite(now["fairness"]):
        return said
    return said + (
        f" Under the best plan, which would then cost {money(then['cost'], parameters.currency)} a year, "
        f"{share(1 - then['fairness'])} of the differences in pay would go with the territory, not "
        f"{share(1 - now['fairness'])}."
    )


def _also(later: Sequence[CompanyTarget]) -> str:
    if not later:
        return ""
    first, last = (period_in_words(goal.period) for goal in (later[0], later[-1]))
    return (
        f" The table quotas holds those of {first} to {last}, too, each quarter adding up to the sales forecast's goal."
    )


def _table(rows: pd.DataFrame, parameters: Parameters) -> DataTable:
    currency = parameters.currency
    columns = [
        Col("name", "Seller", below="rep_id"),
        Col("region", "Region"),
        Col("potential", "Potential a year", "money", currency),
        Col("quota", "Last quota", "money", currency),
        Col("new_quota", "Fair quota", "money", currency),
        Col("change", "Change", "share"),
        Col("chance_now", "Chance today", "bar"),
        Col("chance_fair", "Chance then", "bar"),
    ]
    caption = "Largest change first. Move a quota in steps where the change is large, and say why."
    if rows["from_deals"].notna().any():
        columns.append(Col("from_deals", "Of it from open deals", "share"))
        caption += " From open deals: what those open today should bring in the quarter, of the fair quota."
    return DataTable(rows.head(parameters.top_reps), columns, caption, "seller or region", shown=8)

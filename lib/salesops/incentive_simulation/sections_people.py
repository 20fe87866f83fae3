"""The sections on people: who wins and who loses, pay against performance, and fairness."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from salesops.incentive_simulation import figures_people as figures
from salesops.incentive_simulation.attrition import USUAL_A_YEAR
from salesops.incentive_simulation.plan_answers import LOSS, recommended, row_of, with_pay_at_quota
from salesops.incentive_simulation.sections_past import leading, title_of, within
from salesops.not_enough_data import passes_not_enough_data
from salesops.report import Chart, Col, DataTable, Section, money, number, plural, section, share

if TYPE_CHECKING:
    from collections.abc import Mapping

    from salesops.incentive_simulation.equal_cost import EqualCost
    from salesops.incentive_simulation.outlook import Outlook
    from salesops.incentive_simulation.parameters import Parameters
    from salesops.incentive_simulation.plan import IncentivePlan
    from salesops.incentive_simulation.simulation import Simulation

MOST_DRAWN = 40
MOSTLY = 0.5
FEW_LEAVERS = 0.1
EXPECTED, WHO = "Expected incentive pay of a year, without base pay.", "person, role or region"
SAME = 0.005
"""Gini coefficients that look the same on the page are told as the same."""


@section("Who wins and who loses?")
def people_section(
    table: pd.DataFrame, simulation: Simulation, equal: EqualCost, plans: Mapping[str, IncentivePlan],
    parameters: Parameters,
) -> Section:  # fmt: skip
    """Show each person's expected pay under every plan, and the change that the best plan brings."""
    wide = by_person(simulation, list(plans))
    if len(plans) == 1:
        return _alone(wide, plans, parameters)
    plan = str(compared_plan(table))
    wide["change"] = wide[plan] - wide[parameters.plans[0]]
    wide["leaving"] = wide["rep_id"].map(leave_risks(simulation, plan))
    wide["as_dear"] = wide["rep_id"].map(equal.change[plan])
    rows = wide.sort_values("change", ascending=False)
    headline = _headline(rows, rows[parameters.plans[0]], within(title_of(plans[plan])))
    drawn = rows[rows["change"].abs().rank(ascending=False, method="first") <= MOST_DRAWN]
    chart = Chart(
        lambda narrow: figures.winners_and_losers(drawn, parameters.currency, narrow=narrow),
        alt=f"Bars of the change of each person's expected pay under {title_of(plans[plan])}.",
        caption=f"Expected incentive pay of a year under {title_of(plans[plan])}, less that of today's plan.",
    )
    text = _text(rows, row_of(table, plan), parameters) + leavers(simulation, plan)
    return Section("", headline, text, (chart, _table(rows, plans, parameters)))


@passes_not_enough_data
def compared_plan(table: pd.DataFrame) -> str:
    """Return the plan that today's is held against: the best, or the second where today's is the best."""
    best, today = recommended(table), str(table["plan"].iloc[0])
    others = table[table["plan"] != today]
    return best if best != today or others.empty else recommended(others)


def leave_risks(simulation: Simulation, plan: str) -> pd.Series:
    """Return, by rep_id, the chance to leave within a year under a plan."""
    rows = simulation.reps[simulation.reps["plan"] == plan]
    return rows.set_index("rep_id")["leave_risk"]


def _alone(wide: pd.DataFrame, plans: Mapping[str, IncentivePlan], parameters: Parameters) -> Section:
    """Show what each person may expect where there is no second plan to win or lose by."""
    (name,) = plans
    rows, currency = wide.sort_values(name, ascending=False), parameters.currency
    most, least = (money(float(rows[name].iloc[place]), currency) for place in (0, -1))
    headline = f"People may expect between {least} and {most} of incentive pay a year"
    table = DataTable(rows.head(parameters.top_reps), _pay_columns(plans, currency), EXPECTED, WHO, shown=8)
    return Section("", headline, "Name a second plan to see who would win and who would lose.", (table,))


def _headline(rows: pd.DataFrame, before: pd.Series, title: str) -> str:
    worth_it = LOSS * before.clip(lower=1.0)
    losing, winning = int((rows["change"] < -worth_it).sum()), int((rows["change"] > worth_it).sum())
    gain = f"Under {title} {plural(winning, 'person gains', 'people gain')}"
    return f"{gain} and {plural(losing, 'loses', 'lose')}, against today" if losing else f"{gain} and nobody loses"


def by_person(simulation: Simulation, plans: list[str]) -> pd.DataFrame:
    """Return rep_id, name, role, region and expected pay under each plan."""
    about = simulation.reps.drop_duplicates("rep_id")[["rep_id", "name", "role", "region"]]
    pay = simulation.reps.pivot(index="rep_id", columns="plan", values="pay_mean")[plans]
    return about.merge(pay.reset_index(), on="rep_id")


def _text(rows: pd.DataFrame, plan: Mapping[str, float], parameters: Parameters) -> str:
    worst, said = rows.iloc[-1], "Nobody is expected to be paid less than today."
    if worst["change"] < -1:
        lost = money(-float(worst["change"]), parameters.currency)
        said = f"{worst['name']} would lose most, {lost} a year. Speak with those who lose before the plan is signed."
    if plan["scale"] == 1:
        return said
    return f"{said} At the cost of today's plan {plural(int(plan['losers_as_dear']), 'person', 'people')} would lose."


def leavers(simulation: Simulation, plan: str) -> str:
    """Return how many more people than usual may leave over what they lose, if that is worth a sentence."""
    risk = simulation.reps.loc[simulation.reps["plan"] == plan, "leave_risk"]
    more = float((risk - USUAL_A_YEAR).sum())
    if more < FEW_LEAVERS:
        return ""
    return (
        f" About {number(more, 1)} more people than usual may leave within a year over it, if who loses a quarter of "
        "total pay is twice as likely to go. What that costs is not in what a plan leaves."
    )


def _table(rows: pd.DataFrame, plans: Mapping[str, IncentivePlan], parameters: Parameters) -> DataTable:
    columns = [
        *_pay_columns(plans, parameters.currency),
        Col("change", "Change", "money", parameters.currency),
        Col("as_dear", "Change at equal cost", "money", parameters.currency),
    ]
    caption = EXPECTED
    if (rows["change"] < -1).any():
        columns.append(Col("leaving", "May leave within a year", "share"))
        caption += " Who loses a quarter of total pay is taken to be twice as likely to leave."
    return DataTable(rows.head(parameters.top_reps), columns, caption, WHO, shown=8)


def _pay_columns(plans: Mapping[str, IncentivePlan], currency: str) -> list[Col]:
    about = [Col("name", "Person", below="rep_id"), Col("role", "Role"), Col("region", "Region")]
    return about + [Col(name, title_of(plan), "money", currency) for name, plan in plans.items()]


@section("Does pay follow performance?")
def performance_section(
    table: pd.DataFrame, simulation: Simulation, outlook: Outlook, plans: Mapping[str, IncentivePlan]
) -> Section:
    """Show expected pay against attainment, and how far each plan pays for the territory instead of the work."""
    people = with_pay_at_quota(simulation, plans, outlook)
    sellers = people[people["attainment_p50"].notna()]
    parts = {title_of(plan): sellers[sellers["plan"] == name] for name, plan in plans.items()}
    chart = Chart(
        lambda narrow: figures.pay_by_performance(parts, narrow=narrow),
        alt="Dots of each seller's expected pay over median attainment, a panel per plan.",
        caption="Up: expected pay over the pay at quota. Right: the year's attainment, in the middle. "
        "On the line, pay is as much.",
    )
    blocks = (chart, _fairness_table(table, plans), _group_table(people, plans))
    return Section("", _fairness_headline(table, plans), _steepness(table, plans), blocks)


def _fairness_headline(table: pd.DataFrame, plans: Mapping[str, IncentivePlan]) -> str:
    known = table[table["fairness"].notna()].sort_values("fairness")
    if known.empty:
        return "Every plan pays more for more; whether it pays for territories cannot be told"
    fairest = known.iloc[-1]
    low, high = 1 - float(fairest["fairness"]), 1 - float(known["fairness"].iloc[0])
    if low >= MOSTLY:
        return f"Under every plan {share(low)} or more of the differences in pay go with the territory"
    title = title_of(plans[str(fairest["plan"])])
    return f"{title} pays least for the territory: {share(low)} of the differences in pay, at worst {share(high)}"


def _steepness(table: pd.DataFrame, plans: Mapping[str, IncentivePlan]) -> str:
    """Say which plan sets people furthest apart and which least, where plans differ in that."""
    known = table[table["gini"].notna()].sort_values("gini")
    said = ""
    if len(known) and known["gini"].iloc[-1] - known["gini"].iloc[0] >= SAME:
        steep, even = (plans[str(known["plan"].iloc[place])] for place in (-1, 0))
        said = f"{leading(title_of(steep))} sets people furthest apart, {within(title_of(even))} least. "
    return (
        f"{said}Where quotas are no fair chance, every plan that pays for attainment pays for the territory, and the "
        "steeper the more."
    )


def _fairness_table(table: pd.DataFrame, plans: Mapping[str, IncentivePlan]) -> DataTable:
    shown = table.assign(title=[title_of(plan) for plan in plans.values()], territory=1 - table["fairness"])
    columns = [
        Col("title", "Plan"), Col("territory", "Pay goes with the territory", "share"),
        Col("gini", "Gini of pay", "number", digits=2), Col("share_at_quota", "Sellers at quota", "share"),
        Col("losers", "People who lose", "number"),
    ]  # fmt: skip
    caption = (
        "Pay goes with the territory: share of the differences in expected pay that go with what accounts could spend. "
        "Gini: 0 if all sellers are paid alike, 1 if one gets all."
    )
    return DataTable(shown, columns, caption)


def _group_table(people: pd.DataFrame, plans: Mapping[str, IncentivePlan]) -> DataTable:
    """Return expected pay over pay at quota by region and by role, under each plan."""
    groups = {"region": "Region", "role": "Role"}
    parts = [
        people.pivot_table(index=by, columns="plan", values="worth", observed=True)
        .reindex(columns=list(plans))
        .assign(group=label, people=people.drop_duplicates("rep_id").groupby(by).size())
        .rename_axis("name")
        .reset_index()
        for by, label in groups.items()
        if people[by].notna().any()
    ]
    columns = [
        Col("name", "Group", below="group"), Col("people", "People", "number"),
        *(Col(name, title_of(plan), "share") for name, plan in plans.items()),
    ]  # fmt: skip
    rows = pd.concat(parts, ignore_index=True)
    return DataTable(rows, columns, "Expected pay over the pay at quota, in the mean of the group.", shown=len(rows))

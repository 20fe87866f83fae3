"""The sections on who we know at customers, and on how long customers stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.customer_segmentation.cohorts import Cohorts, retained, retention
from salesops.customer_segmentation.figures_relations import cohort_cells, roles_at_stake
from salesops.customer_segmentation.figures_relations import wall as wall_chart
from salesops.customer_segmentation.relationship_wall import LEVELS, gaps_by_role, wall_gaps
from salesops.report import Chart, Col, DataTable, Section, plural, section, share

if TYPE_CHECKING:
    import pandas as pd

    from salesops.customer_segmentation.parameters import Parameters

ENDINGS = {1: "st", 2: "nd", 3: "rd"}
WALL_ROWS = 15
YEAR = {3: 4, 1: 12}
"""Periods in a year, by their months."""


@section("Relationship wall")
def wall_section(wall: pd.DataFrame, at_stake: pd.Series, buyers: pd.DataFrame, parameters: Parameters) -> Section:
    """Say whom we know at customers and how well, and where the gaps cost most, from `relationship_wall`."""
    target, currency = parameters.relationship_target, parameters.currency
    by_role = gaps_by_role(wall, at_stake, target)
    decider = by_role[by_role["role"] == "decider"].iloc[0]
    names = buyers.set_index("account_id")["name"]
    headline = (
        f"Where {share(decider['unknown'])} of the money is, we do not know the decider; "
        f"where {share(decider['weak'])} is, the relationship is below level {target}"
    )
    said = "; ".join(f"{level} {words}" for level, words in LEVELS.items())
    nobody = int(wall.isna().all(axis=1).sum())
    text = (
        f"The five levels: {said}. Money is sales of the last {plural(parameters.value_months, 'month')} and open "
        "deals."
    )
    if nobody:
        text += f" At {plural(nobody, 'customer')} of {len(wall):,} nobody is known."
    gaps = wall_gaps(wall, at_stake, target)
    blocks = (
        _wall_chart(wall, at_stake, names),
        _roles_chart(by_role, target),
        _gap_table(gaps, names, currency, parameters),
    )
    return Section("Relationship wall", headline, text, blocks)


def _wall_chart(wall: pd.DataFrame, at_stake: pd.Series, names: pd.Series) -> Chart:
    first = at_stake.sort_values(ascending=False, kind="stable").index[:WALL_ROWS]
    rows = wall.loc[first]
    return Chart(
        lambda narrow: wall_chart(rows, [str(names[account]) for account in first], narrow=narrow),
        alt="Grid of the customers with most money at stake against seven decision roles: each cell the level, 1 to 5.",
        title="The customers with most at stake",
        caption="Level 1 to 5 of the best relationship in each role; – nobody known; ? known, level not noted.",
    )


def _roles_chart(by_role: pd.DataFrame, target: int) -> Chart:
    return Chart(
        lambda narrow: roles_at_stake(by_role, target, narrow=narrow),
        alt="Bars of the share of money at stake where nobody is known in a role, or the level is too low.",
        title="All customers: share of money at stake with a gap",
    )


def _gap_table(gaps: pd.DataFrame, names: pd.Series, currency: str, parameters: Parameters) -> object:
    if gaps.empty:
        return "There is no gap: every role is known well enough at every customer."
    shown = gaps.head(parameters.top_customers)
    shown = shown.assign(name=shown["account_id"].map(names), **{
        column: shown[column].replace("", "none") for column in ("unknown", "weak")
    })  # fmt: skip
    columns = [
        Col("name", "Customer", below="account_id"),
        Col("at_stake", "At stake", "money", currency),
        Col("decider", "Decider", "number", "level", digits=0),
        Col("unknown", "Nobody known as"),
        Col("weak", f"Below level {parameters.relationship_target}, or not noted"),
    ]
    return DataTable(shown, columns, "Gaps, most money first.", "customer or role", shown=5)


@section("Cohorts")
def cohorts_section(found: Cohorts) -> Section:
    """Say how many new customers still buy later, and whether that has changed, from `cohorts`."""
    shares = retention(found)
    period, age = found.period, YEAR[found.period_months]
    chart = Chart(
        lambda narrow: cohort_cells(shares, period, narrow=narrow),
        alt=f"Grid of cohorts of customers against {period}s since their first purchase: the share that bought then.",
        caption=f"The first row, {found.first}, holds who was a customer when the data begins, whenever they first "
        f"bought. Cells of under five customers are blank.",
    )
    return Section("Cohorts", _cohort_headline(found, age), _cohort_text(found, age), (chart,))


def _cohort_headline(found: Cohorts, age: int) -> str:
    for later in (age, max(age // 2, 1), 1):
        at = retained(found, later)
        if at["members"] > 0:
            return (
                f"Of 100 new customers, {100 * at['share']:.0f} buy in the {_ordinal(later)} {found.period} after "
                "their first purchase"
            )
    shares = found.rows[found.rows["age"] == 1]
    rate = shares["active"].sum() / shares["members"].sum()
    return f"All customers first bought when the data begins; {share(rate)} bought in the {found.period} after"


def _cohort_text(found: Cohorts, age: int) -> str:
    at = retained(found, age)
    if not at["members"] > 0:
        return "There are no later cohorts that have been watched for a year."
    text = f"That is {at['active']:,.0f} of {at['members']:,.0f} (80%: {share(at['low'])} to {share(at['high'])})."
    watched = found.rows[(found.rows["age"] == age) & (found.rows["members"] > 0)]
    names = [name for name in watched["cohort"] if name != found.first]
    if len(names) < 2:
        return text
    last = retained(found, age, since=names[-1])
    before = at - last
    return f"{text} {_changed(last, before['active'] / before['members'], names[-1])}"


def _changed(last: pd.Series, before: float, name: str) -> str:
    if not (np.isfinite(last["share"]) and np.isfinite(before)):
        return ""
    said = f"{share(last['share'])} of those who came in {name}, {share(before)} of those before"
    if last["low"] > before:
        return f"The newest stay more: {said}."
    if last["high"] < before:
        return f"The newest stay less: {said}."
    return f"The newest stay about as much: {said}, within what chance brings."


def _ordinal(count: int) -> str:
    """Return a count as a place.

    Examples
    --------
    >>> [_ordinal(count) for count in (1, 2, 3, 4, 6, 12)]
    ['1st', '2nd', '3rd', '4th', '6th', '12th']
    """
    return f"{count}{ENDINGS.get(count, 'th')}"

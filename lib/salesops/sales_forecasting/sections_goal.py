"""The page's section on the coming year's goal: how much, from what, and who gets which part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.report import Chart, Col, DataTable, Section, money, section
from salesops.sales_forecasting import figures_goal as figures
from salesops.sales_forecasting.series import ALL, COMPANY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from salesops.sales_forecasting.goal import Goal

TITLE = "Next year's goal"


@section(TITLE)
def goal_section(
    goal: Goal, split: pd.DataFrame, notes: Sequence[str], currency: str, rep_names: Mapping[str, str] | None = None
) -> Section:
    """Show the goal, what it was chosen from, and its parts by quarter.

    Parameters
    ----------
    goal
        Result of `goal_of`.
    split
        Result of `target_split`.
    notes
        Contradictions, by name.
    currency
        What money is called.
    rep_names
        What each rep_id is called.
    """
    headline = f"{goal.year}: {money(goal.amount, currency)}, {goal.basis}."
    text = "Candidates: " + "; ".join(f"{name} {money(amount, currency)}" for name, amount in goal.candidates.items())
    company = split[(split["level"] == COMPANY) & split["period"].str.contains("-")]
    before = goal.months.before[:, 0]
    chart = Chart(
        figures.goal_months(company["target"].to_numpy(), before, goal.year, currency),
        f"Bars of the goal by month, with a line of the year before. {headline}",
        caption=f"Goal by month; line: {goal.year - 1}, known or expected. {currency}.",
    )
    return Section("", headline, f"{text}.", [chart, *notes, _parts(split, currency, rep_names or {})])


def _parts(split: pd.DataFrame, currency: str, names: Mapping[str, str]) -> DataTable:
    wide = split[~split["period"].str.contains("-")]
    wide = wide.pivot_table(index=["level", "key"], columns="period", values="target", sort=False).reset_index()
    key = wide["key"].map(lambda name: names.get(name, name)).where(wide["key"] != ALL, "Company")
    rows = wide.assign(key=key, level=wide["level"].str.replace("_", " "))
    money_columns = [Col(period, period, "money", currency) for period in wide.columns[2:]]
    caption = "Every column adds up to the cent: regions, lines and channels to the company, reps to their region."
    return DataTable(rows, [Col("key", "Part"), Col("level", "Level"), *money_columns], caption, "level or part")

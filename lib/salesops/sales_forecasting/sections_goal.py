"""The page's section on the coming year's goal: how much, from what, and who gets which part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.report import Chart, Col, DataTable, Section, money, section
from salesops.report.numbers import period_in_words
from salesops.sales_forecasting import figures_goal as figures
from salesops.sales_forecasting.series import ALL, COMPANY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from salesops.sales_forecasting.goal import Goal
    from salesops.sales_forecasting.outlook import Outlook

TITLE = "Next year's goal"


@section(TITLE)
def goal_section(
    goal: Goal,
    outlook: Outlook,
    split: pd.DataFrame,
    notes: Sequence[str],
    currency: str,
    rep_names: Mapping[str, str] | None = None,
) -> Section:
    """Show the goal, what it was chosen from, and its parts by quarter.

    Parameters
    ----------
    goal
        Result of `goal_of`.
    outlook
        Result of `forecast_sales`, as the goal was made from.
    split
        Result of `target_split`.
    notes
        Contradictions, by name.
    currency
        What money is called.
    rep_names
        What each rep_id is called.
    """
    headline = f"Goal for {goal.year}: {money(goal.amount, currency)}, {goal.basis}."
    text = "Candidates: " + "; ".join(f"{name} {money(amount, currency)}" for name, amount in goal.candidates.items())
    company = split[(split["level"] == COMPANY) & split["period"].str.contains("-")]
    before = goal.months.before[:, outlook.column(COMPANY, ALL)]
    chart = Chart(
        figures.goal_months(company["target"].to_numpy(), before, goal.year, currency),
        f"Bars of the goal by month, with a line of the year before. {headline}",
        caption=f"Goal by month; line: {goal.year - 1}, known or expected. {currency}.",
    )
    return Section("", headline, f"{text}.", [chart, *notes, _parts(goal, outlook, split, currency, rep_names or {})])


def _parts(goal: Goal, outlook: Outlook, split: pd.DataFrame, currency: str, names: Mapping[str, str]) -> DataTable:
    wide = split[~split["period"].str.contains("-")]
    wide = wide.pivot_table(index=["level", "key"], columns="period", values="target", sort=False).reset_index()
    sold = pd.Series(goal.months.before.sum(axis=0), index=[outlook.level, outlook.key])
    before = sold.reindex(pd.MultiIndex.from_frame(wide[["level", "key"]])).to_numpy(float)
    key = wide["key"].map(lambda name: names.get(name, name)).where(wide["key"] != ALL, "Company")
    year = str(goal.year)
    growth = wide[year] / np.where(before > 0, before, np.nan) - 1
    rows = wide.assign(key=key, level=wide["level"].str.replace("_", " "), before=before, growth=growth)
    quarters = [Col(period, period_in_words(period), "money", currency) for period in wide.columns[3:]]
    columns = [
        Col("key", "Part"), Col("level", "Level"), Col("before", str(goal.year - 1), "money", currency),
        Col(year, f"Goal {year}", "money", currency), Col("growth", "Growth", "share"), *quarters,
    ]  # fmt: skip
    caption = (
        "Every column of goals adds up to the cent: regions, lines and channels to the company, reps to their region. "
        "Reps at work share what those who have left sold."
    )
    return DataTable(rows, columns, caption, "level or part")

"""A person's statement as a page: old and new pay over a range of results, and how pay at quota comes about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.incentive_simulation.sections_past import title_of, within
from salesops.incentive_simulation.statement_pay import has_contests, lines_at, pay_over_results
from salesops.report import Chart, Col, DataTable, Kpi, Section, Summary, money, share, theme
from salesops.report.pages import sections_page

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from salesops.incentive_simulation.plan import IncentivePlan

QUOTA = 1.0


def statement_page(person: pd.Series, old: IncentivePlan, new: IncentivePlan, currency: str) -> str:
    """Return the page of one person as HTML; names are escaped, and it prints on a sheet or two.

    Parameters
    ----------
    person
        rep_id, name, role, region, base_pay and target_pay a year, sales_quota of a quarter.
    old, new
        Today's plan and the one to come.
    currency
        What money is called.
    """
    table = _compared(person, old, new)
    at_quota = table[np.isclose(table["attainment"], QUOTA)].iloc[0]
    name = str(person["name"])
    answer = (
        f"At quota you are paid {money(at_quota['new'], currency)} a year under {within(title_of(new))}, "
        f"{money(at_quota['old'], currency)} under {within(title_of(old))}. {_from_where(table)}"
    )
    figures = (
        Kpi("old", f"{title_of(old)}, at quota", float(at_quota["old"]), currency),
        Kpi("new", f"{title_of(new)}, at quota", float(at_quota["new"]), currency),
    )
    above = ("Pay statement", str(person["rep_id"]), str(person["role"]), str(person["region"]))
    sections = [_range(table, old, new, person, currency), _lines(person, old, new, currency)]
    return sections_page(name, above, Summary(answer, figures), sections)


def _compared(person: pd.Series, old: IncentivePlan, new: IncentivePlan) -> pd.DataFrame:
    table = pay_over_results(person, old).rename(columns={"pay": "old"})
    table["new"] = pay_over_results(person, new)["pay"]
    return table.assign(
        change=table["new"] - table["old"],
        sales=table["attainment"] * person["sales_quota"] * 4,
    )


def _from_where(table: pd.DataFrame) -> str:
    """Say between which results the new plan pays more, and where it pays less."""
    more, less = table[table["change"] > 0]["attainment"], table[table["change"] < 0]["attainment"]
    if less.empty:
        return "It never pays less." if len(more) else "Both pay the same."
    if more.empty:
        return "It pays less, or the same, at every result."
    return f"It pays more at {_stretches(more)} of quota, and less at {_stretches(less)}."


def _stretches(values: pd.Series) -> str:
    parts = np.split(values.to_numpy(), np.flatnonzero(np.diff(values.to_numpy()) > 0.03) + 1)
    return " and ".join(share(p[0]) if len(p) == 1 else f"{share(p[0])} to {share(p[-1])}" for p in parts)


def _range(table: pd.DataFrame, old: IncentivePlan, new: IncentivePlan, person: pd.Series, currency: str) -> Section:
    chart = Chart(
        lambda narrow: _drawn(table, currency, narrow=narrow),
        alt="Two lines of pay over attainment, under the old and the new plan.",
        caption="Incentive pay of a year if each quarter reaches the same part of quota; the team reaches as much.",
    )
    sales = [Col("sales", "Your sales", "money", currency)] if np.isfinite(person["sales_quota"]) else []
    columns = [
        Col("attainment", "Of quota", "share"),
        *sales,
        Col("old", title_of(old), "number", currency, digits=2),
        Col("new", title_of(new), "number", currency, digits=2),
        Col("change", "Change", "number", currency, digits=2),
    ]
    shown = table[np.isclose(table["attainment"] * 10 % 1, 0) | np.isclose(table["attainment"] * 10 % 1, 1)]
    headline = f"Pay a year from nothing to {share(float(table['attainment'].max()))} of quota"
    quota = f"Your quota: {currency} {person['sales_quota']:,.2f} a quarter, in the mean of the last year."
    text = quota if np.isfinite(person["sales_quota"]) else "Your pay goes with what your team reaches of its quota."
    return Section("Over a range of results", headline, text, (chart, DataTable(shown, columns, shown=len(shown))))


def _lines(person: pd.Series, old: IncentivePlan, new: IncentivePlan, currency: str) -> Section:
    parts = [lines_at(person, plan, QUOTA).assign(plan=title_of(plan)) for plan in (old, new)]
    lines = pd.concat(parts, ignore_index=True)
    lines["line"] = lines["line"].str.replace("_", " ")
    columns = [
        Col("plan", "Plan"),
        Col("line", "Line"),
        Col("target", "Hangs on it", "number", currency, digits=2),
        Col("amount", "Paid", "number", currency, digits=2),
    ]
    prizes = any(has_contests(plan, str(person["role"])) for plan in (old, new))
    caption = "A year at quota in every measure." + (" Prizes of contests come on top." if prizes else "")
    table = DataTable(lines, columns, caption, shown=len(lines))
    return Section("How it comes about", "Pay at quota, line by line", "", (table,))


def _drawn(table: pd.DataFrame, currency: str, *, narrow: bool) -> Figure:
    fig, ax = theme.figure(320, narrow=narrow)
    ax.axvline(QUOTA, color=theme.LINE)
    ax.plot(table["attainment"], table["old"], color=theme.MUTED)
    ax.plot(table["attainment"], table["new"], color=theme.ACCENT)
    ax.set_ylim(bottom=0)
    theme.legend_above(ax, {"today": theme.MUTED, "new": theme.ACCENT})
    theme.percent_axis(ax, axis="x", title="of quota")
    theme.money_axis(ax, currency, "a year")
    ax.set_title(ax.get_title(loc="left"), loc="left", color=theme.MUTED, pad=26)
    return fig

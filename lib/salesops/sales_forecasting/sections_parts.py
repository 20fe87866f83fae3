"""The section on the parts of the business: where it grows, where it shrinks, and where targets are far."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData
from salesops.report import Chart, Col, DataTable, Section, interval, money, section
from salesops.report.numbers import period_in_words
from salesops.sales_forecasting.figures_season import growth_map
from salesops.sales_forecasting.periods import month_count
from salesops.sales_forecasting.series import CELL, COMPANY, LEVEL_ORDER
from salesops.sales_forecasting.series_notes import said
from salesops.sales_forecasting.totals import coming_totals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from salesops.sales_forecasting.outlook import Outlook


MOST_ROWS, MOST_COLUMNS = 12, 8


def parts_section(
    outlook: Outlook | NotEnoughData,
    completion: pd.DataFrame | NotEnoughData,
    currency: str,
    rep_names: Mapping[str, str] | None = None,
) -> Section:
    """Show what each part should sell against the year before, where they cross, and how far targets are.

    Parameters
    ----------
    outlook
        Result of `forecast_sales`.
    completion
        Result of `target_completion`; without it there are no gaps.
    currency
        What money is called.
    rep_names
        What each rep_id is called; from `rep_names`.
    """
    return _parts_section(outlook, [completion], currency, rep_names)  # type: ignore[arg-type]


@section("By part of the business")
def _parts_section(
    outlook: Outlook,
    completion: list[pd.DataFrame | NotEnoughData],
    currency: str,
    rep_names: Mapping[str, str] | None,
) -> Section | NotEnoughData:
    parts = with_names(part_growth(outlook), rep_names)
    if parts.empty:
        return NotEnoughData("a region, product line, channel or rep in orders")
    columns = [
        Col("key", "Part"), Col("level", "Level"), Col("before", "Year before", "money", currency),
        Col("mean", "Expected", "money", currency), Col("p10", "Low (10%)", "money", currency),
        Col("p90", "High (90%)", "money", currency), Col("growth", "Growth", "share"),
    ]  # fmt: skip
    caption = (
        f"Sales expected over the coming {outlook.horizon} months, against as many months before. The parts of each "
        "level add up to the company; so do the cells in which region, product line and channel cross."
    )
    maps = [*_growth_map(outlook), *_gap_map(completion[0])]
    table = DataTable(parts, columns, caption, "level or part")
    return Section("", _parts_headline(parts, currency), "", [*maps, table])


def _growth_map(outlook: Outlook) -> list[Chart]:
    table = crossed_growth(outlook)
    if table.empty:
        return []
    rows, columns = table.index.name, table.columns.name
    caption = f"Growth over the coming {outlook.horizon} months in %, each {rows} by {columns}; darker is more."
    return [Chart(growth_map(table), f"Shaded cells of expected growth, {rows} by {columns}.", "Growth", caption)]


def crossed_growth(outlook: Outlook) -> pd.DataFrame:
    """Return expected growth where two levels cross: region by product line where both are known.

    Returns
    -------
    DataFrame
        Shares, largest rows and columns first; NaN where nothing was sold before. Empty if no two levels cross.
    """
    facts = outlook.nodes.facts
    names = [name for name in ("region", "product_line", "channel") if name in facts][:2]
    cells = np.flatnonzero(facts["level"] == CELL)
    if len(names) < 2 or not len(cells) or len(outlook.nodes.past) < outlook.horizon:
        return pd.DataFrame()
    known = outlook.nodes.past[-outlook.horizon :, cells].sum(axis=0)
    sums = facts.iloc[cells][names].assign(coming=outlook.mean[:, cells].sum(axis=0), before=known)
    table = sums.groupby(names)[["coming", "before"]].sum()
    growth = (table["coming"] / table["before"].where(table["before"] > 0) - 1).unstack()
    order = [table["coming"].groupby(level=name).sum().sort_values(ascending=False).index for name in names]
    shown = growth.loc[order[0], order[1]].rename_axis(index=said(names[0]), columns=said(names[1]))
    # Long names are read in rows.
    longest = [max(len(str(name)) for name in axis) for axis in shown.axes]
    return (shown.T if longest[1] > longest[0] else shown).iloc[:MOST_ROWS, :MOST_COLUMNS]


def _gap_map(completion: pd.DataFrame | NotEnoughData) -> list[Chart]:
    table = target_gaps(completion)
    if table.empty:
        return []
    caption = "Expected sales against the target in %: −5 is five in a hundred short. Darker is better."
    return [Chart(growth_map(table), "Shaded cells of expected sales against targets.", "Gap to target", caption)]


def target_gaps(completion: pd.DataFrame | NotEnoughData) -> pd.DataFrame:
    """Return how far above or below target each part above reps should end each period that is not over.

    Returns
    -------
    DataFrame
        Shares of the target, parts × periods (years, then quarters, then months); empty without targets for two parts.
    """
    if isinstance(completion, NotEnoughData):
        return pd.DataFrame()
    above = completion[(completion["months_ahead"] > 0) & (completion["level"] != "rep") & (completion["target"] > 0)]
    if above["key"].nunique() < 2:
        return pd.DataFrame()
    named = above.assign(
        gap=above["forecast"] / above["target"] - 1,
        key=above["key"].where(above["level"] != COMPANY, "Company"),
        rank=above["level"].map(LEVEL_ORDER.index),
        length=-month_count(above["period"]),
    )
    table = named.pivot_table(index=["rank", "key"], columns=["length", "period"], values="gap")
    shown = table.droplevel("rank").droplevel("length", axis=1).iloc[:MOST_ROWS, :MOST_COLUMNS]
    return shown.rename(columns=period_in_words)


def _parts_headline(parts: pd.DataFrame, currency: str) -> str:
    """Name the part that adds most and the one that adds least, of the level with the most parts; reps only at need."""
    known = above_reps(parts.dropna(subset="change"))
    if known.empty or known["level"].value_counts().max() < 2:
        return "What each part of the business should sell."
    level = known["level"].value_counts().idxmax()
    order = known[known["level"] == level].sort_values("change")
    least, most = order.iloc[0], order.iloc[-1]
    if most["change"] <= 0:
        return f"No {level} should grow; {least['key']} loses most."
    adds, falls = _change_said(most, currency), _loser(least, str(level), currency)
    return f"By {level}, {most['key']} should add most, {adds}; {falls}."


def _change_said(row: pd.Series, currency: str) -> str:
    """Say by how much sales of a part should change, with the interval that its forecast leaves."""
    spread = interval(row["p10"] - row["before"], row["p90"] - row["before"], currency, row["change"])
    return money(row["change"], currency) + (f" ({spread})" if spread else "")


def _loser(least: pd.Series, level: str, currency: str) -> str:
    """Name the part that loses most, if its whole interval lies below what it sold before."""
    if least["p90"] < least["before"]:
        return f"{least['key']} should lose most, {_change_said(least, currency)}"
    return f"no {level} is sure to sell less"


def above_reps(parts: pd.DataFrame) -> pd.DataFrame:
    """Return the parts that are no reps and no cells, which a whole company looks at first; else the reps."""
    above = parts[~parts["level"].isin(["rep", CELL])]
    return above if len(above) else parts[parts["level"] != CELL]


def rep_names(reps: pd.DataFrame | NotEnoughData) -> dict[str, str]:
    """Return what each rep_id is called; nothing where the table reps, or a name, is absent.

    Examples
    --------
    >>> rep_names(pd.DataFrame({"rep_id": ["R1", "R2"], "name": ["Li Na", None]}))
    {'R1': 'Li Na'}
    """
    if isinstance(reps, NotEnoughData) or "name" not in reps:
        return {}
    named = reps.dropna(subset="name")
    return dict(zip(named["rep_id"], named["name"], strict=True))


def with_names(parts: pd.DataFrame, names: Mapping[str, str] | None) -> pd.DataFrame:
    """Return rows whose key is the name of the rep where the level is that of reps."""
    known = names or {}
    named = parts["key"].map(lambda key: known.get(key, key))
    return parts.assign(key=parts["key"].where(parts["level"] != "rep", named))


def part_growth(outlook: Outlook) -> pd.DataFrame:
    """Return, per part of the business, coming sales against as many months before.

    Returns
    -------
    DataFrame
        level, key, before, mean, p10, p90, change (money) and growth (share); largest first within a level. `before` is
        NaN for parts that are younger.
    """
    months = outlook.horizon
    totals = coming_totals(outlook, 1, months)
    known = outlook.nodes.months >= months
    before = np.where(known, outlook.nodes.past[-months:].sum(axis=0), np.nan)
    change = totals["mean"] - before
    growth: pd.Series = change / np.where(before > 0, before, np.nan)
    parts = totals.assign(before=before, change=change, growth=growth).query("level != @COMPANY")
    rank = parts["level"].map(LEVEL_ORDER.index)
    parts = parts.assign(rank=rank, level=parts["level"].str.replace("_", " "))
    return parts.sort_values(["rank", "mean"], ascending=[True, False], ignore_index=True).drop(columns="rank")

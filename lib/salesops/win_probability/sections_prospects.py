"""The section of the key prospects: the weekly list, and why each chance is what it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pandas as pd

from salesops.not_enough_data import NotEnoughData
from salesops.report import Col, DataTable, Section, day, money, plural, section
from salesops.win_probability.changes import untold
from salesops.win_probability.phrases import interval_words, on_lines
from salesops.win_probability.sections import deals_that_make_half

if TYPE_CHECKING:
    from datetime import date

    from salesops.win_probability.deal_tables import DealTables
    from salesops.win_probability.parameters import Parameters

ASSOCIATION = (
    "A reason is a difference from the average open deal, and a gain is what goes with one confirmation more among "
    "deals alike in all else: neither is proof of a cause."
)


@section("Key prospects")
def prospects_section(
    prospects: pd.DataFrame, deals: pd.DataFrame, tables: DealTables, as_of: date, parameters: Parameters
) -> Section:
    """List the key prospects for the review, from `key_prospects`, and below it the reasons of their chances."""
    total = money(float(deals["expected_amount"].sum()), parameters.currency)
    few = deals_that_make_half(deals)
    headline = f"{plural(few, 'deal')} of {len(deals):,} hold half of the {total} expected"
    text = " ".join(
        [
            f"The first {len(prospects)} by chance × amount.",
            since_review(tables.opportunities, as_of, parameters.review_days, parameters.currency),
            f"{_told(prospects['changed'])} of these prospects changed since, {_told(prospects['risks'])} carry risks.",
            untold(tables),
        ]
    ).strip()
    blocks: list[object] = [_list(prospects, parameters)]
    if (prospects[["reasons_up", "reasons_down"]] != "").any(axis=None):
        blocks += [_against(prospects), _reasons(prospects, parameters)]
    return Section("Key prospects", headline, text, blocks)


def since_review(opportunities: pd.DataFrame | NotEnoughData, as_of: date, days: int, currency: str) -> str:
    """Return which deals came in and closed since the last review, over all deals.

    Examples
    --------
    >>> from datetime import date
    >>> now, before = pd.Timestamp("2026-09-30"), pd.Timestamp("2026-09-01")
    >>> ends = {"status": ["won", "open"], "amount": [5000.0, 7000.0], "closed_at": [now, pd.NaT]}
    >>> since_review(pd.DataFrame({"created_at": [before, now], **ends}), date(2026, 9, 30), 7, "CNY")
    'Since 23 Sep 2026 1 deal came in, 1 was won for CNY 5 k and 0 were lost.'
    """
    if isinstance(opportunities, NotEnoughData) or "closed_at" not in opportunities.columns:
        return ""
    since = pd.Timestamp(as_of - timedelta(days=days))
    ended = opportunities[opportunities["closed_at"] > since]
    won, lost = ended[ended["status"] == "won"], ended[ended["status"] == "lost"]
    worth = f" for {money(float(won['amount'].sum()), currency)}" if len(won) else ""
    born = plural(int((opportunities["created_at"] > since).sum()), "deal")
    return f"Since {day(since)} {born} came in, {_were(len(won))} won{worth} and {_were(len(lost))} lost."


def _were(count: int) -> str:
    return f"{count:,} {'was' if count == 1 else 'were'}"


def _told(texts: pd.Series) -> str:
    return f"{int((texts != '').sum()):,}"


def _list(prospects: pd.DataFrame, parameters: Parameters) -> DataTable:
    currency = parameters.currency
    shown = prospects.assign(
        where=(
            prospects["stage"] + " · " + prospects["opportunity_id"].astype(str) + "\n" + prospects["rep"]
        ).str.strip(),
        of=prospects["amount"].map(lambda amount: f"of {money(amount)}", na_action="ignore"),
        interval=interval_words(prospects).str.removeprefix("80%: "),
        needs=("Needs: " + prospects["resources_needed"]).where(prospects["resources_needed"] != "", ""),
        **{name: on_lines(prospects[name]) for name in ("changed", "risks", "next_step")},
    )
    if "stated_close" in shown:
        shown["stated"] = ("rep: " + shown["stated_close"].map(day)).where(shown["stated_close"].notna(), "")
    columns = [
        Col("account", "Customer", below="where"),
        Col("expected_amount", "Expected", "money", currency, below="of"),
        Col("win_probability", "Chance", "share", below="interval"),
        Col("expected_close", "Closes about", "date", below="stated"),
        Col("changed", f"Changed in {plural(parameters.review_days, 'day')}"),
        Col("risks", "Risks"),
        Col("next_step", "Next step", below="needs"),
    ]
    caption = (
        "Expected is chance × amount. Below the chance: how well it is known (80%). Closes about is the day by which "
        "half of the chance of winning has come true. In brackets after the days in a stage: within how many 3 of 4 "
        "won deals had left it; after a competitor: our record over all years."
    )
    return DataTable(shown, _there(columns, shown), caption, filter_label="customer, rep, stage or risk", shown=10)


def _against(prospects: pd.DataFrame) -> str:
    """Return what most often speaks for and against the key prospects, as a sentence."""
    ups, downs = (_most_often(prospects[f"strongest_{side}"]) for side in ("up", "down"))
    said = [f"What speaks for these deals most is {ups}" if ups else "", f"against them {downs}" if downs else ""]
    return "; ".join(part for part in said if part) + f". {ASSOCIATION}"


def _most_often(topics: pd.Series) -> str:
    counts = topics[topics != ""].value_counts().head(2)
    return ", then ".join(f"{topic} (first in {count:,})" for topic, count in counts.items())


def _reasons(prospects: pd.DataFrame, parameters: Parameters) -> DataTable:
    currency = parameters.currency
    gains = prospects["next_gain"].map(lambda gain: f"goes with {money(gain, currency)} more", na_action="ignore")
    shown = prospects.assign(
        interval=interval_words(prospects),
        gains=gains,
        **{name: on_lines(prospects[name]) for name in ("reasons_up", "reasons_down")},
    )
    columns = [
        Col("account", "Customer", below="opportunity_id"),
        Col("win_probability", "Win chance", "bar", below="interval"),
        Col("reasons_up", "For us"),
        Col("reasons_down", "Against us"),
        Col("next_confirmation", "Next to confirm", below="gains"),
    ]
    return DataTable(shown, _there(columns, shown), filter_label="customer or reason", shown=10)


def _there(columns: list[Col], frame: pd.DataFrame) -> list[Col]:
    """Return the columns that hold something, each with what is said below it if that is there."""
    return [
        replace(column, below=column.below if column.below in frame.columns else "")
        for column in columns
        if column.name in frame.columns and (frame[column.name].notna() & (frame[column.name] != "")).any()
    ]

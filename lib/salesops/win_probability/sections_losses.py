"""The section on losses: to whom, why and at which price deals are lost, and which of them looked like wins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.report import Chart, Col, DataTable, Pair, Section, money, number, plural, section, share
from salesops.win_probability.figures_losses import pareto, win_rates
from salesops.win_probability.losses import PRICE_GAP, REASON, WHEN_EMPTY, winnable_losses

if TYPE_CHECKING:
    import pandas as pd

    from salesops.win_probability.parameters import Parameters

MOST_WINNABLE = 30
GOES_WITH = {REASON: ("goes with", "with"), "competitor": ("went to", "to"), "product line": ("was for", "for")}
HOW_TO_READ = (
    "As expected: what deals alike brought in the same year, by a model that had not seen it. Of many rows one in ten "
    "lies below its 80% interval by luck alone."
)


@section("Where deals are lost")
def losses_section(
    losses: pd.DataFrame, closed: pd.DataFrame, names: dict[str, dict[str, str]], parameters: Parameters
) -> Section:
    """Say where money is lost, from `losses`, and which lost deals looked like wins, from `closed_deals`."""
    currency = parameters.currency
    lost, won = int((closed["won"] == 0).sum()), int((closed["won"] == 1).sum())
    text = (
        f"In the last {parameters.funnel_quarters} quarters {plural(lost, 'deal')} worth "
        f"{money(closed.loc[closed['won'] == 0, 'amount'].sum(), currency)} were lost and {won:,} won. "
        f"{_worst_in_words(losses)}\n\n{_winnable_in_words(closed, currency)}"
    )
    blocks = (*_charts(losses), _all_losses(losses, currency), *_winnable_table(closed, names, currency))
    return Section("Losses", _headline(losses, closed), text, blocks)


def _headline(losses: pd.DataFrame, closed: pd.DataFrame) -> str:
    what = "money" if closed.loc[closed["won"] == 0, "amount"].sum() > 0 else "deals"
    for by, (verb, again) in GOES_WITH.items():
        known = losses[(losses["by"] == by) & ~losses["value"].isin(WHEN_EMPTY.values())].head(2)
        if len(known) == 2:
            (first, second), (most, more) = known["value"], known["share"]
            return f"Of the {what} lost, {share(most)} {verb} {first} and {share(more)} {again} {second}"
    return f"{plural((closed['won'] == 0).sum(), 'deal')} of {len(closed):,} that closed were lost"


def _worst_in_words(losses: pd.DataFrame) -> str:
    """Name the competitor, the price and the like where wins fell furthest short; two of them at most."""
    below = losses[losses["gap_high"] < 0].sort_values("gap").drop_duplicates("by").head(2)
    return " ".join(_short_of_expected(row) for _, row in below.iterrows())


def _short_of_expected(row: pd.Series) -> str:
    place = {"competitor": "Against {}", PRICE_GAP: "At a price {} the competitor's"}.get(row["by"], "In {}")
    return (
        f"{place.format(row['value'])}, {share(row['win_rate'])} were won: {-100 * row['gap']:.0f} points less than "
        f"deals alike should have brought (80%: {-100 * row['gap_high']:.0f} to {-100 * row['gap_low']:.0f})."
    )


def _winnable_in_words(closed: pd.DataFrame, currency: str) -> str:
    if closed["chance"].isna().all():
        return "Which of them could have been won is not known: no deal has a chance from before it closed."
    found = winnable_losses(closed)
    if found.empty:
        return "Not one of them looked more likely won than lost a quarter before it closed."
    return (
        f"{plural(len(found), 'deal')} of them, worth {money(found['amount'].sum(), currency)}, looked more likely won "
        "than lost a quarter before: these are the losses to learn from."
    )


def _charts(losses: pd.DataFrame) -> tuple[object, ...]:
    reasons = losses[losses["by"] == REASON]
    first = reasons if len(reasons) else losses[losses["by"] == losses["by"].iloc[0]]
    rates = [losses[losses["by"] == by] for by in ("competitor", PRICE_GAP) if (losses["by"] == by).any()]
    about_reasons = Chart(
        lambda narrow: pareto(first, narrow=narrow, half=bool(rates)),
        alt="Bars of the share of losses, the largest first, with a line of their shares added up.",
        title="What losses are put down to" if len(reasons) else f"Losses by {first['by'].iloc[0]}",
        half=bool(rates),
    )
    return (Pair(about_reasons, _rates_chart(rates[0])), *map(_rates_chart, rates[1:])) if rates else (about_reasons,)


def _rates_chart(rows: pd.DataFrame) -> Chart:
    priced = rows["by"].iloc[0] == PRICE_GAP
    return Chart(
        lambda narrow: win_rates(rows, narrow=narrow, half=not priced),
        alt="Dots of win rates with 80% intervals, and ticks where they would be as expected.",
        title="Win rate by our price against the competitor's" if priced else "Win rate by competitor",
        caption="Deals with both prices known; most that were lost early had none." if priced else "",
        half=not priced,
    )


def _all_losses(losses: pd.DataFrame, currency: str) -> DataTable:
    shown = losses.assign(
        interval=[_points(low, high) for low, high in zip(losses["low"], losses["high"], strict=True)],
        against=(100 * losses["gap"]),
        certain=[_points(low, high) for low, high in zip(losses["gap_low"], losses["gap_high"], strict=True)],
    )
    columns = [
        Col("value", "By", below="by"),
        Col("lost", "Lost", "number", "deals"),
        Col("lost_amount", "Lost", "money", currency),
        Col("share", "Share of losses", "share"),
        Col("win_rate", "Won", "share", below="interval"),
        Col("against", "Against expected", "number", "points", 0, below="certain"),
        Col("winnable", "Looked like wins", "number", "deals"),
        Col("winnable_amount", "Looked like wins", "money", currency),
    ]
    return DataTable(shown, columns, HOW_TO_READ, "competitor, reason, line or region", shown=11)


def _points(low: float, high: float) -> str:
    return f"80%: {number(100 * low, 0)} to {number(100 * high, 0)}" if np.isfinite(low) else ""


def _winnable_table(closed: pd.DataFrame, names: dict[str, dict[str, str]], currency: str) -> tuple[DataTable, ...]:
    found = winnable_losses(closed).head(MOST_WINNABLE)
    if found.empty:
        return ()
    for key in (key for key in ("account_id", "rep_id") if key in found):
        found[key] = found[key].map(names.get(key, {})).fillna(found[key])
    columns = [
        Col("account_id", "Customer", below="rep_id" if "rep_id" in found else ""),
        Col("closed_at", "Lost on", "date"),
        Col("amount", "Amount", "money", currency),
        Col("chance", "Chance a quarter before", "bar"),
        *(Col(name, label) for name, label in (("competitor", "To"), ("loss_reason", "Why")) if name in found),
    ]
    caption = f"Lost deals that looked like wins, the {len(found)} largest."
    return (DataTable(found, columns, caption, "customer, competitor or reason", shown=10),)

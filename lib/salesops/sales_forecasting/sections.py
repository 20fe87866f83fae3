"""The sections of the page: what was computed, as findings with their charts and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData
from salesops.report import Chart, Col, DataTable, Pair, Section, interval, money, section, share
from salesops.report.numbers import period_in_words
from salesops.sales_forecasting import figures
from salesops.sales_forecasting.backtest import ENGINE, quarters_foretold, verdict
from salesops.sales_forecasting.figures_accuracy import accuracy_over_time
from salesops.sales_forecasting.periods import month_count
from salesops.sales_forecasting.sections_parts import with_names
from salesops.sales_forecasting.series import COMPANY
from salesops.sales_forecasting.series_notes import brief
from salesops.sales_forecasting.totals import coming_totals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from salesops.sales_forecasting.outlook import Outlook

MOST_BARS = 8
MOST_TARGETS = 300


def forecast_section(
    outlook: Outlook | NotEnoughData,
    table: pd.DataFrame | NotEnoughData,
    completion: pd.DataFrame | NotEnoughData,
    currency: str,
    history_months: int,
    notes: Sequence[str] = (),
) -> Section:
    """Show the company's monthly sales with the forecast, its bands and, where there is one, the target."""
    targets = None if isinstance(completion, NotEnoughData) else figures.monthly_targets(completion)
    return _forecast_section(outlook, table, targets, currency, history_months, notes)  # type: ignore[arg-type]


@section("Forecast")
def _forecast_section(
    outlook: Outlook,
    table: pd.DataFrame,
    targets: pd.DataFrame | None,
    currency: str,
    history_months: int,
    notes: Sequence[str],
) -> Section:
    total = coming_totals(outlook, 1, outlook.horizon).query("level == @COMPANY").iloc[0]
    draw = figures.fan(outlook.history, table, targets, currency, history_months)
    when = f"{period_in_words(table['period'].iloc[0])} to {period_in_words(table['period'].iloc[outlook.horizon - 1])}"
    spread = interval(total["p10"], total["p90"], currency, total["mean"])
    expected = f"{money(total['mean'], currency)} expected" + (f" ({spread})" if spread else "")
    headline = f"{when}: {expected}{_against_last_year(outlook, total['mean'])}"
    alt = f"Line of monthly sales and of their forecast with 50% and 80% bands. {headline}."
    caption = f"Monthly sales, forecast with 50% and 80% bands{'' if targets is None else ', and target'}. {currency}."
    return Section("", f"{headline}.", _doubt(total), [Chart(draw, alt, caption=caption), *brief(notes)])


def _against_last_year(outlook: Outlook, expected: float) -> str:
    """Compare with the same months one year before, as far as they are known."""
    y = outlook.history.loc[outlook.history["level"] == COMPANY, "y"].to_numpy()
    months = outlook.horizon
    before = y[len(y) - 12 : len(y) - 12 + months].sum() if len(y) >= 12 and months <= 12 else np.nan
    if not np.isfinite(before) or before <= 0:
        return ""
    change = expected / before - 1
    return f", {share(abs(change))} {'above' if change >= 0 else 'below'} the same months a year before"


def _doubt(total: pd.Series) -> str:
    """Say why there is no interval, where there is none."""
    if not np.isfinite(total["p10"]):
        return "History is too short to say how far this may be off."
    return ""


@section("Targets")
def targets_section(
    completion: pd.DataFrame, notes: Sequence[str], currency: str, rep_names: Mapping[str, str] | None = None
) -> Section:
    """Show whether targets should be met: the company's as bars, all of them as a table."""
    bars = coming_company_targets(completion)
    ahead = completion[(completion["months_ahead"] > 0) & (completion["target"] > 0)]
    blocks: list[object] = [*brief(notes)]
    if len(bars):
        alt = f"Bars of known and expected sales as a share of each target. {_met_headline(bars)}."
        caption = "Company: sold and expected as a share of the target; the line below each bar is its 80% range."
        blocks.insert(0, Chart(figures.completion_bars(bars.head(MOST_BARS)), alt, caption=caption))
    if len(ahead):
        blocks.append(_target_table(with_names(ahead, rep_names), currency))
    headline = _met_headline(bars if len(bars) else completion)
    return Section("", f"{headline}.", "", blocks)


def coming_company_targets(completion: pd.DataFrame) -> pd.DataFrame:
    """Return the company's targets that are not over, years before quarters before months."""
    company = completion[
        (completion["level"] == COMPANY) & (completion["months_ahead"] > 0) & (completion["target"] > 0)
    ]
    length = month_count(company["period"])
    return company.assign(length=-length).sort_values(["length", "period"]).drop(columns="length")


def _met_headline(rows: pd.DataFrame) -> str:
    if not (rows["months_ahead"] > 0).any():
        met = int((rows["probability_met"] == 1).sum())
        return f"All periods with targets are over; {met} of {len(rows)} were met"
    row = nearest_target(rows)
    if not np.isfinite(row["probability_met"]):
        return f"{period_in_words(row['period'])} should reach {share(row['forecast'] / row['target'])} of its target"
    return (
        f"{period_in_words(row['period'])} should reach {share(row['forecast'] / row['target'])} of its target, "
        f"which has a {share(row['probability_met'])} chance to be met"
    )


def nearest_target(rows: pd.DataFrame) -> pd.Series:
    """Return the first running quarter's target, else the first year's, else the first month's."""
    running = rows[rows["months_ahead"] > 0]
    rank = pd.Series(month_count(running["period"]), index=running.index).map({3: 0, 12: 1, 1: 2})
    return running.assign(length=rank).sort_values(["length", "period"]).iloc[0]


def _target_table(ahead: pd.DataFrame, currency: str) -> DataTable:
    rows = ahead.assign(
        period=ahead["period"].map(period_in_words),
        key=ahead["key"].where(ahead["level"] != COMPANY, "Company"),
        level=ahead["level"].str.replace("_", " "),
        completion=ahead["forecast"] / ahead["target"],
    )
    columns = [
        Col("key", "Part"), Col("level", "Level"), Col("period", "Period"), Col("target", "Target", "money", currency),
        Col("sales_so_far", "Sold so far", "money", currency), Col("forecast", "Expected", "money", currency),
        Col("completion", "Completion", "share"), Col("probability_met", "Chance to meet it", "bar"),
    ]  # fmt: skip
    return DataTable(rows.head(MOST_TARGETS), columns, "Targets whose period is not over.", "period, level or part")


@section("Can the forecast be trusted?")
def accuracy_section(outlook: Outlook, backtest: pd.DataFrame, currency: str) -> Section:
    """Show how good past forecasts would have been, against repeating last year."""
    quarters = quarters_foretold(outlook)
    text = (
        f"{_coverage_said(backtest)} Each past forecast was made anew from what was known in its month, "
        f"{len(outlook.rolling.cuts)} months in all."
    )
    left = Chart(
        figures.accuracy_by_horizon(backtest),
        "Lines of the error of company forecasts by months ahead, ours and last year's value again.",
        title="Company, by months ahead",
        caption="Absolute error of a month's forecast as a share of sales.",
        half=True,
    )
    right = Chart(
        figures.accuracy_by_level(backtest),
        "Bars of the error of next quarter's forecast by level, ours and last year's value again.",
        title="Next quarter, by level",
        caption="Absolute error of the quarter's total as a share of sales.",
        half=True,
    )
    over_time = Chart(
        accuracy_over_time(quarters, currency),
        "Lines of sales in three months as they came, as foretold, and as in the year before.",
        title="Company, three months ahead, over time",
        caption="Each forecast was made just before its three months began; the date is that of their last month.",
    )
    return Section("", verdict(outlook), text, [*([over_time] if len(quarters) else []), Pair(left, right)])


def _coverage_said(backtest: pd.DataFrame) -> str:
    rows = backtest[
        (backtest["metric"] == "coverage_80") & (backtest["span"] == "month") & (backtest["model"] == ENGINE)
    ]
    rows = rows.dropna(subset="value")
    if rows.empty:
        return "There are too few past forecasts to say how often bands held."
    held = float(np.average(rows["value"], weights=rows["n"]))
    return f"Bands that should hold 80% of months held {share(held)}."

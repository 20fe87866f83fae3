"""The section on what moves the months of a year: the season, feasts and working days, promotions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.not_enough_data import NotEnoughData
from salesops.report import Chart, Col, DataTable, Section, money, section, share
from salesops.report.numbers import plural
from salesops.sales_forecasting.figures_season import season_bars
from salesops.sales_forecasting.reasons import NOTHING
from salesops.sales_forecasting.seasons import MONTH_NAMES, promotions_ahead, season_table
from salesops.sales_forecasting.workdays import FEAST, WORKING_DAYS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from salesops.sales_forecasting.outlook import Outlook
    from salesops.sales_forecasting.panel import Array

A_DAY_MORE = float(np.log(22 / 21))


def season_section(outlook: Outlook | NotEnoughData, lifts: pd.DataFrame | NotEnoughData, currency: str) -> Section:
    """Show what each month of the year is worth, and what feasts, working days and promotions do.

    Parameters
    ----------
    outlook
        Result of `forecast_sales`.
    lifts
        Result of `lift_table`.
    currency
        What money is called.
    """
    return _season_section(outlook, season_table(outlook), [lifts], currency)  # type: ignore[arg-type]


@section("Season and promotions")
def _season_section(
    outlook: Outlook, season: pd.DataFrame, lifts: list[pd.DataFrame | NotEnoughData], currency: str
) -> Section:
    headline = _season_headline(season["month"].to_numpy(int), season["index"].to_numpy(float))
    chart = Chart(season_bars(season), f"Bars of each calendar month against the mean of its year. {headline}",
                  caption="Company, median over the years; the line is the range of the years.")  # fmt: skip
    blocks: list[object] = [chart, *_promotions_said(outlook, lifts[0], currency)]
    return Section("", headline, calendar_said(outlook), blocks)


def _season_headline(month: Array, index: Array) -> str:
    best, worst = int(index.argmax()), int(index.argmin())
    return (
        f"{MONTH_NAMES[month[best] - 1]} is the strongest month, {share(index[best] - 1)} above the mean of its year; "
        f"{MONTH_NAMES[month[worst] - 1]} the weakest, {share(1 - index[worst])} below."
    )


def calendar_said(outlook: Outlook) -> str:
    """Say what feast and working days do to the company's months, and whether that is used."""
    reasons = outlook.reasons
    effect = dict(zip(reasons.calendar, reasons.coefficient[:, outlook.structure.company], strict=True))
    if not any(effect.values()):
        return ""
    said = []
    if effect.get(FEAST):
        change = float(np.expm1(effect[FEAST]))
        said.append(f"A month that holds the whole of the Chinese New Year sells {_by(change)}")
    if effect.get(WORKING_DAYS):
        said.append(f"one working day more goes with {_by(float(np.expm1(effect[WORKING_DAYS] * A_DAY_MORE)), 1)}")
    return f"{_sentence('; '.join(said))} {_use_said(reasons.change, reasons.used)}"


def _by(change: float, digits: int = 0) -> str:
    return f"{share(abs(change), digits)} {'more' if change >= 0 else 'less'}"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _use_said(change: Mapping[str, float], used: str) -> str:
    if used != NOTHING:
        return (
            f"Taking this out and putting it back makes past forecasts {share(-change[used], 1)} better, so it is done."
        )
    tested = [value for name, value in change.items() if name != NOTHING]
    if not tested:
        return "Whether forecasts gain from this could not be tested."
    gain = -min(tested)
    found = f"gains only {share(gain, 1)}" if gain > 0 else "makes them no better"
    return f"Tried on past forecasts, allowing for this {found}, so it is left out."


def _promotions_said(outlook: Outlook, lifts: pd.DataFrame | NotEnoughData, currency: str) -> list[object]:
    if isinstance(lifts, NotEnoughData):
        return [f"Promotions: {lifts}."]
    columns = [
        Col("kind", "Kind of promotion"), Col("months_run", "Months run", "number", digits=1),
        Col("lift", "Lift", "share"), Col("low", "Low (10%)", "share"), Col("high", "High (90%)", "share"),
        Col("months_planned", "Months planned", "number", digits=1),
    ]  # fmt: skip
    caption = (
        "Lift of the sales that promotions can move, in a month wholly under one; trend, season and calendar apart. "
        "A kind that comes in the same months of every year has none of its own."
    )
    return [_planned_said(promotions_ahead(outlook), lifts, currency), DataTable(lifts, columns, caption, "kind")]


def _planned_said(ahead: pd.DataFrame | NotEnoughData, lifts: pd.DataFrame, currency: str) -> str:
    planned = lifts[lifts["months_planned"] > 0]
    if planned.empty:
        return "No promotion is planned within the months ahead."
    unknown = planned.loc[planned["lift"].isna(), "kind"].tolist()
    missing = f" What {', '.join(unknown)} would add cannot be measured and is not in the forecast." if unknown else ""
    if isinstance(ahead, NotEnoughData) or ahead.empty:
        return f"{plural(len(planned), 'kind')} of promotion planned, which the forecast leaves out.{missing}"
    return (
        f"Planned promotions add {money(float(ahead['added'].sum()), currency)} to the forecast. Lifts that may be "
        f"chance count for less there than in the table.{missing}"
    )

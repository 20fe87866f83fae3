"""The page's section on what earlier runs said, and how it turned out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.not_enough_data import NotEnoughData
from salesops.report import Chart, Col, DataTable, Pair, Section, plural, section, share
from salesops.report.numbers import period_in_words
from salesops.sales_forecasting import figures_record as figures
from salesops.sales_forecasting.past_forecasts import accuracy_of_said
from salesops.sales_forecasting.past_quarters import quarters_said
from salesops.sales_forecasting.series import COMPANY, LEVEL_ORDER

if TYPE_CHECKING:
    import pandas as pd

TITLE = "What we said before"


def record_section(
    past: pd.DataFrame | NotEnoughData, quarters: pd.DataFrame | NotEnoughData, currency: str
) -> Section:
    """Show how good the forecasts of earlier runs were, by the months they looked ahead and over time.

    Parameters
    ----------
    past
        Result of `past_forecasts`.
    quarters
        Result of `past_quarters`; without one, quarters are left out.
    currency
        What money is called.
    """
    return _record_section(past, [] if isinstance(quarters, NotEnoughData) else [quarters], currency)  # type: ignore[arg-type]


@section(TITLE)
def _record_section(past: pd.DataFrame, quarters: list[pd.DataFrame], currency: str) -> Section:
    company = past[past["level"] == COMPANY]
    ahead, over_time = accuracy_of_said(company, "months_ahead"), accuracy_of_said(company, "made_on")
    error = float((company["actual"] - company["mean"]).abs().sum() / company["actual"].abs().sum())
    runs = company["made_on"].nunique()
    said = f"What {plural(runs, 'earlier run')} said of a month was off by {share(error)} on average"
    headline = f"{said}{_naive_said(company)}."
    charts = Pair(
        Chart(figures.by_months_ahead(ahead), f"Lines of the error by months ahead. {headline}",
              title="By months ahead", caption="Company: absolute error as a share of sales.", half=True),
        Chart(figures.over_time(over_time), f"Lines of the error by the day it was said. {headline}",
              title="By the day it was said", caption="Company: all months ahead that are over.", half=True),
    )  # fmt: skip
    text = " ".join([_coverage_said(company), *map(_quarters_said, quarters)])
    tables = [_quarter_table(each, currency) for each in quarters]
    return Section("", headline, text, [charts, *tables, _by_level(past)])


def _quarters_said(quarters: pd.DataFrame) -> str:
    error, naive = quarters_said(quarters)
    count = plural(len(quarters), "forecast")
    return f"{count} of whole quarters were off by {share(error)} on average; last year again by {share(naive)}."


def _quarter_table(quarters: pd.DataFrame, currency: str) -> DataTable:
    rows = quarters.assign(
        period=quarters["period"].map(period_in_words), off=quarters["mean"] / quarters["actual"] - 1
    )
    columns = [
        Col("made_on", "Said as of", "date"), Col("period", "Quarter"), Col("mean", "Said", "money", currency),
        Col("p10", "Low (10%)", "money", currency), Col("p90", "High (90%)", "money", currency),
        Col("actual", "Came", "money", currency), Col("off", "Off by", "share"),
    ]  # fmt: skip
    return DataTable(rows, columns, "Quarters as earlier runs said them, all ways weighted together.")


def _naive_said(company: pd.DataFrame) -> str:
    known = company.dropna(subset="naive")
    if known.empty:
        return ""
    naive = (known["actual"] - known["naive"]).abs().sum() / known["actual"].abs().sum()
    return f"; last year's month again by {share(float(naive))}"


def _coverage_said(company: pd.DataFrame) -> str:
    banded = company.dropna(subset=["p10", "p90"])
    if banded.empty:
        return "These forecasts had no bands."
    held = banded["actual"].between(banded["p10"], banded["p90"])
    count = f"{int(held.sum())} of {plural(len(held), 'month')}"
    return f"{count} lay within the 80% band that was said ({share(float(np.mean(held)))})."


def _by_level(past: pd.DataFrame) -> DataTable:
    rows = accuracy_of_said(past, "level").sort_values("level", key=lambda level: level.map(LEVEL_ORDER.index))
    rows = rows.assign(level=rows["level"].str.replace("_", " "))
    columns = [
        Col("level", "Level"), Col("months", "Months scored", "number"), Col("wape", "Error", "share"),
        Col("naive_wape", "Last year again", "share"), Col("bias", "Too high on average", "share", digits=1),
        Col("coverage", "Within the 80% band", "share"),
    ]  # fmt: skip
    return DataTable(rows, columns, "Errors are absolute, as a share of sales, over all months that are over.")

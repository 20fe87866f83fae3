"""The page's section on what earlier runs said, and how it turned out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.report import Chart, Col, DataTable, Pair, Section, plural, section, share
from salesops.sales_forecasting import figures_record as figures
from salesops.sales_forecasting.past_forecasts import accuracy_of_said
from salesops.sales_forecasting.series import COMPANY

if TYPE_CHECKING:
    import pandas as pd

TITLE = "What we said before"


@section(TITLE)
def record_section(past: pd.DataFrame) -> Section:
    """Show how good the forecasts of earlier runs were, by the months they looked ahead and over time.

    Parameters
    ----------
    past
        Result of `past_forecasts`.
    """
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
    return Section("", headline, _coverage_said(company), [charts, _by_level(past)])


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
    rows = accuracy_of_said(past, "level").assign(level=lambda rows: rows["level"].str.replace("_", " "))
    columns = [
        Col("level", "Level"), Col("months", "Months scored", "number"), Col("wape", "Error", "share"),
        Col("naive_wape", "Last year again", "share"), Col("bias", "Too high on average", "share", digits=1),
        Col("coverage", "Within the 80% band", "share"),
    ]  # fmt: skip
    return DataTable(rows, columns, "Errors are absolute, as a share of sales, over all months that are over.")

"""The section on months that nobody could have expected, and what took them there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.report import Chart, Col, DataTable, Section, money, section
from salesops.report.numbers import period_in_words
from salesops.sales_forecasting.figures_anomalies import band_of_months
from salesops.sales_forecasting.series_notes import part_name

if TYPE_CHECKING:
    import pandas as pd

    from salesops.sales_forecasting.outlook import Outlook

MOST_CHILDREN = 3


@section("Months out of the ordinary")
def anomalies_section(outlook: Outlook, found: pd.DataFrame, currency: str) -> Section:
    """Show the months that left their band, with the parts that explain each.

    Parameters
    ----------
    outlook
        Result of `forecast_sales`.
    found
        Result of `anomalies`.
    currency
        What money is called.
    """
    chart = Chart(
        band_of_months(outlook, currency),
        "Line of the company's monthly sales in the band that was to be expected one month before.",
        caption="Company: months as they came, and the band foretold one month before; dots left it.",
    )
    text = "Each month is held against the forecast of the month before. By chance one in a hundred leaves its band."
    rows = one_row_each(found)
    if rows.empty:
        return Section("", "No part of the business has left the band it was expected in.", text, [chart])
    columns = [
        Col("month", "Month"), Col("part", "Part", below="level"), Col("actual", "Sold", "money", currency),
        Col("expected", "Expected", "money", currency), Col("gap", "Gap", "money", currency),
        Col("why", "What explains it"),
    ]  # fmt: skip
    caption = "Contributions add up to the gap; the three largest are named."
    shown = rows.assign(month=rows["month"].map(period_in_words), why=_reasons(found, currency))
    return Section("", _headline(rows, currency), text, [chart, DataTable(shown, columns, caption, "part or month")])


def one_row_each(found: pd.DataFrame) -> pd.DataFrame:
    """Return one row per month and part, newest first, the part named as in a sentence."""
    rows = found.drop_duplicates(["month", "level", "key"]).reset_index(drop=True)
    return rows.assign(part=rows["key"].where(rows["level"] != "company", "Company"),
                       level=rows["level"].str.replace("_", " "))  # fmt: skip


def _reasons(found: pd.DataFrame, currency: str) -> list[str]:
    """Return, per month and part, the largest contributions in words."""
    groups = found.groupby(["month", "level", "key"], sort=False)
    return [_reason(rows.head(MOST_CHILDREN), currency) for _, rows in groups]


def _reason(rows: pd.DataFrame, currency: str) -> str:
    if not rows["by"].iloc[0]:
        return ""
    parts = zip(rows["child"], rows["contribution"], strict=True)
    return "; ".join(f"{child} {'+' if value >= 0 else '−'}{money(abs(value), currency)}" for child, value in parts)


def _headline(rows: pd.DataFrame, currency: str) -> str:
    newest = rows.iloc[0]
    name = part_name(newest["level"].replace(" ", "_"), newest["key"])
    side = "above" if newest["gap"] > 0 else "below"
    return (
        f"{'Once' if len(rows) == 1 else f'{len(rows)} times'} a part of the business left its band, last in "
        f"{period_in_words(newest['month'])}: {name} sold {money(abs(newest['gap']), currency)} {side} expectation."
    )

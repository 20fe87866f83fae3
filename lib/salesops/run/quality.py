"""A page of data quality: what a source holds, column by column, and what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from salesops.report import Col, DataTable, Kpi, Message, Section, Summary, day, plural
from salesops.report.pages import sections_page
from salesops.tables.schemas import CONTRACT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from salesops.tables.check import CheckReport, Fault, TableSummary

FAULT_COLUMNS = (
    Col("place", "Table and column"),
    Col("count", "Rows", "number"),
    Col("found", "First ones found"),
    Col("wanted", "Wanted"),
)
PROFILE_COLUMNS = (
    Col("column", "Column"),
    Col("type", "Type"),
    Col("filled", "Filled", "bar"),
    Col("distinct", "Distinct values", "number"),
    Col("lowest", "Lowest or first"),
    Col("highest", "Highest or last"),
    Col("faults", "Rows at fault", "number"),
)


def quality_page(report: CheckReport, profiles: Mapping[str, pd.DataFrame], as_of: date) -> str:
    """Return the page as HTML: a summary, the faults, and a section per table.

    Parameters
    ----------
    report
        What `salesops.tables.check.check` found.
    profiles
        From each table's name to its columns, as `salesops.tables.profile.profile` returns them.
    as_of
        Day up to which things can have happened.
    """
    sections = [*_fault_sections(report), *(_table_section(s, report, profiles[s.table]) for s in report.summaries)]
    return sections_page("Data quality", (report.place, f"as of {day(as_of)}"), _summary(report), sections)


def _summary(report: CheckReport) -> Summary:
    kinds, rows = len(report.faults), sum(summary.rows for summary in report.summaries)
    sound = "The data keeps the contract: no fault was found."
    faulty = f"{plural(kinds, 'kind')} of fault to put right before a plan can run."
    return Summary(
        answer=faulty if kinds else sound,
        kpis=(
            Kpi("tables", "Tables", len(report.summaries), "tables"),
            Kpi("rows", "Rows", rows, "rows"),
            Kpi("faults", "Kinds of fault", kinds, "kinds", better="down"),
        ),
        messages=[Message("Worth knowing.", note) for note in report.notes],
    )


def _fault_sections(report: CheckReport) -> list[Section]:
    if not report.faults:
        return []
    rows = [{"place": _place(f), "count": f.count, "found": f.found, "wanted": f.wanted} for f in report.faults]
    table = DataTable(pd.DataFrame(rows), FAULT_COLUMNS, filter_label="table, column or value")
    return [Section("Faults", f"{plural(len(rows), 'kind')} of fault, each with its first rows", blocks=(table,))]


def _place(fault: Fault) -> str:
    return f"{fault.table}.{fault.column}" if fault.column else fault.table


def _table_section(summary: TableSummary, report: CheckReport, profile: pd.DataFrame) -> Section:
    faults = [fault for fault in report.faults if fault.table == summary.table]
    counts = {name: sum(f.count for f in faults if name in f.column.split(", ")) for name in profile["column"]}
    table = DataTable(
        profile.assign(faults=profile["column"].map(counts)), PROFILE_COLUMNS, filter_label="column", shown=len(profile)
    )
    span = f", from {day(summary.first_day)} to {day(summary.last_day)}" if summary.first_day else ""
    state = f"{plural(len(faults), 'kind')} of fault" if faults else "no fault"
    more = f"Columns beyond the contract: {', '.join(summary.more_columns)}." if summary.more_columns else ""
    return Section(
        title=summary.table,
        headline=f"{summary.table}: {plural(summary.rows, 'row')}{span}, {state}",
        text=f"One row is {CONTRACT[summary.table].description}. {more}".strip(),
        blocks=(table,),
    )

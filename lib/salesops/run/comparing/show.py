"""A comparison in words, for a terminal, a log or a program."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import IO, TYPE_CHECKING

from salesops.report.numbers import ABSENT, change, day, format_value, number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from rich.console import Console, RenderableType
    from rich.table import Table

    from salesops.run.comparing.compare import Comparison, Difference, Side
    from salesops.run.comparing.kpis import Figure, KpiDifference

WIDTH = 100
"""Columns of a page without a terminal."""
COLOURS = {"better": "green", "worse": "red"}
BANDS = {True: "within their bands", False: "beyond their bands"}
EXPLANATION = "Within their bands: each of the two figures lies inside the other's interval."


def as_json(comparison: Comparison) -> str:
    """Return a comparison for programs."""
    return json.dumps(asdict(comparison), ensure_ascii=False, indent=2, default=_iso)


def print_comparison(comparison: Comparison, file: IO[str] | None = None) -> None:
    """Print a comparison: with rules and colours in a terminal, as plain aligned text elsewhere.

    Parameters
    ----------
    comparison
        What to print.
    file
        Where to; the screen if not given.
    """
    from rich.console import Console

    console = Console(file=file, markup=False, highlight=False, emoji=False)
    if not console.is_terminal:
        console.width = WIDTH
    for letter, side in (("A", comparison.a), ("B", comparison.b)):
        console.print(f"{letter}  {_side(side)}")
    _print_parameters(console, comparison)
    _print_data(console, comparison)
    _print_versions(console, comparison)
    _print_kpis(console, comparison.kpis)


def _side(side: Side) -> str:
    run = f" ({side.run_id})" if side.run_id else ""
    started = f"{day(side.started_at)} at {side.started_at:%H:%M} UTC"
    return f"{side.plan}/{side.scenario} as of {day(side.as_of)}, run on {started}{run}"


def _print_parameters(console: Console, comparison: Comparison) -> None:
    _heading(console, "Parameters")
    for letter, topics in (("A", comparison.only_in_a), ("B", comparison.only_in_b)):
        if topics:
            console.print(f"Only {letter} ran {', '.join(topics)}.")
    _print_differences(console, "notebook", "parameter", comparison.parameters, absent="not set")


def _print_data(console: Console, comparison: Comparison) -> None:
    _heading(console, "Data")
    rows = [
        (table.table, _count(table.rows_a), _count(table.rows_b), table.state)
        for table in comparison.tables
        if table.state != "same"
    ]
    if rows:
        console.print(_table(console, ("table", "rows in A", "rows in B", ""), rows, numeric=(1, 2)))
    same = [table.table for table in comparison.tables if table.state == "same"]
    if same:
        console.print(f"The same in both: {', '.join(same)}.")


def _print_versions(console: Console, comparison: Comparison) -> None:
    _heading(console, "Code and packages")
    _print_differences(console, "", "", comparison.versions, absent=ABSENT)


def _print_differences(
    console: Console, places: str, name: str, differences: Sequence[Difference], absent: str
) -> None:
    rows = [
        (", ".join(row.places), row.name, absent if row.a is None else row.a, absent if row.b is None else row.b)
        for row in differences
    ]
    console.print(_table(console, (places, name, "A", "B"), rows) if rows else "The same in both.")


def _print_kpis(console: Console, kpis: Sequence[KpiDifference]) -> None:
    _heading(console, "KPIs")
    from rich.padding import Padding

    rows: list[tuple[RenderableType, ...]] = []
    for topic in dict.fromkeys(kpi.topic for kpi in kpis):
        rows += [(topic, "", "", "", "", "")]
        rows += [(Padding(_label(kpi), (0, 0, 0, 2)), *_figures(kpi)) for kpi in kpis if kpi.topic == topic]
    console.print(_table(console, ("", "A", "B", "difference", "in %", ""), rows, numeric=(1, 2, 3, 4)))
    if any(kpi.within_bands is not None for kpi in kpis):
        console.print(EXPLANATION)


def _figures(kpi: KpiDifference) -> tuple[str, ...]:
    relative = "" if kpi.relative is None else f"{'+' if kpi.relative > 0 else ''}{number(100 * kpi.relative, 1)}%"
    return (_value(kpi.a), _value(kpi.b), _difference(kpi), relative, _meaning(kpi))


def _label(kpi: KpiDifference) -> str:
    labels = [figure.label for figure in (kpi.b, kpi.a) if figure]
    return labels[0] if len(set(labels)) == 1 else f"{labels[0]} (A: {labels[1]})"


def _value(figure: Figure | None) -> str:
    return ABSENT if figure is None or figure.value is None else format_value(figure.value, figure.unit)


def _difference(kpi: KpiDifference) -> str:
    if kpi.a is None or kpi.b is None or kpi.b.value is None or kpi.difference is None:
        return ""
    return change(kpi.b.value, kpi.a.value, kpi.b.unit).text


def _meaning(kpi: KpiDifference) -> str:
    if kpi.a is None or kpi.b is None:
        return "only in B" if kpi.a is None else "only in A"
    if kpi.a.unit != kpi.b.unit:
        return "in different units"
    bands = "" if kpi.within_bands is None or kpi.verdict == "unchanged" else BANDS[kpi.within_bands]
    return ", ".join(part for part in (kpi.verdict if kpi.verdict in COLOURS else "", bands) if part)


def _count(rows: int | None) -> str:
    return ABSENT if rows is None else number(rows)


def _heading(console: Console, text: str) -> None:
    console.print()
    console.print(text, style="bold")


def _table(
    console: Console, names: Sequence[str], rows: Iterable[Sequence[RenderableType]], numeric: Sequence[int] = ()
) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD if console.is_terminal else None, pad_edge=False, header_style="dim")
    for index, name in enumerate(names):
        # Rich would cut long cells short; a folded one is read to its end.
        table.add_column(name, justify="right" if index in numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*row, style=COLOURS.get(str(row[-1]).split(",")[0]))
    return table


def _iso(value: date) -> str:
    return value.isoformat()

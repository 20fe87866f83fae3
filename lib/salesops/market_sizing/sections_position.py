"""The sections on where segments stand and on strengths and weaknesses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.market_sizing.figures_position import matrix
from salesops.market_sizing.position import BUILD, INVEST
from salesops.market_sizing.words import capital, listed, segment_names
from salesops.report import Chart, Col, DataTable, Section, plural, section, share

if TYPE_CHECKING:
    import pandas as pd

    from salesops.market_sizing.parameters import Parameters
    from salesops.market_sizing.position import Position
    from salesops.report.tables import Kind

FIRM = 0.7

SOURCES = {
    "win_probability: losses": "Win probability: where deals are lost", "position": "Where to compete",
    **{name: f"table {name}" for name in ("competition", "opportunities", "feedback", "market")},
}  # fmt: skip
"""What the page calls the place that a strength or weakness was found in."""


@section("Where to compete")
def position_section(position: Position, parameters: Parameters) -> Section:
    """Say which segments are worth money and people, and how much that depends on the weights."""
    rows = position.segments.assign(segment=segment_names(position.segments))
    rows = rows.assign(total=rows["attractiveness"] + rows["strength"]).sort_values("total", ascending=False)
    invest = rows[rows["advice"] == INVEST]
    build = rows[rows["advice"] == BUILD]
    headline = (
        f"Invest in {listed(invest['segment'])}" if len(invest) else "No segment is both attractive and ours to win"
    ) + (f"; build up {listed(build['segment'], 2)}" if len(build) else "")
    chart = Chart(
        lambda narrow: matrix(position, narrow=narrow),
        alt="Segments by our strength and their attractiveness, bubbles by the money we can serve.",
        caption="Bubbles: money a year that we can serve. The upper right is for money and people.",
    )
    return Section(
        "Where to compete",
        headline,
        _position_text(position, rows),
        (chart, _advice_table(rows, parameters), _figures_table(rows, position)),
    )


def _position_text(position: Position, rows: pd.DataFrame) -> str:
    firm = int((rows["stays"] >= FIRM).sum())
    made = "; ".join(f"{axis} of {', '.join(names)}" for axis, names in position.used.items())
    top = rows.nlargest(1, "top").iloc[0]
    return (
        f"Scores are places among segments, weighed: {made}. With other weights, each moved at random by about a "
        f"third, {plural(firm, 'segment')} of {len(rows)} stay in their box in over {share(FIRM)} of cases; "
        f"{top['segment']} is among the first five in {share(float(top['top']))}."
    )


def _advice_table(rows: pd.DataFrame, parameters: Parameters) -> DataTable:
    columns = [
        Col("segment", "Segment"),
        Col("advice", "Advice"),
        Col("size", "We can serve", "money", parameters.currency),
        Col("attractiveness", "Attractiveness", "number", digits=2),
        Col("strength", "Strength", "number", digits=2),
        Col("stays", "Stays in its box", "bar"),
        Col("top", "Among the first five", "share"),
    ]
    return DataTable(rows, columns, "Scores from 0 to 1; shares of weightings.", "segment or advice", shown=6)


def _figures_table(rows: pd.DataFrame, position: Position) -> DataTable:
    used = [name for names in position.used.values() for name in names if name != "size"]
    kinds: dict[str, Kind] = {"relative share": "number"}
    columns = [Col("segment", "Segment")]
    columns += [
        Col(name, capital(name), kinds.get(name, "share"), digits=2 if name in kinds else None) for name in used
    ]
    said = (
        "What scores are made of. Openness: 1 less the Herfindahl index. Relative share: ours over the largest rival's."
    )
    shown = rows.assign(growth=np.expm1(rows["growth"])) if "growth" in rows else rows
    return DataTable(shown, columns, said, "segment", shown=6)


@section("Strengths and weaknesses")
def swot_section(lines: pd.DataFrame) -> Section:
    """List strengths, weaknesses, opportunities and threats, each with its number."""
    counts = lines["kind"].value_counts()
    weak = lines[lines["kind"] == "weakness"]
    first = weak.iloc[0] if len(weak) else lines.iloc[0]
    headline = f"{first['line']}: {first['figure']}"
    text = ", ".join(
        plural(
            int(n),
            str(kind),
            f"{str(kind).removesuffix('y')}ies"
            if str(kind).endswith("y")
            else f"{kind}{'es' if str(kind).endswith('s') else 's'}",
        )
        for kind, n in counts.items()
    )
    columns = [Col("kind", "Kind"), Col("line", "What"), Col("figure", "The number"), Col("source", "From")]
    table = DataTable(lines.assign(source=lines["source"].replace(SOURCES)), columns)
    return Section("Strengths and weaknesses", headline, f"Only what the figures bear out: {text}.", (table,))

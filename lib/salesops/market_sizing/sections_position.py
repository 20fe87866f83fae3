"""The sections on where segments stand, on coverage, on growth, on the shelf and on strengths and weaknesses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from salesops.market_sizing.coverage import unseen, white_spots
from salesops.market_sizing.figures_position import coverage_bars, growth_bars, matrix, season_map
from salesops.market_sizing.leading import section_about
from salesops.market_sizing.position import BUILD, INVEST
from salesops.market_sizing.segments import NOT_STATED, SEGMENT
from salesops.market_sizing.words import capital, listed, segment_names
from salesops.not_enough_data import NotEnoughData
from salesops.report import Chart, Col, DataTable, Pair, Section, money, plural, section, share
from salesops.report.numbers import MONTHS

if TYPE_CHECKING:
    import pandas as pd

    from salesops.market_sizing.coverage import Coverage
    from salesops.market_sizing.parameters import Parameters
    from salesops.market_sizing.position import Position
    from salesops.market_sizing.sizes import Sizes
    from salesops.report.tables import Kind

FIRM = 0.7
MOST_SEGMENTS = 24


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
        _position_text(position, rows, parameters),
        (chart, _advice_table(rows, parameters), _figures_table(rows, position)),
    )


def _position_text(position: Position, rows: pd.DataFrame, parameters: Parameters) -> str:
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
    return DataTable(rows, columns, said, "segment", shown=6)


@section_about("Coverage")
def coverage_section(found: Coverage, sizes: Sizes | NotEnoughData, parameters: Parameters) -> Section:
    """Say how much of the market has a contact, an opportunity and an order, and where nobody calls."""
    idle = white_spots(found, len(found.accounts))
    bars = Chart(
        lambda narrow: coverage_bars(found.steps, narrow=narrow, half=True),
        alt="Bars of the share of accounts and of spend with a contact, an opportunity and an order.",
        title="How far we have come",
        half=True,
    )
    spots = _spots_table(idle, parameters)
    more = (_penetration_table(found, parameters), *_unseen_block(found, sizes, parameters))
    blocks = (Pair(bars, spots), *more) if found.knows_spend else (bars, spots)
    headline = _coverage_headline(found, idle, parameters.currency)
    return Section("Coverage", headline, _coverage_text(found, parameters.currency), blocks)


def _coverage_headline(found: Coverage, idle: pd.DataFrame, currency: str) -> str:
    order: Any = found.steps.loc["order"]
    said = f"{share(order.accounts)} of known accounts bought in the last year"
    if not found.knows_spend:
        return f"{said}; {plural(len(idle), 'account')} have no deal and no order"
    without = money(float(idle["potential_spend"].sum()), currency)
    return (
        f"{said}, {share(order.spend)} of their spend; {plural(len(idle), 'account')} with {without} a year have no "
        "deal and no order"
    )


def _coverage_text(found: Coverage, currency: str) -> str:
    behind = found.segments[found.segments["gap"] > 0].sort_values("gap", ascending=False)
    if behind.empty:
        said = "Opportunities of the last two years and orders of the last year count."
        return said if found.knows_spend else f"{said} What accounts spend is not known (accounts.potential_spend)."
    first: Any = behind.iloc[0]
    brings, where = money(float(behind["gap"].sum()), currency), segment_names(behind.head(1))[0]
    return (
        "Opportunities of the last two years and orders of the last year count. Where we sell less of accounts' spend "
        f"than in the same industry elsewhere, catching up would bring {brings} a year, most in {where} "
        f"({share(first['penetration'])} against {share(first['peers'])})."
    )


def _spots_table(idle: pd.DataFrame, parameters: Parameters) -> object:
    if idle.empty:
        return "Every account has an opportunity or an order."
    rows = idle.head(parameters.top_accounts)
    columns = [Col("name", "Account", below="account_id"), Col("segment", "Segment")]
    if rows["potential_spend"].notna().any():
        columns.append(Col("potential_spend", "Spend a year", "money", parameters.currency))
    caption = "White spots: no opportunity and no order, largest spend first."
    return DataTable(rows.assign(segment=segment_names(rows)), columns, caption, "account", shown=6)


def _penetration_table(found: Coverage, parameters: Parameters) -> DataTable:
    rows = found.segments[(found.segments[SEGMENT] != NOT_STATED).all(axis=1)].sort_values("gap", ascending=False)
    rows = rows.assign(segment=segment_names(rows))
    steps = [Col(step, f"With {step}", "share") for step in found.steps.index]
    columns = [
        Col("segment", "Segment"), Col("accounts", "Accounts", "number"),
        Col("spend", "Their spend", "money", parameters.currency),
        *steps, Col("penetration", "We sell of it", "share"), Col("peers", "Same industry elsewhere", "share"),
        Col("gap", "Catching up brings", "money", parameters.currency),
    ]  # fmt: skip
    return DataTable(rows, columns, "Shares of spend; money a year.", "segment", shown=6)


def _unseen_block(found: Coverage, sizes: Sizes | NotEnoughData, parameters: Parameters) -> tuple[object, ...]:
    if isinstance(sizes, NotEnoughData):
        return ()
    rows = unseen(found, sizes)
    if isinstance(rows, NotEnoughData) or not rows["unseen"].sum() > 0:
        return ()
    rows = rows.assign(segment=segment_names(rows))
    amounts = {"market": "Market", "named": "Spent by accounts we name", "unseen": "By buyers nobody here names"}
    columns = [
        Col("segment", "Segment"),
        *[Col(name, label, "money", parameters.currency) for name, label in amounts.items()],
        Col("known", "Buyers we name", "share"),
    ]
    return (
        DataTable(
            rows, columns, "Money a year of buyers who are in no table of ours, largest first.", "segment", shown=6
        ),
    )


@section_about("Growth and season")
def trend_section(table: pd.DataFrame, seasons: pd.DataFrame | NotEnoughData) -> Section:
    """Say which segments grow and which shrink, whether we keep up, and when in the year they buy.

    Parameters
    ----------
    table, seasons
        From `growth_table` and `season`.
    """
    known = table.dropna(subset=["market", "ours"])
    headline = _growth_headline(table, known)
    shown = table.head(MOST_SEGMENTS)
    chart = Chart(
        lambda narrow: growth_bars(shown, narrow=narrow),
        alt="The market's yearly growth and that of our sales in each segment.",
        caption="Market: slope of the last four years; ours: the last twelve months against the twelve before.",
    )
    return Section("Growth and season", headline, _season_text(seasons), (chart, *_season_block(seasons)))


def _growth_headline(table: pd.DataFrame, known: pd.DataFrame) -> str:
    measured = table.dropna(subset=["market"])
    if measured.empty:
        ours = table.dropna(subset=["ours"]).sort_values("more", ascending=False)
        if ours.empty:
            return "Neither the market's growth nor ours can be told yet"
        first: Any = ours.iloc[0]
        return f"Our sales moved best in {segment_names(ours.head(1))[0]}: {share(first['ours'])} in a year"
    fastest: Any = measured.iloc[0]
    behind = int((known["ours"] < known["market"]).sum())
    slower = f"; we grow slower than the market in {behind} of {plural(len(known), 'segment')}" if len(known) else ""
    return (
        f"The market grows fastest in {segment_names(measured.head(1))[0]}, {share(fastest['market'])} a year{slower}"
    )


def _season_text(seasons: pd.DataFrame | NotEnoughData) -> str:
    if isinstance(seasons, NotEnoughData):
        return f"Season: {seasons}."
    rows = seasons.drop(index=NOT_STATED, errors="ignore")
    row, month = np.unravel_index(rows.to_numpy().argmax(), rows.shape)
    return (
        f"The season is strongest in {rows.index[int(row)]}: {MONTHS[month]} sells "
        f"{share(float(rows.to_numpy().max()) - 1)} more than the mean month."
    )


def _season_block(seasons: pd.DataFrame | NotEnoughData) -> tuple[object, ...]:
    if isinstance(seasons, NotEnoughData):
        return ()
    rows = seasons.drop(index=NOT_STATED, errors="ignore")
    chart = Chart(
        lambda narrow: season_map(rows, narrow=narrow),
        alt="Our sales of each calendar month against the mean month of the year, by industry.",
        title="When in the year we sell",
        caption="Each calendar month against the mean month, over whole years.",
    )
    return (chart,)


@section("Product shelf")
def shelf_section(shelf: pd.DataFrame, parameters: Parameters) -> Section:
    """Say which product lines grow, which earn, and which decline."""
    down = shelf[shelf["stage"] == "declining"]["product_line"]
    stars = shelf[shelf["place"] == "star"]["product_line"]
    said = [f"{listed(stars)} {'is' if len(stars) == 1 else 'are'} strong in growing markets"] if len(stars) else []
    said += [f"we sell less {listed(down)} than a year ago"] if len(down) else []
    first = shelf.iloc[0]
    headline = capital("; ".join(said) or f"{first['product_line']} sells most; no line declines")
    columns = [
        Col("product_line", "Product line"), Col("sales", "Sales", "money", parameters.currency),
        Col("growth", "Our growth", "share"), Col("market_growth", "Market growth", "share"),
        Col("share", "Our share", "share", digits=1), Col("margin", "Margin", "share"),
        Col("stage", "Stage of life"), Col("place", "Place"),
    ]  # fmt: skip
    table = DataTable(
        shelf,
        columns,
        "Sales and growth of the last twelve months. Place: by the market's growth and by our share over the largest "
        "rival's, against the other lines.",
        "product line",
    )
    return Section("Product shelf", headline, "", (table,))


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
    return Section(
        "Strengths and weaknesses", headline, f"Only what the figures bear out: {text}.", (DataTable(lines, columns),)
    )

"""The sections on growth and season of segments, and on the product lines that we sell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from salesops.market_sizing.figures_position import growth_bars, season_map
from salesops.market_sizing.leading import section_about
from salesops.market_sizing.segments import NOT_STATED
from salesops.market_sizing.words import capital, listed, segment_names
from salesops.not_enough_data import NotEnoughData
from salesops.report import Chart, Col, DataTable, Section, plural, section, share
from salesops.report.numbers import MONTHS

if TYPE_CHECKING:
    import pandas as pd

    from salesops.market_sizing.parameters import Parameters

MOST_SEGMENTS = 24


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
        shelf.assign(growth=np.expm1(shelf["growth"]), market_growth=np.expm1(shelf["market_growth"])),
        columns,
        "Sales and growth of the last twelve months. Place: by the market's growth and by our share over the largest "
        "rival's, against the other lines.",
        "product line",
    )
    return Section("Product shelf", headline, "", (table,))

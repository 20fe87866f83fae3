"""The section on competition: shares, concentration, and who takes share from whom."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from salesops.market_sizing.figures_competition import share_lines, shift_bars
from salesops.market_sizing.leading import section_about
from salesops.market_sizing.own_history import share_error
from salesops.market_sizing.rivals import US, WHOLE
from salesops.market_sizing.words import listed
from salesops.not_enough_data import NotEnoughData
from salesops.report import Chart, Col, DataTable, Pair, Section, interval, share
from salesops.report.numbers import SHARE

if TYPE_CHECKING:
    import pandas as pd

    from salesops.market_sizing.parameters import Parameters

CONCENTRATED, MODERATE = 0.25, 0.15
"""Of the Herfindahl index: the limits of the US Horizontal Merger Guidelines of 2010 (2,500 and 1,500 points)."""
A_POINT, EIGHTY = 0.01, 1.2816
"""A point of share, and the normal distribution's 90% quantile."""
FLOWS = 4


@section_about("Competition")
def competition_section(
    shares: pd.DataFrame, shift: pd.DataFrame | NotEnoughData, flows: pd.DataFrame | NotEnoughData,
    parameters: Parameters,
) -> Section:  # fmt: skip
    """Say who has which share, how it moved, and where the market is concentrated.

    Parameters
    ----------
    shares
        From `shares_of`.
    shift, flows
        From `shift_of` and `flows_of`; with one year only there are none.
    parameters
        Of which rival_error.
    """
    whole = shares[shares["segment"] == WHOLE]
    last = whole[whole["year"] == whole["year"].max()].sort_values("share", ascending=False)
    charts: tuple[object, ...] = (_lines(whole),)
    if not isinstance(shift, NotEnoughData):
        charts = (Pair(_lines(whole, half=True), _bars(shift)),)
    blocks = (*charts, _segment_table(shares))
    return Section("Competition", _headline(last, shift, parameters), _text(last, shift, flows), blocks)


def _headline(last: pd.DataFrame, shift: pd.DataFrame | NotEnoughData, parameters: Parameters) -> str:
    mine = float(last[last["competitor"] == US]["share"].sum())
    year = int(last["year"].iloc[0])
    low, high = share_interval(mine, parameters)
    said = f"We had {share(mine, 1)} of the market in {year} ({interval(low, high, SHARE)})"
    if isinstance(shift, NotEnoughData):
        return said
    moved = shift.assign(change=shift["share_now"] - shift["share_before"]).sort_values("change", ascending=False)
    gainer = moved.iloc[0]
    if gainer["change"] < A_POINT:
        return f"{said}; nobody gained a point of share"
    who = "we" if gainer["competitor"] == US else str(gainer["competitor"])
    return f"{said}; {who} gained most, {_points(float(gainer['change']))}"


def share_interval(mine: float, parameters: Parameters) -> tuple[float, float]:
    """Return the 80% interval of our share, with all rivals' sales off by `rival_error` in the same direction.

    Examples
    --------
    >>> from salesops.market_sizing.parameters import Parameters
    >>> [round(end, 3) for end in share_interval(0.1, Parameters())]
    [0.079, 0.126]
    """
    error = EIGHTY * float(share_error(np.array(mine), parameters))
    return mine * math.exp(-error), min(mine * math.exp(error), 1.0)


def _points(change: float) -> str:
    size = abs(100 * change)
    return f"{size:.1f} points" if size < 10 else f"{size:.0f} points"


def _text(last: pd.DataFrame, shift: pd.DataFrame | NotEnoughData, flows: pd.DataFrame | NotEnoughData) -> str:
    hhi, four = float(last["hhi"].iloc[0]), float(last["cr4"].iloc[0])
    kind = "concentrated" if hhi > CONCENTRATED else "moderately concentrated" if hhi > MODERATE else "open"
    said = (
        f"The market as a whole is {kind}: Herfindahl index {hhi:.2f}, the four largest have {share(four)}. Shares are "
        "of our sales and those of the rivals in table competition; the interval of ours supposes that all of those "
        "are off in the same direction (parameter rival_error)."
    )
    return f"{said}\n\n{_moves(shift, flows)}"


def _moves(shift: pd.DataFrame | NotEnoughData, flows: pd.DataFrame | NotEnoughData) -> str:
    if isinstance(shift, NotEnoughData) or isinstance(flows, NotEnoughData):
        return f"How shares moved: {shift}." if isinstance(shift, NotEnoughData) else ""
    mine = shift[shift["competitor"] == US]
    split = ""
    if len(mine):
        row = mine.iloc[0]
        own, mix = float(row["own"] + row["both"]), float(row["mix"])
        split = (
            f"Our share went from {share(float(row['share_before']), 1)} to {share(float(row['share_now']), 1)}: "
            f"{_signed(own)} within segments, {_signed(mix)} since segments grew unevenly. "
        )
    return f"{split}{_taken(flows)}"


def _taken(flows: pd.DataFrame) -> str:
    """Say who took most, and from whom."""
    rows = flows[flows["share"] >= A_POINT / 2]
    if rows.empty:
        return "No share of half a point went from one to another."
    taker = rows.groupby("to_competitor")["share"].sum().idxmax()
    theirs = rows[rows["to_competitor"] == taker]
    pairs = zip(theirs["share"], theirs["from_competitor"], strict=True)
    said = [f"{_points(part)} from {loser}" for part, loser in pairs]
    return f"As far as shares show, {'we' if taker == US else taker} took {listed(said, FLOWS)}."


def _signed(change: float) -> str:
    return f"{'+' if change >= 0 else '−'}{_points(change)}"


def _lines(whole: pd.DataFrame, *, half: bool = False) -> Chart:
    return Chart(
        lambda narrow: share_lines(whole, narrow=narrow, half=half),
        alt="Lines of each competitor's share of the market over the years.",
        title="Shares of the market" if half else "",
        half=half,
    )


def _bars(shift: pd.DataFrame) -> Chart:
    ordered = shift.sort_values("share_now", ascending=False)
    return Chart(
        lambda narrow: shift_bars(ordered, narrow=narrow, half=True),
        alt="Bars of the change of each competitor's share, within segments and by the growth of segments.",
        title="What moved shares",
        half=True,
    )


def _segment_table(shares: pd.DataFrame) -> DataTable:
    last = shares[(shares["year"] == shares["year"].max()) & (shares["segment"] != WHOLE)]
    mine = last[last["competitor"] == US].set_index("segment")
    rivals = last[last["competitor"] != US].sort_values("share", ascending=False).drop_duplicates("segment")
    rows = rivals.set_index("segment")[["competitor", "share", "hhi", "cr4"]].rename(columns={"share": "theirs"})
    rows = rows.join(mine[["share", "relative_share"]]).sort_values("share", ascending=False).reset_index()
    columns = [
        Col("segment", "Segment"),
        Col("share", "Our share", "share", digits=1),
        Col("relative_share", "Ours over the largest rival's", "number", digits=2),
        Col("competitor", "Largest rival"),
        Col("theirs", "Its share", "share"),
        Col("hhi", "Herfindahl index", "number", digits=2),
        Col("cr4", "Four largest", "share"),
    ]
    return DataTable(rows, columns, f"Shares of {int(shares['year'].max())}.", "segment or rival", shown=6)

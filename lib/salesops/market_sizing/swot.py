"""Strengths, weaknesses, opportunities and threats, each with the number it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from salesops.market_sizing.rivals import US
from salesops.market_sizing.words import segment_names
from salesops.not_enough_data import NotEnoughData
from salesops.report import money, share

if TYPE_CHECKING:
    from collections.abc import Iterator

    from salesops.market_sizing.obtainable import Obtainable
    from salesops.market_sizing.position import Position

STRENGTH, WEAKNESS, OPPORTUNITY, THREAT = "strength", "weakness", "opportunity", "threat"
ORDER = (STRENGTH, WEAKNESS, OPPORTUNITY, THREAT)
FEWEST_DEALS = 15
CLEAR_SHIFT = 0.01
CLEAR_GAP = 0.03
PRICE_ABOVE = 0.02


class Line(NamedTuple):
    """One line: its kind, what it says, the figure it rests on, and the table that figure is from."""

    kind: str
    line: str
    figure: str
    source: str


def swot(
    losses: pd.DataFrame | NotEnoughData, shift: pd.DataFrame | NotEnoughData, placed: Position | NotEnoughData,
    reached: Obtainable | NotEnoughData, prices: pd.DataFrame | NotEnoughData, feedback: pd.DataFrame | NotEnoughData,
    currency: str,
) -> pd.DataFrame | NotEnoughData:  # fmt: skip
    """Return the lines that the figures bear out, by kind.

    Parameters
    ----------
    losses
        Table losses that win_probability publishes.
    shift
        From `share_shift`: competitor, share_before, share_now.
    placed, reached
        From `position` and `obtainable`.
    prices
        From `price_gaps`.
    feedback
        Table feedback of the last twelve months.
    currency
        What money is called.

    Returns
    -------
    DataFrame or NotEnoughData
        kind, line, figure, source.
    """
    lines = [
        *_rivals(losses), *_shifts(shift), *_prices(prices), *_heard(feedback),
        *_segments(placed, reached, currency),
    ]  # fmt: skip
    if not lines:
        return NotEnoughData("competition, opportunities with competitors, or feedback")
    table = pd.DataFrame(lines)
    rank = {kind: place for place, kind in enumerate(ORDER)}
    return table.sort_values("kind", key=lambda kinds: kinds.map(rank), kind="stable", ignore_index=True)


def _rivals(losses: pd.DataFrame | NotEnoughData) -> Iterator[Line]:
    if isinstance(losses, NotEnoughData):
        return
    rows = losses[(losses["by"] == "competitor") & (losses["lost"] + losses["won"] >= FEWEST_DEALS)]
    for row in rows[(rows["gap_low"] > 0) & (rows["gap"] >= CLEAR_GAP)].itertuples():
        yield Line(
            STRENGTH, f"We win more often than expected against {row.value}", _won(row), "win_probability: losses"
        )
    for row in rows[(rows["gap_high"] < 0) & (rows["gap"] <= -CLEAR_GAP)].itertuples():
        yield Line(
            WEAKNESS, f"We win less often than expected against {row.value}", _won(row), "win_probability: losses"
        )


def _won(row: Any) -> str:
    gap, low, high = (100 * value for value in (row.gap, row.gap_low, row.gap_high))
    side = "above" if gap > 0 else "below"
    ends = sorted((abs(low), abs(high)))
    return f"{share(row.win_rate)} won; {abs(gap):.0f} points {side} expected (80%: {ends[0]:.0f} to {ends[1]:.0f})"


def _shifts(shift: pd.DataFrame | NotEnoughData) -> Iterator[Line]:
    if isinstance(shift, NotEnoughData):
        return
    moved = shift.assign(change=shift["share_now"] - shift["share_before"]).sort_values("change")
    rows: Any = moved[moved["change"].abs() >= CLEAR_SHIFT].itertuples()
    for row in rows:
        figure = f"{share(row.share_before)} to {share(row.share_now)} of the market"
        if row.competitor == US:
            yield Line(
                *((STRENGTH, "We gain share") if row.change > 0 else (WEAKNESS, "We lose share")), figure, "competition"
            )
        elif row.change > 0:
            yield Line(THREAT, f"{row.competitor} gains share", figure, "competition")
        else:
            yield Line(OPPORTUNITY, f"{row.competitor} loses share: its customers are open", figure, "competition")


def _prices(prices: pd.DataFrame | NotEnoughData) -> Iterator[Line]:
    if isinstance(prices, NotEnoughData):
        return
    rows: Any = prices.itertuples()
    for row in rows:
        if row.gap > PRICE_ABOVE:
            yield Line(
                WEAKNESS,
                f"We are dearer than {row.competitor}",
                f"{share(row.gap)} above, median of {row.deals:,} deals",
                "opportunities",
            )
        elif row.gap < -PRICE_ABOVE:
            yield Line(
                STRENGTH,
                f"We are cheaper than {row.competitor}",
                f"{share(-row.gap)} below, median of {row.deals:,} deals",
                "opportunities",
            )


def _heard(feedback: pd.DataFrame | NotEnoughData) -> Iterator[Line]:
    if isinstance(feedback, NotEnoughData) or len(feedback) < FEWEST_DEALS:
        return
    kinds = feedback["kind"].fillna("all") if "kind" in feedback else pd.Series("all", feedback.index)
    found = feedback.groupby(kinds)["score"].agg(["mean", "std", "size"])
    error = 1.28 * found["std"] / np.sqrt(found["size"])
    overall = float(feedback["score"].mean())
    for name, row in found.assign(error=error).iterrows():
        figure = f"{row['mean']:.1f} of 10, {int(row['size']):,} answers; all: {overall:.1f}"
        if row["mean"] - row["error"] > overall:
            yield Line(STRENGTH, f"Customers praise our {name}", figure, "feedback")
        elif row["mean"] + row["error"] < overall:
            yield Line(WEAKNESS, f"Customers are less content with our {name}", figure, "feedback")


def _segments(placed: Position | NotEnoughData, reached: Obtainable | NotEnoughData, currency: str) -> Iterator[Line]:
    if isinstance(placed, NotEnoughData) or isinstance(reached, NotEnoughData):
        return
    rows = placed.segments.assign(name=segment_names(placed.segments))
    best = rows.sort_values("strength", ascending=False).iloc[0]
    yield Line(
        STRENGTH, f"We stand strongest in {best['name']}", f"{share(best['share'])} of what we can serve", "position"
    )
    open_ = rows[(rows["attractive_box"] == 2) & (rows["strong_box"] == 0)].sort_values("size", ascending=False)
    for _, row in open_.head(2).iterrows():
        yield Line(
            OPPORTUNITY,
            f"{row['name']} is attractive, and we are hardly there",
            f"{money(row['size'], currency)} a year, our share {share(row['share'])}",
            "position",
        )
    shrinking = rows[rows["growth"] < 0].sort_values("growth")
    for _, row in shrinking.head(2).iterrows():
        yield Line(THREAT, f"{row['name']} shrinks", f"{share(np.expm1(row['growth']))} a year", "market")


def price_gaps(deals: pd.DataFrame | NotEnoughData, as_of: pd.Timestamp) -> pd.DataFrame | NotEnoughData:
    """Return our price over each competitor's in the deals of two years, less one.

    Parameters
    ----------
    deals
        Table opportunities, with competitor, our_price and competitor_price.
    as_of
        Last day.

    Returns
    -------
    DataFrame or NotEnoughData
        competitor, gap (the median), deals; those of too few deals are left out.
    """
    if isinstance(deals, NotEnoughData):
        return deals
    rows = deals[(deals["created_at"] > as_of - pd.DateOffset(years=2)) & (deals["competitor_price"] > 0)]
    rows = rows[(rows["our_price"] > 0) & rows["competitor"].notna()]
    gap = rows["our_price"] / rows["competitor_price"] - 1
    found = gap.groupby(rows["competitor"]).agg(gap="median", deals="size").reset_index()
    found = found[found["deals"] >= FEWEST_DEALS]
    return found if len(found) else NotEnoughData("opportunities with both prices", f"{len(rows)} have them")

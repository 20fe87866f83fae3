"""The sections on how big the market is, what can be won of it, and what that depends on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.market_sizing.figures_sizes import nested_bars, tornado_chart, ways_chart
from salesops.market_sizing.segments import SEGMENT
from salesops.market_sizing.sizes import METHODS
from salesops.market_sizing.words import WAYS, capital, listed, segment_names
from salesops.not_enough_data import NotEnoughData
from salesops.report import Chart, Col, DataTable, Pair, Section, interval, money, plural, section, share

if TYPE_CHECKING:
    import pandas as pd

    from salesops.market_sizing.obtainable import Obtainable
    from salesops.market_sizing.parameters import Parameters
    from salesops.market_sizing.sizes import Sizes

CHARTED = 24
LEANS, OTHERWISE = 1.15, 1.3
"""Factors from which a way's lean, and the difference of its errors from those stated, are worth a sentence."""


@section("How big it is")
def sizes_section(sizes: Sizes, reached: Obtainable, parameters: Parameters) -> Section:
    """Say how big each segment's market is by each way, what they make together, and where they disagree."""
    total = reached.totals["TAM"]
    spread = interval(total.p10, total.p90, parameters.currency, total.p50)
    largest = sizes.segments.sort_values("p50", ascending=False, kind="stable")
    headline = (
        f"In {sizes.year} the market was {money(total.p50, parameters.currency)} ({spread}); "
        f"{segment_names(largest.head(1))[0]} is its largest segment of {len(largest)}"
    )
    order = largest[SEGMENT].head(CHARTED)
    chart = Chart(
        lambda narrow: ways_chart(sizes, order, parameters.currency, narrow=narrow),
        alt="Each segment's market by published spend, by buyers and their spend, and by our sales over our share, "
        "with 80% intervals, and what they make together as a band.",
        caption=f"Money a year, {sizes.year}; points and lines: each way with its 80% interval; band: together.",
    )
    return Section("How big it is", headline, _sizes_text(sizes), (chart, _sizes_table(sizes, largest, parameters)))


def _sizes_text(sizes: Sizes) -> str:
    fed = "; ".join(f"{WAYS[name]}: {sizes.feeds[name]}" for name in METHODS)
    return (
        f"Three sources, as independent as can be, size each segment. {capital(fed)}.\n\n"
        f"{_disagreement(sizes)} {_learned(sizes)}"
    )


def _disagreement(sizes: Sizes) -> str:
    many = sizes.segments[sizes.segments["ways"] > 1]
    if many.empty:
        return "There is only one way, so nothing checks it: read the intervals with care."
    apart = many[many["conflict"]]
    if apart.empty:
        checked = plural(len(many), "segment has", "segments have")
        return f"The ways agree within their intervals everywhere; {checked} two ways or more."
    said = "; ".join(_far_apart(sizes, row) for _, row in apart.head(3).iterrows())
    return (
        f"In {plural(len(apart), 'segment')} the ways differ by more than their intervals allow "
        f"({listed(segment_names(apart))}): {said}. The interval there is wider; find out which source is wrong."
    )


def _learned(sizes: Sizes) -> str:
    """Say which way leans to one side in most segments, and whose errors turn out other than stated."""
    together = sizes.segments.set_index(SEGMENT)["p50"]
    said = []
    for name in sizes.methods:
        way = sizes.ways[sizes.ways["method"] == name].set_index(SEGMENT)["p50"]
        lean = float((way / together.reindex(way.index)).median())
        if not 1 / LEANS <= lean <= LEANS:
            said.append(f"{capital(WAYS[name])} says {lean:.1f} times what all make together in the middle segment.")
    scales = zip(sizes.methods, sizes.reconciled.scale, strict=True)
    other = [
        f"{by:.1f} times those stated for {WAYS[name]}" for name, by in scales if not 1 / OTHERWISE <= by <= OTHERWISE
    ]
    if other:
        said.append(f"Judged by how far the ways lie apart, their errors are {listed(other)}.")
    return " ".join(said)


def _far_apart(sizes: Sizes, row: pd.Series[float]) -> str:
    ways = sizes.ways[(sizes.ways[SEGMENT] == row[SEGMENT]).all(axis=1)].sort_values("p50")
    low, high = ways.iloc[0], ways.iloc[-1]
    return f"{WAYS[high['method']]} says {high['p50'] / low['p50']:.1f} times what {WAYS[low['method']]} does"


def _sizes_table(sizes: Sizes, largest: pd.DataFrame, parameters: Parameters) -> DataTable:
    wide = sizes.ways.pivot(index=SEGMENT, columns="method", values="p50").reset_index()
    rows = largest.merge(wide, on=SEGMENT)
    rows = rows.assign(segment=segment_names(rows), agree=["no" if apart else "yes" for apart in rows["conflict"]])
    there = [name for name in METHODS if name in rows]
    money_col = [Col(name, WAYS[name], "money", parameters.currency) for name in there]
    ends = [
        Col(name, label, "money", parameters.currency)
        for name, label in (("p10", "Low"), ("p50", "Together"), ("p90", "High"))
    ]
    columns = [Col("segment", "Segment"), *money_col, *ends, Col("agree", "Ways agree")]
    return DataTable(rows, columns, f"Money a year, {sizes.year}; low and high: 80% interval.", "segment", shown=6)


@section("What we can win")
def reach_section(reached: Obtainable, sizes: Sizes, parameters: Parameters) -> Section | NotEnoughData:
    """Say what can be served and won, what bounds it, and what the answer depends on."""
    if not reached.sells:
        return NotEnoughData("sales of the last twelve months", "without any, no share is known that could be won")
    totals, currency = reached.totals, parameters.currency
    ahead = f"in {plural(parameters.obtainable_years, 'year')}"
    som = totals["SOM"]
    headline = (
        f"We could win {money(som.p50, currency)} a year {ahead} ({interval(som.p10, som.p90, currency, som.p50)}), "
        f"against {money(float(reached.segments['sales'].sum()), currency)} now"
    )
    names = {"TAM": "market (TAM)", "SAM": "we can serve (SAM)", "SOM": f"we can win {ahead} (SOM)"}
    bars = Chart(
        lambda narrow: nested_bars(totals, names, currency, narrow=narrow, half=True),
        alt="Bars of the total, the serviceable and the obtainable market with 80% intervals.",
        title="Market, what we can serve, what we can win",
        half=True,
    )
    swings = Chart(
        lambda narrow: tornado_chart(reached.drivers, currency, narrow=narrow, half=True),
        alt="How far the obtainable market swings from the low to the high value of each input.",
        title="What the obtainable market depends on",
        caption="Each input from its p10 to its p90, the others in the middle.",
        half=True,
    )
    blocks = (Pair(bars, swings), _reach_table(reached, sizes, parameters), *_force_block(reached))
    return Section("What we can win", headline, _reach_text(reached, parameters), blocks)


def _reach_text(reached: Obtainable, parameters: Parameters) -> str:
    first = reached.drivers.iloc[0]
    driver = (
        f"Most depends on {first['input']}: alone it explains {share(_part(first['first']))} of the variance, and "
        f"{share(_part(first['total']))} together with the others (Sobol)."
    )
    goal = share(float(reached.ground.goal.max(initial=0.0)))
    return (
        f"What we can win is today's share of what we can serve plus a part of the way to {goal}, which the better "
        f"quarter of our segments has. {_bound(reached, parameters)} {driver}"
    )


def _part(index: float) -> float:
    """Return a Sobol index within 0 and 1, which its estimate may miss by a little."""
    return min(max(float(index), 0.0), 1.0)


def _bound(reached: Obtainable, parameters: Parameters) -> str:
    if isinstance(reached.bounded, NotEnoughData):
        return f"No sales force bounds it here ({reached.bounded})."
    wanted, som = reached.totals["wanted"].p50, reached.totals["SOM"].p50
    per_rep = f"{reached.bounded.per_rep:.0f} customers a rep"
    how = "as the busier quarter of reps does now" if reached.bounded.measured else "as the parameter says"
    lost = wanted - som
    if lost < 0.01 * wanted:
        return f"The sales force can carry all of it ({per_rep}, {how})."
    return (
        f"The sales force can carry {per_rep}, {how}; that leaves to others {money(lost, parameters.currency)} "
        "a year of what the share would bring."
    )


def _reach_table(reached: Obtainable, sizes: Sizes, parameters: Parameters) -> DataTable:
    rows = reached.segments.sort_values("som", ascending=False, kind="stable")
    rows = rows.assign(segment=segment_names(rows), growth=np.expm1(rows["growth"]))
    currency = parameters.currency
    columns = [
        Col("segment", "Segment"),
        Col("tam", "TAM", "money", currency),
        Col("sam", "SAM", "money", currency),
        Col("sales", "We sell now", "money", currency),
        Col("som", "SOM", "money", currency),
        Col("som_low", "SOM low", "money", currency),
        Col("som_high", "SOM high", "money", currency),
        Col("share", "Our share of SAM", "share"),
        Col("growth", "Market growth a year", "share"),
    ]
    return DataTable(
        rows, columns, f"Money a year; low and high: 80% interval. TAM and SAM of {sizes.year}.", "segment", shown=6
    )


def _force_block(reached: Obtainable) -> tuple[object, ...]:
    if reached.regions.empty:
        return ()
    columns = [
        Col("region", "Region"),
        Col("reps", "Reps", "number"),
        Col("customers", "Customers now", "number", digits=0),
        Col("carried", "They can carry", "number", digits=0),
        Col("needed", "The share would take", "number", digits=0),
    ]
    return (DataTable(reached.regions, columns, "Customers, by region."),)

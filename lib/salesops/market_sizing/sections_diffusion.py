"""The section on adoption: how many more will buy at all, and whether that can be told yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.market_sizing.figures_diffusion import adoption_curves
from salesops.market_sizing.words import BETWEEN, capital, listed
from salesops.report import Chart, Col, DataTable, Section, number, plural, section

if TYPE_CHECKING:
    import pandas as pd

    from salesops.market_sizing.diffusion import Diffusion

PANELS = 4


@section("Adoption")
def diffusion_section(found: Diffusion, seen: pd.DataFrame) -> Section:
    """Say which markets fill up and which have only begun, and of which it is too early to tell."""
    verdict = found.verdict
    whole = verdict[~verdict["segment"].str.contains(BETWEEN)]
    told = whole[~whole["too_early"].astype(bool)]
    early = whole[whole["too_early"].astype(bool)]
    said = [f"{listed(told['segment'], 4)}: past the peak"] if len(told) else []
    said += [f"too early to tell how far {listed(early['segment'], 4)} will go"] if len(early) else []
    headline = "; ".join(said) or "No industry has years enough to tell"
    names = list((whole if len(whole) else verdict)["segment"].head(PANELS))
    chart = Chart(
        lambda narrow: adoption_curves(seen, found.forecast, names, narrow=narrow),
        alt="New buyers a year, seen and expected with 80% bands, and the last value as benchmark.",
        caption="Blue: expected, 80% band; dotted: the last year again, which is hard to beat.",
    )
    return Section("Adoption", capital(headline), _text(found), (chart, _table(found)))


def _text(found: Diffusion) -> str:
    early = int(found.verdict["too_early"].astype(bool).sum())
    rows = found.verdict
    told = rows[~rows["too_early"].astype(bool)].sort_values("m_p50", ascending=False)
    first = "" if told.empty else (
        f" In {told['segment'].iloc[0]} {number(round(told['m_p50'].iloc[0]))} will have bought in the end "
        f"(80%: {number(round(told['m_p10'].iloc[0]))} to {number(round(told['m_p90'].iloc[0]))})."
    )  # fmt: skip
    return (
        "Bass, Gompertz and logistic curves are averaged over many parameters, with what is usual of such curves. Of "
        f"{plural(len(rows), 'industry and segment', 'industries and segments')} it is too early to tell for {early}: "
        f"the peak has not surely passed, or the end is known to no better than a factor of four.{first}"
    )


def _table(found: Diffusion) -> DataTable:
    last = found.forecast.groupby("segment").agg(until=("year", "max"), p50=("p50", "last"), cum=("cum_p50", "last"))
    rows = found.verdict.merge(last.reset_index(), on="segment", how="left")
    rows = rows.assign(told=["too early to tell" if early else "yes" for early in rows["too_early"]])
    columns = [
        Col("segment", "Segment"), Col("points", "Years seen", "number"), Col("told", "Can be told", below="why"),
        Col("peak_passed", "Peak has passed", "share"), Col("m_p10", "In the end, low", "number", digits=0),
        Col("m_p50", "In the end", "number", digits=0), Col("m_p90", "In the end, high", "number", digits=0),
        Col("p50", "New in the last year forecast", "number", digits=0),
    ]  # fmt: skip
    return DataTable(rows, columns, "Buyers. In the end: all who will ever buy, with 80% interval.", "segment", shown=6)

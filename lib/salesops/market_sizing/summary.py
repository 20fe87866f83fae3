"""The top of the market_sizing page: where to put people and money, and how sure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.market_sizing.ground import ramped
from salesops.market_sizing.position import BUILD, INVEST
from salesops.market_sizing.words import listed, segment_names
from salesops.not_enough_data import NotEnoughData
from salesops.report import Kpi, Message, Summary, money, plural, share

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from salesops.market_sizing.coverage import Coverage
    from salesops.market_sizing.obtainable import Obtainable
    from salesops.market_sizing.parameters import Parameters
from salesops.market_sizing.position import Position

SHOWN = 4


def kpis(reached: Obtainable | NotEnoughData, covered: Coverage | NotEnoughData, parameters: Parameters) -> list[Kpi]:
    """Return the page's figures; those that could not be computed are left out."""
    figures: list[Kpi] = []
    if not isinstance(reached, NotEnoughData):
        figures += _sizes(reached, parameters)
    if not isinstance(covered, NotEnoughData):
        figures.append(_coverage(covered))
    return figures


def _coverage(covered: Coverage) -> Kpi:
    of = "spend" if covered.knows_spend else "accounts"
    label = "Known accounts' spend with an order" if covered.knows_spend else "Known accounts with an order"
    return Kpi(
        "coverage",
        label,
        float(covered.steps[of]["order"]),
        "share",
        better="up",
        note="in the last year; counted, not estimated",
    )


def _sizes(reached: Obtainable, parameters: Parameters) -> list[Kpi]:
    names = {
        "SOM": ("obtainable_market", f"We can win a year, in {plural(parameters.obtainable_years, 'year')}"),
        "SAM": ("serviceable_market", "We can serve a year"),
        "TAM": ("total_market", "Market a year"),
    }
    found = []
    for measure, (kpi, label) in names.items():
        if measure == "SOM" and not reached.sells:
            continue
        low, middle, high = reached.totals[measure]
        found.append(Kpi(kpi, label, middle, parameters.currency, low, high, "up"))
    high, middle, low = (float(reached.segments["sales"].sum()) / served for served in reached.totals["SAM"])
    found.append(Kpi("market_share", "Our share of what we can serve", middle, "share", low, high, "up"))
    return found


def summary(
    reached: Obtainable | NotEnoughData, placed: Position | NotEnoughData, covered: Coverage | NotEnoughData,
    figures: Sequence[Kpi], parameters: Parameters, previous: Mapping[str, float | None] | None = None,
) -> Summary:  # fmt: skip
    """Return the top of the page, from whatever could be computed."""
    messages = [*_limit(reached, parameters), *_growth(reached, parameters), *_idle(covered, parameters)]
    return Summary(_answer(reached, placed, parameters), figures[:SHOWN], messages, previous)


def _answer(reached: Obtainable | NotEnoughData, placed: Position | NotEnoughData, parameters: Parameters) -> str:
    if isinstance(reached, NotEnoughData):
        return f"The market cannot be sized yet: that takes {reached.needs}."
    if not reached.sells:
        total = reached.totals["TAM"]
        return f"The market is {money(total.p50, parameters.currency)} a year; what we can win shows once we sell."
    som = reached.totals["SOM"]
    won = (
        f"we can win {money(som.p50, parameters.currency)} a year within {plural(parameters.obtainable_years, 'year')} "
        f"(80%: {money(som.p10)} to {money(som.p90)})"
    )
    if isinstance(placed, NotEnoughData):
        return f"{won[0].upper()}{won[1:]}."
    return f"{_where(placed.segments)}: {won}."


def _where(segments: pd.DataFrame) -> str:
    """Return which segments deserve people and money, and how many weightings agree."""
    rows = segments.sort_values("top", ascending=False, kind="stable")
    for advice, verb in ((INVEST, "Put people and money into"), (BUILD, "Build up")):
        chosen = rows[rows["advice"] == advice]
        if len(chosen):
            sure = share(float(chosen["stays"].head(3).mean()))
            return f"{verb} {listed(segment_names(chosen.head(3)))} (so say {sure} of the weightings tried)"
    return "No segment stands out for people and money"


def _limit(reached: Obtainable | NotEnoughData, parameters: Parameters) -> list[Message]:
    if isinstance(reached, NotEnoughData) or reached.regions.empty:
        return []
    short = reached.regions[reached.regions["needed"] > reached.regions["carried"]]
    lost = reached.totals["wanted"].p50 - reached.totals["SOM"].p50
    if short.empty or lost <= 0:
        return []
    gap = (short["needed"] - short["carried"]).clip(lower=0)
    reps = int(-(-float(gap.sum()) // max(reached.ground.per_rep * ramped(parameters), 1e-9)))
    lead = f"{money(lost, parameters.currency)} a year is out of reach for want of people."
    where = listed(short.assign(gap=gap).sort_values("gap", ascending=False)["region"])
    return [Message(lead, f"About {plural(reps, 'rep')} more, in {where}, could carry it.")]


def _growth(reached: Obtainable | NotEnoughData, parameters: Parameters) -> list[Message]:
    if isinstance(reached, NotEnoughData):
        return []
    rows = reached.segments.assign(more=reached.segments["som"] - reached.segments["sales"])
    best = rows.nlargest(3, "more")
    if not best["more"].sum() > 0:
        return []
    lead = f"{money(float(best['more'].sum()), parameters.currency)} a year more can be won in three segments."
    return [Message(lead, f"They are {listed(segment_names(best))}.")]


def _idle(covered: Coverage | NotEnoughData, parameters: Parameters) -> list[Message]:
    if isinstance(covered, NotEnoughData):
        return []
    gap = covered.segments.sort_values("gap", ascending=False)
    total = float(gap["gap"].sum())
    if not total > 0:
        return []
    lead = f"{money(total, parameters.currency)} a year would come from catching up with the same industry elsewhere."
    return [Message(lead, f"Begin in {listed(segment_names(gap.head(2)))}.")]

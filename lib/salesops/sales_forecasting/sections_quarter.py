"""The page's section on this quarter: what it should bring, what is missing, and what each step adds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from salesops.not_enough_data import NotEnoughData
from salesops.report import Chart, Col, DataTable, Pair, Section, interval, money, section, share
from salesops.report.numbers import period_in_words
from salesops.sales_forecasting import figures_quarter as figures
from salesops.sales_forecasting.value_added import ALL, NAIVE, value_added
from salesops.sales_forecasting.waterfall import gap_left_band, gap_steps, quarter_target

if TYPE_CHECKING:
    import pandas as pd

    from salesops.sales_forecasting.this_quarter import ThisQuarter

TITLE = "This quarter"


def quarter_section(
    quarter: ThisQuarter | NotEnoughData, completion: pd.DataFrame | NotEnoughData, currency: str
) -> Section:
    """Show what the quarter should bring against its target, and how good such forecasts have been.

    Parameters
    ----------
    quarter
        Result of `this_quarter`.
    completion
        Result of `target_completion`; without targets, no gap is shown.
    currency
        What money is called.
    """
    goal = (np.nan, np.nan) if isinstance(quarter, NotEnoughData) else quarter_target(completion, quarter.period)
    return _quarter_section(quarter, *goal, currency)  # type: ignore[arg-type]


@section(TITLE)
def _quarter_section(quarter: ThisQuarter, target: float, chance: float, currency: str) -> Section:
    steps, added = gap_steps(quarter, target), value_added(quarter)
    spread = interval(quarter.low, quarter.high, currency, quarter.total) if np.isfinite(quarter.spread) else ""
    expected = f"{money(quarter.total, currency)} expected" + (f" ({spread})" if spread else "")
    headline = f"{period_in_words(quarter.period)}: {expected}{_against(quarter, target)}."
    caption = f"From what is booked to {'the target' if np.isfinite(target) else 'the forecast'}."
    draw = figures.waterfall(steps, quarter.low, quarter.high, currency)
    blocks: list[object] = [Chart(draw, f"Bars from booked sales to the total. {headline}", caption=caption)]
    if {NAIVE, ALL} <= set(added["step"]) and added["quarters"].iloc[0]:
        blocks.append(Pair(_value_chart(added), _ways_table(quarter, added, currency)))
    said = [_doubt(quarter), _gap_said(quarter, target, chance, currency), _link_said(quarter)]
    return Section("", headline, " ".join(part for part in said if part), blocks)


def _against(quarter: ThisQuarter, target: float) -> str:
    if not np.isfinite(target) or target <= 0:
        return ""
    gap = quarter.total / target - 1
    return f", {share(abs(gap))} {'above' if gap >= 0 else 'below'} target"


def _doubt(quarter: ThisQuarter) -> str:
    """Say why there is no interval, where there is none."""
    if not np.isfinite(quarter.spread):
        return "Too few past quarters are known to say how far this may be off."
    return ""


def _gap_said(quarter: ThisQuarter, target: float, chance: float, currency: str) -> str:
    side, gap = gap_left_band(quarter, target), target - quarter.total
    if not np.isfinite(target):
        return "There is no company target for this quarter."
    if side > 0:
        return f"Alert: the gap of {money(gap, currency)} is larger than the forecast's usual error."
    if side < 0:
        return f"Alert: the target is exceeded by {money(-gap, currency)}, more than the forecast's usual error."
    return f"The target lies within the interval: {share(chance)} chance to meet it." if np.isfinite(chance) else ""


def _link_said(quarter: ThisQuarter) -> str:
    """Say how deals and orders, which are different things, hang together here."""
    if quarter.deals is None:
        return "There are no deals to look at: this rests on past sales alone."
    if not quarter.linked:
        return "Orders are forecast. Won deals do not come back as orders of the same amount, so deals only scale them."
    share_said, days = share(quarter.link.share), quarter.link.days
    return (
        f"Orders are forecast: {share_said} of what was won came back as an order of the same customer and amount, "
        f"half of it within {days} days."
    )


def _value_chart(added: pd.DataFrame) -> Chart:
    error = added.set_index("step")["error"]
    told = f"Off by {share(error[ALL], 1)} with all, by {share(error[NAIVE], 1)} with last year again"
    return Chart(
        figures.steps_of_value(added), f"Bars of the error of each step. {told}.", title="What each step adds",
        caption=f"Mean error at this day of the last {added['quarters'].iloc[0]} quarters, share of a quarter's sales.",
        half=True,
    )  # fmt: skip


def _ways_table(quarter: ThisQuarter, added: pd.DataFrame, currency: str) -> DataTable:
    now = {NAIVE: quarter.naive[-1], **dict(zip(quarter.names, quarter.ways[-1], strict=True)), ALL: quarter.coming}
    weight = {**dict(zip(quarter.names, quarter.weights, strict=True)), ALL: quarter.weights.sum()}
    rows = added[added["step"].isin(list(now))]
    gain = rows["value_added"].where(rows["step"] != NAIVE)
    rows = rows.assign(now=rows["step"].map(now), weight=rows["step"].map(weight), value_added=gain)
    columns = [
        Col("step", "Forecast by"), Col("now", "Still to come", "money", currency), Col("weight", "Weight", "share"),
        Col("value_added", "Less error than last year again", "share", digits=1),
    ]  # fmt: skip
    return DataTable(rows, columns, "Weights: the smaller past errors, the more a forecast counts.")

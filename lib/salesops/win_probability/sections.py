"""The sections of the win_probability page: each finding in a sentence, its chart, its table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from salesops.not_enough_data import NotEnoughData
from salesops.report import Chart, Col, DataTable, Pair, Section, money, plural, section, share
from salesops.win_probability.evaluate import BASE, LATER_CLOSINGS, MODEL
from salesops.win_probability.figures import calibration_dots, funnel_bars

if TYPE_CHECKING:
    import pandas as pd

    from salesops.win_probability.learn import DealModel
    from salesops.win_probability.parameters import Parameters

METRIC_LABELS = {
    "log_loss": "Log loss (less is better)",
    "log_loss_gain": "Gain in log loss on the base rate",
    "brier": "Brier score (less is better)",
    "auc": "Area under the curve (0.5 is chance)",
    "calibration_error": "Calibration error",
}

NEXT_IN_WORDS = (
    "Next to confirm is the open point of the scorecard that goes with the largest gain, and what it is worth."
)


@section("Funnel")
def funnel_section(conversion: pd.DataFrame, parameters: Parameters) -> Section:
    """Say where deals are lost, from `stage_conversion`."""
    known = conversion[np.isfinite(conversion["conversion"])]
    if known.empty:
        headline = "No deal has left a stage yet"
    else:
        worst, what = hardest_stage(conversion)
        headline = f"Most is lost in {worst['stage']}: {share(worst['conversion'])} of its deals {what}"
    text = (
        f"Of the deals that left each stage in the last {parameters.funnel_quarters} quarters, how many entered a "
        "later stage or were won. Deals still in a stage count for as long as they have been there."
    )
    chart = Chart(
        lambda narrow: funnel_bars(conversion, narrow=narrow),
        alt="Bars of open deals per stage; between them the share of deals that goes on.",
        caption="Open deals in each stage, and the share that goes on to a later one or is won.",
    )
    shown = conversion.assign(
        interval=_interval_words(conversion), days=_range_words(conversion["days_q1"], conversion["days_q3"])
    )
    columns = [
        Col("stage", "Stage"),
        Col("open_deals", "Open", "number", "deals"),
        Col("open_amount", "Open", "money", parameters.currency),
        Col("conversion", "Go on", "share"),
        Col("interval", "80%"),
        Col("left", "Left the stage", "number", "deals"),
        Col("days_median", "Half leave within", "number", "days", 0),
        Col("days", "Middle half, days"),
    ]
    return Section("Funnel", headline, text, (chart, DataTable(shown, columns)))


@section("Can the chances be trusted?")
def trust_section(learned: DealModel) -> Section | NotEnoughData:
    """Say how chances learned earlier did on later closings."""
    judgement = learned.judgement
    if isinstance(judgement, NotEnoughData):
        return judgement
    shown = judgement.calibration[judgement.calibration["model"] == MODEL]
    headline = {
        "ready": "Ready: deals given a chance win about as often as that says",
        "use with care": "Use with care: better than the base rate, but not proven",
    }.get(judgement.verdict, "No signal: nothing known of these deals told later wins from losses")
    text = (
        f"{judgement.reason} The model that is judged learned until {judgement.learned_until:%d %b %Y} and was scored "
        f"on {plural(judgement.closings, 'deal')} closed after it."
    )
    if learned.uses_base_rate:
        text += "\n\nAll open deals are therefore shown with the base rate: the share won so far."
    chart = Chart(
        lambda narrow: calibration_dots(shown, narrow=narrow, half=True),
        alt="Dots of the share won against the chance given, with 80% intervals, beside the diagonal.",
        title="Chance given against won",
        caption=f"{plural(judgement.closings, 'deal')} closed later, not used for learning, at every look before.",
        half=True,
    )
    return Section("Trust", headline, text, (Pair(chart, _card_table(judgement.model_card)),))


def _card_table(card: pd.DataFrame) -> DataTable:
    later = card[card["split"] == LATER_CLOSINGS]
    shown = later[later["model"] == MODEL].merge(later[later["model"] == BASE], on="metric", suffixes=("", "_base"))
    shown = shown.assign(
        interval=shown["low"].map("{:.3f} to ".format) + shown["high"].map("{:.3f}".format),
        metric=shown["metric"].map(METRIC_LABELS),
    )
    columns = [
        Col("metric", "Score"),
        Col("value", "Model", "number", digits=3),
        Col("interval", "80%"),
        Col("value_base", "Base rate", "number", digits=3),
    ]
    return DataTable(shown, columns)


@section("Key prospects")
def deals_section(deals: pd.DataFrame, parameters: Parameters) -> Section | NotEnoughData:
    """List the key prospects, largest expected amount first, from `open_deals`."""
    key = key_prospects(deals, parameters)
    if key.empty:
        return NotEnoughData("an open deal of at least key_amount", f"key_amount is {parameters.key_amount:g}")
    few = deals_that_make_half(deals)
    total = float(deals["expected_amount"].sum())
    headline = f"{plural(few, 'deal')} of {len(deals):,} hold half of the {money(total, parameters.currency)} expected"
    text = (
        f"The first {len(key)} by chance × amount. The interval says how well the chance is known; a reason is a "
        "difference from the average open deal, not proof of a cause."
    )
    columns = [
        Col("account", "Customer", below="rep"),
        Col("stage", "Stage"),
        Col("amount", "Amount", "money", parameters.currency),
        Col("win_probability", "Win chance", "bar", below="interval"),
        Col("expected_close", "Closes about", "date"),
        Col("next_confirmation", "Next to confirm", below="worth"),
        Col("reasons_up", "For us"),
        Col("reasons_down", "Against us"),
    ]
    if deals["next_gain"].notna().any():
        text += f" {NEXT_IN_WORDS}"
    worth = key["next_gain"].map(lambda gain: f"worth {money(gain, parameters.currency)}", na_action="ignore")
    key = key.assign(interval="80%: " + _interval_words(key), worth=worth)
    there = [_with_what_is_there(column, key) for column in columns if _is_filled(key, column.name)]
    return Section("Key prospects", headline, text, (DataTable(key, there, filter_label="customer, rep or stage"),))


def _is_filled(frame: pd.DataFrame, name: str) -> bool:
    return name in frame.columns and bool((frame[name].notna() & (frame[name] != "")).any())


def _with_what_is_there(column: Col, frame: pd.DataFrame) -> Col:
    return column if column.below in frame.columns else replace(column, below="")


def _interval_words(frame: pd.DataFrame) -> pd.Series:
    return _range_words(100 * frame["low"], 100 * frame["high"]) + "%"


def _range_words(low: pd.Series, high: pd.Series) -> pd.Series:
    """Return "11 to 22"; an end that is not known is a dash."""
    ends = (end.map("{:.0f}".format, na_action="ignore").astype(object).fillna("–") for end in (low, high))
    return next(ends) + " to " + next(ends)


def key_prospects(deals: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Return the open deals of at least `key_amount`, the first `top_deals` of them."""
    large = deals["amount"].fillna(0.0) >= parameters.key_amount
    return deals[large].head(parameters.top_deals)


def hardest_stage(conversion: pd.DataFrame) -> tuple[pd.Series, str]:
    """Return the stage that the smallest share gets past, and what that share does: go on, or get won."""
    worst = conversion.loc[[conversion["conversion"].argmin()]].iloc[0]
    return worst, "are won" if worst["stage"] == conversion["stage"].iloc[-1] else "go on"


def deals_that_make_half(deals: pd.DataFrame) -> int:
    """Return how many deals, largest first, hold half of the expected amount.

    Examples
    --------
    >>> import pandas as pd
    >>> deals_that_make_half(pd.DataFrame({"expected_amount": [60.0, 20.0, 20.0]}))
    1
    """
    amounts = np.sort(deals["expected_amount"].fillna(0.0).to_numpy())[::-1]
    return int((np.cumsum(amounts) < amounts.sum() / 2).sum() + 1)

"""The sections of the win_probability page: each finding in a sentence, its chart, its table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from salesops.not_enough_data import NotEnoughData
from salesops.report import Chart, Col, DataTable, Section, money, plural, section, share
from salesops.report.numbers import period_in_words
from salesops.win_probability.contestants import BOOSTED, MODEL
from salesops.win_probability.evaluate import LATER_CLOSINGS, REPS, STATED_DATES
from salesops.win_probability.figures import bookings_bands, calibration_dots, funnel_bars

if TYPE_CHECKING:
    import pandas as pd

    from salesops.win_probability.evaluate import Judgement
    from salesops.win_probability.learn import DealModel
    from salesops.win_probability.parameters import Parameters

SCORES_SHOWN = {
    "log_loss": ("Log loss", "interval"),
    "brier": ("Brier", ""),
    "auc": ("AUC", ""),
    "calibration_error": ("Off by", ""),
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
    text += f" {_winner_in_words(judgement)}"
    if learned.uses_base_rate:
        text += "\n\nAll open deals are therefore shown with the base rate: the share won so far."
    chart = Chart(
        lambda narrow: calibration_dots(shown, narrow=narrow, half=True),
        alt="Dots of the share won against the chance given, with 80% intervals, beside the diagonal.",
        title="Chance given against won",
        caption=f"{plural(judgement.closings, 'deal')} closed later, not used for learning, at every look before.",
        half=True,
    )
    return Section("Trust", headline, text, (chart, _card_table(judgement.model_card)))


def _winner_in_words(judgement: Judgement) -> str:
    """Say who won the contest, and how the reps' stated dates did."""
    said = {
        MODEL: "No simpler way to give a chance did as well.",
        BOOSTED: "Boosted trees did better than the model shown: they may know something that it does not.",
    }.get(judgement.winner, f"A simpler way did as well within what chance allows: {judgement.winner}.")
    card = judgement.model_card
    dates = card[(card["split"] == STATED_DATES) & (card["metric"] == "brier")].set_index("model")["value"]
    if dates.empty:
        return said
    better = "better than" if dates[MODEL] < dates[REPS] else "no better than"
    return said + (
        f" Whether a deal closes by the day its rep states, the model tells {better} the reps' own record of keeping "
        f"their dates (Brier {dates[MODEL]:.3f} against {dates[REPS]:.3f})."
    )


def _card_table(card: pd.DataFrame) -> DataTable:
    """Return the contest, best first: one line per way to give a chance, each scored on the same later closings."""
    later = card[card["split"] == LATER_CLOSINGS]
    shown = later.pivot(index="model", columns="metric", values="value").reset_index()
    loss = later[later["metric"] == "log_loss"].set_index("model").reindex(shown["model"])
    interval = loss["low"].map("{:.3f} to ".format) + loss["high"].map("{:.3f}".format)
    shown = shown.assign(interval="80%: " + interval.to_numpy()).sort_values("log_loss", ignore_index=True)
    columns = [
        Col("model", "Way to give a chance"),
        *(Col(name, label, "number", digits=3, below=under) for name, (label, under) in SCORES_SHOWN.items()),
    ]
    return DataTable(shown, columns)


@section("Bookings to come")
def bookings_section(bookings: pd.DataFrame, parameters: Parameters) -> Section:
    """Say what open deals will bring in, from `bookings`."""
    first, currency = bookings.iloc[0], parameters.currency
    headline = f"Open deals should bring {money(first['mean'], currency)} in {period_in_words(first['period'])}"
    text = (
        f"In eight of ten cases between {money(first['p10'], currency)} and {money(first['p90'], currency)}. Deals not "
        "yet born are left out: where deals close fast, later quarters will hold more than is shown."
    )
    chart = Chart(
        lambda narrow: bookings_bands(bookings, currency, narrow=narrow),
        alt="Bands of bookings per quarter from deals open today, with the median.",
        caption=f"Bookings from deals open today, median with 50% and 80% bands, {currency}.",
    )
    return Section("Bookings", headline, text, (chart,))


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

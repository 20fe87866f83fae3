"""The sections of the win_probability page: each finding in a sentence, its chart, its table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData
from salesops.report import Chart, Col, DataTable, Section, plural, section
from salesops.report.digits import signed
from salesops.win_probability.contest_words import contest_in_words, dates_in_words
from salesops.win_probability.evaluate import LATER_CLOSINGS
from salesops.win_probability.figures import calibration_dots

if TYPE_CHECKING:
    from collections.abc import Mapping

    from salesops.win_probability.learn import DealModel

SCORES_SHOWN = {
    "log_loss": ("Log loss", "interval"),
    "brier": ("Brier", ""),
    "auc": ("AUC", ""),
    "calibration_error": ("Off by", ""),
}

GUARD_CAPTION = (
    "Left out by the guard: what is known only after closing, or says which row a deal is, would deceive the model."
)


EFFECTS_SHOWN = 10
EFFECTS_CAPTION = (
    "What goes with winning in the model shown, surest first: log-odds of being won rather than lost, with 95% "
    "intervals over deals, all else equal. Numbers are their upper against their lower quartile. An effect goes with "
    "winning and need not cause it; small ones are pulled towards zero. Of a hundred lines five would have p under "
    "0.05 by luck: the last column allows for that (Holm)."
)


@section("Can the chances be trusted?")
def trust_section(learned: DealModel, effects: pd.DataFrame | None = None) -> Section | NotEnoughData:
    """Say how chances learned earlier did on later closings, and what goes with winning.

    Parameters
    ----------
    learned
        From `salesops.win_probability.learn.learn`.
    effects
        From `salesops.win_probability.inference.inference`.
    """
    judgement = learned.judgement
    if isinstance(judgement, NotEnoughData):
        return judgement
    shown = judgement.calibration[judgement.calibration["model"] == judgement.shown]
    headline = {
        "ready": "Ready for use: deals are won about as often as their chances say",
        "use with care": "Use with care: better than the base rate, but not proven",
    }.get(judgement.verdict, "No signal: nothing known of these deals told later wins from losses")
    text = (
        f"{judgement.reason} The model that is judged learned until {judgement.learned_until:%d %b %Y} and was scored "
        f"on {plural(judgement.closings, 'deal')} closed after it."
    )
    text += f"\n\n{contest_in_words(judgement)} {dates_in_words(judgement)}"
    if learned.uses_base_rate:
        text += "\n\nAll open deals are therefore shown with the base rate: the share won so far."
    chart = Chart(
        lambda narrow: calibration_dots(shown, narrow=narrow, half=True),
        alt="Dots of the share won against the chance given, with 80% intervals, beside the diagonal.",
        title="Chance given against won",
        caption=f"{plural(judgement.closings, 'deal')} closed later, not used for learning, at every look before.",
        half=True,
    )
    blocks = (
        chart,
        _card_table(judgement.model_card),
        *_effects_table(effects),
        *left_out_table(learned.choice.left_out),
    )
    return Section("Trust", headline, text, blocks)


def _effects_table(effects: pd.DataFrame | None) -> list[DataTable]:
    """Return what goes with winning, surest first; nothing where there is nothing."""
    if effects is None:
        return []
    shown = effects.iloc[np.argsort(-effects["z"].abs().to_numpy(), kind="stable")]
    shown = shown.assign(
        interval=(shown["low"].map("{:+.2f} to ".format) + shown["high"].map("{:+.2f}".format)).map(signed)
    )
    columns = [
        Col("feature", "Known of a deal", below="comparison"),
        Col("effect", "Effect", "number", digits=2, below="interval"),
        Col("std_error", "Error", "number", digits=2),
        Col("z", "z", "number", digits=1),
        Col("p_value", "p", "number", digits=3),
        Col("p_adjusted", "p, of all", "number", digits=3),
    ]
    return [DataTable(shown, columns, caption=EFFECTS_CAPTION, shown=EFFECTS_SHOWN)]


def left_out_table(reasons: Mapping[str, str]) -> list[DataTable]:
    """Return a table of what is left out and why, from column to reason; nothing where nothing is left out."""
    names = [name.replace("_", " ").capitalize() for name in reasons]
    said = [f"{reason[:1].upper()}{reason[1:]}." for reason in reasons.values()]
    shown = pd.DataFrame({"name": names, "reason": said})
    columns = [Col("name", "Left out"), Col("reason", "Why")]
    return [DataTable(shown, columns, caption=GUARD_CAPTION)] if said else []


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


def _range_words(low: pd.Series, high: pd.Series) -> pd.Series:
    """Return "11 to 22"; an end that is not known is a dash."""
    ends = (end.map("{:.0f}".format, na_action="ignore").astype(object).fillna("–") for end in (low, high))
    return next(ends) + " to " + next(ends)


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

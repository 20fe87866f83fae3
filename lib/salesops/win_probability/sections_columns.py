"""The section on trust where chances cannot be learned: what the deals' columns alone tell."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from salesops.not_enough_data import NotEnoughData
from salesops.report import Col, DataTable, Section, plural, section
from salesops.win_probability.column_judgement import BOOSTING, LOGISTIC, ColumnJudgement, judge_columns
from salesops.win_probability.contest_words import stated_in_words
from salesops.win_probability.sections import left_out_table, trust_section

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from salesops.win_probability.evaluate import Judgement
    from salesops.win_probability.learn import DealModel

METRIC_LABELS = {
    "log_loss": "Log loss (less is better)",
    "log_loss_gain": "Gain in log loss on the base rate",
    "brier": "Brier score (less is better)",
    "auc": "Area under the curve (0.5 is chance)",
    "calibration_error": "Calibration error",
}


def trust_or_columns(
    learned: DealModel | NotEnoughData,
    opportunities: pd.DataFrame | NotEnoughData,
    stated: Mapping[str, float] | None = None,
    effects: pd.DataFrame | NotEnoughData | None = None,
) -> Section:
    """Say how chances did on later closings or, where none could be learned, what columns alone tell.

    Parameters
    ----------
    learned
        From `salesops.win_probability.learn.learn`.
    opportunities
        Table of deals.
    stated
        The parameter stage_probability.
    effects
        From `salesops.win_probability.inference.inference`.
    """
    shown = _trust_or_columns(learned, opportunities, None if isinstance(effects, NotEnoughData) else effects)
    said = stated_in_words(stated or {}, _stages(learned, opportunities), _judgement(learned))
    return replace(shown, text=f"{shown.text}\n\n{said}") if said else shown


def _trust_or_columns(
    learned: DealModel | NotEnoughData,
    opportunities: pd.DataFrame | NotEnoughData,
    effects: pd.DataFrame | None,
) -> Section:
    told = judge_columns(opportunities) if isinstance(learned, NotEnoughData) else None
    if isinstance(learned, NotEnoughData) and isinstance(told, ColumnJudgement):
        return columns_section(told, str(learned))
    return trust_section(learned, effects)  # type: ignore[arg-type]  # the decorator says what is lacking


def _stages(learned: DealModel | NotEnoughData, opportunities: pd.DataFrame | NotEnoughData) -> set[str]:
    tables = [opportunities] if isinstance(learned, NotEnoughData) else [opportunities, learned.snapshots]
    found = [table["stage"] for table in tables if not isinstance(table, NotEnoughData) and "stage" in table.columns]
    return {str(stage) for stages in found for stage in stages.dropna().unique()}


def _judgement(learned: DealModel | NotEnoughData) -> Judgement | None:
    found = None if isinstance(learned, NotEnoughData) else learned.judgement
    return None if isinstance(found, NotEnoughData) else found


@section("Can the chances be trusted?")
def columns_section(told: ColumnJudgement, lacking: str) -> Section:
    """Say what columns tell of deals held back at random, and which the guard left out."""
    gains = told.card[told.card["metric"] == "log_loss_gain"].set_index("model")
    best = str(gains["value"].idxmax())
    gain, areas = gains.loc[best], told.card[told.card["metric"] == "auc"].set_index("model")
    area = areas.loc[best]
    if gain["low"] > 0:
        headline = f"No chances, but columns tell won deals from lost ones: area under the curve {area['value']:.2f}"
    else:
        headline = "No chances, and columns alone do not tell won deals from lost ones"
    text = (
        f"Chances cannot be learned: {lacking}. What {plural(len(told.kept), 'column')} of "
        f"{plural(told.deals, 'closed deal')} tell was judged on deals held back at random (area 80%: "
        f"{area['low']:.3f} to {area['high']:.3f}); later deals, by which it would have to be judged, usually do "
        "worse. So no open deal is given a chance from it."
    )
    reasons = {found.column: str(found) for found in told.left_out}
    return Section("Trust", headline, text, (_card_table(told.card), *left_out_table(reasons)))


def _card_table(card: pd.DataFrame) -> DataTable:
    wide = card[card["model"] == LOGISTIC].merge(card[card["model"] == BOOSTING], on="metric", suffixes=("", "_trees"))
    wide["interval"] = wide["low"].map("{:.3f} to ".format) + wide["high"].map("{:.3f}".format)
    wide["interval_trees"] = wide["low_trees"].map("{:.3f} to ".format) + wide["high_trees"].map("{:.3f}".format)
    wide["metric"] = wide["metric"].map(METRIC_LABELS)
    columns = [
        Col("metric", "Score"),
        Col("value", "Logistic", "number", digits=3, below="interval"),
        Col("value_trees", "Boosting", "number", digits=3, below="interval_trees"),
    ]
    return DataTable(wide, columns, caption="80% intervals below each figure.")

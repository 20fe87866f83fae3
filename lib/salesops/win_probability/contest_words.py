"""What the contest on later closings means for the page, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.errors import did_you_mean
from salesops.report import number
from salesops.win_probability.contestants import BASE, BOOSTED, CRM, MODEL, SIMPLER
from salesops.win_probability.evaluate import REPS, STATED_DATES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from salesops.win_probability.evaluate import Judgement

WHY_NOT = {
    BOOSTED: "they give neither exact reasons nor an interval for a single deal. They may know something that the "
    "model does not",
    BASE: "it is the same for all deals",
}
NO_DATES = "it does not say when a deal closes"


def contest_in_words(judgement: Judgement) -> str:
    """Say who won the contest, and what follows from it.

    Parameters
    ----------
    judgement
        From `salesops.win_probability.evaluate.judge`.
    """
    return " ".join(filter(None, (_winner(judgement), _unused(judgement), _recalibration(judgement))))


def _winner(judgement: Judgement) -> str:
    if judgement.shown in SIMPLER:
        return f"On less it did better, beyond what chance allows, so that the chances shown are: {judgement.shown}."
    return {
        MODEL: "No simpler way to give a chance did as well.",
        BOOSTED: "Boosted trees had the least log loss.",
    }.get(judgement.winner, f"A simpler way did as well within what chance allows: {judgement.winner}.")


def _unused(judgement: Judgement) -> str:
    if not judgement.unused or judgement.unused == BASE:
        return ""
    who = {BOOSTED: "Boosted trees"}.get(judgement.unused, f"The {judgement.unused}")
    why = WHY_NOT.get(judgement.unused, NO_DATES)
    return f"{who} did better than the model shown, beyond what chance allows, but {why}."


def _recalibration(judgement: Judgement) -> str:
    found = judgement.recalibration
    if found is None:
        return ""
    measured = f"log loss gained {number(found.gain, 3)} (80%: {number(found.low, 3)} to {number(found.high, 3)})"
    if found.helps:
        return f"Chances are recalibrated: on the newest closings {measured}."
    return f"Recalibrating would not help on the newest closings, {measured}, so chances stay as learned."


def dates_in_words(judgement: Judgement) -> str:
    """Say how the reps' stated dates did beside the model; nothing where none could be asked for."""
    card = judgement.model_card
    dates = card[(card["split"] == STATED_DATES) & (card["metric"] == "brier")].set_index("model")["value"]
    if dates.empty:
        return ""
    model = dates[judgement.shown]
    better = "better than" if model < dates[REPS] else "no better than"
    return (
        f"Whether a deal closes by the day its rep states, the model tells {better} the reps' own record of keeping "
        f"their dates (Brier {model:.3f} against {dates[REPS]:.3f})."
    )


def stated_in_words(stated: Mapping[str, float], stages: Iterable[str], judgement: Judgement | None) -> str:
    """Say which stages of the parameter stage_probability are not known, and whether it took part in the contest.

    Parameters
    ----------
    stated
        The parameter: from a stage to its chance.
    stages
        Stages that deals are, or were, in.
    judgement
        From `judge`; None where there is none.

    Examples
    --------
    >>> stated_in_words({"decison": 0.6, "need": 0.1}, ["need", "decision"], None)
    'Parameter stage_probability names stage "decison", which no deal was in: did you mean "decision"?'
    """
    known = set(stages)
    said = [
        f'Parameter stage_probability names stage "{name}", which no deal was in: {did_you_mean(name, known)}'
        for name in stated
        if name not in known
    ]
    took_part = judgement is None or (judgement.model_card["model"] == CRM).any()
    if stated and not took_part:
        listed = ", ".join(f'"{name}"' for name in sorted(known - set(stated)))
        lacking = f"without a chance are {listed}" if listed else "the stages that deals were in before are not known"
        said.append(f"The CRM's chances took no part in the contest: {lacking}.")
    return " ".join(said)

"""Whether chances can be trusted: learned up to a day, judged on the newest closings after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData
from salesops.report import number
from salesops.win_probability.base_rate import BaseRate
from salesops.win_probability.contest import better_beyond_doubt, contest, losses_of, to_be_shown, winner_of
from salesops.win_probability.contestants import BASE, MODEL
from salesops.win_probability.hazard import LandmarkHazard
from salesops.win_probability.marks import DAYS_PER_QUARTER, MONTHS_PER_QUARTER
from salesops.win_probability.recalibration import recalibration
from salesops.win_probability.scores import calibration_table, resampled_deals, scores
from salesops.win_probability.snapshots import outcomes
from salesops.win_probability.some_deals import some_deals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from salesops.win_probability.recalibration import Recalibration

Model = LandmarkHazard | BaseRate
Word = Literal["ready", "use with care", "no signal: base rate used"]

LATER_CLOSINGS, LATER_QUARTERS, STATED_DATES = "later closings", "later quarters", "stated dates"
REPS = "reps' stated dates"
NEWEST = 0.2
FEWEST_EACH = 20
READY_CLOSINGS = 100
READY_CALIBRATION = 0.05
# From here on a month's looks add time, and little knowledge: one look a quarter is learned from.
MANY_SNAPSHOTS = 15_000
# … and from here on more deals do, too.
MOST_SNAPSHOTS, MOST_JUDGED = 40_000, 10_000


@dataclass(frozen=True)
class Judgement:
    """What later closings say of the model.

    Parameters
    ----------
    verdict
        ready, use with care, or no signal.
    reason
        Why, as a sentence with its numbers.
    model_card
        model, split, metric, value, low, high.
    calibration
        model, bin, predicted, observed, n, low, high, on later closings.
    learned_until
        Day up to which the judged model had learned.
    closings
        Later closings that it was judged on.
    winner
        The contestant with the least log loss, or the simplest that cannot be told from it.
    shown
        The contestant whose like the notebook shows, and which the verdict is on.
    features
        What it may look at.
    unused
        A contestant that did better than the one shown, beyond doubt; empty if none did.
    recalibration
        What recalibrating would gain; None where there are too few later closings to tell.
    """

    verdict: Word
    reason: str
    model_card: pd.DataFrame
    calibration: pd.DataFrame
    learned_until: pd.Timestamp
    closings: int
    winner: str = MODEL
    shown: str = MODEL
    features: tuple[str, ...] = ()
    unused: str = ""
    recalibration: Recalibration | None = None


def fit_until(
    rows: pd.DataFrame, known_mark: int, features: tuple[str, ...], *, brief: bool = False, errors: bool = True
) -> Model:
    """Return the model as it would have been learned on the day of `known_mark`; without features the base rate."""
    known = thinned(rows, known_mark)
    model = LandmarkHazard(features, brief=brief, errors=errors) if features else BaseRate()
    return model.fit(known, outcomes(known, known_mark))


def thinned(rows: pd.DataFrame, known_mark: int) -> pd.DataFrame:
    """Return the snapshots before a mark; where they are many, one a quarter, of some deals drawn by lot."""
    known = rows[rows["mark"] < known_mark]
    if len(known) <= MANY_SNAPSHOTS:
        return known
    return some_deals(known[(known_mark - known["mark"]) % MONTHS_PER_QUARTER == 0], MOST_SNAPSHOTS)


def closed_until(rows: pd.DataFrame, known_mark: int) -> dict[str, int]:
    """Return the deals won and lost up to a mark that a whole quarter of watching could be learned from."""
    watched = outcomes(rows, known_mark)
    counts = watched["quarter"].between(0, watched["watched"] - 1) & (rows["mark"] < known_mark)
    per_kind = rows["opportunity_id"].where(counts).groupby(watched["kind"]).nunique()
    return {kind: int(per_kind.get(kind, 0)) for kind in ("won", "lost")}


def judging_mark(rows: pd.DataFrame) -> int:
    """Return the last mark after which at least the newest fifth of all closings lies."""
    closed = rows.drop_duplicates("opportunity_id").query("closed_mark >= 0")["closed_mark"].to_numpy()
    return int(np.sort(closed)[int(np.floor((1 - NEWEST) * len(closed)))] - 1) if len(closed) else 0


def judge(
    rows: pd.DataFrame, last_mark: int, features: tuple[str, ...], stated: Mapping[str, float] | None = None
) -> Judgement | NotEnoughData:
    """Return how a model learned before the newest fifth of closings did on them.

    A deal that closed after the cut is scored at each look between the cut and its closing, by the chance of being
    won given that it closed by the last day: W(h) / (W(h) + L(h)) at the horizon h left then. That is what the model
    claims about just these deals; the chance of winning in the end would be held against slow deals that nobody
    has seen end. In addition the chance of winning within a quarter is scored for all deals open at a look, closed
    since or not.

    Parameters
    ----------
    rows
        Snapshots up to `last_mark`.
    last_mark
        Mark of the as-of day.
    features
        Names of the features in use.
    stated
        Chance of winning that the CRM system gives each stage.
    """
    cut = judging_mark(rows)
    learned = closed_until(rows, cut)
    if min(learned.values()) < FEWEST_EACH:
        why = f"{learned['won']} won and {learned['lost']} lost before the newest fifth of closings"
        return NotEnoughData(f"{FEWEST_EACH} deals won and {FEWEST_EACH} lost to learn from before judging", why)
    model, base = fit_until(rows, cut, features, errors=False), fit_until(rows, cut, ())
    later = some_deals(rows[(rows["mark"] >= cut) & (rows["mark"] < last_mark)], MOST_JUDGED)
    closings = later[later["closed_mark"] > 0]
    if closings["opportunity_id"].nunique() < FEWEST_EACH or closings["status"].nunique() < 2:
        return NotEnoughData(f"{FEWEST_EACH} later closings, won and lost, to judge by")
    chances, fitted = contest(thinned(rows, cut), closings, (cut, last_mark), (model, base), stated)
    losses = losses_of(chances, closings)
    shown = to_be_shown(losses)
    card, calibration = _score_closings(closings, chances)
    quarters = later[last_mark - later["mark"] >= MONTHS_PER_QUARTER]
    by_quarter = _score_quarters(quarters, {shown: fitted[shown], BASE: base})
    by_stated_date = score_stated_dates(later, last_mark, fitted[shown], shown)
    deals = closings["opportunity_id"].nunique()
    return Judgement(
        *verdict_of(card, deals, shown),
        model_card=pd.concat([card, by_quarter, by_stated_date], ignore_index=True),
        calibration=calibration,
        learned_until=pd.Timestamp(later["snapshot"].min()),
        closings=deals,
        winner=winner_of(losses),
        shown=shown,
        features=_features_of(fitted[shown]),
        unused=better_beyond_doubt(losses, shown, losses) or "",
        recalibration=recalibration(fitted[shown], chances[shown], closings, last_mark),
    )


def _features_of(model: Model) -> tuple[str, ...]:
    return tuple(model.features) if isinstance(model, LandmarkHazard) else ()


def score_stated_dates(later: pd.DataFrame, last_mark: int, model: Model, name: str = MODEL) -> pd.DataFrame:
    """Return how well the days that reps state are kept, and how well the model knows it.

    Asked at each look: will the deal have closed by the first month-end on or after the stated day? The reps say yes;
    so that one surprise does not cost infinitely much, they are taken at the share that was kept among the looks
    themselves, which flatters them.
    """
    if "days_to_expected_close" not in later.columns:
        return pd.DataFrame()
    ahead = np.ceil(later["days_to_expected_close"] / (DAYS_PER_QUARTER / MONTHS_PER_QUARTER))
    asked = (ahead >= 1) & (later["mark"] + ahead <= last_mark)
    if asked.sum() < FEWEST_EACH:
        return pd.DataFrame()
    rows, ahead = later[asked], ahead[asked]
    kept = ((rows["closed_mark"] >= 0) & (rows["closed_mark"] - rows["mark"] <= ahead)).to_numpy(float)
    by = model.predict_proba_by(rows, ahead.to_numpy(float)[:, None] / MONTHS_PER_QUARTER)
    reps = np.full(len(rows), kept.mean())
    weights = resampled_deals(rows["opportunity_id"].factorize()[0])
    chances = {name: 1 - by.open[:, 0], REPS: reps}
    cards = [_card(who, STATED_DATES, chance, kept, reps, weights) for who, chance in chances.items()]
    return pd.concat(cards, ignore_index=True)


def _score_closings(rows: pd.DataFrame, chances: dict[str, NDArray[np.float64]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    won = (rows["status"] == "won").to_numpy().astype(float)
    weights = resampled_deals(rows["opportunity_id"].factorize()[0])
    cards = [_card(name, LATER_CLOSINGS, c, won, chances[BASE], weights) for name, c in chances.items()]
    tables = [calibration_table(c, won, weights).assign(model=name) for name, c in chances.items()]
    order = ["model", "bin", "predicted", "observed", "n", "low", "high"]
    return pd.concat(cards, ignore_index=True), pd.concat(tables, ignore_index=True)[order]


def _score_quarters(rows: pd.DataFrame, models: Mapping[str, Model]) -> pd.DataFrame:
    if rows.empty:
        return pd.DataFrame()
    ended = rows["closed_mark"].where(rows["closed_mark"] >= 0, np.inf) - rows["mark"]
    won = ((rows["status"] == "won") & (ended <= MONTHS_PER_QUARTER)).to_numpy().astype(float)
    weights = resampled_deals(rows["opportunity_id"].factorize()[0])
    chances = {name: m.predict_proba_by(rows, [1.0]).won[:, 0] for name, m in models.items()}
    cards = [_card(name, LATER_QUARTERS, c, won, chances[BASE], weights) for name, c in chances.items()]
    return pd.concat(cards, ignore_index=True)


def _card(
    name: str,
    split: str,
    chance: NDArray[np.float64],
    won: NDArray[np.float64],
    base: NDArray[np.float64],
    weights: NDArray[np.float64],
) -> pd.DataFrame:
    found = scores(chance, won, base, weights)
    found.insert(0, "split", split)
    found.insert(0, "model", name)
    return found


def verdict_of(card: pd.DataFrame, closings: int, shown: str = MODEL) -> tuple[Word, str]:
    """Return the verdict on the model and its reason.

    Ready: it beats the base rate on later closings beyond doubt (the 80% interval of its gain in log loss lies above
    zero), on at least `READY_CLOSINGS` of them, with a calibration error that may be at most
    `READY_CALIBRATION` (the low end of its interval, since the error of a perfect model is above zero, too).
    """
    later = card[(card["model"] == shown) & (card["split"] == LATER_CLOSINGS)].set_index("metric")[
        ["value", "low", "high"]
    ]
    gain, error = later.loc["log_loss_gain"].to_dict(), later.loc["calibration_error"].to_dict()
    value, low, high = (number(gain[end], 3) for end in ("value", "low", "high"))
    measured = f"log loss gained {value} (80%: {low} to {high}) on {closings} deals"
    if gain["low"] <= 0:
        return "no signal: base rate used", f"These columns did not tell later wins from losses: {measured}."
    if closings < READY_CLOSINGS:
        return "use with care", f"Better than the base rate, but few later closings: {measured}."
    if error["low"] > READY_CALIBRATION:
        return (
            "use with care",
            f"Better than the base rate, but chances were off by {error['value']:.1%} on average: {measured}.",
        )
    return "ready", f"Better than the base rate on later closings: {measured}."

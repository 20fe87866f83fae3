"""Whether chances can be trusted: learned up to a day, judged on the newest closings after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from salesops.not_enough_data import NotEnoughData
from salesops.win_probability.base_rate import BaseRate
from salesops.win_probability.boosted import BoostedHazard
from salesops.win_probability.contestants import BASE, BOOSTED, MODEL, SIMPLEST_FIRST, simple_chances
from salesops.win_probability.hazard import LandmarkHazard
from salesops.win_probability.marks import DAYS_PER_QUARTER, MONTHS_PER_QUARTER
from salesops.win_probability.scores import calibration_table, log_loss, resampled_deals, scores
from salesops.win_probability.snapshots import outcomes
from salesops.win_probability.some_deals import some_deals

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from salesops.win_probability.chances import Chances

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
    """

    verdict: Word
    reason: str
    model_card: pd.DataFrame
    calibration: pd.DataFrame
    learned_until: pd.Timestamp
    closings: int
    winner: str = MODEL


def fit_until(rows: pd.DataFrame, known_mark: int, features: tuple[str, ...], *, brief: bool = False) -> Model:
    """Return the model as it would have been learned on the day of `known_mark`; without features the base rate."""
    known = thinned(rows, known_mark)
    model = LandmarkHazard(features, brief=brief) if features else BaseRate()
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


def judge(rows: pd.DataFrame, last_mark: int, features: tuple[str, ...]) -> Judgement | NotEnoughData:
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
    """
    cut = judging_mark(rows)
    learned = closed_until(rows, cut)
    if min(learned.values()) < FEWEST_EACH:
        why = f"{learned['won']} won and {learned['lost']} lost before the newest fifth of closings"
        return NotEnoughData(f"{FEWEST_EACH} deals won and {FEWEST_EACH} lost to learn from before judging", why)
    model, base = fit_until(rows, cut, features), fit_until(rows, cut, ())
    later = some_deals(rows[(rows["mark"] >= cut) & (rows["mark"] < last_mark)], MOST_JUDGED)
    closings = later[later["closed_mark"] > 0]
    if closings["opportunity_id"].nunique() < FEWEST_EACH or closings["status"].nunique() < 2:
        return NotEnoughData(f"{FEWEST_EACH} later closings, won and lost, to judge by")
    chances = contest(rows, closings, (cut, last_mark), features, (model, base))
    card, calibration = _score_closings(closings, chances)
    quarters = later[last_mark - later["mark"] >= MONTHS_PER_QUARTER]
    parts = [card, _score_quarters(quarters, model, base), score_stated_dates(later, last_mark, model)]
    card = pd.concat(parts, ignore_index=True)
    deals = closings["opportunity_id"].nunique()
    verdict, reason = verdict_of(card, deals)
    return Judgement(
        verdict, reason, card, calibration, pd.Timestamp(later["snapshot"].min()), deals, winner_of(chances, closings)
    )


def contest(
    rows: pd.DataFrame,
    closings: pd.DataFrame,
    marks: tuple[int, int],
    features: tuple[str, ...],
    models: tuple[Model, Model],
) -> dict[str, NDArray[np.float64]]:
    """Return every contestant's chance that each later closing is a win, simplest first.

    Parameters
    ----------
    rows, closings
        All snapshots, and those that are scored.
    marks
        The day up to which contestants learn, and the last one.
    features
        Names of the features in use.
    models
        The landmark hazard and the base rate, fitted.
    """
    cut, last_mark = marks
    known = thinned(rows, cut)
    closed = known[(known["closed_mark"] >= 0) & (known["closed_mark"] <= cut)]
    with threadpool_limits(1):
        found = simple_chances(closed, closings, features) if features else {}
    fitted: dict[str, Chances] = {MODEL: models[0], BASE: models[1]}
    if features:
        fitted[BOOSTED] = BoostedHazard(features).fit(known, outcomes(known, cut))
    found |= {name: won_given_closed(model, closings, last_mark) for name, model in fitted.items()}
    return {name: found[name] for name in SIMPLEST_FIRST if name in found}


def winner_of(chances: dict[str, NDArray[np.float64]], closings: pd.DataFrame) -> str:
    """Return the simplest contestant whose log loss is within one standard error of the least.

    The error is that of the difference, over resampled deals (Breiman and others, 1984, for the rule).
    """
    won = (closings["status"] == "won").to_numpy().astype(float)
    weights = resampled_deals(closings["opportunity_id"].factorize()[0])
    share = weights / weights.sum(axis=1, keepdims=True)
    losses = {name: share @ log_loss(chance, won) for name, chance in chances.items()}
    best = min(losses, key=lambda name: losses[name][0])
    behind = {name: loss - losses[best] for name, loss in losses.items()}
    return next(name for name, gap in behind.items() if gap[0] <= gap[1:].std())


def score_stated_dates(later: pd.DataFrame, last_mark: int, model: Model) -> pd.DataFrame:
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
    chances = {MODEL: 1 - by.open[:, 0], REPS: reps}
    cards = [_card(name, STATED_DATES, chance, kept, reps, weights) for name, chance in chances.items()]
    return pd.concat(cards, ignore_index=True)


def won_given_closed(model: Chances, rows: pd.DataFrame, last_mark: int) -> NDArray[np.float64]:
    """Return the chance that each deal was won, given that it closed by the last mark, shape (n,)."""
    horizon = np.maximum((last_mark - rows["mark"].to_numpy()) / MONTHS_PER_QUARTER, 1 / MONTHS_PER_QUARTER)
    by = model.predict_proba_by(rows, horizon[:, None])
    chance: NDArray[np.float64] = (by.won / (by.won + by.lost))[:, 0]
    return chance


def _score_closings(rows: pd.DataFrame, chances: dict[str, NDArray[np.float64]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    won = (rows["status"] == "won").to_numpy().astype(float)
    weights = resampled_deals(rows["opportunity_id"].factorize()[0])
    cards = [_card(name, LATER_CLOSINGS, c, won, chances[BASE], weights) for name, c in chances.items()]
    tables = [calibration_table(c, won, weights).assign(model=name) for name, c in chances.items()]
    order = ["model", "bin", "predicted", "observed", "n", "low", "high"]
    return pd.concat(cards, ignore_index=True), pd.concat(tables, ignore_index=True)[order]


def _score_quarters(rows: pd.DataFrame, model: Model, base: Model) -> pd.DataFrame:
    if rows.empty:
        return pd.DataFrame()
    ended = rows["closed_mark"].where(rows["closed_mark"] >= 0, np.inf) - rows["mark"]
    won = ((rows["status"] == "won") & (ended <= MONTHS_PER_QUARTER)).to_numpy().astype(float)
    weights = resampled_deals(rows["opportunity_id"].factorize()[0])
    chances = {name: m.predict_proba_by(rows, [1.0]).won[:, 0] for name, m in ((MODEL, model), (BASE, base))}
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


def verdict_of(card: pd.DataFrame, closings: int) -> tuple[Word, str]:
    """Return the verdict on the model and its reason.

    Ready: it beats the base rate on later closings beyond doubt (the 80% interval of its gain in log loss lies above
    zero), on at least `READY_CLOSINGS` of them, with a calibration error that may be at most
    `READY_CALIBRATION` (the low end of its interval, since the error of a perfect model is above zero, too).
    """
    later = card[(card["model"] == MODEL) & (card["split"] == LATER_CLOSINGS)].set_index("metric")[
        ["value", "low", "high"]
    ]
    gain, error = later.loc["log_loss_gain"].to_dict(), later.loc["calibration_error"].to_dict()
    measured = f"log loss gained {gain['value']:.3f} (80%: {gain['low']:.3f} to {gain['high']:.3f}) on {closings} deals"
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

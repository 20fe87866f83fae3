"""The contest on later closings: who takes part, who wins, and who wins beyond what chance would do."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from salesops.one_thread import one_thread
from salesops.win_probability.boosted import BoostedHazard
from salesops.win_probability.contestants import (
    BASE,
    BOOSTED,
    MODEL,
    RULE_OF,
    SIMPLER,
    SIMPLEST_FIRST,
    simple_chances,
    simpler_features,
)
from salesops.win_probability.hazard import LandmarkHazard
from salesops.win_probability.marks import MONTHS_PER_QUARTER
from salesops.win_probability.scores import log_loss, resampled_deals
from salesops.win_probability.snapshots import outcomes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from salesops.win_probability.base_rate import BaseRate
    from salesops.win_probability.chances import Chances

    Vector = NDArray[np.float64]
    Losses = Mapping[str, Vector]

# Of the best of several contestants' gains, by luck alone, this share stays below what is asked for.
SURE = 0.9


class Contest(NamedTuple):
    """What the contestants say of each later closing, simplest first, and those of them that are hazards, fitted."""

    chances: dict[str, Vector]
    fitted: dict[str, LandmarkHazard | BaseRate]


def contest(
    known: pd.DataFrame,
    closings: pd.DataFrame,
    marks: tuple[int, int],
    models: tuple[LandmarkHazard | BaseRate, LandmarkHazard | BaseRate],
    stated: Mapping[str, float] | None = None,
) -> Contest:
    """Return every contestant's chance that each later closing is a win.

    Parameters
    ----------
    known, closings
        Snapshots that are learned from, and those that are scored.
    marks
        The day up to which contestants learn, and the last one.
    models
        The landmark hazard and the base rate, fitted.
    stated
        Chance of winning that the CRM system gives each stage.
    """
    cut, last_mark = marks
    model, base = models
    chances = {name: won_given_closed(m, closings, last_mark) for name, m in ((MODEL, model), (BASE, base))}
    simpler: dict[str, LandmarkHazard] = {}
    if isinstance(model, LandmarkHazard):
        features, ended = tuple(model.features), outcomes(known, cut)
        closed = known[(known["closed_mark"] >= 0) & (known["closed_mark"] <= cut)]
        with one_thread():
            chances |= simple_chances(closed, closings, features, stated)
        worth = _worth_trying(losses_of(chances, closings), features)
        simpler = {name: LandmarkHazard(few, errors=False).fit(known, ended) for name, few in worth.items()}
        others: dict[str, Chances] = {BOOSTED: BoostedHazard(features).fit(known, ended), **simpler}
        chances |= {name: won_given_closed(other, closings, last_mark) for name, other in others.items()}
    return Contest({n: chances[n] for n in SIMPLEST_FIRST if n in chances}, {BASE: base, MODEL: model, **simpler})


def _worth_trying(losses: Losses, features: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Return the features of simpler hazards but those whose rule knows less than the full hazards, beyond doubt."""
    found = simpler_features(features)
    return {name: few for name, few in found.items() if better_beyond_doubt(losses, RULE_OF[name], [MODEL]) is None}


def won_given_closed(model: Chances, rows: pd.DataFrame, last_mark: int) -> Vector:
    """Return the chance that each deal was won, given that it closed by the last mark, shape (n,)."""
    horizon = np.maximum((last_mark - rows["mark"].to_numpy()) / MONTHS_PER_QUARTER, 1 / MONTHS_PER_QUARTER)
    by = model.predict_proba_by(rows, horizon[:, None])
    chance: Vector = (by.won / (by.won + by.lost))[:, 0]
    return chance


def losses_of(chances: Mapping[str, Vector], closings: pd.DataFrame) -> dict[str, Vector]:
    """Return each contestant's mean log loss, then the same in each resample of deals, shape (1 + resamples,).

    All contestants meet the same resamples, so that differences between them are paired.
    """
    won = (closings["status"] == "won").to_numpy().astype(float)
    weights = resampled_deals(closings["opportunity_id"].factorize()[0])
    share = weights / weights.sum(axis=1, keepdims=True)
    return {name: share @ log_loss(chance, won) for name, chance in chances.items()}


def winner_of(losses: Losses) -> str:
    """Return the simplest contestant whose log loss is within one standard error of the least.

    The error is that of the difference, over resampled deals (Breiman and others, 1984, for the rule).

    Parameters
    ----------
    losses
        From `losses_of`, simplest first.
    """
    best = min(losses, key=lambda name: losses[name][0])
    behind = {name: loss - losses[best] for name, loss in losses.items()}
    return next(name for name, gap in behind.items() if gap[0] <= gap[1:].std())


def better_beyond_doubt(losses: Losses, rival: str, others: Iterable[str]) -> str | None:
    """Return which of the others does best, if it beats a rival by more than luck would let the best of them.

    White's reality check (2000): the largest gain is held against the largest of all gains in resamples, each
    centred on what was measured; of many contestants one is always lucky.

    Parameters
    ----------
    losses
        From `losses_of`.
    rival
        Who is to be beaten.
    others
        Who may beat it; those that took no part are passed over.

    Examples
    --------
    >>> losses = {"old": np.array([0.6, 0.61, 0.59]), "new": np.array([0.5, 0.52, 0.51])}
    >>> better_beyond_doubt(losses, "old", ["new", "absent"]), better_beyond_doubt(losses, "new", ["old"])
    ('new', None)
    """
    names = [name for name in others if name in losses and name != rival]
    if not names:
        return None
    gains = np.array([losses[rival] - losses[name] for name in names])
    luck = (gains[:, 1:] - gains[:, :1]).max(axis=0)
    best = int(gains[:, 0].argmax())
    return names[best] if gains[best, 0] > max(np.quantile(luck, SURE), 0.0) else None


def to_be_shown(losses: Losses) -> str:
    """Return which landmark hazard the notebook shows: on all that is known, unless a simpler one is surely better.

    A simpler one has to beat the base rate beyond doubt, too: chosen among several, it may have been lucky.
    """
    simpler = better_beyond_doubt(losses, MODEL, SIMPLER)
    return simpler if simpler is not None and better_beyond_doubt(losses, BASE, SIMPLER) is not None else MODEL

"""Whether chances should be pulled up or down, or closer together, as later closings say; and how it is done."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import logit
from sklearn.linear_model import LogisticRegression

from salesops.win_probability.base_rate import BaseRate
from salesops.win_probability.contest import losses_of, won_given_closed
from salesops.win_probability.scores import CERTAIN

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from salesops.win_probability.hazard import LandmarkHazard

    Line = tuple[float, float]
    Vector = NDArray[np.float64]

FEWEST_EACH = 20
AS_LEARNED, RECALIBRATED = "as learned", "recalibrated"


@dataclass(frozen=True)
class Recalibration:
    """What a straight line through the log-odds of winning would gain.

    Parameters
    ----------
    shift, slope
        The line, from all later closings.
    gain, low, high
        Log loss gained on the newer half of later closings by the line through the older half, with its 80% interval.
    """

    shift: float
    slope: float
    gain: float
    low: float
    high: float

    @property
    def helps(self) -> bool:
        """Whether later closings show a gain beyond what chance allows."""
        return self.low > 0


def recalibration(
    model: LandmarkHazard | BaseRate, chance: Vector, closings: pd.DataFrame, last_mark: int
) -> Recalibration | None:
    """Return what recalibrating gains on later closings; nothing for a base rate, or where too few closings can tell.

    The line (Platt, 1999) is learned from the older half of the closings and judged on the newer half.

    Parameters
    ----------
    model
        Learned before all of `closings`.
    chance
        What it gives them, from `won_given_closed`, shape (n,).
    closings
        Snapshots of deals closed later, n rows.
    last_mark
        The last mark.
    """
    middle = int(closings.drop_duplicates("opportunity_id")["closed_mark"].median())
    is_old = (closings["closed_mark"] <= middle).to_numpy()
    older, newer = closings[is_old], closings[~is_old]
    if isinstance(model, BaseRate) or min(_fewest(older), _fewest(newer)) < FEWEST_EACH:
        return None
    line = _line(won_given_closed(model, older, middle), older)
    moved = won_given_closed(recalibrated(model, line), newer, last_mark)
    losses = losses_of({AS_LEARNED: chance[~is_old], RECALIBRATED: moved}, newer)
    gain = losses[AS_LEARNED] - losses[RECALIBRATED]
    low, high = np.quantile(gain[1:], [0.1, 0.9])
    return Recalibration(*_line(chance, closings), float(gain[0]), float(low), float(high))


def recalibrated(model: LandmarkHazard, line: Line) -> LandmarkHazard:
    """Return a model whose log-odds of being won rather than lost lie on a line through the old ones.

    The log-odds are the difference of the two linear predictors. Their sum stays, so that deals close when they did;
    as both are sums over columns, reasons and intervals follow exactly.

    Parameters
    ----------
    model
        Fitted.
    line
        Shift and slope; (0, 1) changes nothing.
    """
    shift, slope = line
    won, lost = model.coefficients_
    size, same, other = len(won), (1 + slope) / 2, (1 - slope) / 2
    mixed = np.kron(np.array([[same, other], [other, same]]), np.eye(size))
    both = mixed @ np.concatenate([won, lost])
    both[0] += shift / 2
    both[size] -= shift / 2
    found = copy(model)
    found.coefficients_ = (both[:size], both[size:])
    if model.knows_errors:
        found.covariance_ = mixed @ model.covariance_ @ mixed.T
    return found


def _fewest(rows: pd.DataFrame) -> int:
    per_kind = rows.drop_duplicates("opportunity_id")["status"].value_counts()
    return int(min(per_kind.get("won", 0), per_kind.get("lost", 0)))


def _line(chance: Vector, rows: pd.DataFrame) -> Line:
    given = logit(chance.clip(CERTAIN, 1 - CERTAIN))[:, None]
    fitted = LogisticRegression(C=np.inf).fit(given, rows["status"] == "won")
    return float(fitted.intercept_[0]), float(fitted.coef_[0, 0])

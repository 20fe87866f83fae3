"""What columns alone tell of closed deals, where nothing says how deals stood before they closed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from salesops.not_enough_data import NotEnoughData
from salesops.win_probability.column_model import ColumnModel
from salesops.win_probability.deal_evidence import MOST_DEALS
from salesops.win_probability.leak_guard import usable_columns
from salesops.win_probability.scores import resampled_deals, scores

if TYPE_CHECKING:
    from salesops.win_probability.leak_guard import LeftOut

FOLDS = 5
SEED = 13
FEWEST_EACH = 50
LOGISTIC, BOOSTING = "logistic on columns", "boosting on columns"


@dataclass(frozen=True)
class ColumnJudgement:
    """How well columns told closed deals apart that were held back at random.

    Parameters
    ----------
    card
        model, metric, value, low, high (80%, over deals).
    kept
        Columns in use.
    left_out
        Columns that the guard left out.
    deals
        Closed deals.
    """

    card: pd.DataFrame
    kept: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    deals: int


def judge_columns(opportunities: pd.DataFrame | NotEnoughData) -> ColumnJudgement | NotEnoughData:
    """Return how well columns told won deals from lost ones, each fifth by a model that had learned from the others.

    The fifths are drawn at random with as many won deals in each: without days there are no later deals to judge by.

    Parameters
    ----------
    opportunities
        Table of deals; its own columns and further ones are used, as far as the guard lets them.
    """
    if isinstance(opportunities, NotEnoughData):
        return opportunities
    closed = opportunities[opportunities["status"] != "open"]
    won = (closed["status"] == "won").to_numpy(float)
    if min(won.sum(), (1 - won).sum()) < FEWEST_EACH:
        found = f"{int(won.sum())} won and {int((1 - won).sum())} lost"
        return NotEnoughData(f"{FEWEST_EACH} deals won and {FEWEST_EACH} lost to learn from their columns", found)
    kept, left_out = usable_columns(opportunities)
    if not kept:
        return NotEnoughData("a column of opportunities beyond the required ones that is known before a deal closes")
    part = closed.iloc[:: max(1, len(closed) // MOST_DEALS)]
    card = _card(part[list(kept)], (part["status"] == "won").to_numpy(float))
    return ColumnJudgement(card, kept, left_out, len(part))


def _card(columns: pd.DataFrame, won: np.ndarray) -> pd.DataFrame:
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    weights, base = resampled_deals(np.arange(len(won))), np.full(len(won), won.mean())
    models = {LOGISTIC: ColumnModel("logistic"), BOOSTING: ColumnModel("boosting")}
    chances = {
        name: cross_val_predict(model, columns, won, cv=folds, method="predict_proba")[:, 1]
        for name, model in models.items()
    }
    found = [scores(chance, won, base, weights).assign(model=name) for name, chance in chances.items()]
    return pd.concat(found, ignore_index=True)[["model", "metric", "value", "low", "high"]]

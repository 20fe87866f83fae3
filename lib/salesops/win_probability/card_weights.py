"""How much each confirmation of the scorecard goes with winning, beside a card that counts all alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import expit

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.win_probability.confirmation_weights import one_tick_each
from salesops.win_probability.confirmations import CONFIRMATIONS, in_words, ticked_columns
from salesops.win_probability.contributions import closing_weights
from salesops.win_probability.evaluate import FEWEST_EACH, judging_mark
from salesops.win_probability.hazard import EIGHTY_PERCENT, LandmarkHazard
from salesops.win_probability.scores import area_under_curve, log_loss, resampled_deals

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from salesops.win_probability.learn import DealModel

    Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Weighing:
    """Whether weighing confirmations tells later wins from losses better than counting them.

    Parameters
    ----------
    gain, low, high
        Log loss of counting less that of weighing, with its 80% interval over deals.
    auc_weighed, auc_counted
        Chance that a deal won scores above one lost.
    deals
        Later closings that it was measured on.
    """

    gain: float
    low: float
    high: float
    auc_weighed: float
    auc_counted: float
    deals: int

    @property
    def verdict(self) -> str:
        """Return what the interval of the gain says."""
        if self.low > 0:
            return "Weighing them told later wins from losses better than counting them"
        return "Counting them did " + ("better than" if self.high < 0 else "as well as") + " weighing them"


@passes_not_enough_data
def confirmation_weights(learned: DealModel) -> pd.DataFrame | NotEnoughData:
    """Return what one confirmation more goes with, all else the model knows being alike.

    Parameters
    ----------
    learned
        From `salesops.win_probability.learn.learn`.

    Returns
    -------
    DataFrame
        confirmation, label, weight (log-odds of being won rather than lost, averaged over the quarters in which open
        deals close) with low and high (80%), rank (1 for the largest), equal_weight (the mean: what each would weigh
        if all were alike) and the same as chances: at_even with even_low and even_high and even_equal, the chance of a
        deal that stood at 50% before; largest first.
    """
    model = learned.model
    if "confirmed" not in learned.snapshots.columns:
        return NotEnoughData("scorecards")
    if not isinstance(model, LandmarkHazard):
        return NotEnoughData("columns that tell later wins from losses", "all open deals get the base rate")
    ticks = [tick for tick in CONFIRMATIONS if tick in model.features]
    if learned.today.empty or not ticks:
        return NotEnoughData("an open deal and a confirmation that is ticked for some deals and not for others")
    quarters = closing_weights(model, learned.today)
    found = _weights(model, learned.today, ticks, quarters)
    table = pd.DataFrame({"confirmation": ticks, "label": list(map(in_words, ticks)), "weight": found["weight"]})
    table["low"] = found["weight"] - EIGHTY_PERCENT * found["error"]
    table["high"] = found["weight"] + EIGHTY_PERCENT * found["error"]
    table["rank"] = found["weight"].rank(ascending=False, method="first").astype(int)
    table["equal_weight"] = found["weight"].mean()
    shown = {"at_even": "weight", "even_low": "low", "even_high": "high", "even_equal": "equal_weight"}
    table = table.assign(**{name: expit(table[of]) for name, of in shown.items()})
    return table.sort_values("rank", ignore_index=True)


def _weights(model: LandmarkHazard, today: pd.DataFrame, ticks: list[str], quarters: Vector) -> pd.DataFrame:
    """Return weight (log-odds of one tick more) and error (its standard error), exactly as the model counts them."""
    columns, _, _ = model.linear_predictors(one_tick_each(today, ticks))
    steps = np.einsum("q,tqc->tc", quarters, columns[1:] - columns[0])
    both = np.hstack([steps, -steps])
    variance = ((both @ model.covariance_) * both).sum(axis=1)
    weight = steps @ (model.coefficients_[0] - model.coefficients_[1])
    return pd.DataFrame({"weight": weight, "error": np.sqrt(variance)})


@passes_not_enough_data
def weighing(learned: DealModel) -> Weighing | NotEnoughData:
    """Return how a weighed and a counted card, both learned before the newest fifth of closings, did on them.

    Both are logistic regressions of won against lost that see nothing but the card, so that only the weights differ.
    """
    rows = learned.snapshots
    if "confirmed" not in rows.columns:
        return NotEnoughData("scorecards")
    ticks, cut = ticked_columns(rows.columns), judging_mark(rows)
    seen = rows[rows["confirmed"].notna() & (rows["closed_mark"] >= 0)]
    before, after = seen[seen["closed_mark"] <= cut], seen[(seen["mark"] >= cut) & (seen["closed_mark"] > cut)]
    if min(_fewest(before), _fewest(after)) < FEWEST_EACH:
        return NotEnoughData(
            f"{FEWEST_EACH} reviewed deals won and {FEWEST_EACH} lost, before and after {_day(rows, cut)}"
        )
    won: Vector = (after["status"] == "won").to_numpy().astype(float)
    weighed, counted = (_chance(before, after, columns) for columns in ([*ticks, "confirmed"], ["confirmed"]))
    sets = resampled_deals(after["opportunity_id"].factorize()[0])
    gains = (sets / sets.sum(axis=1, keepdims=True)) @ (log_loss(counted, won) - log_loss(weighed, won))
    low, high = np.quantile(gains[1:], [0.1, 0.9])
    auc_weighed, auc_counted = (float(area_under_curve(chance, won, sets[:1])[0]) for chance in (weighed, counted))
    deals = int(after["opportunity_id"].nunique())
    return Weighing(float(gains[0]), float(low), float(high), auc_weighed, auc_counted, deals)


def _chance(before: pd.DataFrame, after: pd.DataFrame, columns: list[str]) -> Vector:
    from sklearn.linear_model import LogisticRegression

    # Looks at one deal repeat each other: together they weigh one.
    weight = 1 / before.groupby("opportunity_id")["mark"].transform("size").to_numpy()
    model = LogisticRegression(max_iter=500).fit(before[columns], before["status"] == "won", weight)
    chance: Vector = model.predict_proba(after[columns])[:, 1]
    return chance


def _fewest(rows: pd.DataFrame) -> int:
    counts = rows.drop_duplicates("opportunity_id")["status"].value_counts()
    return int(min(counts.get("won", 0), counts.get("lost", 0)))


def _day(rows: pd.DataFrame, mark: int) -> str:
    days = rows.loc[rows["mark"] == mark, "snapshot"]
    return f"{days.iloc[0]:%d %b %Y}" if len(days) else "the newest fifth of closings"

"""What each thing known of a deal goes with in the model shown, with standard errors clustered by deal."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from scipy.linalg import block_diag
from statsmodels.stats.contrast import ContrastResults

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.win_probability.comparison_words import against_words
from salesops.win_probability.confirmations import CONFIRMATIONS
from salesops.win_probability.contributions import closing_weights
from salesops.win_probability.features import BY_NAME
from salesops.win_probability.hazard import LandmarkHazard

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from salesops.win_probability.design import Matrix
    from salesops.win_probability.learn import DealModel

    Vector = NDArray[np.float64]

LEVEL = 0.95
COLUMNS = ["feature", "comparison", "effect", "std_error", "z", "p_value", "p_adjusted", "low", "high", "odds_ratio"]


class _Compared(NamedTuple):
    """The comparisons of a feature: their words, the values they are made of, and how, shape (words, values)."""

    feature: str
    words: list[str]
    values: list[object]
    signs: Matrix


@passes_not_enough_data
def inference(learned: DealModel, names: dict[str, dict[str, str]] | None = None) -> pd.DataFrame | NotEnoughData:
    """Return the effects of the model shown, one line per comparison of two states of a deal, all else equal.

    The effect is on the log-odds of being won rather than lost, averaged over the quarters in which open deals close:
    the very figure that reasons are made of. Numbers are set at their upper against their lower quartile, so that a
    spline is told by what it does over the middle half of deals; a name is set against the average deal; a
    confirmation is ticked against not, with its part in the count.

    Standard errors come from the model's own covariance, the sandwich of Liang and Zeger (1986) with deals as the
    independent units and the ridge as prior knowledge: effects are pulled towards zero, the more the less is known.

    Parameters
    ----------
    learned
        From `salesops.win_probability.learn.learn`.
    names
        For identifiers such as rep_id: from the identifier to the name people use.

    Returns
    -------
    DataFrame
        feature, comparison (words); effect, std_error (log-odds); z, p_value (two-sided, normal), p_adjusted (for the
        number of lines: Holm, 1979); low, high (95%); odds_ratio (e to the effect).
    """
    model = learned.model
    if not isinstance(model, LandmarkHazard):
        return NotEnoughData("a model that tells deals apart", "all deals are shown with the base rate")
    if learned.today.empty:
        return NotEnoughData("an open deal", "effects are averaged over the quarters in which open deals close")
    found = [part for part in (_compared(name, learned, names or {}) for name in model.features) if part.words]
    contrasts = _contrasts(found, learned, model)
    effect = contrasts @ (model.coefficients_[0] - model.coefficients_[1])
    both = np.hstack([contrasts, -contrasts])
    error = np.sqrt(((both @ model.covariance_) * both).sum(axis=1))
    labels = [BY_NAME[part.feature].label for part in found for _ in part.words]
    words = [word for part in found for word in part.words]
    return pd.DataFrame(dict(zip(COLUMNS, (labels, words, *_tested(effect, error)), strict=True)))


def _tested(effect: Vector, error: Vector) -> tuple[Vector, ...]:
    tested = ContrastResults(effect=effect, sd=error, statistic=effect / error, distribution="norm")
    low, high = tested.conf_int(1 - LEVEL).T
    # Of one line alone statsmodels makes a number.
    p = np.atleast_1d(tested.pvalue)
    return effect, error, effect / error, p, holm(p), low, high, np.exp(effect)


def holm(p_values: Vector) -> Vector:
    """Return p-values adjusted for their number, as Holm (1979) has it.

    Examples
    --------
    >>> holm(np.array([0.01, 0.04, 0.03])).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    # statsmodels' multipletests collects all garbage first, which takes longer than the whole table.
    order = np.argsort(p_values)
    stepped = np.maximum.accumulate(p_values[order] * np.arange(len(p_values), 0, -1))
    adjusted = np.empty(len(p_values))
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted


def _compared(name: str, learned: DealModel, names: dict[str, dict[str, str]]) -> _Compared:
    """Return what is compared of a feature; nothing where its values do not differ, or ticks make it up."""
    kind, values, two = BY_NAME[name].kind, learned.snapshots[name], np.array([[1.0, -1.0]])
    if kind == "category":
        return _levels(name, values, names.get(name, {}))
    if kind == "tick":
        return _Compared(name, ["yes against no"], [1.0, 0.0], two)
    low, high = _apart(values)
    made_up = name == "confirmed" and not set(CONFIRMATIONS).isdisjoint(learned.choice.used)
    words = [against_words(name, high, low)] if high > low and not made_up else []
    return _Compared(name, words, [high, low], two)


def _levels(name: str, values: pd.Series, said: dict[str, str]) -> _Compared:
    shares = values.value_counts(normalize=True).sort_index()
    words = [f"{said.get(level, level)} against average" for level in shares.index]
    return _Compared(name, words, shares.index.tolist(), np.eye(len(shares)) - shares.to_numpy())


def _apart(values: pd.Series) -> tuple[float, float]:
    """Return the quartiles or, where they are the same, ends that differ."""
    known = values.dropna().to_numpy(float)
    if not len(known):
        return 0.0, 0.0
    cuts = np.quantile(known, [[0.25, 0.75], [0.1, 0.9], [0.0, 1.0]])
    low, high = next((pair for pair in cuts if pair[1] > pair[0]), cuts[-1])
    return float(low), float(high)


def _contrasts(found: list[_Compared], learned: DealModel, model: LandmarkHazard) -> Matrix:
    """Return each comparison as a sum over the model's columns, shape (comparisons, columns with intercept)."""
    ends = np.cumsum([len(part.values) for part in found])
    rows = _bare_deals(learned, model, int(ends[-1]))
    for part, end in zip(found, ends, strict=True):
        column = rows[part.feature].to_numpy(object, copy=True)
        column[end - len(part.values) : end] = part.values
        rows[part.feature] = column if BY_NAME[part.feature].kind == "category" else column.astype(float)
    columns = model.linear_predictors(rows)[0]
    averaged = np.einsum("nkc,k->nc", columns, closing_weights(model, learned.today))
    contrasts: Matrix = block_diag(*(part.signs for part in found)) @ averaged
    return contrasts


def _bare_deals(learned: DealModel, model: LandmarkHazard, count: int) -> pd.DataFrame:
    """Return so many times the same deal, with nothing ticked: what does not differ drops out of every comparison."""
    ticks = {name: 0.0 for name in model.features if BY_NAME[name].kind == "tick"}
    one = learned.snapshots.tail(1)
    return one.loc[one.index.repeat(count)].reset_index(drop=True).assign(**ticks)

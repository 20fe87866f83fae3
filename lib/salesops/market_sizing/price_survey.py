"""What respondents say about prices, by product line: van Westendorp's points and demand by price."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from salesops.market_sizing.price_points import PricePoints, consistent, meter_curves, points_of, purchase_intent
from salesops.not_enough_data import NotEnoughData, passes_not_enough_data

if TYPE_CHECKING:
    from salesops.market_sizing.arrays import Array, Flags
    from salesops.market_sizing.price_points import MeterCurves

QUESTIONS = ["too_cheap", "cheap", "expensive", "too_expensive"]
INTENTS = ["buy_at_cheap", "buy_at_expensive"]
CURVES = ["product_line", "price", *QUESTIONS, "reach", "reach_low", "reach_high"]
FEWEST = 10
# Curves for charts and demand are told at this many of the prices named.
PRICES = 200
AT_ONCE = 1_000_000


@dataclass(frozen=True)
class Demand:
    """Share that would buy at each price, and what it is in resampled surveys (bootstraps × prices)."""

    prices: Array
    reach: Array
    resampled: Array


@dataclass(frozen=True)
class PriceMeter:
    """What a price survey says.

    Parameters
    ----------
    points
        product_line, pmc, ipp, opp, pme, each with _low and _high (80%), respondents (that count), left_out
        (inconsistent), warning.
    curves
        product_line, price, too_cheap, cheap, expensive, too_expensive, reach, reach_low, reach_high (80%; empty where
        respondents were not asked whether they would buy).
    demand
        From a product line to its demand, where respondents were asked.
    """

    points: pd.DataFrame
    curves: pd.DataFrame
    demand: dict[str, Demand]


@passes_not_enough_data
def price_meter(survey: pd.DataFrame, draws: int = 500, seed: int = 0) -> PriceMeter | NotEnoughData:
    """Return price points, curves and demand of each product line.

    Parameters
    ----------
    survey
        product_line, too_cheap, cheap, expensive, too_expensive, [buy_at_cheap, buy_at_expensive]; a row per respondent
        and line.
    draws
        Bootstraps, by respondent.
    seed
        Of the bootstraps.

    Examples
    --------
    >>> base = np.linspace(80, 120, 30)
    >>> answers = {name: base * at for name, at in zip(QUESTIONS, (0.6, 0.8, 1.1, 1.4))}
    >>> meter = price_meter(pd.DataFrame(answers | {"product_line": "gloves"}))
    >>> meter.points[["respondents", "left_out", "warning"]].values.tolist()
    [[30, 0, '']]
    """
    complete = survey.dropna(subset=["product_line", *QUESTIONS])
    if complete.empty:
        return NotEnoughData("price_survey", "no respondent answered all four questions")
    rng = np.random.default_rng(seed)
    lines = [_line(str(name), rows, draws, rng) for name, rows in complete.groupby("product_line")]
    demand = {str(line.points["product_line"]): line.demand for line in lines if line.demand is not None}
    curves = pd.concat([line.curves for line in lines], ignore_index=True)
    return PriceMeter(pd.DataFrame([line.points for line in lines]), curves, demand)


class _Line(NamedTuple):
    points: dict[str, object]
    curves: pd.DataFrame
    demand: Demand | None


def _line(name: str, rows: pd.DataFrame, draws: int, rng: np.random.Generator) -> _Line:
    answers = rows[QUESTIONS].to_numpy(dtype=np.float64)
    ordered = consistent(answers)
    kept, left_out = rows[ordered], int((~ordered).sum())
    told: dict[str, object] = {"product_line": name}
    counts = {"respondents": len(kept), "left_out": left_out, "warning": _warning(answers, ordered)}
    if len(kept) < FEWEST:
        nothing = {f"{point}{end}": np.nan for point in PricePoints._fields for end in ("", "_low", "_high")}
        return _Line(told | nothing | counts, pd.DataFrame(columns=CURVES), None)
    weights = np.vstack([np.ones(len(kept)), rng.multinomial(len(kept), np.full(len(kept), 1 / len(kept)), size=draws)])
    curves = meter_curves(answers[ordered])
    demand = _demand(kept, curves.prices, weights)
    points = _points(answers[ordered], weights)
    return _Line(told | _with_intervals(points) | counts, _curves(name, curves, demand), demand)


def _points(answers: Array, weights: Array) -> PricePoints:
    """Return the points of every set of weights, a few sets at a time: large surveys name thousands of prices."""
    sets = max(AT_ONCE // answers.size, 1)
    parts = [points_of(meter_curves(answers, weights[first : first + sets])) for first in range(0, len(weights), sets)]
    return PricePoints(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _warning(answers: Array, ordered: Flags) -> str:
    """Return what makes the answers doubtful."""
    if ordered.mean() >= 0.5:
        return "" if ordered.sum() >= FEWEST else f"fewer than {FEWEST} consistent answers"
    best = max(permutations(range(4)), key=lambda order: consistent(answers[:, order]).mean())
    if consistent(answers[:, best]).mean() > 0.5:
        columns = ", ".join(QUESTIONS[place] for place in best)
        return f"over half of the answers are out of order, and would fit as {columns}: check the columns' names"
    return "over half of the answers are out of order and left out"


def _with_intervals(points: PricePoints) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, values in points._asdict().items():
        low, high = np.quantile(values[1:], [0.1, 0.9])
        found |= {name: values[0], f"{name}_low": low, f"{name}_high": high}
    return found


def _demand(kept: pd.DataFrame, named: Array, weights: Array) -> Demand | None:
    """Return the share that would buy at prices named, if respondents were asked."""
    if not set(INTENTS) <= set(kept.columns):
        return None
    asked = kept[INTENTS].notna().all(axis=1).to_numpy()
    if asked.sum() < FEWEST:
        return None
    prices = _some(named)
    at_cheap, at_expensive = kept.loc[asked, INTENTS].to_numpy(dtype=np.float64).T
    intent = purchase_intent(kept.loc[asked, QUESTIONS].to_numpy(dtype=np.float64), at_cheap, at_expensive, prices)
    counted = weights[:, asked]
    reach = counted @ intent / np.maximum(counted.sum(axis=1, keepdims=True), 1)
    return Demand(prices, reach[0], reach[1:])


def _curves(name: str, curves: MeterCurves, demand: Demand | None) -> pd.DataFrame:
    prices = _some(curves.prices)
    place = np.searchsorted(curves.prices, prices)
    table = pd.DataFrame({"product_line": name, "price": prices})
    for question in QUESTIONS:
        table[question] = getattr(curves, question)[0, place]
    low, high = np.quantile(demand.resampled, [0.1, 0.9], axis=0) if demand else (np.nan, np.nan)
    return table.assign(reach=demand.reach if demand else np.nan, reach_low=low, reach_high=high)


def _some(prices: Array) -> Array:
    """Return at most `PRICES` of the prices, evenly taken, both ends among them."""
    place = np.unique(np.linspace(0, len(prices) - 1, PRICES).round().astype(np.int64))
    return prices[place]

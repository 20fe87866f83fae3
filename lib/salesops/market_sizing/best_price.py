"""The best price for a goal, from stated demand or from how quantities answered to prices, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
import pandas as pd

from salesops.report import number

if TYPE_CHECKING:
    from salesops.market_sizing.arrays import Array
    from salesops.market_sizing.price_survey import PriceMeter

Goal = Literal["profit", "share"]
# Quantities are not foretold for prices further than this from today's.
TRIED = 0.25
STEPS = 201
DRAWS = 500
# A best price known no better than this is no advice.
WIDEST = 1.5
FIGURES = ("best_price", "low", "high", "profit_gain")
COLUMNS = ("product_line", "goal", *FIGURES, "basis", "warning")


@dataclass(frozen=True)
class BestPrices:
    """Best prices and the curves behind them.

    Parameters
    ----------
    table
        product_line, goal, best_price, low, high (80%), profit_gain (over the profit at today's price, as a share of
        it; empty where today's price is not known or earns nothing), basis (survey, sales or nothing), warning.
    curves
        product_line, basis, price, demand (share that would buy, or quantity over today's), profit (demand × margin per
        unit), share (demand over the highest demand).
    """

    table: pd.DataFrame
    curves: pd.DataFrame


class _Curve(NamedTuple):
    """Demand at prices, and what else it may be; draws × prices."""

    basis: str
    prices: Array
    demand: Array
    draws: Array


def best_prices(
    meter: PriceMeter | None,
    elasticities: pd.DataFrame | None,
    unit_costs: pd.Series,
    current_prices: pd.Series,
    goal: Goal = "profit",
    seed: int = 0,
) -> BestPrices:
    """Return the best price of each product line for a goal.

    Profit is demand times the margin per unit; the goal share asks for the most buyers at a price not under cost.
    Demand is what respondents stated (Newton, Miller and Smith), else today's moved by the elasticity, at most 25% away
    from today's price.

    Parameters
    ----------
    meter, elasticities
        From `price_meter` and `elasticities`; None where there is none.
    unit_costs, current_prices
        By product line, of the product that the survey asks about; NaN where not known.
    goal
        profit or share.
    seed
        Of the draws of elasticities.

    Examples
    --------
    >>> sold = {"product_line": ["gloves"], "elasticity": [-3.0], "std_error": [0.1], "verdict": ["own"]}
    >>> found = best_prices(None, pd.DataFrame(sold), pd.Series({"gloves": 60.0}), pd.Series({"gloves": 95.0}))
    >>> found.table["best_price"].round().tolist(), found.table["basis"].tolist()
    ([90.0], ['sales'])
    """
    lines = _line_names(meter, elasticities)
    rng = np.random.default_rng(seed)
    rows, curves = [], []
    for line in lines:
        cost, today = float(unit_costs.get(line, np.nan)), float(current_prices.get(line, np.nan))
        curve = _stated(meter, line) or _moved(elasticities, line, today, rng)
        rows.append(_best(line, curve, cost, today, goal, _sales_interval(elasticities, line)))
        if curve is not None:
            curves.append(_drawn(line, curve, cost))
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return BestPrices(table, pd.concat(curves, ignore_index=True) if curves else pd.DataFrame())


def _line_names(meter: PriceMeter | None, elasticities: pd.DataFrame | None) -> list[str]:
    named = [meter.points["product_line"]] if meter is not None else []
    named += [elasticities["product_line"]] if elasticities is not None else []
    return sorted(set().union(*named))


def _stated(meter: PriceMeter | None, line: str) -> _Curve | None:
    if meter is None or line not in meter.demand:
        return None
    demand = meter.demand[line]
    return _Curve("survey", demand.prices, demand.reach, demand.resampled)


def _moved(elasticities: pd.DataFrame | None, line: str, today: float, rng: np.random.Generator) -> _Curve | None:
    """Return today's demand moved by a constant elasticity; its distribution is normal."""
    if elasticities is None or not today > 0:
        return None
    row = elasticities[(elasticities["product_line"] == line) & (elasticities["verdict"] != "cannot tell")]
    if row.empty:
        return None
    ratio = np.linspace(1 - TRIED, 1 + TRIED, STEPS)
    centre, error = float(row["elasticity"].iloc[0]), float(row["std_error"].iloc[0])
    drawn = np.append(centre, rng.normal(centre, error, DRAWS))
    demand = ratio ** drawn[:, None]
    return _Curve("sales", today * ratio, demand[0], demand[1:])


def _sales_interval(elasticities: pd.DataFrame | None, line: str) -> tuple[float, float]:
    """Return the interval of the elasticity of sales, without bounds where there is none."""
    if elasticities is None or not {"low", "high"} <= set(elasticities.columns):
        return -np.inf, np.inf
    row = elasticities[(elasticities["product_line"] == line) & elasticities["low"].notna()]
    return (-np.inf, np.inf) if row.empty else (float(row["low"].iloc[0]), float(row["high"].iloc[0]))


def _best(
    line: str, curve: _Curve | None, cost: float, today: float, goal: Goal, sold: tuple[float, float]
) -> dict[str, object]:
    """Return one row of the table."""
    row: dict[str, object] = {"product_line": line, "goal": goal, **dict.fromkeys(FIGURES, np.nan)}
    if curve is None:
        return row | {"basis": "nothing", "warning": "neither a survey nor sales tell how demand moves"}
    worth = _worth(np.vstack([curve.demand, curve.draws]), curve.prices, cost, goal)
    if not worth[0].max() > 0:
        why = "needs the unit cost" if np.isnan(cost) else "no price that anybody would pay covers the unit cost"
        return row | {"basis": curve.basis, "warning": why}
    place = worth.argmax(axis=1)
    low, high = np.quantile(curve.prices[place[1:]], [0.1, 0.9])
    gain, sure = _gain(curve, cost, today, int(place[0]))
    doubts = [_warning(curve, int(place[0]), float(low), float(high), sure, goal), _contradiction(curve, today, sold)]
    row |= {"best_price": curve.prices[place[0]], "low": low, "high": high, "profit_gain": gain}
    return row | {"basis": curve.basis, "warning": "; ".join(filter(None, doubts))}


def _worth(demand: Array, prices: Array, cost: float, goal: Goal) -> Array:
    """Return what is to be highest: profit, or demand where the price is not under cost."""
    if goal == "profit":
        return demand * (prices - cost)
    return np.where(prices >= np.nan_to_num(cost, nan=0.0), demand, -1.0)


def _gain(curve: _Curve, cost: float, today: float, place: int) -> tuple[float, float]:
    """Return the profit gained over today's price, and in which share of draws there is a gain at all."""
    if not curve.prices[0] <= today <= curve.prices[-1] or np.isnan(cost):
        return np.nan, np.nan
    every = np.vstack([curve.demand, curve.draws]) * (curve.prices - cost)
    at_today = np.array([np.interp(today, curve.prices, profit) for profit in every])
    gained = every[:, place] - at_today
    relative = gained[0] / at_today[0] if at_today[0] > 0 else np.nan
    return float(relative), float((gained[1:] > 0).mean())


def _warning(curve: _Curve, place: int, low: float, high: float, sure: float, goal: Goal) -> str:
    """Return why the best price is no safe advice."""
    if high > WIDEST * low:
        return "the data cannot tell the best price: its interval is too wide"
    if place in (0, len(curve.prices) - 1) and (goal == "profit" or curve.basis == "sales"):
        end = "lowest" if place == 0 else "highest"
        return f"the best price is the {end} that the data speaks of; further away nobody knows"
    if goal == "profit" and sure < 0.9:
        return "a gain over today's price is not certain"
    return ""


def _contradiction(curve: _Curve, today: float, sold: tuple[float, float]) -> str:
    """Return how what respondents say differs from what customers did when prices moved."""
    if curve.basis != "survey" or not curve.prices[0] < today < curve.prices[-1]:
        return ""
    around = today * np.array([0.95, 1.05])
    reach = np.array([np.interp(around, curve.prices, row) for row in np.vstack([curve.demand, curve.draws])])
    stated = np.diff(np.log(np.maximum(reach, 1e-9)), axis=1)[:, 0] / np.diff(np.log(around))[0]
    low, high = np.quantile(stated[1:], [0.025, 0.975])
    if low <= sold[1] and sold[0] <= high:
        return ""
    more = "less" if sold[0] > high else "more"
    return f"orders answer {more} to price than respondents say they would (their elasticity: {number(stated[0], 1)})"


def _drawn(line: str, curve: _Curve, cost: float) -> pd.DataFrame:
    columns = {"price": curve.prices, "demand": curve.demand, "profit": curve.demand * (curve.prices - cost)}
    columns["share"] = curve.demand / max(float(curve.demand.max()), 1e-300)
    return pd.DataFrame({"product_line": line, "basis": curve.basis, **columns})

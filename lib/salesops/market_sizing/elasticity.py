"""How quantities answer to price, by product line, from what customers paid and bought."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from salesops.market_sizing.fixed_effects import absorbed_fit
from salesops.market_sizing.shrinkage import shrunk
from salesops.not_enough_data import NotEnoughData, passes_not_enough_data

if TYPE_CHECKING:
    from salesops.market_sizing.arrays import Array, Flags

# Up to the first standard error a line's own estimate stands, up to the second it leans on the other lines.
OWN, SHRUNK = 0.35, 0.75
FEWEST_CLUSTERS = 10
# Prices of one product, in logs, do not vary by more than this within a customer; those of a line do.
MIXED = 0.2


class _Line(NamedTuple):
    """What one line's own rows say; NaN where they say nothing."""

    elasticity: float
    std_error: float
    promotion: float
    promotion_error: float
    varied: float
    n: int
    clusters: int
    mixed: bool


@passes_not_enough_data
def elasticities(panel: pd.DataFrame) -> pd.DataFrame | NotEnoughData:
    """Return the own-price elasticity of each product line.

    Log quantity on log price paid and the share bought under promotions, with effects of each customer (and product)
    and of each month; errors clustered by customer.

    Parameters
    ----------
    panel
        product_line, [product_id], account_id, month, quantity, unit_price, [promotion_share]; a row per line (or
        product), customer and month with a purchase.

    Returns
    -------
    DataFrame or NotEnoughData
        product_line, elasticity (percent of quantity per percent of price), low, high (95%), n (rows used), std_error,
        own_elasticity, own_std_error, promotion_effect (log quantity of buying all under a promotion, the lower price
        not counted), promotion_std_error, price_varied (standard deviation of log price, effects taken out), verdict
        (own, shrunk, cannot tell), why. Without product_id a line whose prices vary as those of several products do
        cannot be told: a move to cheaper products would pass for a lower price.
    """
    usable = panel[(panel["quantity"] > 0) & (panel["unit_price"] > 0)].dropna(subset=["product_line", "account_id"])
    if usable.empty:
        return NotEnoughData("orders.quantity", "no purchases with a price and a quantity")
    names, found = zip(*((name, _line(rows)) for name, rows in usable.groupby("product_line")), strict=True)
    return _judged(list(names), pd.DataFrame(found))


def _line(rows: pd.DataFrame) -> _Line:
    """Return what the rows of one line say."""
    product = ["product_id"] if "product_id" in rows else []
    buyer = rows.groupby([*product, "account_id"]).ngroup().to_numpy()
    again = np.bincount(buyer)[buyer] > 1
    rows, buyer = rows[again], np.unique(buyer[again], return_inverse=True)[1]
    account, month = (pd.factorize(rows[name])[0] for name in ("account_id", "month"))
    clusters = len(np.unique(account))
    nothing = _Line(np.nan, np.inf, np.nan, np.nan, 0.0, len(rows), clusters, mixed=False)
    if clusters < FEWEST_CLUSTERS:
        return nothing
    try:
        fit = absorbed_fit(np.log(rows["quantity"].to_numpy(float)), _regressors(rows), buyer, month, account)
    except ValueError:
        return nothing
    own = float(fit.errors[0]) if np.isfinite(fit.errors[0]) else np.inf
    effect, error = (float(part[1]) if len(part) > 1 else np.nan for part in (fit.coefficients, fit.errors))
    varied = float(fit.remaining[0])
    mixed = not product and varied > MIXED
    return _Line(float(fit.coefficients[0]), own, effect, error, varied, len(rows), clusters, mixed)


def _regressors(rows: pd.DataFrame) -> Array:
    price: Array = np.log(rows["unit_price"].to_numpy(dtype=np.float64))
    if "promotion_share" not in rows or not rows["promotion_share"].gt(0).any():
        return price[:, None]
    return np.column_stack([price, rows["promotion_share"].fillna(0).to_numpy(dtype=np.float64)])


def _judged(names: list[str], lines: pd.DataFrame) -> pd.DataFrame:
    """Return the table: own, shrunk or no estimates by their standard errors."""
    own = lines["elasticity"].to_numpy()
    error = lines["std_error"].where(~lines["mixed"], np.inf).to_numpy()
    told = np.isfinite(own) & (error <= SHRUNK)
    leaning = shrunk(own, error) if told.any() else (own, error)
    lean = told & (error > OWN) & (np.isfinite(own).sum() > 1)
    value = np.where(told, np.where(lean, leaning[0], own), np.nan)
    spread = np.where(told, np.where(lean, leaning[1], error), np.nan)
    wide = stdtrit(np.maximum(lines["clusters"] - 1, 1), 0.975) * spread
    columns: dict[str, object] = {"product_line": names, "elasticity": value, "low": value - wide, "high": value + wide}
    columns |= {"n": lines["n"], "std_error": spread, "own_elasticity": own, "own_std_error": lines["std_error"]}
    columns |= {"promotion_effect": lines["promotion"], "promotion_std_error": lines["promotion_error"]}
    columns |= {"price_varied": lines["varied"], "verdict": _verdict(told, lean), "why": _why(lines, told, lean)}
    return pd.DataFrame(columns)


def _verdict(told: Flags, lean: Flags) -> np.ndarray:
    found: np.ndarray = np.where(told, np.where(lean, "shrunk", "own"), "cannot tell")
    return found


def _why(lines: pd.DataFrame, told: Flags, lean: Flags) -> list[str]:
    few, mixed = (lines["clusters"] < FEWEST_CLUSTERS).to_numpy(), lines["mixed"].to_numpy(dtype=bool)
    up = lines["elasticity"].to_numpy() > 2 * lines["std_error"].to_numpy()
    promoted = lines["elasticity"].isna().to_numpy() & (lines["varied"].to_numpy() > 1e-6)
    reasons = [
        (few, f"fewer than {FEWEST_CLUSTERS} customers bought twice"),
        (mixed, "orders name no product, and prices differ as those of several products do"),
        (promoted, "price moved only together with promotions"),
        (~told, "price never varied enough"),
        (up, "more is sold at higher prices: something else moves both"),
        (lean, "leans on the other lines, as its own figure is uncertain"),
    ]
    found: list[str] = np.select([when for when, _ in reasons], [why for _, why in reasons], "").tolist()
    return found

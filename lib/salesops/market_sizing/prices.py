"""Prices and costs of the products a survey asks about, and what prices do to sales as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.market_sizing.best_price import best_prices
from salesops.not_enough_data import NotEnoughData

if TYPE_CHECKING:
    from salesops.market_sizing.best_price import BestPrices
    from salesops.market_sizing.parameters import Parameters
    from salesops.market_sizing.price_survey import PriceMeter
    from salesops.market_sizing.segments import Ours

UNKNOWN = -1.0
"""Elasticity that leaves sales as they are when prices move: taken where no line's can be told."""
POINTS = ["pmc", "ipp", "opp", "pme"]


def mean_elasticity(response: pd.DataFrame | NotEnoughData, ours: Ours | NotEnoughData) -> float:
    """Return the elasticity of all sales: that of the lines where it can be told, by their sales.

    Examples
    --------
    >>> mean_elasticity(NotEnoughData("orders.quantity"), NotEnoughData("orders"))
    -1.0
    """
    if isinstance(response, NotEnoughData) or isinstance(ours, NotEnoughData):
        return UNKNOWN
    told = response[response["elasticity"].notna()].set_index("product_line")["elasticity"]
    sold = ours.sales.groupby("product_line")["sales"].sum().reindex(told.index).clip(lower=0).fillna(0.0)
    return float(np.average(told, weights=sold)) if sold.sum() > 0 else UNKNOWN


def asked_products(
    products: pd.DataFrame | NotEnoughData, meter: PriceMeter | NotEnoughData
) -> pd.DataFrame | NotEnoughData:
    """Return for each product line the product that the survey seems to ask about, with its price and cost.

    A survey names the line alone: the product is taken whose list price is nearest, in logs, to the middle of the
    price points; without a survey the one of the median price.

    Parameters
    ----------
    products
        Table products, with product_line and list_price.
    meter
        From `price_meter`.

    Returns
    -------
    DataFrame or NotEnoughData
        By product_line: product_id, name, list_price, unit_cost.
    """
    if isinstance(products, NotEnoughData):
        return products
    if not {"product_line", "list_price"} <= set(products):
        return NotEnoughData("products.product_line, products.list_price")
    rows = products[(products["list_price"] > 0) & products["product_line"].notna()]
    middle = rows.groupby("product_line")["list_price"].median()
    if not isinstance(meter, NotEnoughData):
        points = meter.points.set_index("product_line")[POINTS].mean(axis=1).dropna()
        middle = points.reindex(middle.index).fillna(middle)
    distance = np.abs(np.log(rows["list_price"] / rows["product_line"].map(middle)))
    nearest = rows.assign(distance=distance).sort_values(["distance", "product_id"]).drop_duplicates("product_line")
    wanted = ["product_id", "name", "list_price", "unit_cost"]
    return nearest.set_index("product_line").reindex(columns=wanted).sort_index()


def best_prices_for(
    meter: PriceMeter | NotEnoughData, response: pd.DataFrame | NotEnoughData, asked: pd.DataFrame | NotEnoughData,
    parameters: Parameters,
) -> BestPrices | NotEnoughData:  # fmt: skip
    """Return the best price of each line for the goal chosen.

    Parameters
    ----------
    meter, response, asked
        From `price_meter`, `elasticities` and `asked_products`; each may be missing.
    parameters
        Of which goal.
    """
    if isinstance(meter, NotEnoughData) and isinstance(response, NotEnoughData):
        return NotEnoughData("price_survey, or orders with quantities", f"{response}")
    nothing = pd.Series(dtype=float)
    costs, prices = (
        (nothing, nothing) if isinstance(asked, NotEnoughData) else (asked["unit_cost"], asked["list_price"])
    )
    return best_prices(
        None if isinstance(meter, NotEnoughData) else meter,
        None if isinstance(response, NotEnoughData) else response,
        costs, prices, parameters.goal,
    )  # fmt: skip


def price_table(
    best: BestPrices | NotEnoughData, meter: PriceMeter | NotEnoughData, asked: pd.DataFrame | NotEnoughData,
    response: pd.DataFrame | NotEnoughData,
) -> pd.DataFrame | NotEnoughData:  # fmt: skip
    """Return the survey's points beside the best price of each product line; what is not known is empty.

    Returns
    -------
    DataFrame or NotEnoughData
        product_line, pmc, ipp, opp, pme, best_price, goal, low, high, profit_gain, basis, warning, then respondents and
        left_out of the survey, and product, price and unit_cost of the product asked about.
    """
    if isinstance(best, NotEnoughData):
        return best
    table = best.table.set_index("product_line")
    points = pd.DataFrame(columns=[*POINTS, "respondents", "left_out", "warning"], dtype="float64")
    if not isinstance(meter, NotEnoughData):
        points = meter.points.set_index("product_line")
    table = table.join(points[[*POINTS, "respondents", "left_out"]])
    table["warning"] = table["warning"].mask(_lacks_price(table, response), "needs today's price: products.list_price")
    doubt = points["warning"].astype("object").reindex(table.index).fillna("")
    table["warning"] = [_both(*pair) for pair in zip(table["warning"], doubt, strict=True)]
    names = {"name": "product", "list_price": "price", "unit_cost": "unit_cost"}
    there = pd.DataFrame(columns=list(names)) if isinstance(asked, NotEnoughData) else asked[list(names)]
    table = table.join(there.rename(columns=names)).reset_index()
    first = ["product_line", *POINTS, "best_price", "goal"]
    return table[[*first, *table.columns.difference(first, sort=False)]]


def _lacks_price(table: pd.DataFrame, response: pd.DataFrame | NotEnoughData) -> pd.Series[bool]:
    """Tell the lines whose elasticity is known, but no price that it could start from."""
    if isinstance(response, NotEnoughData):
        return pd.Series(False, table.index)
    told = response.set_index("product_line")["elasticity"].notna().reindex(table.index, fill_value=False)
    return told & (table["basis"] == "nothing")


def _both(one: str, other: str) -> str:
    return "; ".join(part for part in (one, other) if part)

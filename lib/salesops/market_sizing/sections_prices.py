"""The section on prices: how buyers answer to them, what they call cheap and dear, and which price is best."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from salesops.market_sizing.figures_prices import elasticity_chart, meter_chart, price_curves
from salesops.market_sizing.leading import section_about
from salesops.market_sizing.words import capital, listed
from salesops.not_enough_data import NotEnoughData
from salesops.report import Chart, Col, DataTable, Pair, Section, money, number, plural, share

if TYPE_CHECKING:
    import pandas as pd

    from salesops.market_sizing.best_price import BestPrices
    from salesops.market_sizing.parameters import Parameters
    from salesops.market_sizing.price_survey import PriceMeter

PANELS = 6
CANNOT_TELL = "cannot tell"
WORTH_IT = 0.02
"""A gain of profit that is worth the trouble of a new price list."""


@section_about("Prices")
def price_section(
    table: pd.DataFrame, best: BestPrices, response: pd.DataFrame | NotEnoughData, meter: PriceMeter | NotEnoughData,
    parameters: Parameters,
) -> Section:  # fmt: skip
    """Say which price is best for the goal, how buyers answer to prices, and where the data cannot tell.

    Parameters
    ----------
    table, best
        From `price_table` and `best_prices_for`.
    response, meter
        From `elasticities` and `price_meter`; one of them may be missing.
    parameters
        The notebook's parameters.
    """
    blocks = [*_charts(response, meter, parameters), *_curves(best, table, parameters), _price_table(table, parameters)]
    blocks += _points_table(table, parameters)
    if not isinstance(response, NotEnoughData):
        blocks.append(_response_table(response))
    return Section("Prices", _headline(table, parameters), _text(table, response, parameters), blocks)


def _headline(table: pd.DataFrame, parameters: Parameters) -> str:
    sure = table[(table["warning"] == "") & table["best_price"].notna() & table["price"].notna()]
    off = sure[(sure["price"] < sure["low"]) | (sure["price"] > sure["high"])]
    if parameters.goal == "profit":
        off = off[off["profit_gain"] > WORTH_IT]
    if off.empty:
        told = int((table["best_price"].notna() & table["price"].notna()).sum())
        if not told:
            return "The data cannot tell a better price than today's"
        return f"Of {plural(told, 'product line')}, none would clearly bring more {parameters.goal} at another price"
    by = "profit_gain" if parameters.goal == "profit" else "best_price"
    first: Any = off.sort_values(by, ascending=False).iloc[0]
    change = first["best_price"] / first["price"] - 1
    gain = f": profit {share(first['profit_gain'])} higher" if parameters.goal == "profit" else ""
    side = "above" if change > 0 else "below"
    return (
        f"{capital(str(first['product_line']))} is best priced {share(abs(change))} {side} today's, at "
        f"{money(first['best_price'], parameters.currency)}{gain}"
    )


def _text(table: pd.DataFrame, response: pd.DataFrame | NotEnoughData, parameters: Parameters) -> str:
    aim = "most profit" if parameters.goal == "profit" else "most buyers at no loss"
    said = [f"Best means {aim}. Demand is what respondents said, or else how buyers acted when prices moved."]
    doubtful = table[table["warning"] != ""]
    if len(doubtful):
        said.append(f"Read {listed(doubtful['product_line'], 6)} with care: the table says why.")
    left_out = int(table["left_out"].fillna(0).sum())
    if left_out:
        said.append(
            f"{plural(left_out, 'answer')} with prices out of order (such as cheap above expensive) "
            f"{'is' if left_out == 1 else 'are'} left out, as the method asks."
        )
    said.append(_response_text(response))
    return " ".join(part for part in said if part)


def _response_text(response: pd.DataFrame | NotEnoughData) -> str:
    if isinstance(response, NotEnoughData):
        return f"How quantities answer to prices: {response}."
    told = response[response["verdict"] != CANNOT_TELL].sort_values("elasticity")
    silent = response[response["verdict"] == CANNOT_TELL]
    said = ""
    if len(told):
        first: Any = told.iloc[0]
        said = (
            f"{capital(str(first['product_line']))} answers most: 1% on its price costs "
            f"{abs(first['elasticity']):.1f}% of its quantity."
        )
    if len(silent):
        why = listed(sorted(set(silent["why"])), 2)
        said += f" What {listed(silent['product_line'], 6)} would do, sales cannot tell: {why}."
    return said.strip()


def _charts(
    response: pd.DataFrame | NotEnoughData, meter: PriceMeter | NotEnoughData, parameters: Parameters
) -> list[object]:
    left = None if isinstance(response, NotEnoughData) else _elasticity(response)
    right = None if isinstance(meter, NotEnoughData) or meter.curves.empty else _meter(meter, parameters)
    if left and right:
        return [Pair(left, right)]
    return [chart for chart in (left, right) if chart]


def _elasticity(response: pd.DataFrame) -> Chart:
    return Chart(
        lambda narrow: elasticity_chart(response, narrow=narrow, half=True),
        alt="The elasticity of each product line with its 95% interval.",
        title="How quantities answer to prices",
        caption="Left of −1 a lower price brings more sales, right of it less. Lines: 95% intervals.",
        half=True,
    )


def _meter(meter: PriceMeter, parameters: Parameters) -> Chart:
    line = str(meter.points.sort_values("respondents", ascending=False)["product_line"].iloc[0])
    curves = meter.curves[meter.curves["product_line"] == line]
    return Chart(
        lambda narrow: meter_chart(curves, parameters.currency, narrow=narrow, half=True),
        alt=f"Share of respondents who call a price of {line} too cheap, cheap, expensive and too expensive.",
        title=f"What respondents call cheap and dear: {line}",
        half=True,
    )


def _curves(best: BestPrices, table: pd.DataFrame, parameters: Parameters) -> list[object]:
    if best.curves.empty:
        return []
    names = list(dict.fromkeys(best.curves["product_line"]))[:PANELS]
    return [
        Chart(
            lambda narrow: price_curves(best.curves, table, names, parameters.currency, narrow=narrow),
            alt="Demand and profit by price for each product line, with today's price and the best one.",
            title="Demand and profit by price",
            caption="Grey: demand; blue: profit, each over its highest; band: best price, 80%; line: today's price.",
        )
    ]


def _price_table(table: pd.DataFrame, parameters: Parameters) -> DataTable:
    spans = [
        f"{number(low, 0)} to {number(high, 0)}" if low == low else ""
        for low, high in zip(table["low"].round(), table["high"].round(), strict=True)
    ]
    rows = table.assign(product=table["product"].fillna(""), span=spans)
    currency = parameters.currency
    columns = [
        Col("product_line", "Product line", below="product"),
        Col("price", "Today", "number", currency, digits=0),
        Col("best_price", "Best", "number", currency, digits=0),
        Col("span", "80% interval"),
        Col("profit_gain", "Profit gained", "share"),
        Col("basis", "Told by", below="warning"),
    ]
    return DataTable(rows, columns, "Of the product whose list price is nearest to the survey's answers.")


def _points_table(table: pd.DataFrame, parameters: Parameters) -> list[object]:
    """Return van Westendorp's points, where there is a survey."""
    rows = table[table["opp"].notna()]
    if rows.empty:
        return []
    points = {
        "pmc": "Too cheap below (PMC)", "opp": "Optimal (OPP)", "ipp": "Usual (IPP)", "pme": "Too dear above (PME)"
    }  # fmt: skip
    columns = [
        Col("product_line", "Product line"),
        *[Col(name, label, "number", parameters.currency, digits=0) for name, label in points.items()],
        Col("respondents", "Respondents", "number"),
        Col("left_out", "Left out", "number"),
    ]
    return [DataTable(rows, columns, "Van Westendorp's price points; answers out of order are left out.")]


def _response_table(response: pd.DataFrame) -> DataTable:
    columns = [
        Col("product_line", "Product line"),
        Col("elasticity", "Elasticity", "number", digits=2),
        Col("low", "Low", "number", digits=2),
        Col("high", "High", "number", digits=2),
        Col("promotion", "A promotion alone adds", "share"),
        Col("n", "Purchases", "number"),
        Col("told", "Told by", below="why"),
    ]
    told = {"own": "own sales", "shrunk": "own sales and those of other lines"}
    shown = response.assign(promotion=np.expm1(response["promotion_effect"]), told=response["verdict"].replace(told))
    return DataTable(shown, columns, "95% intervals, by customer. Promotions count apart from the price they lower.")

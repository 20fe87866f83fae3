"""The product shelf: product lines by growth and share, by margin and stage of life."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData

if TYPE_CHECKING:
    from salesops.market_sizing.segments import Ours

STEADY = 0.03
"""A yearly growth, in logs, up to which a line neither grows nor shrinks."""
YOUNG_YEARS = 3


def product_shelf(
    ours: Ours | NotEnoughData, competition: pd.DataFrame | NotEnoughData, products: pd.DataFrame | NotEnoughData
) -> pd.DataFrame | NotEnoughData:
    """Return one row per product line with how it grows, what it leaves and where it stands.

    Parameters
    ----------
    ours
        From `salesops.market_sizing.segments.ours`.
    competition
        Table competition; with product_line, it gives market growth and our share.
    products
        Table products, for the days of launch.

    Returns
    -------
    DataFrame or NotEnoughData
        product_line, sales (last twelve months), growth (against the twelve before), margin, market_growth, share,
        stage (new, growing, mature, declining), place (star, question mark, cash cow, dog; BCG's matrix), largest sales
        first. What is not known is empty.
    """
    if isinstance(ours, NotEnoughData):
        return ours
    sales = ours.sales[ours.sales["product_line"].notna()]
    if sales.empty:
        return NotEnoughData("orders.product_line")
    ago = _years_ago(sales["month"], pd.Timestamp(ours.as_of))
    now, before = sales[ago == 0], sales[ago == 1]
    if now.empty:
        return NotEnoughData("orders", "nothing was sold in the last twelve months")
    table = now.groupby("product_line")[["sales", "cost"]].sum(min_count=1)
    earlier = before.groupby("product_line")["sales"].sum().reindex(table.index)
    both = (table["sales"] > 0) & (earlier > 0)
    table["growth"] = np.log(table["sales"].where(both) / earlier.where(both))
    table["margin"] = 1 - table["cost"] / table["sales"].where(table["sales"] > 0)
    table = table.join(_market(sales, competition))
    stage = _stage(table["growth"], _launched(products).reindex(table.index), pd.Timestamp(ours.as_of))
    table = table.assign(stage=stage, place=_place(table))
    return table.drop(columns="cost").sort_values("sales", ascending=False).reset_index()


def _years_ago(months: pd.Series[pd.Timestamp], as_of: pd.Timestamp) -> pd.Series[int]:
    end = (as_of + pd.Timedelta(days=1)).to_period("M").to_timestamp()
    return ((end.year - months.dt.year) * 12 + end.month - months.dt.month - 1) // 12


def _market(sales: pd.DataFrame, competition: pd.DataFrame | NotEnoughData) -> pd.DataFrame:
    """Return the growth of each line's market and our share of it, from the last two years of table competition."""
    if isinstance(competition, NotEnoughData) or "product_line" not in competition:
        return pd.DataFrame({"market_growth": [], "share": [], "largest": []})
    rivals = competition.pivot_table(index="product_line", columns="year", values="revenue", aggfunc="sum")
    ours = sales.pivot_table(index="product_line", columns=sales["month"].dt.year, values="sales", aggfunc="sum")
    years = sorted(set(rivals.columns) & set(ours.columns))[-2:]
    if len(years) < 2:
        return pd.DataFrame({"market_growth": [], "share": [], "largest": []})
    market = rivals[years].add(ours[years], fill_value=0.0)
    each = competition[competition["year"] == years[-1]].groupby(["product_line", "competitor"])["revenue"].sum()
    return pd.DataFrame({
        "market_growth": np.log(market[years[1]] / market[years[0]]),
        "share": ours[years[1]] / market[years[1]],
        "largest": ours[years[1]] / each.groupby("product_line").max(),
    })  # fmt: skip


def _launched(products: pd.DataFrame | NotEnoughData) -> pd.Series[pd.Timestamp]:
    if isinstance(products, NotEnoughData) or not {"product_line", "launched_at"} <= set(products):
        return pd.Series(dtype="datetime64[us]")
    return products.groupby("product_line")["launched_at"].min()


def _stage(growth: pd.Series[float], launched: pd.Series[pd.Timestamp], as_of: pd.Timestamp) -> pd.Series[str]:
    stage = pd.Series(np.select([growth > STEADY, growth < -STEADY], ["growing", "declining"], "mature"), growth.index)
    young = (as_of - pd.to_datetime(launched)) < pd.Timedelta(days=365 * YOUNG_YEARS)
    return stage.mask(young.reindex(growth.index, fill_value=False), "new").mask(growth.isna(), "not known")


def _place(table: pd.DataFrame) -> pd.Series[str]:
    """Return BCG's four places: by the market's growth, against the mean of all lines, and by our relative share."""
    fast = table["market_growth"] > table["market_growth"].mean()
    strong = table["largest"] >= table["largest"].median()
    names = np.select([fast & strong, fast, strong], ["star", "question mark", "cash cow"], "dog")
    return pd.Series(names, table.index).mask(table["market_growth"].isna() | table["largest"].isna(), "not known")

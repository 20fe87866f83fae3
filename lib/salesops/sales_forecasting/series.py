"""From order lines to complete monthly series, and what is odd about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.sales_forecasting.frame import series_set

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from salesops.sales_forecasting.panel import Array, Panel

COMPANY, ALL = "company", "all"
LEVEL_COLUMNS = {"region": "region", "product_line": "product_line", "channel": "channel", "rep": "rep_id"}
NOT_GIVEN = "not given"
STOPPED_MONTHS = 6


def last_complete_month(as_of: date) -> np.datetime64:
    """Return the last month that is over on `as_of`.

    Examples
    --------
    >>> from datetime import date
    >>> str(last_complete_month(date(2026, 9, 30))), str(last_complete_month(date(2026, 9, 29)))
    ('2026-09', '2026-08')
    """
    month: np.datetime64 = (np.datetime64(as_of) + 1).astype("datetime64[M]") - 1
    return month


@passes_not_enough_data
def monthly_sales(
    orders: pd.DataFrame,
    as_of: date,
    levels: Sequence[str] = ("region", "product_line", "channel"),
    products: pd.DataFrame | NotEnoughData | None = None,
) -> pd.DataFrame | NotEnoughData:
    """Add orders up to one series per part of the business.

    A series runs from the month of its first order to the last complete month before `as_of`. Months without orders
    are zero, and returns are negative. Order lines that name no region (line, channel) add up under "not given".

    Parameters
    ----------
    orders
        Table orders, cut to `as_of`.
    as_of
        Day the analysis is made for.
    levels
        Parts of the business besides the company; those whose column is absent or empty are left out.
    products
        Table products; gives the product line where orders name only the product.

    Returns
    -------
    DataFrame or NotEnoughData
        unique_id ("region/North"), level, key, ds (first day of the month) and y (money); ordered by these.

    Examples
    --------
    >>> from datetime import date
    >>> days = pd.to_datetime(["2026-01-05", "2026-03-02", "2026-04-01"])
    >>> orders = pd.DataFrame({"ordered_at": days, "amount": [10.0, 5.0, 7.0], "channel": "direct"})
    >>> monthly_sales(orders, date(2026, 4, 15))[["unique_id", "y"]].values.tolist()[:3]
    [['company/all', 10.0], ['company/all', 0.0], ['company/all', 5.0]]
    """
    last = last_complete_month(as_of)
    month = orders["ordered_at"].to_numpy("datetime64[M]")
    known = orders[month <= last]
    if known.empty:
        return NotEnoughData("orders", f"no order line up to the end of {last}, the last complete month")
    keys = {COMPANY: pd.Series(ALL, index=known.index), **_keys(known, levels, _products(products))}
    return pd.concat([_series_of(level, key, known, last) for level, key in keys.items()], ignore_index=True)


def series_facts(history: pd.DataFrame, min_history_months: int) -> pd.DataFrame:
    """Say of each series what a forecaster must know first.

    Parameters
    ----------
    history
        Result of `monthly_sales`.
    min_history_months
        Months below which nothing is forecast.

    Returns
    -------
    DataFrame
        level, key, months (length), silent_months (at its end), longest_gap (months without sales before that),
        months_without_sales, negative_months, last_sale (month) and status: `ok`, `too short`, `stopped` or
        `no sales`. A series has stopped when it has been silent for six months and for more than twice as long as ever
        before.
    """
    series = series_set(history[["unique_id", "ds", "y"]])
    silent, gap = _silence(series.panel)
    months = series.panel.lengths
    any_sale = (series.panel.values != 0).any(axis=0)
    stopped = (silent >= STOPPED_MONTHS) & (silent > 2 * gap)
    status = np.select([~any_sale, stopped, months < min_history_months], ["no sales", "stopped", "too short"], "ok")
    names = history.drop_duplicates("unique_id").set_index("unique_id").loc[series.ids, ["level", "key"]]
    facts = names.assign(
        months=months,
        silent_months=silent,
        longest_gap=gap,
        months_without_sales=((series.panel.values == 0) & series.panel.started).sum(axis=0),
        negative_months=(series.panel.values < 0).sum(axis=0),
        last_sale=(series.last.astype("datetime64[M]") - silent).astype(str),
        status=status,
    )
    return facts.iloc[np.argsort(series.place)].reset_index(drop=True)


def _products(products: pd.DataFrame | NotEnoughData | None) -> pd.DataFrame | None:
    return products if isinstance(products, pd.DataFrame) and "product_line" in products.columns else None


def _keys(orders: pd.DataFrame, levels: Sequence[str], products: pd.DataFrame | None) -> dict[str, pd.Series]:
    """Return each level's key per order line, for the levels that orders tell anything about."""
    found = {level: orders[column] for level, column in LEVEL_COLUMNS.items() if column in orders.columns}
    if products is not None and "product_id" in orders.columns:
        by_product = orders["product_id"].map(products.set_index("product_id")["product_line"])
        found["product_line"] = found["product_line"].fillna(by_product) if "product_line" in found else by_product
    wanted = {level: found[level] for level in levels if level in found}
    return {level: key.fillna(NOT_GIVEN) for level, key in wanted.items() if key.notna().any()}


def _series_of(level: str, key: pd.Series, orders: pd.DataFrame, last: np.datetime64) -> pd.DataFrame:
    """Return the series of one level, keys in alphabetical order, with a zero in each month without orders."""
    code, names = pd.factorize(key.astype(str), sort=True)
    month = orders["ordered_at"].to_numpy("datetime64[M]").astype(np.int64)
    months = np.arange(month.min(), int(last.astype(np.int64)) + 1)
    cell = code * len(months) + month - months[0]
    shape = (len(names), len(months))
    sales = np.bincount(cell, orders["amount"].to_numpy(float), minlength=shape[0] * shape[1]).reshape(shape)
    ordered = np.bincount(cell, minlength=sales.size).reshape(shape) > 0
    row, column = np.nonzero(np.logical_or.accumulate(ordered, axis=1))
    name = np.asarray(names)[row]
    return pd.DataFrame(
        {
            "unique_id": level + "/" + name.astype(object),
            "level": level,
            "key": name,
            "ds": months[column].astype("datetime64[M]").astype("datetime64[s]"),
            "y": sales[row, column],
        }
    ).astype({"unique_id": "str", "level": "str", "key": "str"})


def _silence(panel: Panel) -> tuple[Array, Array]:
    """Return months without sales at the end of each series, and the longest such run before."""
    run, longest = np.zeros((2, panel.columns), int)
    for values, started in zip(panel.values, panel.started, strict=True):
        quiet = (values == 0) & started
        longest = np.where(quiet, longest, np.maximum(longest, run))
        run = np.where(quiet, run + 1, 0)
    return run, longest

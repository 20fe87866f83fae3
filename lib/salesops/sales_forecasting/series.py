"""From order lines to complete monthly series, and what is odd about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.tables.queries import collect
from salesops.tables.queries import monthly_sales as monthly_query

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import ibis.expr.types as ir

    from salesops.tables.load import Tables

COMPANY, ALL = "company", "all"
CELL = "cell"
LEVEL_COLUMNS = {"region": "region", "product_line": "product_line", "channel": "channel", "rep": "rep_id"}
CROSSED = ("region", "product_line", "channel")
LEVEL_ORDER = [COMPANY, *LEVEL_COLUMNS, CELL]
NOT_GIVEN = "not given"
BETWEEN_NAMES = " / "
MOST_CELLS = 600


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
def order_sums(known: Tables, levels: Sequence[str] = tuple(LEVEL_COLUMNS)) -> pd.DataFrame | NotEnoughData:
    """Add order lines up by month and by whichever of the levels they name, where the data is, in one query.

    Parameters
    ----------
    known
        The tables as of a day.
    levels
        Parts of the business besides the company.

    Returns
    -------
    DataFrame or NotEnoughData
        ordered_at (first day of the month), amount, promoted (money of lines bought under a promotion), and the
        columns that name the parts.
    """
    if not known.has("orders"):
        return NotEnoughData("orders")
    orders, products = known.expressions["orders"], known.expressions.get("products")
    by = [column for level, column in LEVEL_COLUMNS.items() if level in levels and _is_told(column, orders, products)]
    sums = collect(monthly_query(orders, by, products), "month", *by)
    return (
        sums
        if isinstance(sums, NotEnoughData)
        else sums.rename(columns={"month": "ordered_at"})[["ordered_at", *by, "amount", "promoted"]]
    )


def _is_told(column: str, orders: ir.Table, products: ir.Table | None) -> bool:
    if column in orders.columns or column != "product_line" or products is None:
        return column in orders.columns
    return "product_id" in orders.columns and column in products.columns


@passes_not_enough_data
def monthly_sales(
    orders: pd.DataFrame, as_of: date, levels: Sequence[str] = tuple(LEVEL_COLUMNS)
) -> pd.DataFrame | NotEnoughData:
    """Lay orders out as one series per part of the business.

    Parts are the company, each region, product line, channel and rep, and the cells in which region, product line and
    channel cross. A series runs from the month of its first order to the last complete month before `as_of`. Months
    without orders are zero, and returns are negative. Order lines that name no region (line, channel, rep) add up under
    "not given".

    Parameters
    ----------
    orders
        Result of `order_sums`, or order lines: ordered_at, amount, and any columns that name parts.
    as_of
        Day the analysis is made for.
    levels
        Parts of the business besides the company; those whose column is absent or empty are left out.

    Returns
    -------
    DataFrame or NotEnoughData
        unique_id ("region/North"), level, key, ds (first day of the month), y (money) and covered (money that
        promotions could have moved: of the cells in which anything was bought under one, or all of it where orders name
        no promotions); and, for cells, the names of the parts that cross there. Ordered by level, key and month. Cells
        are left out above 600 of them.

    Examples
    --------
    >>> from datetime import date
    >>> days = pd.to_datetime(["2026-01-05", "2026-03-02", "2026-04-01"])
    >>> orders = pd.DataFrame({"ordered_at": days, "amount": [10.0, 5.0, 7.0], "channel": "direct"})
    >>> monthly_sales(orders, date(2026, 4, 15))[["unique_id", "y"]].values.tolist()[:3]
    [['company/all', 10.0], ['company/all', 0.0], ['company/all', 5.0]]
    """
    last = last_complete_month(as_of)
    known = orders[orders["ordered_at"].to_numpy("datetime64[M]") <= last]
    if known.empty:
        return NotEnoughData("orders", f"no order line up to the end of {last}, the last complete month")
    parts = _keys(known, levels)
    crossed = pd.DataFrame({level: parts[level] for level in CROSSED if level in parts}, index=known.index)
    keys = {COMPANY: pd.Series(ALL, index=known.index), **parts}
    known = known.assign(covered=known["amount"].where(_is_covered(known, crossed), 0.0))
    if crossed.shape[1] > 1 and len(cells := crossed.drop_duplicates()) <= MOST_CELLS:
        keys[CELL] = _cell_names(crossed)
        crossed = cells.set_index(_cell_names(cells))
    history = pd.concat([_series_of(level, key, known, last) for level, key in keys.items()], ignore_index=True)
    is_cell = history["level"] == CELL
    named = {str(name): history["key"].where(is_cell).map(crossed[name]) for name in crossed if CELL in keys}
    return history.assign(**named)


def _keys(orders: pd.DataFrame, levels: Sequence[str]) -> dict[str, pd.Series]:
    """Return each level's key per order line, for the levels that orders tell anything about."""
    found = {level: orders[LEVEL_COLUMNS[level]] for level in levels if LEVEL_COLUMNS[level] in orders.columns}
    return {level: key.fillna(NOT_GIVEN).astype(str) for level, key in found.items() if key.notna().any()}


def _is_covered(orders: pd.DataFrame, crossed: pd.DataFrame) -> pd.Series:
    """Tell of each row whether anything was ever bought under a promotion in its cell."""
    if "promoted" not in orders or not (promoted := orders["promoted"].fillna(0.0) > 0).any():
        return pd.Series(True, index=orders.index)
    if crossed.empty:
        return pd.Series(True, index=orders.index)
    return promoted.groupby([crossed[name] for name in crossed]).transform("any")


def _cell_names(crossed: pd.DataFrame) -> pd.Series:
    name: pd.Series = crossed.iloc[:, 0].str.cat(crossed.iloc[:, 1:], sep=BETWEEN_NAMES)
    return name


def _series_of(level: str, key: pd.Series, orders: pd.DataFrame, last: np.datetime64) -> pd.DataFrame:
    """Return the series of one level, keys in alphabetical order, with a zero in each month without orders."""
    code, names = pd.factorize(key.astype(str), sort=True)
    month = orders["ordered_at"].to_numpy("datetime64[M]").astype(np.int64)
    months = np.arange(month.min(), int(last.astype(np.int64)) + 1)
    cell = code * len(months) + month - months[0]
    shape = (len(names), len(months))
    sales, covered = (
        np.bincount(cell, orders[name].to_numpy(float), minlength=shape[0] * shape[1]).reshape(shape)
        for name in ("amount", "covered")
    )
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
            "covered": covered[row, column],
        }
    ).astype({"unique_id": "str", "level": "str", "key": "str"})

"""Expressions that several queries share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from salesops.not_enough_data import NotEnoughData
from salesops.tables.as_of import cut

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir


def absent(table: ir.Table, name: str, *columns: str) -> NotEnoughData | None:
    """Return which of `columns` table `name` lacks, or None if it has all.

    Examples
    --------
    >>> str(absent(ibis.memtable({"amount": [1.0]}), "orders", "amount", "channel"))
    'not enough data: needs orders.channel'
    """
    missing = [f"{name}.{column}" for column in columns if column not in table.columns]
    return NotEnoughData(", ".join(missing)) if missing else None


def column_or_null(table: ir.Table, name: str, kind: str) -> ir.Value:
    """Return an optional column, or an empty one of type `kind` where the table lacks it."""
    return table[name].cast(kind) if name in table.columns else ibis.null(kind)


def with_product_line(orders: ir.Table, products: ir.Table) -> ir.Table:
    """Return order lines with the product line that products know, where the order does not say it.

    Examples
    --------
    >>> orders = ibis.memtable({"product_id": ["P1", "P2"], "product_line": ["pumps", None]})
    >>> products = ibis.memtable({"product_id": ["P1", "P2"], "product_line": ["old pumps", "filters"]})
    >>> with_product_line(orders, products).order_by("product_id").to_pandas()["product_line"].tolist()
    ['pumps', 'filters']
    """
    if "product_id" not in orders.columns or "product_line" not in products.columns:
        return orders
    listed = products.select(__product__=products.product_id, __line_of_product__=products.product_line)
    lines = orders.left_join(listed, orders.product_id == listed["__product__"])
    line = ibis.coalesce(column_or_null(orders, "product_line", "string"), lines["__line_of_product__"])
    return lines.mutate(product_line=line).drop("__product__", "__line_of_product__")


def known_orders(orders: ir.Table, as_of: date) -> ir.Table:
    """Return the order lines up to the end of `as_of`; a payment after it is not known yet."""
    return cut({"orders": orders}, as_of, reaches=as_of)["orders"]


def month_of(day: ir.DateValue) -> ir.DateValue:
    """Return the first day of the month of `day`."""
    # Truncating a date gives a moment with a time zone in Postgres; a date made of its parts is a date everywhere.
    return ibis.date(day.year(), day.month(), 1)


def days_between(earlier: ir.DateValue, later: ir.DateValue) -> ir.IntegerValue:
    """Return the number of days from `earlier` to `later`."""
    return later.delta(earlier, unit="day")


def positive(value: ir.NumericValue) -> ir.NumericValue:
    """Return `value` where it is above zero and nothing elsewhere, so that it can be divided by."""
    return (value > 0).ifelse(value, ibis.null("float64"))

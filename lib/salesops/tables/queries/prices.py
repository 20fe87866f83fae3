"""Prices paid and quantities bought, side by side, for price response."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.tables.queries.parts import absent, column_or_null, month_of

if TYPE_CHECKING:
    import ibis.expr.types as ir


@passes_not_enough_data
def price_panel(
    orders: ir.Table, products: ir.Table | None = None, by: str = "product_line"
) -> ir.Table | NotEnoughData:
    """Return one row per product line, account and month with a purchase.

    Only lines with a positive amount and quantity count: a return says nothing about what price made someone buy.

    Parameters
    ----------
    orders
        Table orders, with quantity.
    products
        Table products; gives list prices, and the line where orders name only the product.
    by
        `product_line`, or `product_id`, which keeps a change of mix within a line out of its price.

    Returns
    -------
    Table or NotEnoughData
        The column `by`, account_id, month (its first day), lines, quantity (units), unit_price (money per unit: amounts
        over units), list_price_ratio (amounts over what the same units cost at the list price of the table products,
        which is today's; empty without one), and promotion_share (share of units bought under a promotion; empty where
        orders do not name promotions). Lines that name no `by` are left out.

    Examples
    --------
    >>> from datetime import date
    >>> from salesops.tables.queries import collect
    >>> lines = {"account_id": ["A", "A"], "product_line": ["gloves"] * 2, "product_id": ["G"] * 2}
    >>> lines |= {"ordered_at": [date(2026, 1, 5), date(2026, 1, 9)], "quantity": [10, 30], "amount": [50.0, 90.0]}
    >>> products = ibis.memtable({"product_id": ["G"], "list_price": [5.0]})
    >>> panel = collect(price_panel(ibis.memtable(lines), products))
    >>> panel[["quantity", "unit_price", "list_price_ratio"]].values.tolist()
    [[40.0, 3.5, 0.7]]
    """
    lines = _priced(orders, products)
    if lacking := absent(lines, "orders", "quantity", by):
        return lacking
    lines = lines.filter(lines.amount > 0, lines.quantity > 0, lines[by].notnull())
    listed = lines.list_price > 0
    return lines.group_by(by, "account_id", month=month_of(lines.ordered_at)).aggregate(
        lines=lines.count(),
        quantity=lines.quantity.sum(),
        unit_price=lines.amount.sum() / lines.quantity.sum(),
        list_price_ratio=lines.amount.sum(where=listed) / (lines.quantity * lines.list_price).sum(where=listed),
        promotion_share=_promotion_share(lines),
    )


def _promotion_share(lines: ir.Table) -> ir.Value:
    if "promotion_id" not in lines.columns:
        return ibis.null("float64")
    promoted = lines.quantity.sum(where=lines.promotion_id.notnull())
    return promoted.fill_null(0) / lines.quantity.sum()


def _priced(orders: ir.Table, products: ir.Table | None) -> ir.Table:
    """Add list_price to order lines, and the product line where products know it and the order does not say."""
    if products is None or absent(orders, "orders", "product_id"):
        return orders.mutate(list_price=ibis.null("float64"))
    listed = products.select(
        __product__=products.product_id,
        list_price=column_or_null(products, "list_price", "float64"),
        __line_of_product__=column_or_null(products, "product_line", "string"),
    )
    lines = orders.left_join(listed, orders.product_id == listed["__product__"])
    line = ibis.coalesce(column_or_null(orders, "product_line", "string"), lines["__line_of_product__"])
    return lines.mutate(product_line=line).drop("__product__", "__line_of_product__")

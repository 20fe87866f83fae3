"""What customers paid and bought, month by month, read where the tables are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.not_enough_data import NotEnoughData
from salesops.tables.queries import collect, price_panel

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from salesops.tables import Tables


def price_panel_of(known: Tables) -> pd.DataFrame | NotEnoughData:
    """Return prices paid and quantities by customer and month, of products where orders name them, else of lines.

    Where orders name only the line, a move from dear to cheap products within it looks like a lower price that sells
    more; the column product_id is then missing.

    Returns
    -------
    DataFrame or NotEnoughData
        product_line, [product_id], account_id, month, and the other columns of `price_panel`.
    """
    if not known.has("orders", "quantity"):
        return NotEnoughData("orders.quantity")
    orders = known.expressions["orders"]
    products = known.expressions["products"] if known.has("products") else None
    lines = _lines(orders, products)
    if lines is None:
        panel = price_panel(orders, products)
        return panel if isinstance(panel, NotEnoughData) else collect(panel, "product_line", "account_id", "month")
    panel = price_panel(orders, products, by="product_id")
    if isinstance(panel, NotEnoughData):
        return panel
    joined = panel.join(lines, panel.product_id == lines.of_product).drop("of_product")
    return collect(joined, "product_line", "product_id", "account_id", "month")


def _lines(orders: ir.Table, products: ir.Table | None) -> ir.Table | None:
    """Return the line of each product, where both are named."""
    source = next((table for table in (products, orders) if _names_both(table)), None)
    if source is None or "product_id" not in orders.columns:
        return None
    named = source.filter(source.product_id.notnull(), source.product_line.notnull())
    return named.group_by(of_product=named.product_id).aggregate(product_line=named.product_line.max())


def _names_both(table: ir.Table | None) -> bool:
    return table is not None and {"product_id", "product_line"} <= set(table.columns)

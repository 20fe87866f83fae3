"""What is left of each account's purchases after our own cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.tables.queries.parts import known_orders

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir


@passes_not_enough_data
def customer_margins(orders: ir.Table, as_of: date, products: ir.Table | None = None) -> ir.Table | NotEnoughData:
    """Return one row per account with an order line whose cost is known.

    The cost of a line is `orders.cost`, or else quantity times the product's unit cost. Lines without either are left
    out: of purchases and of margin alike.

    Parameters
    ----------
    orders
        Table orders.
    as_of
        Last day that is known.
    products
        Table products, where there is one.

    Returns
    -------
    Table or NotEnoughData
        account_id, bought (money, lines above zero with known cost), margin (money, amounts less cost over all lines
        with known cost: what came back takes its margin with it).

    Examples
    --------
    >>> from datetime import date
    >>> from salesops.tables.queries import collect
    >>> lines = {"account_id": ["A", "A"], "ordered_at": [date(2026, 1, 5)] * 2, "amount": [50.0, -10.0]}
    >>> orders = ibis.memtable(lines | {"cost": [30.0, -6.0]})
    >>> collect(customer_margins(orders, date(2026, 2, 1)))[["bought", "margin"]].values.tolist()
    [[50.0, 16.0]]
    """
    known = known_orders(orders, as_of)
    costs = [known.cost.cast("float64")] if "cost" in known.columns else []
    if products is not None and {"product_id", "quantity"} <= set(known.columns) and "unit_cost" in products.columns:
        unit = products.select(sold=products.product_id, unit_cost=products.unit_cost.cast("float64"))
        known = known.left_join(unit, known.product_id == unit.sold)
        costs = [*([known.cost.cast("float64")] if costs else []), known.quantity * known.unit_cost]
    if not costs:
        return NotEnoughData("orders.cost, or products.unit_cost with orders.product_id and orders.quantity")
    lines = known.mutate(our_cost=ibis.coalesce(*costs)).filter(lambda t: t.our_cost.notnull())
    return lines.group_by("account_id").aggregate(
        bought=lines.amount.sum(where=lines.amount > 0).fill_null(0.0),
        margin=(lines.amount - lines.our_cost).sum(),
    )

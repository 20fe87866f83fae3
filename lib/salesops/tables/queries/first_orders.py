"""What a won deal brought in: the first order after it, and the day that order was paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.tables.queries.parts import absent

if TYPE_CHECKING:
    import ibis.expr.types as ir


@passes_not_enough_data
def first_orders(orders: ir.Table, opportunities: ir.Table) -> ir.Table | NotEnoughData:
    """Return one row per won deal whose account has ordered since, with its first such order.

    Where both tables name product lines, only an order of the deal's line counts: an account that buys consumables
    every week has not thereby ordered the equipment it decided for.

    Parameters
    ----------
    orders, opportunities
        Tables of the input contract, as known on one day. Returns (amounts below zero) are no orders.

    Returns
    -------
    Table
        opportunity_id, ordered_at and, where orders say it, paid_at: the day on which all lines of that first day had
        been paid, empty as long as one is open.

    Examples
    --------
    >>> from datetime import date
    >>> from salesops.tables.queries import collect
    >>> deal = {"opportunity_id": ["D"], "account_id": ["A"], "status": ["won"], "closed_at": [date(2026, 1, 10)]}
    >>> days = [date(2026, 1, 2), date(2026, 2, 1), date(2026, 3, 1)]
    >>> orders = ibis.memtable({"account_id": ["A"] * 3, "ordered_at": days, "amount": [5.0, 7.0, 9.0]})
    >>> collect(first_orders(orders, ibis.memtable(deal)))["ordered_at"].dt.date.tolist()
    [datetime.date(2026, 2, 1)]
    """
    missing = absent(opportunities, "opportunities", "closed_at")
    if missing:
        return missing
    since = _orders_since(orders, opportunities)
    first = since.ordered_at.min().over(ibis.window(group_by="opportunity_id"))
    lines = since.mutate(first_day=first).filter(lambda t: t.ordered_at == t.first_day)
    found: dict[str, ir.Value] = {"ordered_at": lines.ordered_at.min()}
    if "paid_at" in orders.columns:
        all_paid = lines.paid_at.count() == lines.count()
        found["paid_at"] = all_paid.ifelse(lines.paid_at.max(), ibis.null("date"))
    return lines.group_by("opportunity_id").aggregate(**found)


def _orders_since(orders: ir.Table, opportunities: ir.Table) -> ir.Table:
    """Return the order lines that each won deal's account placed from the day of winning on."""
    by_line = "product_line" in orders.columns and "product_line" in opportunities.columns
    won = opportunities.filter(opportunities.status == "won", opportunities.closed_at.notnull())
    deals = won.select(
        "opportunity_id",
        won_by=won.account_id,
        won_at=won.closed_at,
        won_line=won.product_line if by_line else ibis.null("string"),
    )
    same = [orders.account_id == deals.won_by, orders.ordered_at >= deals.won_at, orders.amount > 0]
    if by_line:
        same.append(deals.won_line.isnull() | (orders.product_line == deals.won_line))
    there = [column for column in ("ordered_at", "paid_at") if column in orders.columns]
    return orders.join(deals, same).select("opportunity_id", *there)

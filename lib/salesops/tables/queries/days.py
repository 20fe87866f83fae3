"""What an account bought on one day: the transactions that models of repeat buying count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.not_enough_data import passes_not_enough_data

if TYPE_CHECKING:
    import ibis.expr.types as ir

# Floating-point amounts that cancel leave a remainder far below a cent; it is no purchase.
SMALLEST_AMOUNT = 0.005


@passes_not_enough_data
def account_days(orders: ir.Table) -> ir.Table:
    """Return one row per account and day with an order line.

    Parameters
    ----------
    orders
        Table orders.

    Returns
    -------
    Table
        account_id, day, amount (money, net of what was returned that day), bought and returned (money, neither
        negative; amount is their difference) and lines (their number).
    """
    return _account_days(orders)


@passes_not_enough_data
def order_days(orders: ir.Table) -> ir.Table:
    """Return one row per account and day on which it bought more than it returned.

    All lines of a day are one transaction, as BG/NBD, Pareto/NBD and their kin count them. A return lowers the
    amount of its own day only; what comes back on a day without purchases is in `return_days`.

    Parameters
    ----------
    orders
        Table orders.

    Returns
    -------
    Table
        As `account_days`, amount above zero.

    Examples
    --------
    >>> import ibis
    >>> from datetime import date
    >>> from salesops.tables.queries import collect
    >>> days = [date(2026, 1, 5), date(2026, 1, 5), date(2026, 3, 2)]
    >>> lines = ibis.memtable({"account_id": ["A"] * 3, "ordered_at": days, "amount": [50.0, -20.0, -30.0]})
    >>> collect(order_days(lines))[["amount", "returned", "lines"]].values.tolist()
    [[30.0, 20.0, 2.0]]
    """
    days = _account_days(orders)
    return days.filter(days.amount > SMALLEST_AMOUNT)


@passes_not_enough_data
def return_days(orders: ir.Table) -> ir.Table:
    """Return one row per account and day on which something came back, whatever was bought that day.

    Parameters
    ----------
    orders
        Table orders.

    Returns
    -------
    Table
        As `account_days`, returned above zero.
    """
    days = _account_days(orders)
    return days.filter(days.returned > 0)


def _account_days(orders: ir.Table) -> ir.Table:
    amount = orders.amount
    return orders.group_by("account_id", day=orders.ordered_at).aggregate(
        amount=amount.sum(),
        bought=amount.sum(where=amount > 0).fill_null(0.0),
        returned=(-amount).sum(where=amount < 0).fill_null(0.0),
        lines=orders.count(),
    )

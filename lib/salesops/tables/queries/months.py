"""Sales by calendar month: of parts of the business, and of each account."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import ibis

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.tables.queries.parts import absent, month_of, with_product_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis.expr.types as ir


@passes_not_enough_data
def monthly_sales(
    orders: ir.Table, by: Sequence[str] = ("region",), products: ir.Table | None = None
) -> ir.Table | NotEnoughData:
    """Return one row per month and part of the business with an order line.

    Parameters
    ----------
    orders
        Table orders.
    by
        Columns of orders that name the part (region, product_line, channel, rep_id, account_id …); none for the
        company as a whole. Lines that name no part have a row of their own, with an empty name.
    products
        Table products; gives the product line where orders name only the product.

    Returns
    -------
    Table or NotEnoughData
        month (its first day), the columns `by`, amount (money, net of returns), lines, customers (accounts that
        bought; one that only returned is none), and promoted (money of lines bought under a promotion; empty where
        orders do not name promotions). A month without lines has no row.

    Examples
    --------
    >>> import ibis
    >>> from salesops.tables.queries import collect
    >>> days = [date(2026, 1, 5), date(2026, 1, 9), date(2026, 2, 2)]
    >>> lines = ibis.memtable({"account_id": ["A", "A", "B"], "ordered_at": days, "amount": [5.0, 7.0, -2.0]})
    >>> collect(monthly_sales(lines, by=()), "month")[["amount", "lines", "customers"]].values.tolist()
    [[12.0, 2.0, 1.0], [-2.0, 1.0, 0.0]]
    """
    if products is not None and "product_line" in by:
        orders = with_product_line(orders, products)
    if lacking := absent(orders, "orders", *by):
        return lacking
    return orders.group_by(month=month_of(orders.ordered_at), **{name: orders[name] for name in by}).aggregate(
        amount=orders.amount.sum(),
        lines=orders.count(),
        customers=orders.account_id.nunique(where=orders.amount > 0),
        promoted=_promoted(orders),
    )


def _promoted(orders: ir.Table) -> ir.Value:
    if "promotion_id" not in orders.columns:
        return ibis.null("float64")
    return orders.amount.sum(where=orders.promotion_id.notnull()).fill_null(0.0)


@passes_not_enough_data
def customer_periods(orders: ir.Table, as_of: date, months: int) -> ir.Table:
    """Return one row per account and month with an order line, over the last complete months.

    Parameters
    ----------
    orders
        Table orders.
    as_of
        Last day that is known; a month that is not over on that day is left out.
    months
        Number of complete calendar months to look back.

    Returns
    -------
    Table
        account_id, month (its first day), months_ago (1 for the last complete month, up to `months`), amount (money,
        net of returns) and lines. A month without lines has no row.
    """
    return _periods(orders, as_of, months)


@passes_not_enough_data
def customer_trend(orders: ir.Table, as_of: date, months: int = 12) -> ir.Table:
    """Return one row per account with what it bought lately and in as many months before.

    Parameters
    ----------
    orders
        Table orders.
    as_of
        Last day that is known.
    months
        Complete calendar months of each of the two periods. Twelve keep the season out of the comparison.

    Returns
    -------
    Table
        account_id, amount_recent and amount_before (money, net of returns, 0 without lines). Accounts without a line
        in either period have no row.

    Examples
    --------
    >>> import ibis
    >>> from salesops.tables.queries import collect
    >>> days = [date(2025, 9, 30), date(2025, 10, 1), date(2026, 9, 30)]
    >>> lines = ibis.memtable({"account_id": ["A"] * 3, "ordered_at": days, "amount": [8.0, 5.0, 1.0]})
    >>> collect(customer_trend(lines, date(2026, 9, 30)))[["amount_recent", "amount_before"]].values.tolist()
    [[6.0, 8.0]]
    """
    periods = _periods(orders, as_of, 2 * months)
    recent = periods.months_ago <= months
    return periods.group_by("account_id").aggregate(
        amount_recent=periods.amount.sum(where=recent).fill_null(0.0),
        amount_before=periods.amount.sum(where=~recent).fill_null(0.0),
    )


def _periods(orders: ir.Table, as_of: date, months: int) -> ir.Table:
    end = _first_open_month(as_of)
    lines = orders.filter(orders.ordered_at >= _months_before(end, months), orders.ordered_at < end)
    periods = lines.group_by("account_id", month=month_of(lines.ordered_at)).aggregate(
        amount=lines.amount.sum(), lines=lines.count()
    )
    months_ago = (end.year - periods.month.year()) * 12 + end.month - periods.month.month()
    return periods.mutate(months_ago=months_ago.cast("int64")).relocate("months_ago", after="month")


def _first_open_month(as_of: date) -> date:
    """Return the first day of the first month that is not over at the end of `as_of`.

    Examples
    --------
    >>> _first_open_month(date(2026, 9, 30)), _first_open_month(date(2026, 9, 29))
    (datetime.date(2026, 10, 1), datetime.date(2026, 9, 1))
    """
    return (as_of + timedelta(days=1)).replace(day=1)


def _months_before(month: date, months: int) -> date:
    """Return the first day of the month that lies `months` before.

    Examples
    --------
    >>> _months_before(date(2026, 10, 1), 12), _months_before(date(2026, 1, 1), 1)
    (datetime.date(2025, 10, 1), datetime.date(2025, 12, 1))
    """
    year, place = divmod(month.year * 12 + month.month - 1 - months, 12)
    return date(year, place + 1, 1)

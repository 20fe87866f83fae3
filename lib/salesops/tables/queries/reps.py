"""What people sold: per account and quarter, with the cost and the payment of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.tables.queries.parts import absent, column_or_null, with_product_line

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir

MONTHS_A_QUARTER = 3


@passes_not_enough_data
def rep_quarters(orders: ir.Table, as_of: date) -> ir.Table | NotEnoughData:
    """Return one row per person, account and quarter with an order line.

    Parameters
    ----------
    orders
        Table orders, with the column rep_id. Lines of nobody have a row of their own, with an empty rep_id.
    as_of
        Last day that is known: what was ordered or paid later does not count.

    Returns
    -------
    Table or NotEnoughData
        rep_id, account_id, quarter (its first day), sales (money, net of returns), returned (money of the returns,
        above zero), costed_sales (of lines whose cost is known), cost (of these), collected (money of lines paid in
        full by `as_of`), first_day (of the first line above zero; empty without one) and last_day (of the last line).

    Examples
    --------
    >>> from datetime import date
    >>> from salesops.tables.queries import collect
    >>> day = [date(2026, 1, 5), date(2026, 3, 31), date(2026, 4, 1)]
    >>> lines = {"rep_id": ["R", "R", "R"], "account_id": ["A"] * 3, "ordered_at": day, "amount": [5.0, 7.0, -2.0]}
    >>> collect(rep_quarters(ibis.memtable(lines), date(2026, 6, 30)), "quarter")["sales"].tolist()
    [12.0, -2.0]
    """
    if lacking := absent(orders, "orders", "rep_id"):
        return lacking
    lines = orders.filter(orders.ordered_at <= as_of).mutate(
        known_cost=column_or_null(orders, "cost", "float64"), paid=column_or_null(orders, "paid_at", "date")
    )
    return lines.group_by("rep_id", "account_id", quarter=quarter_of(lines.ordered_at)).aggregate(
        sales=lines.amount.sum(),
        returned=(lines.amount < 0).ifelse(-lines.amount, 0.0).sum(),
        costed_sales=lines.known_cost.notnull().ifelse(lines.amount, 0.0).sum(),
        cost=lines.known_cost.sum().coalesce(0.0),
        collected=(lines.paid <= as_of).ifelse(lines.amount, 0.0).sum(),
        first_day=lines.ordered_at.min(where=lines.amount > 0),
        last_day=lines.ordered_at.max(),
    )


@passes_not_enough_data
def rep_mix(
    orders: ir.Table, as_of: date, products: ir.Table | None = None, accounts: ir.Table | None = None
) -> ir.Table | NotEnoughData:
    """Return what each person sold, by quarter, product line and the customers' industry.

    Parameters
    ----------
    orders
        Table orders, with the column rep_id. Lines of nobody are left out.
    as_of
        Last day that counts.
    products
        Table products, for the line of order lines that name the product alone.
    accounts
        Table accounts, for the industry.

    Returns
    -------
    Table or NotEnoughData
        rep_id, product_line and industry (empty where not known), quarter (its first day), sales (money, net of
        returns).

    Examples
    --------
    >>> from datetime import date
    >>> from salesops.tables.queries import collect
    >>> lines = {"rep_id": ["R", "R", None], "account_id": ["A", "B", "A"], "amount": [5.0, 7.0, 9.0]}
    >>> orders = ibis.memtable(lines | {"ordered_at": [date(2026, 1, 5)] * 3, "product_line": ["gloves"] * 3})
    >>> accounts = ibis.memtable({"account_id": ["A", "B"], "industry": ["clinic", "hospital"]})
    >>> mix = rep_mix(orders, date(2026, 6, 30), accounts=accounts)
    >>> collect(mix, "industry")[["product_line", "industry", "sales"]].values.tolist()
    [['gloves', 'clinic', 5.0], ['gloves', 'hospital', 7.0]]
    """
    if lacking := absent(orders, "orders", "rep_id"):
        return lacking
    lines = orders.filter(orders.ordered_at <= as_of, orders.rep_id.notnull())
    lines = lines if products is None else with_product_line(lines, products)
    lines = lines.mutate(product_line=column_or_null(lines, "product_line", "string"))
    lines = _with_industry(lines, accounts)
    by = ("rep_id", "product_line", "industry")
    return lines.group_by(*by, quarter=quarter_of(lines.ordered_at)).aggregate(sales=lines.amount.sum())


def _with_industry(lines: ir.Table, accounts: ir.Table | None) -> ir.Table:
    if accounts is None or "industry" not in accounts.columns:
        return lines.mutate(industry=ibis.null("string"))
    of_account = accounts.select(__account__=accounts.account_id, industry=accounts.industry)
    return lines.left_join(of_account, lines.account_id == of_account["__account__"]).drop("__account__")


@passes_not_enough_data
def rep_activity(activities: ir.Table, as_of: date) -> ir.Table | NotEnoughData:
    """Return one row per person, account and quarter with an activity: activities (how many) and last_day.

    Parameters
    ----------
    activities
        Table activities, with the column rep_id; account_id is empty where the table has no such column.
    as_of
        Last day that counts.
    """
    if lacking := absent(activities, "activities", "rep_id"):
        return lacking
    done = activities.filter(activities.occurred_at <= as_of, activities.rep_id.notnull())
    done = done.mutate(account_id=column_or_null(done, "account_id", "string"))
    return done.group_by("rep_id", "account_id", quarter=quarter_of(done.occurred_at)).aggregate(
        activities=done.count(), last_day=done.occurred_at.max()
    )


def quarter_of(day: ir.DateValue) -> ir.DateValue:
    """Return the first day of the quarter of `day`."""
    # Made of its parts, as `month_of` is: a truncated date is a moment with a time zone in Postgres.
    return ibis.date(day.year(), day.month() - (day.month() - 1) % MONTHS_A_QUARTER, 1)

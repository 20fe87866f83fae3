"""What people sold: per account and quarter, with the cost and the payment of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.tables.queries.parts import absent, column_or_null

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
        full by `as_of`) and last_day (of the last line).

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
        last_day=lines.ordered_at.max(),
    )


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

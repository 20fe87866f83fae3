"""How often, how regularly and for how much each account orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from salesops.not_enough_data import passes_not_enough_data
from salesops.tables.queries.days import order_days
from salesops.tables.queries.parts import column_or_null, days_between, known_orders, positive

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import ibis.expr.types as ir


@passes_not_enough_data
def customer_rhythm(orders: ir.Table, as_of: date, channels: Sequence[str] = ()) -> ir.Table:
    """Return one row per account that has ordered: all that models of repeat buying and spending need, in one query.

    An order is an order day (`order_days`). Nothing after `as_of` counts: neither a later line nor a later payment.
    An account with returns alone has no row.

    Parameters
    ----------
    orders
        Table orders.
    as_of
        Last day that is known, and the end of the time observed.
    channels
        Channels whose share is wanted.

    Returns
    -------
    Table
        - account_id
        - frequency: repeat order days, one less than all order days
        - recency_days: days from the first order day to the last; T_days: from the first order day to `as_of`
        - sum_log_gaps: sum of the natural logarithms of the gaps between order days, in days, 0 without a repeat (in
          weeks it is lower by frequency × ln 7); mean_gap_days; gap_cv: standard deviation (n − 1) over mean of the
          gaps, empty below two gaps
        - first_order, last_order: days
        - amount (money, sum of net amounts of all order days), sum_log_amounts (natural logarithm), mean_amount and
          median_amount (money per order day)
        - breadth: distinct product lines bought; bought and returned: money over all lines; returns_share: returned
          over bought
        - mean_days_to_pay: days from order to payment over bought lines already paid; slow payers among recent lines
          are not in it yet
        - share_<channel>: share of money bought that went through the channel, for each of `channels`

        Breadth, days to pay and channel shares are empty where orders lack the column.

    Notes
    -----
    Frequency, recency and T as in Fader, Hardie and Lee (2005, Marketing Science 24(2)); the sum of log gaps is what
    models with regular gaps need besides (Platzer and Reutterer 2016, Marketing Science 35(5)).

    Examples
    --------
    >>> from datetime import date
    >>> from salesops.tables.queries import collect
    >>> days = [date(2026, 1, 1), date(2026, 1, 11), date(2026, 1, 31)]
    >>> lines = ibis.memtable({"account_id": ["A"] * 3, "ordered_at": days, "amount": [10.0, 30.0, 20.0]})
    >>> found = collect(customer_rhythm(lines, date(2026, 2, 10)))
    >>> found[["frequency", "recency_days", "T_days", "mean_gap_days", "median_amount"]].values.tolist()
    [[2.0, 30.0, 40.0, 15.0, 20.0]]
    """
    known = known_orders(orders, as_of)
    rhythm = rhythm_of_days(order_days(known), as_of)
    habits = habits_of_lines(known, channels, breadth=_breadth(known, known.amount > 0))
    return rhythm.join(habits.relocate("breadth", after="account_id"), "account_id")


def rhythm_of_days(days: ir.Table, as_of: date, **further: ir.Deferred) -> ir.Table:
    """Return per account what its order days tell, with `further` aggregates of them."""
    before = days.day.lag().over(ibis.window(group_by="account_id", order_by="day"))
    spaced = days.mutate(gap=days_between(before, days.day).cast("float64"))
    per_account = spaced.group_by("account_id").aggregate(
        frequency=spaced.count() - 1,
        first_order=spaced.day.min(),
        last_order=spaced.day.max(),
        sum_log_gaps=spaced.gap.ln().sum().fill_null(0.0),
        mean_gap_days=spaced.gap.mean(),
        gap_cv=spaced.gap.std(how="sample") / spaced.gap.mean(),
        amount=spaced.amount.sum(),
        sum_log_amounts=spaced.amount.ln().sum(),
        mean_amount=spaced.amount.mean(),
        median_amount=spaced.amount.median(),
        **further,
    )
    return per_account.mutate(
        recency_days=days_between(per_account.first_order, per_account.last_order),
        T_days=days_between(per_account.first_order, ibis.literal(as_of)),
    ).relocate("recency_days", "T_days", after="frequency")


def habits_of_lines(lines: ir.Table, channels: Sequence[str], **further: ir.Value) -> ir.Table:
    """Return per account what only the lines tell, returns, days to pay and channels, with `further` aggregates."""
    buys = lines.amount > 0
    money = _channel_money(lines, buys, channels)
    habits = lines.group_by("account_id").aggregate(
        bought=lines.amount.sum(where=buys).fill_null(0.0),
        returned=(-lines.amount).sum(where=lines.amount < 0).fill_null(0.0),
        mean_days_to_pay=_days_to_pay(lines).mean(where=buys),
        **money,
        **further,
    )
    bought = positive(habits.bought)
    shares = {name: habits[name] / bought for name in money}
    return habits.mutate(returns_share=habits.returned / bought, **shares).relocate("returns_share", after="returned")


def _channel_money(lines: ir.Table, buys: ir.BooleanValue, channels: Sequence[str]) -> dict[str, ir.Value]:
    if "channel" not in lines.columns:
        return {f"share_{name}": ibis.null("float64") for name in channels}
    return {f"share_{name}": lines.amount.sum(where=buys & (lines.channel == name)).fill_null(0.0) for name in channels}


def _breadth(lines: ir.Table, buys: ir.BooleanValue) -> ir.Value:
    return lines.product_line.nunique(where=buys) if "product_line" in lines.columns else ibis.null("int64")


def _days_to_pay(lines: ir.Table) -> ir.Value:
    return days_between(lines.ordered_at, column_or_null(lines, "paid_at", "date")).cast("float64")

"""All that describes a customer's buying, in one query over its order lines."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import ibis

from salesops.not_enough_data import NotEnoughData
from salesops.tables.queries.days import order_days
from salesops.tables.queries.parts import column_or_null, known_orders, positive
from salesops.tables.queries.rhythm import habits_of_lines, rhythm_of_days

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import ibis.expr.types as ir

HALF_YEAR_DAYS, YEAR_DAYS = 182, 365


def customer_features(
    orders: ir.Table | NotEnoughData,
    as_of: date,
    accounts: ir.Table | NotEnoughData | None = None,
    channels: Sequence[str] = (),
) -> ir.Table | NotEnoughData:
    """Return one row per account that has ordered: how it buys, what, how much of what it needs, and since when.

    Parameters
    ----------
    orders
        Table orders.
    as_of
        Last day that is known, and the end of the time observed.
    accounts
        Table accounts; gives what an account could spend and its agreed days to pay.
    channels
        Channels whose share is wanted.

    Returns
    -------
    Table or NotEnoughData
        The columns of `customer_rhythm` but for breadth, and

        - orders_half_year: order days in the last 182 days; amount_year, amount_year_before: money of the order days
          in the last 365 days and in the 365 before
        - products: distinct products bought; usual_products: effective number of them, exp of the entropy of their
          shares of the order lines (Hill 1973, Ecology 54(2), order 1): 1 when every line holds the same product.
          Product lines stand for products where orders do not name the product, and both are empty where orders name
          neither
        - potential_spend (money a year) and payment_days (agreed) of the account; wallet_share: amount_year over
          potential_spend; days_late: mean days to pay beyond the agreed. Empty where accounts do not say it

    Examples
    --------
    >>> from datetime import date
    >>> from salesops.tables.queries import collect
    >>> days = [date(2025, 6, 1), date(2026, 1, 11), date(2026, 9, 1), date(2026, 9, 1)]
    >>> lines = {"account_id": ["A"] * 4, "ordered_at": days, "amount": [10.0, 30.0, 15.0, 5.0]}
    >>> lines = ibis.memtable(lines | {"product_id": ["P", "P", "P", "Q"]})
    >>> found = collect(customer_features(lines, date(2026, 9, 30)))
    >>> found[["orders_half_year", "amount_year", "amount_year_before", "products"]].values.tolist()
    [[1.0, 50.0, 10.0, 2.0]]
    """
    if isinstance(orders, NotEnoughData):
        return orders
    known = known_orders(orders, as_of)
    days = order_days(known)
    features = rhythm_of_days(days, as_of, **_lately(as_of)).join(habits_of_lines(known, channels), "account_id")
    features = features.left_join(_range(known), "account_id").drop("account_id_right")
    return _against_the_account(features, accounts)


def _lately(as_of: date) -> dict[str, ir.Deferred]:
    """Return what each account bought in the last half year, the last year and the year before."""
    half, year, two = (as_of - timedelta(days=back) for back in (HALF_YEAR_DAYS, YEAR_DAYS, 2 * YEAR_DAYS))
    day, amount = ibis._.day, ibis._.amount
    return {
        "orders_half_year": ibis._.count(where=day > half),
        "amount_year": amount.sum(where=day > year).fill_null(0.0),
        "amount_year_before": amount.sum(where=(day > two) & (day <= year)).fill_null(0.0),
    }


def _range(lines: ir.Table) -> ir.Table:
    """Return the number of products that each account buys, and how many of them it buys as a rule."""
    name = next((name for name in ("product_id", "product_line") if name in lines.columns), None)
    if name is None:
        nothing = {"products": ibis.null("int64"), "usual_products": ibis.null("float64")}
        return lines.select("account_id").distinct().mutate(**nothing)
    bought = lines.filter(lines.amount > 0, lines[name].notnull())
    counted = bought.group_by("account_id", product=bought[name]).aggregate(lines=bought.count().cast("float64"))
    n = counted.lines.sum()
    entropy = n.ln() - (counted.lines * counted.lines.ln()).sum() / n
    return counted.group_by("account_id").aggregate(products=counted.count(), usual_products=entropy.exp())


def _against_the_account(features: ir.Table, accounts: ir.Table | NotEnoughData | None) -> ir.Table:
    """Add what the account could spend and has agreed to, and how its buying compares."""
    if accounts is None or isinstance(accounts, NotEnoughData):
        known = features.mutate(potential_spend=ibis.null("float64"), payment_days=ibis.null("float64"))
    else:
        agreed = accounts.select(
            "account_id",
            potential_spend=column_or_null(accounts, "potential_spend", "float64"),
            payment_days=column_or_null(accounts, "payment_days", "float64"),
        )
        known = features.left_join(agreed, "account_id").drop("account_id_right")
    return known.mutate(
        wallet_share=known.amount_year / positive(known.potential_spend),
        days_late=known.mean_days_to_pay - known.payment_days,
    )

"""Who the customers are: one row per account with what it bought, when, and what is known about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import pandas as pd

from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.tables.queries import collect
from salesops.tables.queries.parts import days_between

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir

    from salesops.customer_segmentation.parameters import Parameters
    from salesops.tables import Tables

QUARTER_DAYS = 365.25 / 4
LOYALTY_QUARTERS = 8
HISTORY_MONTHS = 36
ABOUT_ACCOUNTS = ("name", "industry", "region", "potential_spend", "technology_fit", "stability")


def customer_orders(known: Tables, parameters: Parameters) -> ir.Table | NotEnoughData:
    """Return the order lines of customers: those of accounts that stand for no customer are left out.

    Parameters
    ----------
    known
        The tables as of a day.
    parameters
        Of which `left_out` names such accounts.
    """
    if not known.has("orders"):
        return NotEnoughData("orders")
    orders = known.expressions["orders"]
    return orders.filter(~orders.account_id.isin(parameters.left_out)) if parameters.left_out else orders


def customer_sales(orders: ir.Table, as_of: date, months: int) -> ir.Table:
    """Return one row per account with an order line: days, money and quarters, in one query.

    Parameters
    ----------
    orders
        Table orders, as known on `as_of`.
    as_of
        Last day that is known.
    months
        Months of each of the two periods compared.

    Returns
    -------
    Table
        - account_id, first_order, last_order: days of the first and last purchase, empty where there are returns alone
        - sales, recent_sales, earlier_sales, history_sales: money net of returns, in all, of the last `months` months,
          of as many before those, and of the last 36 months
        - recent_orders, earlier_orders: days with a purchase in the same two periods
        - bought, returned: money, neither negative
        - active_quarters: of the last eight quarters (of 91 days, back from `as_of`), those with a purchase

    Examples
    --------
    >>> from datetime import date
    >>> days = [date(2025, 3, 1), date(2026, 9, 1), date(2026, 9, 2)]
    >>> lines = ibis.memtable({"account_id": ["A"] * 3, "ordered_at": days, "amount": [9.0, 5.0, -1.0]})
    >>> found = collect(customer_sales(lines, date(2026, 9, 30), 12))
    >>> found[["sales", "recent_sales", "earlier_sales", "active_quarters"]].values.tolist()
    [[13.0, 4.0, 9.0, 2.0]]
    """
    amount, day, buys = orders.amount, orders.ordered_at, orders.amount > 0
    ends = [_months_before(as_of, count) for count in (months, 2 * months, HISTORY_MONTHS)]
    since, before, long_ago = (day > end for end in ends)
    quarters_ago = (days_between(day, ibis.literal(as_of)) / QUARTER_DAYS).floor()
    return orders.group_by("account_id").aggregate(
        first_order=day.min(where=buys),
        last_order=day.max(where=buys),
        sales=amount.sum().fill_null(0.0),
        recent_sales=amount.sum(where=since).fill_null(0.0),
        earlier_sales=amount.sum(where=before & ~since).fill_null(0.0),
        recent_orders=day.nunique(where=buys & since),
        earlier_orders=day.nunique(where=buys & before & ~since),
        history_sales=amount.sum(where=long_ago).fill_null(0.0),
        bought=amount.sum(where=buys).fill_null(0.0),
        returned=(-amount).sum(where=amount < 0).fill_null(0.0),
        active_quarters=quarters_ago.nunique(where=buys & (quarters_ago < LOYALTY_QUARTERS)),
    )


def _months_before(as_of: date, months: int) -> date:
    """Return the last day before a period of months that ends on `as_of`.

    Examples
    --------
    >>> from datetime import date
    >>> _months_before(date(2026, 9, 30), 12), _months_before(date(2026, 3, 31), 1)
    (datetime.date(2025, 9, 30), datetime.date(2026, 2, 28))
    """
    day: date = (pd.Timestamp(as_of) + pd.Timedelta(days=1) - pd.DateOffset(months=months, days=1)).date()
    return day


@passes_not_enough_data
def customers(orders: ir.Table, known: Tables, parameters: Parameters) -> pd.DataFrame | NotEnoughData:
    """Return one row per account with an order line, with what is known about it.

    Parameters
    ----------
    orders
        From `customer_orders`.
    known
        The tables as of a day; accounts may be missing.
    parameters
        The notebook's parameters.

    Returns
    -------
    DataFrame or NotEnoughData
        The columns of `customer_sales`, `buys` (whether the account ever bought, not returned alone), name, and from
        accounts: industry, region, potential_spend, technology_fit, stability, as far as they are there. In order of
        account_id.
    """
    found: pd.DataFrame = collect(customer_sales(orders, known.as_of, parameters.value_months), "account_id")  # type: ignore[assignment]
    if found.empty:
        return NotEnoughData("orders of customers", "no line up to that day names one")
    found["buys"] = found["first_order"].notna()
    return _named(found.merge(_accounts(known), on="account_id", how="left"))


def _accounts(known: Tables) -> pd.DataFrame:
    accounts = known.frame("accounts")
    if isinstance(accounts, NotEnoughData):
        return pd.DataFrame({"account_id": pd.Series(dtype=str)})
    return accounts[["account_id", *(column for column in ABOUT_ACCOUNTS if column in accounts.columns)]]


def _named(found: pd.DataFrame) -> pd.DataFrame:
    ids = found["account_id"].astype(str)
    return found.assign(name=found["name"].fillna(ids) if "name" in found else ids)


@passes_not_enough_data
def buyers(found: pd.DataFrame) -> pd.DataFrame | NotEnoughData:
    """Return the rows of `customers` that ever bought, not returned alone.

    Examples
    --------
    >>> str(buyers(pd.DataFrame({"buys": [False]})))
    'not enough data: needs customers who bought (1 account has returns or empty amounts alone)'
    """
    chosen = found[found["buys"]].reset_index(drop=True)
    if chosen.empty:
        one = len(found) == 1
        said = f"{len(found):,} {'account has' if one else 'accounts have'} returns or empty amounts alone"
        return NotEnoughData("customers who bought", said)
    return chosen

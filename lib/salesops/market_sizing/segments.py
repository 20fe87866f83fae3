"""What a segment is: industry × region, with the accounts we know in it and what we sold there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis
import pandas as pd

from salesops.not_enough_data import NotEnoughData
from salesops.tables.queries import collect
from salesops.tables.queries.parts import column_or_null, month_of

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir

    from salesops.tables import Tables

ALL = "all"
"""Stands for every industry or region where the data does not tell them apart."""
NOT_STATED = "not stated"
SEGMENT = ["industry", "region"]
ABOUT = ("potential_spend", "technology_fit")


@dataclass(frozen=True)
class Ours:
    """What we know and sell, by segment.

    Parameters
    ----------
    accounts
        One row per account: account_id, name, industry, region, potential_spend, technology_fit (empty where not
        known), sales (of the last twelve months), orders (of these months).
    sales
        One row per industry, region, product_line and month: sales, cost (empty where no line states one). Empty where
        nothing was sold.
    as_of
        The last day that is known.
    source
        Which table the sales are from: orders, or opportunities (those won).
    """

    accounts: pd.DataFrame
    sales: pd.DataFrame
    as_of: date
    source: str


def ours(known: Tables) -> Ours | NotEnoughData:
    """Return accounts and sales by segment; a table without industries or regions makes one segment of all.

    Parameters
    ----------
    known
        The tables as of a day: orders or opportunities, and accounts if there are any.
    """
    lines = sale_lines(known)
    if isinstance(lines, NotEnoughData):
        return lines
    located = _located(lines, known)
    sales = _monthly(located)
    return Ours(_accounts(known, located), sales, known.as_of, "orders" if known.has("orders") else "won opportunities")


def sale_lines(known: Tables) -> ir.Table | NotEnoughData:
    """Return what was sold: order lines, or won opportunities where there are no orders."""
    if known.has("orders"):
        return _order_lines(known)
    if not known.has("opportunities", "closed_at"):
        return NotEnoughData("orders, or opportunities.closed_at")
    deals = known.expressions["opportunities"]
    won = deals.filter(deals.status == "won", deals.closed_at.notnull())
    return won.select(
        account_id=won.account_id,
        day=won.closed_at,
        amount=won.amount,
        sold_region=ibis.null("string"),
        product_line=column_or_null(won, "product_line", "string"),
        cost=ibis.null("float64"),
    )


def _order_lines(known: Tables) -> ir.Table:
    orders = known.expressions["orders"]
    lines = orders.mutate(__line=column_or_null(orders, "product_line", "string"))
    if known.has("products", "product_line") and "product_id" in orders.columns:
        products = known.expressions["products"].select(__product="product_id", __listed="product_line")
        lines = lines.left_join(products, lines.product_id == products["__product"])
        lines = lines.mutate(__line=ibis.coalesce(lines["__line"], lines["__listed"]))
    return lines.select(
        account_id=lines.account_id,
        day=lines.ordered_at,
        amount=lines.amount,
        sold_region=column_or_null(lines, "region", "string"),
        product_line=lines["__line"],
        cost=column_or_null(lines, "cost", "float64"),
    )


def _located(lines: ir.Table, known: Tables) -> ir.Table:
    """Add industry and region: the account's, or the order's region where the account has none."""
    if not known.has("accounts"):
        return lines.mutate(industry=ibis.null("string"), region=lines.sold_region)
    accounts = known.expressions["accounts"]
    places = accounts.select(
        __account=accounts.account_id,
        industry=column_or_null(accounts, "industry", "string"),
        __region=column_or_null(accounts, "region", "string"),
    )
    joined = lines.left_join(places, lines.account_id == places["__account"])
    return joined.mutate(region=ibis.coalesce(joined["__region"], joined.sold_region)).drop("__account", "__region")


def _monthly(located: ir.Table) -> pd.DataFrame:
    keys = {name: located[name] for name in (*SEGMENT, "product_line")}
    query = located.group_by(month=month_of(located.day), **keys).aggregate(
        sales=located.amount.sum(), cost=located.cost.sum()
    )
    found = collect(query, "month", *SEGMENT, "product_line")
    assert isinstance(found, pd.DataFrame)
    return named(found)


def _accounts(known: Tables, located: ir.Table) -> pd.DataFrame:
    year_ago = (pd.Timestamp(known.as_of) - pd.DateOffset(years=1)).date()
    recent = located.filter(located.day > year_ago).group_by("account_id")
    bought = collect(
        recent.aggregate(sales=located.amount.sum(), orders=located.day.nunique(where=located.amount > 0)), "account_id"
    )
    assert isinstance(bought, pd.DataFrame)
    there = known.frame("accounts")
    if isinstance(there, NotEnoughData):
        ids = collect(located.group_by("account_id").aggregate(region=located.region.max()), "account_id")
        assert isinstance(ids, pd.DataFrame)
        there = ids.assign(name=ids["account_id"])
    wanted = ("account_id", "name", *SEGMENT, *ABOUT)
    frame = there.reindex(columns=list(wanted)).merge(bought, on="account_id", how="left")
    frame[["sales", "orders"]] = frame[["sales", "orders"]].fillna(0.0)
    frame["name"] = frame["name"].fillna(frame["account_id"].astype(str))
    return named(frame).astype(dict.fromkeys(ABOUT, "float64"))


def named(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose industries and regions are never empty: `all` where no row states one.

    Examples
    --------
    >>> named(pd.DataFrame({"industry": [None, None], "region": ["East", None]})).values.tolist()
    [['all', 'East'], ['all', 'not stated']]
    """
    there = {name: frame[name].notna().any() if name in frame else False for name in SEGMENT}
    return frame.assign(**{
        name: frame[name].astype("object").fillna(NOT_STATED) if there[name] else ALL for name in SEGMENT
    })  # fmt: skip

"""What a reader should know of the orders before using a figure on customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.not_enough_data import NotEnoughData
from salesops.report import plural
from salesops.tables.queries import collect

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from salesops.customer_segmentation.parameters import Parameters
    from salesops.tables import Tables

CURRENCY = "currency"


def cautions(
    orders: ir.Table | NotEnoughData, found: pd.DataFrame | NotEnoughData, known: Tables, parameters: Parameters
) -> list[str]:
    """Return what the orders hold that no figure can be right with, or that is left out.

    Parameters
    ----------
    orders, found
        From `customer_orders` and `customers`.
    known
        The tables as of a day.
    parameters
        The notebook's parameters.
    """
    if isinstance(orders, NotEnoughData):
        return [str(orders)]
    return [*_lines(orders), *_currencies(orders), *_returns_alone(found), *_left_out(known, parameters)]


def _lines(orders: ir.Table) -> list[str]:
    counts = collect(orders.aggregate(missing=orders.amount.isnull().sum(), zero=(orders.amount == 0).sum()))
    if isinstance(counts, NotEnoughData):
        return []
    row = counts.fillna(0).iloc[0]
    said = {"no amount": int(row["missing"]), "an amount of zero": int(row["zero"])}
    return [f"{plural(n, 'order line')} with {what}: not counted as a purchase." for what, n in said.items() if n]


def _currencies(orders: ir.Table) -> list[str]:
    """Say so where orders name several currencies, in a column that the contract does not know but keeps."""
    if CURRENCY not in orders.columns:
        return []
    found = collect(orders.group_by(CURRENCY).aggregate(lines=orders.count()), CURRENCY)
    if isinstance(found, NotEnoughData) or len(found) < 2:
        return []
    names = ", ".join(found[CURRENCY].fillna("none").astype(str))
    return [
        f"Orders are in several currencies ({names}), and amounts are added as they are: convert them to one first."
    ]


def _returns_alone(found: pd.DataFrame | NotEnoughData) -> list[str]:
    if isinstance(found, NotEnoughData):
        return [str(found)]
    count = int((~found["buys"]).sum())
    have = "account has" if count == 1 else "accounts have"
    return (
        [f"{count:,} {have} returns or empty amounts alone: counted, but in no tier, band or segment."] if count else []
    )


def _left_out(known: Tables, parameters: Parameters) -> list[str]:
    all_orders = known.expressions["orders"]
    lines = all_orders.filter(all_orders.account_id.isin(parameters.left_out)) if parameters.left_out else None
    if lines is None:
        return []
    total = collect(lines.aggregate(lines=lines.count(), amount=lines.amount.sum()))
    if isinstance(total, NotEnoughData) or not total["lines"].iloc[0]:
        return []
    amount = f"{parameters.currency} {total['amount'].fillna(0).iloc[0]:,.2f}"
    names = ", ".join(parameters.left_out)
    return [f"Left out as no customer ({names}): {plural(int(total['lines'].iloc[0]), 'order line')} of {amount}."]

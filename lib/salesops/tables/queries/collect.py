"""From a query to a pandas frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.not_enough_data import passes_not_enough_data

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd


@passes_not_enough_data
def collect(query: ir.Table, *order: str) -> pd.DataFrame:
    """Run a query where its tables are, and return the rows.

    Parameters
    ----------
    query
        Result of a query of this package.
    *order
        Columns to sort by. Without them rows come in whatever order the engine finds them, which differs from run to
        run.

    Returns
    -------
    DataFrame or NotEnoughData
        Dates are datetime64[us].

    Examples
    --------
    >>> import ibis
    >>> collect(ibis.memtable({"account_id": ["B", "A"], "amount": [1.0, 2.0]}), "account_id")["amount"].tolist()
    [2.0, 1.0]
    """
    dates = [column for column, kind in query.schema().items() if kind.is_date()]
    query = query.mutate(**{column: query[column].cast("timestamp") for column in dates})
    frame: pd.DataFrame = (query.order_by(list(order)) if order else query).to_pandas()
    return frame.astype(dict.fromkeys(dates, "datetime64[us]"))

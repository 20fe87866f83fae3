"""What each column of a source holds: how much of it is filled, how many values there are, and from where to where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from salesops.tables.checks.rows import is_filled
from salesops.tables.schemas import CONTRACT
from salesops.tables.sources import AS_WRITTEN, open_conformed

if TYPE_CHECKING:
    from pathlib import Path

    import ibis.expr.types as ir

    from salesops.tables.contract import Column, TableContract
    from salesops.tables.sources import Conformed

LONGEST = 40


def profile(data: str | Path | Conformed) -> dict[str, pd.DataFrame]:
    """Return, for each table of a source, a frame with a row per column of the contract that is there.

    Parameters
    ----------
    data
        Any source that `salesops.tables.sources.open_source` takes, or what `open_conformed` has opened.

    Returns
    -------
    dict
        From the table's name to a frame with `column`, `type`, `filled` (share of rows, 0 to 1), `distinct`, `lowest`
        and `highest` (as text; of texts the first and the last in their order).

    Raises
    ------
    InputError
        If the source cannot be read.
    """
    return {name: _profile(CONTRACT[name], table) for name, table in open_conformed(data).tables.items()}


def _profile(contract: TableContract, table: ir.Table) -> pd.DataFrame:
    columns = [column for column in contract.columns if column.name in table.columns]
    measures = {
        f"{column.name}.{name}": value for column in columns for name, value in _measures(table, column).items()
    }
    found = table.aggregate(rows=table.count(), **measures).to_pandas().iloc[0]
    rows = max(int(found["rows"]), 1)
    return pd.DataFrame(
        {
            "column": [column.name for column in columns],
            "type": [column.type for column in columns],
            "filled": [int(found[f"{column.name}.filled"]) / rows for column in columns],
            "distinct": [int(found[f"{column.name}.distinct"]) for column in columns],
            "lowest": [_text(found[f"{column.name}.lowest"]) for column in columns],
            "highest": [_text(found[f"{column.name}.highest"]) for column in columns],
        }
    )


def _measures(table: ir.Table, column: Column) -> dict[str, ir.Scalar]:
    value = table[column.name]
    return {
        "filled": is_filled(table[AS_WRITTEN + column.name]).ifelse(1, 0).sum().fill_null(0),
        "distinct": value.nunique(),
        "lowest": value.min(),
        "highest": value.max(),
    }


def _text(value: object) -> str:
    if pd.isna(value):  # type: ignore[call-overload]
        return ""
    if isinstance(value, int | float):
        return f"{value:,.10g}"
    text = str(value).removesuffix(" 00:00:00")
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"

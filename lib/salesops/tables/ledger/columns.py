"""The one schema of all files of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    import pyarrow as pa

Kind = Literal["kpi", "forecast", "parameter", "hash", "version"]
KINDS: tuple[Kind, ...] = get_args(Kind)


def schema() -> pa.Schema:
    """Return names and types of the ledger's columns; docs/ledger.md says what they mean."""
    import pyarrow as pa

    text = ("topic", "kind", "name", "level", "key", "period", "measure", "unit")
    numbers = ("value", "low", "mid", "high")
    return pa.schema(
        [
            ("run_id", pa.string()),
            ("started_at", pa.timestamp("us", tz="UTC")),
            ("plan", pa.string()),
            ("scenario", pa.string()),
            ("as_of", pa.date32()),
            *((name, pa.string()) for name in text),
            *((name, pa.float64()) for name in numbers),
            ("text", pa.string()),
        ]
    )


def as_frame(table: pa.Table) -> pd.DataFrame:
    """Return a table of the ledger as a frame whose types do not depend on what is in it."""
    frame: pd.DataFrame = table.cast(schema()).to_pandas(date_as_object=False)
    return frame


def stacked(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return frames that each hold some of the ledger's columns as one frame that holds all of them."""
    import pyarrow as pa

    whole = schema()
    tables = [
        pa.Table.from_pandas(part, pa.schema([column for column in whole if column.name in part]), preserve_index=False)
        for part in parts
    ]
    return as_frame(pa.concat_tables([whole.empty_table(), *tables], promote_options="default"))

"""What a notebook reads: the tables of a source as they were known on a day."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from salesops.not_enough_data import NotEnoughData
from salesops.tables.reading.source import LINE
from salesops.tables.reads import NotedTables
from salesops.tables.schemas import CONTRACT
from salesops.tables.spans import spans

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

    import ibis.expr.types as ir
    import pandas as pd

    from salesops.tables.sources import Conformed
    from salesops.tables.spans import Span


LATE_DAYS = 31


@dataclass(frozen=True)
class Tables:
    """The tables of one source as of one day.

    Parameters
    ----------
    place
        Where the data lies.
    as_of
        The day; nothing later is in any table.
    reaches
        Day of the last event in the data, which may be later.
    expressions
        From a table's name to its Ibis expression, for queries that should run where the data is. Looking one up
        counts as reading it.
    """

    place: str
    as_of: date
    reaches: date
    expressions: NotedTables = field(repr=False)

    def has(self, name: str, *columns: str) -> bool:
        """Return whether table `name` is there, with all of `columns`."""
        return name in self.expressions and set(columns) <= set(self.expressions[name].columns)

    def frame(self, name: str, *columns: str) -> pd.DataFrame | NotEnoughData:
        """Return a table as a pandas frame, in key order, dates as datetime64.

        Parameters
        ----------
        name
            Table of the input contract.
        *columns
            Columns that have to be there; all columns of the table are returned.
        """
        if name not in self.expressions:
            return NotEnoughData(name)
        missing = [f"{name}.{column}" for column in columns if column not in self.expressions[name].columns]
        if missing:
            return NotEnoughData(", ".join(missing))
        return to_frame(self.expressions[name], name)

    def read(self) -> tuple[str, ...]:
        """Return the names of all tables that were asked for, there or not, and of those that their rows depend on."""
        return self.expressions.read

    def described(self) -> dict[str, str]:
        """Return what each table asked for so far holds on that day, in words, for a page's "About these numbers"."""
        asked = [name for name in self.expressions.asked if name in self.expressions.there]
        spans = {name: span.words() for name, span in self._spans(asked).items()}
        return {"source": self.place, "as of": f"{self.as_of}, of data that reaches {self.reaches}", **spans}

    def cautions(self) -> list[str]:
        """Return what a reader should know about the data before using a number."""
        if self.reaches <= self.as_of:
            silent = (self.as_of - self.reaches).days
            stale = (
                f"The data ends on {self.reaches}, {silent} days before {self.as_of}: what came since counts as none."
            )
            return [stale] if silent > LATE_DAYS else []
        caution = f"The data goes on to {self.reaches}; what happened after {self.as_of} is left out."
        if self.has("opportunities"):
            caution += " So are values of deals open then that carry no day, such as competitor and prices."
        return [caution]

    def rows(self) -> dict[str, int]:
        """Return the number of rows of each table on that day."""
        return {name: span.rows for name, span in self._spans(self.expressions.there).items()}

    def _spans(self, names: Iterable[str]) -> dict[str, Span]:
        return spans({name: self.expressions.unnoted(name) for name in names})


def load(data: str | Path | Conformed, as_of: str = "last_complete_quarter") -> Tables:
    """Open the tables at `data` as they were known on a day.

    Parameters
    ----------
    data
        A folder, workbook or DuckDB file (a relative path counts from the project's root), or a database's URL;
        or what `salesops.tables.sources.open_conformed` has opened.
    as_of
        A day written as 2026-09-30, or `last_complete_quarter`.

    Raises
    ------
    InputError
        If the source cannot be read, or the day lies before the data.
    """
    # Ibis takes a second to import, which a run that finds nothing changed need not spend.
    from salesops.tables.as_of import cut, data_reaches, depends_on, event_days, resolve_as_of
    from salesops.tables.reading.engine import named
    from salesops.tables.sources import Conformed, open_conformed, typed_columns

    source = open_conformed(data)
    typed = {name: typed_columns(table, CONTRACT[name]) for name, table in source.tables.items()}
    days = event_days(typed)
    day, reaches = resolve_as_of(str(as_of), days), data_reaches(days)
    place = data.place if isinstance(data, Conformed) else str(data)
    known = NotedTables(cut(typed, day, reaches, named), depends_on, named)
    return Tables(place=place, as_of=day, reaches=reaches, expressions=known)


def to_frame(table: ir.Table, name: str) -> pd.DataFrame:
    """Return an expression as a pandas frame with dates as datetime64[us], in key order, or in the file's."""
    dates = [column for column, kind in table.schema().items() if kind.is_date()]
    numbers = [column for column, kind in table.schema().items() if kind.is_numeric()]
    table = table.mutate(**{column: table[column].cast("timestamp") for column in dates})
    key = [column for column in CONTRACT[name].key if column in table.columns]
    order = [LINE] if LINE in table.columns else key
    frame: pd.DataFrame = (table.order_by(order) if order else table).to_pandas()
    # A column of numbers that is empty in every row comes as objects, of which no mean can be taken.
    empty = [column for column in numbers if frame[column].dtype == object]
    types = dict.fromkeys(dates, "datetime64[us]") | dict.fromkeys(empty, "float64")
    return frame.astype(types).drop(columns=LINE, errors="ignore")

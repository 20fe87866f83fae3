"""From columns as they were found to the types of the contract; a value that cannot be read becomes empty."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import ibis
import sqlglot

from salesops.tables.reading.engine import create_table, named, quoted
from salesops.tables.reading.numbers import as_number, as_plain_number
from salesops.tables.reading.source import LINE

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from salesops.tables.contract import Column, ColumnType, TableContract

AS_WRITTEN = "__as_written__"
TYPES: dict[ColumnType, str] = {
    "text": "string",
    "integer": "int64",
    "number": "float64",
    "money": "float64",
    "date": "date",
}
NUMBERS = ("integer", "number", "money")
HOLE = '"__value__"'
"""Where the name of a column goes in SQL that is compiled once for all columns of a type."""
TIME = r"([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?)?"
ISO_DAY = rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}{TIME}$"
LEAP = r"([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)"
# Where a database stops at a day that does not exist, the pattern has to know the calendar.
CALENDAR_DAY = (
    r"^(([0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)"
    r"-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
    rf"|{LEAP}-02-29){TIME}$"
)


def conform(table: ir.Table, contract: TableContract) -> ir.Table:
    """Return `table` with the contract's columns cast to their types, and beside each the value as it was written.

    A value that cannot be cast becomes empty; its text stays in `__as_written__<column>`. Columns that the contract
    does not know are carried along.
    """
    there = [column for column in contract.columns if column.name in table.columns]
    if LINE in table.columns:
        return _conformed_text(table, contract.name, there)
    duckdb = table.get_backend().name == "duckdb"
    conformed = table.mutate(
        **{AS_WRITTEN + column.name: table[column.name] for column in there},
        **{column.name: _typed(table[column.name], column.type, padded=False, duckdb=duckdb) for column in there},
    )
    return named(conformed, contract.name)


def _conformed_text(table: ir.Table, name: str, columns: list[Column]) -> ir.Table:
    """Return the conformed rows of a file, whose values are all text, as a table of the embedded engine.

    Reading text is most of the work: it is done once, not again in every query.
    """
    plain = _plain_columns(table, columns)
    kinds = {column.name: column.type for column in columns}
    values = {c: _sql(kinds[c], plain=c in plain).replace(HOLE, quoted(c)) for c in table.columns if c in kinds}
    written = {AS_WRITTEN + c: quoted(c) for c in kinds}
    shown = [f"{values.get(c, quoted(c))} AS {quoted(c)}" for c in table.columns]
    shown += [f"{value} AS {quoted(c)}" for c, value in written.items()]
    types = (
        dict(table.schema().items()) | {c: TYPES[kind] for c, kind in kinds.items()} | dict.fromkeys(written, "string")
    )
    query = f"SELECT {', '.join(shown)} FROM {quoted(table.op().name)}"
    return create_table(table.get_backend(), ibis.util.gen_name(name), query, types)


def _plain_columns(table: ir.Table, columns: list[Column]) -> set[str]:
    """Return the columns of numbers that hold plain ones alone, so that nothing else need be looked for."""
    numbers = [column.name for column in columns if column.type in NUMBERS]
    if not numbers:
        return set()
    marks = ", ".join(f"bool_or({_marked_sql().replace(HOLE, quoted(name))})" for name in numbers)
    found = table.get_backend().raw_sql(f"SELECT {marks} FROM {quoted(table.op().name)}").fetchone()
    return {name for name, marked in zip(numbers, found, strict=True) if not marked}


@functools.cache
def _sql(kind: ColumnType, *, plain: bool) -> str:
    """Return what reads a text as a value of a type, in DuckDB's SQL: compiled once, not once for every column."""
    if plain and kind in NUMBERS:
        number = as_plain_number(_hole(), duckdb=True)
        return _compiled(_whole(number) if kind == "integer" else number)
    return _compiled(_typed(_hole(), kind, padded=True, duckdb=True))


@functools.cache
def _marked_sql() -> str:
    return _compiled(_is_marked(_hole()))


def _hole() -> ir.StringValue:
    return ibis.table({HOLE.strip('"'): "string"}, name="text")[HOLE.strip('"')]


def _compiled(value: ir.Value) -> str:
    """Return DuckDB's SQL of an expression of `_hole`, in which `HOLE` stands for the text."""
    query = str(ibis.to_sql(value.name("value").as_table(), dialect="duckdb"))
    select = sqlglot.parse_one(query, into=sqlglot.exp.Select, dialect="duckdb")
    for column in list(select.find_all(sqlglot.exp.Column)):
        column.set("table", None)
    return f"({select.selects[0].this.sql('duckdb')})"


def _is_marked(value: ir.StringValue) -> ir.BooleanValue:
    # DuckDB casts through blanks; trimming every value would take longer than all else.
    return as_plain_number(value, duckdb=True).isnull().ifelse(value.strip().length() > 0, ibis.literal(False))


def typed_columns(table: ir.Table, contract: TableContract) -> ir.Table:
    """Return a conformed table without its bookkeeping; only a table without a key keeps `__line__`, its order."""
    table = table.drop(*[name for name in table.columns if name.startswith(AS_WRITTEN)])
    if contract.key:
        return table.drop(LINE) if LINE in table.columns else table
    return table if LINE in table.columns else table.mutate(**{LINE: ibis.row_number()})


def _typed(value: ir.Value, kind: ColumnType, *, padded: bool, duckdb: bool) -> ir.Value:
    if value.type().is_string():
        # Only text files pad their values with blanks; trimming ten million typed ones would take longer than all else.
        value = (value.strip() if padded or kind != "text" else value).nullif("")
    if kind == "text":
        return _text(value)
    if kind == "date":
        return _day(value, duckdb=duckdb)
    number = _number(value, money=kind == "money", duckdb=duckdb)
    return _whole(number) if kind == "integer" else number


def _text(value: ir.Value) -> ir.StringValue:
    if value.type().is_floating():
        # An identifier column with gaps becomes 1001.0 in some programs; it means 1001.
        return (value == value.floor()).ifelse(value.cast("int64").cast("string"), value.cast("string"))
    return value.cast("string")


def _day(value: ir.Value, *, duckdb: bool) -> ir.DateValue:
    if value.type().is_date() or value.type().is_timestamp():
        return value.cast("date")
    text = value if value.type().is_string() else value.cast("string")
    iso = text.re_search(ISO_DAY if duckdb else CALENDAR_DAY).ifelse(text.substr(0, 10), ibis.null("string"))
    return iso.try_cast("date") if duckdb else iso.cast("date")


def _number(value: ir.Value, *, money: bool, duckdb: bool) -> ir.FloatingValue:
    kind = value.type()
    if kind.is_string():
        return as_number(value, money=money, duckdb=duckdb)
    if kind.is_boolean():
        return value.cases((True, 1.0), (False, 0.0), else_=ibis.null("float64"))
    if not kind.is_numeric():
        return ibis.null("float64")
    number = value.cast("float64")
    return (number.isnan() | number.isinf()).ifelse(ibis.null("float64"), number) if kind.is_floating() else number


def _whole(number: ir.FloatingValue) -> ir.IntegerValue:
    return ((number == number.floor()) & (number.abs() < 1e15)).ifelse(number, ibis.null("float64")).cast("int64")

"""From columns as they were found to the types of the contract; a value that cannot be read becomes empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from salesops.tables.reading.numbers import as_number, as_plain_number
from salesops.tables.reading.source import LINE

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from salesops.tables.contract import Column, TableContract

AS_WRITTEN = "__as_written__"
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
    backend, from_file = table.get_backend(), LINE in table.columns
    duckdb = backend.name == "duckdb"
    plain = _plain_columns(table, there) if from_file else set()
    conformed = table.mutate(
        **{AS_WRITTEN + column.name: table[column.name] for column in there},
        **{
            column.name: _plain(table[column.name], column)
            if column.name in plain
            else _typed(table[column.name], column, padded=from_file, duckdb=duckdb)
            for column in there
        },
    )
    # Reading text is most of the work: it is done once, not again in every query.
    return backend.create_table(ibis.util.gen_name(contract.name), conformed, temp=True) if from_file else conformed


def _plain_columns(table: ir.Table, columns: list[Column]) -> set[str]:
    """Return the columns of numbers that hold plain ones alone, so that nothing else need be looked for."""
    numbers = [column.name for column in columns if column.type in ("number", "money", "integer")]
    if not numbers:
        return set()
    found = table.aggregate(**{name: _is_marked(table[name]).any().fill_null(False) for name in numbers}).to_pandas()
    return {name for name in numbers if not found[name].iloc[0]}


def _plain(value: ir.StringValue, column: Column) -> ir.NumericValue:
    number = as_plain_number(value, duckdb=True)
    return _whole(number) if column.type == "integer" else number


def _is_marked(value: ir.StringValue) -> ir.BooleanValue:
    # DuckDB casts through blanks; trimming every value would take longer than all else.
    return as_plain_number(value, duckdb=True).isnull().ifelse(value.strip().length() > 0, ibis.literal(False))


def typed_columns(table: ir.Table, contract: TableContract) -> ir.Table:
    """Return a conformed table without its bookkeeping; only a table without a key keeps `__line__`, its order."""
    table = table.drop(*[name for name in table.columns if name.startswith(AS_WRITTEN)])
    if contract.key:
        return table.drop(LINE) if LINE in table.columns else table
    return table if LINE in table.columns else table.mutate(**{LINE: ibis.row_number()})


def _typed(value: ir.Value, column: Column, *, padded: bool, duckdb: bool) -> ir.Value:
    if value.type().is_string():
        # Only text files pad their values with blanks; trimming ten million typed ones would take longer than all else.
        value = (value.strip() if padded or column.type != "text" else value).nullif("")
    if column.type == "text":
        return _text(value)
    if column.type == "date":
        return _day(value, duckdb=duckdb)
    number = _number(value, money=column.type == "money", duckdb=duckdb)
    return _whole(number) if column.type == "integer" else number


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

"""Numbers written with a decimal comma, as 1.234,56: only where a mapping says so, because 1.234 could be either."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.errors import InputError

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir

MONEY_SIGNS = "[\\s\u00a0\u202f$€£¥￥]|EUR|CHF|USD|GBP|CNY|RMB"
WRITTEN = r"(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?"
SIGNED = f"^(?:[-+]?{WRITTEN}|{WRITTEN}-)$"
SHOWN_ROWS = 3


def with_decimal_point(value: ir.StringValue) -> ir.StringValue:
    """Return a number written as 1.234,56 as 1234.56; none where it is written in another way.

    Examples
    --------
    >>> import ibis
    >>> written = [ibis.literal(text) for text in ("-1.234,5 €", "7,25-", "1.234")]
    >>> [ibis.duckdb.connect().execute(with_decimal_point(text)) for text in written]
    ['-1234.5', '-7.25', '1234']
    """
    bare = value.re_replace(MONEY_SIGNS, "")
    plain = bare.replace(".", "").replace(",", ".").re_replace("^(.*)-$", r"-\1")
    return bare.re_search(SIGNED).ifelse(plain, None)


def decimal_commas_read(
    connection: ibis.BaseBackend, table: ir.Table, columns: list[str], row: str, place: str, line_of_row_0: int
) -> ir.Table:
    """Return a table with the numbers of some columns written with a point.

    Raises
    ------
    InputError
        For each column that holds something else, with how often and the first lines; `row` numbers the rows.
    """
    faults = [_fault(connection, table, name, row, place, line_of_row_0) for name in columns if name in table.columns]
    if any(faults):
        raise InputError(*filter(None, faults))
    return table.mutate(**{name: with_decimal_point(table[name]) for name in columns if name in table.columns})


def _fault(
    connection: ibis.BaseBackend, table: ir.Table, name: str, row: str, place: str, line_of_row_0: int
) -> str | None:
    wrong = table.filter(table[name].notnull() & with_decimal_point(table[name]).isnull())
    count = int(connection.execute(wrong.count()))
    if not count:
        return None
    first = connection.execute(wrong.order_by(row).limit(SHOWN_ROWS).select(row=wrong[row], value=wrong[name]))
    lines = ", ".join(
        f'line {at + line_of_row_0}: "{value}"' for at, value in zip(first["row"], first["value"], strict=True)
    )
    values = "value is" if count == 1 else "values are"
    cure = "correct them, list what means none under empty, or take the column out of decimal_comma"
    return f"{place}, column {name}: {count:,} {values} not written with a decimal comma, as 1.234,56 ({lines}); {cure}"

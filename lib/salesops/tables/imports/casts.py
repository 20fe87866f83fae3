"""From the text of an export to the types of the contract; what cannot be read becomes empty, to be reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import ibis.expr.datatypes as dt

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis.expr.types as ir

    from salesops.tables.contract import ColumnType

DUCKDB_TYPES: dict[ColumnType, str] = {
    "text": "string",
    "integer": "int64",
    "number": "float64",
    "money": "float64",
    "date": "date",
}

ISO_DAY = r"^\d{4}-\d{2}-\d{2}([ T].*)?$"
# 13 digits, as web services write a moment: from the year 2001 to 2286.
MILLISECONDS = r"^\d{13}$"
TIMES = ("%H:%M:%S", "%H:%M", "%I:%M %p", "%I:%M:%S %p")
FIRST_YEAR = 1800
PLAIN_NUMBER = r"^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$"
GROUPED_NUMBER = r"^[-+]?\d{1,3}(,\d{3})+(\.\d+)?$"
CURRENCY_SIGNS = r"[\s$€£¥￥]"


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
def try_strptime(text: str, written: str) -> dt.timestamp:
    """Stand for DuckDB's try_strptime, which gives NULL where a text is not a date written that way."""


def as_type(value: ir.Value, wanted: ColumnType, date_formats: Sequence[str] = ()) -> ir.Value:
    """Return `value` as the type of a contract column."""
    if wanted == "text":
        return as_text(value)
    if wanted == "date":
        return as_date(value, date_formats)
    return as_integer(value) if wanted == "integer" else as_number(value)


def as_text(value: ir.Value) -> ir.StringValue:
    """Return a text, number or date as text; dates as 2026-09-30."""
    return value if value.type().is_string() else value.cast("string")


def as_number(value: ir.Value) -> ir.FloatingValue:
    """Return text as a number: 1234.5, 1,234.50, $1,234 and 1e6 can be read; 1.234,50 and 12% cannot.

    Examples
    --------
    >>> ibis.duckdb.connect().execute(as_number(ibis.literal("$1,234.50")))
    1234.5
    """
    if not value.type().is_string():
        return value.cast("float64")
    # Most values are plain: the slower reading is done for the others alone.
    bare = value.re_search(PLAIN_NUMBER).ifelse(value, _bare(value))
    number = bare.try_cast("float64")
    return number.isinf().ifelse(ibis.null("float64"), number)


def _bare(value: ir.StringValue) -> ir.StringValue:
    bare = value.re_replace(CURRENCY_SIGNS, "")
    bare = bare.re_search(GROUPED_NUMBER).ifelse(bare.replace(",", ""), bare)
    return bare.re_search(PLAIN_NUMBER).ifelse(bare, ibis.null("string"))


def as_integer(value: ir.Value) -> ir.IntegerValue:
    """Return a number without a fraction as a whole number; 12.0 counts, 12.5 does not."""
    number = as_number(value)
    return (number == number.floor()).ifelse(number, ibis.null("float64")).try_cast("int64")


def as_date(value: ir.Value, date_formats: Sequence[str] = (), *, iso: bool = True) -> ir.DateValue:
    """Return text as a date: written as 2026-09-30, as milliseconds since 1970, or in one of `date_formats`.

    A time may follow the day, and is left out. The day is the one written, whatever the time zone.

    Examples
    --------
    >>> str(ibis.duckdb.connect().execute(as_date(ibis.literal("1/31/2017 8:55 PM"), ["%m/%d/%Y"])))[:10]
    '2017-01-31'
    """
    if value.type().is_date():
        return value
    text = as_text(value)
    others = [_day(text, written) for written in date_formats]
    own = [text.re_search(ISO_DAY).ifelse(text.substr(0, 10), ibis.null("string")).try_cast("date"), _epoch(text)]
    read = [*(own if iso else []), *others]
    return ibis.coalesce(*read).cast("date") if len(read) > 1 else read[0]


def _day(text: ir.StringValue, written: str) -> ir.DateValue:
    # A format without a blank describes the day alone: whatever follows it in the cell is a time.
    day = text if any(sign in written for sign in " T") else text.re_extract(r"^[^ T,]+", 0)
    found = try_strptime(day, written).date()
    # %Y also takes 24 for the year 24, which nobody means.
    return (found.year() >= FIRST_YEAR).ifelse(found, ibis.null("date"))


def _epoch(text: ir.StringValue) -> ir.DateValue:
    count = text.re_search(MILLISECONDS).ifelse(text, ibis.null("string")).try_cast("int64")
    return count.as_timestamp("ms").date()


def as_moment(value: ir.StringValue, date_formats: Sequence[str] = ()) -> ir.TimestampValue:
    """Return text as a moment, to sort by: a date as `as_date` reads it, with the time after it if there is one.

    Examples
    --------
    >>> str(ibis.duckdb.connect().execute(as_moment(ibis.literal("02/23/26 08:55 PM"), ["%m/%d/%y"])))
    '2026-02-23 20:55:00'
    """
    iso = value.re_search(ISO_DAY).ifelse(value.substr(0, 23), ibis.null("string")).try_cast("timestamp")
    count = value.re_search(MILLISECONDS).ifelse(value, ibis.null("string")).try_cast("int64").as_timestamp("ms")
    others = [try_strptime(value.replace(",", ""), f"{day} {time}") for day in date_formats for time in TIMES]
    return ibis.coalesce(iso, count.cast("timestamp"), *others, as_date(value, date_formats).cast("timestamp"))


def shifted(day: ir.DateValue, days: int, months: int) -> ir.DateValue:
    """Return a date moved by days, then by months; a month without that day gives its last day.

    Examples
    --------
    >>> str(ibis.duckdb.connect().execute(shifted(ibis.date("2011-07-01"), -1, 81)))[:10]
    '2018-03-30'
    """
    if days:
        day = (day + ibis.interval(days=days)).cast("date")
    return (day + ibis.interval(months=months)).cast("date") if months else day


def as_period(day: ir.DateValue, period: str | None) -> ir.Value:
    """Return a date as 2026, 2026Q4 or 2026-10, or as it is where no period is wanted."""
    if period == "quarter":
        return day.strftime("%Y") + "Q" + day.quarter().cast("string")
    return {"year": day.strftime("%Y"), "month": day.strftime("%Y-%m"), None: day}[period]

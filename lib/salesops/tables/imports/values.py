"""From a value's description in the mapping to an Ibis expression, and to what has to be counted about it."""

from __future__ import annotations

import functools
import operator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import ibis

from salesops.tables.imports.casts import as_date, as_number, as_period, as_text, shifted
from salesops.tables.imports.files import replaced, without

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import ibis.expr.types as ir

    from salesops.tables.imports.mapping import Value
    from salesops.tables.imports.report import Kind


DATE_WANTED = "a date written as 2026-09-30; say how they are written here with date_formats, or with --date-format"


@dataclass(frozen=True)
class Doubt:
    """Rows that cannot be used as they are.

    Parameters
    ----------
    target
        What they were wanted for: a contract column, or the key of a join.
    source_columns
        Columns that the value comes from.
    rows
        True where a row is at fault.
    found
        The value to show.
    wanted
        What was wanted, and what to do.
    """

    target: str
    source_columns: tuple[str, ...]
    rows: ir.BooleanValue
    found: ir.StringValue
    wanted: str


@dataclass(frozen=True)
class Count:
    """Rows that were changed on the way, for the report."""

    kind: Kind
    column: str
    detail: str
    rows: ir.BooleanValue


@dataclass
class ValueReader:
    """Reads values for one target, and keeps what has to be counted.

    Parameters
    ----------
    cell
        From a column's name in the mapping to its text.
    target
        Contract column or join that the values are for.
    row
        The row's number in its file, from 0.
    conditions
        Contract columns of the same row that values depend on.
    date_formats
        How dates are written, besides 2026-09-30.
    """

    cell: Callable[[str], ir.StringValue]
    target: str
    row: ir.IntegerValue
    conditions: Mapping[str, ir.StringValue] = field(default_factory=dict)
    date_formats: Sequence[str] = ()
    doubts: list[Doubt] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)

    def read(self, value: Value) -> ir.Value:
        """Return the expression of a value: its source, then its steps in the order the mapping describes."""
        earlier = len(self.doubts)
        found = self._source(value)
        if value.empty:
            found = without(as_text(found), value.empty)
        found = self._translated(value, found)
        found = self._conditional(value, self._dated(value, found))
        # What helps with a value helps with the parts it is made of.
        self.doubts[earlier:] = [_helped(value, doubt) for doubt in self.doubts[earlier:]]
        return self._defaulted(value, found)

    def doubt(self, value: Value, rows: ir.BooleanValue, found: ir.Value, wanted: str) -> None:
        """Keep rows that cannot be used."""
        self.doubts.append(Doubt(self.target, tuple(value.source_columns), rows, as_text(found), wanted))

    def _source(self, value: Value) -> ir.Value:
        if value.column is not None:
            return self.cell(value.column)
        if value.first_of is not None:
            return self._first(value.first_of)
        if value.earliest is not None:
            return self._earliest(value.earliest)
        if value.concat is not None:
            parts = [as_text(self.read(part)) for part in value.concat]
            return ibis.literal(value.separator).join(parts).nullif("")
        if value.multiply is not None:
            return self._product(value.multiply)
        return self.row + value.row_number if value.row_number is not None else ibis.literal(value.constant)

    def _first(self, parts: list[Value]) -> ir.Value:
        read: list[ir.StringValue] = []
        for part in parts:
            open_ = ibis.and_(*[value.isnull() for value in read])
            read.append(as_text(self._read_where(open_, part)))
            if len(read) > 1:
                self.counts.append(Count("fallback", self.target, _named(part), open_ & read[-1].notnull()))
        return ibis.coalesce(*read)

    def _read_where(self, rows: ir.BooleanValue, part: Value) -> ir.Value:
        """Return a part that matters in some rows only: what is wrong with it in others is no fault."""
        doubts, counts = len(self.doubts), len(self.counts)
        found = self.read(part)
        self.doubts[doubts:] = [replace(doubt, rows=rows & doubt.rows) for doubt in self.doubts[doubts:]]
        self.counts[counts:] = [replace(count, rows=rows & count.rows) for count in self.counts[counts:]]
        return found

    def _earliest(self, parts: list[Value]) -> ir.Value:
        days = [self._day(part) for part in parts]
        for position, part in enumerate(parts[1:], start=1):
            earlier = ibis.and_(*[days[position] < day for day in days[:position]]).fill_null(False)
            self.counts.append(Count("earlier", self.target, _named(part), earlier))
        return ibis.least(*days)

    def _day(self, part: Value) -> ir.DateValue:
        text = self.read(part)
        day = as_date(text, self.date_formats)
        self.doubt(part, text.notnull() & day.isnull(), text, DATE_WANTED)
        return day

    def _product(self, parts: list[Value]) -> ir.Value:
        factors = [self._number(part) for part in parts]
        # Beyond six decimals stands nothing but the noise of binary fractions: 1898.09 × 3 is 5694.27.
        return functools.reduce(operator.mul, factors).round(6)

    def _number(self, part: Value) -> ir.Value:
        text = self.read(part)
        number = as_number(text)
        self.doubt(part, text.notnull() & number.isnull(), text, "a number")
        return number

    def _translated(self, value: Value, found: ir.Value) -> ir.Value:
        if value.spellings:
            self._count_changes("spelling", as_text(found), value.spellings)
            found = replaced(as_text(found), value.spellings)
        if not value.values:
            return found
        text = as_text(found)
        known = list(value.values)
        self._count_changes("mapped", text, value.values)
        if value.otherwise is not None:
            other = text.notnull().ifelse(ibis.literal(value.otherwise), ibis.null("string"))
            return text.cases(*value.values.items(), else_=other)
        self.doubt(value, text.notnull() & text.notin(known), text, f"one of {', '.join(known)}; add it to values")
        return text.cases(*value.values.items(), else_=ibis.null("string"))

    def _count_changes(self, kind: Kind, text: ir.StringValue, words: dict[str, str]) -> None:
        changed = [old for old, new in words.items() if old != new]
        self.counts.append(Count(kind, self.target, "", text.isin(changed)))

    def _dated(self, value: Value, found: ir.Value) -> ir.Value:
        if not value.is_date:
            return found
        formats = [value.date_format] if value.date_format else self.date_formats
        day = as_date(found, formats, iso=value.date_format is None)
        written = f"a date written as {value.date_format}" if value.date_format else DATE_WANTED
        self.doubt(value, found.notnull() & day.isnull(), found, written)
        return as_period(shifted(day, value.shift_days, value.shift_months), value.period)

    def _conditional(self, value: Value, found: ir.Value) -> ir.Value:
        if not value.if_:
            return found
        holds = [self.conditions[name].isin(words).fill_null(False) for name, words in value.if_.items()]
        return ibis.and_(*holds).ifelse(found, ibis.null(found.type()))

    def _defaulted(self, value: Value, found: ir.Value) -> ir.Value:
        if value.default is None:
            return found
        self.counts.append(Count("default", self.target, f'"{value.default}"', found.isnull()))
        return as_text(found).fill_null(value.default)


def _named(part: Value) -> str:
    return ", ".join(part.source_columns) or f'"{part.constant}"'


def _helped(value: Value, doubt: Doubt) -> Doubt:
    return replace(doubt, wanted=f"{doubt.wanted}. {value.help}") if value.help else doubt

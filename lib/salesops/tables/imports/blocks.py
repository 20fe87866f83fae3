"""From a block of a mapping to rows of a contract table, as one Ibis expression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from salesops.tables.imports.casts import DUCKDB_TYPES, as_moment, as_text, as_type
from salesops.tables.imports.files import ROW
from salesops.tables.imports.naming import aliases, columns_used, locate
from salesops.tables.imports.values import DATE_WANTED, Count, Doubt, ValueReader

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import ibis.expr.types as ir

    from salesops.tables.contract import Column, TableContract
    from salesops.tables.imports.files import SourceFile
    from salesops.tables.imports.mapping import Block, Join, Value
    from salesops.tables.imports.report import Kind

BLOCK = "__block__"
SEVERAL = "__several__"
CONDITION = "__if__"


@dataclass(frozen=True)
class BlockPlan:
    """One block, ready to be counted and written.

    Parameters
    ----------
    file
        The file that its rows come from.
    read
        Its rows with the joined columns, before any is left out.
    kept
        Those that have all that is required; `doubts` and `counts` are about them.
    dropped
        Rows of `read` left out, by reason.
    typed
        The contract's columns, typed, further ones as text, and the row of the file.
    """

    file: SourceFile
    read: ir.Table
    kept: ir.Table
    dropped: list[Count]
    typed: ir.Table
    doubts: list[Doubt]
    counts: list[Count]


def plan_block(
    connection: ibis.BaseBackend,
    contract: TableContract,
    block: Block,
    files: Mapping[str, SourceFile],
    number: int,
    date_formats: Sequence[str] = (),
    further: Sequence[str] = (),
) -> BlockPlan:
    """Return the plan of one block.

    Parameters
    ----------
    connection
        DuckDB; rows with joined columns and conditions are put down in it, because they are read several times.
    contract
        Table that the rows are for.
    block
        The block; it and the files have been checked against each other.
    files
        Opened files by name.
    number
        Position of the block among those of its table.
    date_formats
        How dates are written, besides 2026-09-30.
    further
        Columns beyond the contract that any block of the table has.
    """
    read = _joined(block, files, date_formats)
    conditions = {name: f"{CONDITION}{name}" for value in block.found.values() for name in value.conditions}
    if block.join or conditions:
        # What is wrong with a column that others depend on is said where it is read for itself.
        early = ValueReader(_cells(block, read), "", read[ROW], date_formats=date_formats)
        found = {column: as_text(early.read(block.columns[name])) for name, column in conditions.items()}
        read = connection.create_table(f"read_{contract.name}_{number}", read.mutate(**found))
    dropped, kept = _left_out(block, read)
    doubts, counts = _of_the_joins(block, files, kept)
    cells = _cells(block, kept)
    known = {name: kept[column] for name, column in conditions.items()}
    readers = {
        name: ValueReader(cells, f"{contract.name}.{name}", kept[ROW], known, date_formats) for name in block.found
    }
    columns = {c.name: _typed(readers.get(c.name), block.columns.get(c.name), c) for c in contract.columns}
    columns |= {name: as_text(readers[name].read(block.found[name])) if name in readers else ibis.null("string")
                for name in further}  # fmt: skip
    order = kept[ROW]
    if block.sort:
        order = ibis.row_number().over(order_by=[as_moment(cells(block.sort), date_formats), kept[ROW]])
    return BlockPlan(
        file=files[str(block.from_)],
        read=read,
        kept=kept,
        dropped=dropped,
        typed=kept.select(**columns, **{BLOCK: ibis.literal(number), ROW: order}),
        doubts=[*doubts, *(doubt for reader in readers.values() for doubt in reader.doubts)],
        counts=[*counts, *(count for reader in readers.values() for count in reader.counts)],
    )


def _qualified(block: Block, name: str, joins: int | None = None) -> str:
    return ".".join(locate(block, name, aliases(block, joins)))


def _cells(block: Block, table: ir.Table, joins: int | None = None) -> Callable[[str], ir.StringValue]:
    return lambda name: table[_qualified(block, name, joins)]


def _prefixed(block: Block, alias: str, rows: ir.Table) -> ir.Table:
    """Return the columns that a block reads of one of its files, named `file.column`, and the row's number."""
    source = aliases(block)[alias]
    used = [column for name, column in columns_used(block) if name == source]
    used += [SEVERAL] if SEVERAL in rows.columns else []
    return rows.select(**{f"{alias}.{column}": rows[column] for column in used}, **{ROW: rows[ROW]})


def _joined(block: Block, files: Mapping[str, SourceFile], date_formats: Sequence[str]) -> ir.Table:
    """Return the block's file with the columns of each joined file beside it, all named `file.column`."""
    table = _prefixed(block, str(block.from_), files[str(block.from_)].corrected)
    for position, join in enumerate(block.join):
        other = _prefixed(block, join.alias, _once(join, looked_at(join, files[join.source]), date_formats)).drop(ROW)
        reader = ValueReader(_cells(block, table, position), join.alias, table[ROW])
        keys = {f"__key_{position}_{i}": as_text(reader.read(value)) for i, value in enumerate(join.match.values())}
        table = table.mutate(**keys)
        same = [table[key] == other[f"{join.alias}.{column}"] for key, column in zip(keys, join.match, strict=True)]
        table = table.left_join(other, same)
    return table


def looked_at(join: Join, file: SourceFile) -> ir.Table:
    """Return the rows of a joined file that a join looks at."""
    rows = file.corrected
    return rows.filter(*[~_is_one_of(rows[name], words) for name, words in join.skip.items()]) if join.skip else rows


def _once(join: Join, other: ir.Table, date_formats: Sequence[str]) -> ir.Table:
    """Return one row of a joined file for each key, where the join says which, and whether there were more."""
    if join.take is None:
        return other
    order = [as_moment(other[join.sort], date_formats), other[ROW]] if join.sort else [other[ROW]]
    order = [ibis.desc(value) for value in order] if join.take == "last" else order
    key = list(join.match)
    place = ibis.row_number().over(group_by=key, order_by=order)
    several = other.count().over(ibis.window(group_by=key)) > 1
    rows = other.mutate(__place=place, **{SEVERAL: several})
    return rows.filter(rows["__place"] == 0).drop("__place")


def _of_the_joins(block: Block, files: Mapping[str, SourceFile], kept: ir.Table) -> tuple[list[Doubt], list[Count]]:
    doubts: list[Doubt] = []
    counts: list[Count] = []
    for position, join in enumerate(block.join):
        if files[join.source].absent:
            continue
        reader = ValueReader(_cells(block, kept, position), f"the join with {join.alias}", kept[ROW])
        keys = [reader.read(value) for value in join.match.values()]
        doubts += reader.doubts
        sought = ibis.and_(*[key.notnull() for key in keys])
        columns = ", ".join(name for value in join.match.values() for name in value.source_columns)
        counts.append(Count("unmatched", columns, join.alias, sought & _found_nothing(join, kept)))
        if join.take is not None:
            several = kept[f"{join.alias}.{SEVERAL}"].fill_null(False)
            counts.append(Count("several", columns, f"{join.take} of several in {join.alias}", several))
    return doubts, counts


def _found_nothing(join: Join, kept: ir.Table) -> ir.BooleanValue:
    return kept[f"{join.alias}.{next(iter(join.match))}"].isnull()


def _left_out(block: Block, read: ir.Table) -> tuple[list[Count], ir.Table]:
    """Return what is left out, each row for the first reason that it meets, and the rows that are kept."""
    cell = _cells(block, read)
    reasons: list[tuple[Kind, str, str, ir.BooleanValue]] = [
        *(("dropped", name, "", cell(name).isnull()) for name in block.require),
        *(("filtered", name, "has a value", cell(name).notnull()) for name in block.lacking),
        *(("filtered", n, f"is not {' or '.join(v)}", ~_is_one_of(cell(n), v)) for n, v in block.only.items()),
        *(("filtered", n, f"is {' or '.join(v)}", _is_one_of(cell(n), v)) for n, v in block.skip.items()),
    ]
    dropped: list[Count] = []
    there = ibis.literal(True)
    for kind, name, detail, reason in reasons:
        dropped.append(Count(kind, name, detail, there & reason))
        there = there & ~reason
    return dropped, read.filter(there) if reasons else read


def _is_one_of(value: ir.StringValue, words: list[str]) -> ir.BooleanValue:
    return value.isin(words).fill_null(False)


def _typed(reader: ValueReader | None, value: Value | None, column: Column) -> ir.Value:
    """Return one contract column, with what cannot be used of it kept in the reader's doubts."""
    if reader is None or value is None:
        return ibis.null(DUCKDB_TYPES[column.type])
    found = reader.read(value)
    typed = as_type(found, column.type, reader.date_formats)
    if column.type != "text":
        wanted = DATE_WANTED if column.type == "date" else column.wanted
        reader.doubt(value, found.notnull() & typed.isnull(), found, wanted)
    if column.values:
        wanted = f"{column.wanted}; translate it with values"
        reader.doubt(value, found.notnull() & found.notin(column.values), found, wanted)
    if column.required:
        wanted = "a value in every row; give a default, or require a source column to leave such rows out"
        # A value that is empty because it could not be read is already said to be unreadable.
        readable = ibis.and_(*[~doubt.rows.fill_null(False) for doubt in reader.doubts])
        wanted = f"{wanted}. {value.help}" if value.help else wanted
        reader.doubt(value, readable & found.isnull(), found, wanted)
    return typed


def stacked(blocks: Sequence[Block], plans: Sequence[BlockPlan]) -> ir.Table:
    """Return the rows of all blocks; those of `distinct` blocks that are equal in all columns are there once."""
    whole = [plan.typed for block, plan in zip(blocks, plans, strict=True) if not block.distinct]
    distinct = [plan.typed for block, plan in zip(blocks, plans, strict=True) if block.distinct]
    if distinct:
        rows = ibis.union(*distinct)
        compared = [column for column in rows.columns if column not in (BLOCK, ROW)]
        first = ibis.row_number().over(group_by=compared, order_by=[BLOCK, ROW])
        numbered = rows.mutate(__place=first)
        whole.append(numbered.filter(numbered["__place"] == 0).drop("__place"))
    return ibis.union(*whole)

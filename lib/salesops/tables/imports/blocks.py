"""From a block of a mapping to rows of a contract table, as one Ibis expression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from salesops.tables.imports.casts import DUCKDB_TYPES, as_text, as_type
from salesops.tables.imports.files import ROW
from salesops.tables.imports.values import Count, Doubt, ValueReader

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import ibis.expr.types as ir

    from salesops.tables.contract import Column, TableContract
    from salesops.tables.imports.files import SourceFile
    from salesops.tables.imports.mapping import Block, Join, Value

BLOCK = "__block__"


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
        The contract's columns, typed, and the row of the file.
    """

    file: SourceFile
    read: ir.Table
    kept: ir.Table
    dropped: list[Count]
    typed: ir.Table
    doubts: list[Doubt]
    counts: list[Count]


def aliases(block: Block, joins: int | None = None) -> dict[str, str]:
    """Return the files that a block knows after its first `joins` joins (all if not given): name there to file."""
    base = {block.from_: block.from_} if block.from_ else {}
    return base | {join.alias: join.file for join in block.join[:joins]}


def locate(block: Block, name: str, known: Mapping[str, str]) -> tuple[str, str]:
    """Return the file's name in the block and the column that `name` means: `products.price`, or `price`."""
    alias, dot, column = name.partition(".")
    return (alias, column) if dot and alias in known else (str(block.from_), name)


def plan_block(contract: TableContract, block: Block, files: Mapping[str, SourceFile], number: int) -> BlockPlan:
    """Return the plan of one block.

    Parameters
    ----------
    contract
        Table that the rows are for.
    block
        The block; it and the files have been checked against each other.
    files
        Opened files by name.
    number
        Position of the block among those of its table.
    """
    read = _joined(block, files)
    needed = [read[_qualified(block, name)] for name in block.require]
    kept = read.filter(*[value.notnull() for value in needed]) if needed else read
    doubts, counts = _of_the_joins(block, kept)
    readers = {name: ValueReader(_cells(block, kept), f"{contract.name}.{name}") for name in block.columns}
    columns = {c.name: _typed(readers.get(c.name), block.columns.get(c.name), c) for c in contract.columns}
    typed = kept.select(**columns, **{BLOCK: ibis.literal(number), ROW: kept[ROW]})
    return BlockPlan(
        file=files[str(block.from_)],
        read=read,
        kept=kept,
        dropped=_dropped(block, read),
        typed=_distinct(typed, contract) if block.distinct else typed,
        doubts=[*doubts, *(doubt for reader in readers.values() for doubt in reader.doubts)],
        counts=[*counts, *(count for reader in readers.values() for count in reader.counts)],
    )


def _qualified(block: Block, name: str, joins: int | None = None) -> str:
    return ".".join(locate(block, name, aliases(block, joins)))


def _cells(block: Block, table: ir.Table, joins: int | None = None) -> Callable[[str], ir.StringValue]:
    return lambda name: table[_qualified(block, name, joins)]


def _prefixed(file: SourceFile, alias: str) -> ir.Table:
    return file.corrected.rename({f"{alias}.{column}": column for column in file.columns})


def _joined(block: Block, files: Mapping[str, SourceFile]) -> ir.Table:
    """Return the block's file with the columns of each joined file beside it, all named `file.column`."""
    table = _prefixed(files[str(block.from_)], str(block.from_))
    for position, join in enumerate(block.join):
        other = _prefixed(files[join.file], join.alias).drop(ROW)
        reader = ValueReader(_cells(block, table, position), join.alias)
        keys = {f"__key_{position}_{i}": as_text(reader.read(value)) for i, value in enumerate(join.match.values())}
        table = table.mutate(**keys)
        same = [table[key] == other[f"{join.alias}.{column}"] for key, column in zip(keys, join.match, strict=True)]
        table = table.left_join(other, same)
    return table


def _of_the_joins(block: Block, kept: ir.Table) -> tuple[list[Doubt], list[Count]]:
    doubts: list[Doubt] = []
    counts: list[Count] = []
    for position, join in enumerate(block.join):
        reader = ValueReader(_cells(block, kept, position), f"the join with {join.alias}")
        keys = [reader.read(value) for value in join.match.values()]
        doubts += reader.doubts
        sought = ibis.and_(*[key.notnull() for key in keys])
        columns = ", ".join(name for value in join.match.values() for name in value.source_columns)
        counts.append(Count("unmatched", columns, join.alias, sought & _found_nothing(join, kept)))
    return doubts, counts


def _found_nothing(join: Join, kept: ir.Table) -> ir.BooleanValue:
    return kept[f"{join.alias}.{next(iter(join.match))}"].isnull()


def _dropped(block: Block, read: ir.Table) -> list[Count]:
    """Return what is left out: each row under the first required column that it lacks."""
    dropped: list[Count] = []
    there = ibis.literal(True)
    for name in block.require:
        value = read[_qualified(block, name)]
        dropped.append(Count("dropped", name, "", there & value.isnull()))
        there = there & value.notnull()
    return dropped


def _typed(reader: ValueReader | None, value: Value | None, column: Column) -> ir.Value:
    """Return one contract column, with what cannot be used of it kept in the reader's doubts."""
    if reader is None or value is None:
        return ibis.null(DUCKDB_TYPES[column.type])
    found = reader.read(value)
    typed = as_type(found, column.type)
    if column.type != "text":
        reader.doubt(value, found.notnull() & typed.isnull(), found, column.wanted)
    if column.values:
        wanted = f"{column.wanted}; translate it with values"
        reader.doubt(value, found.notnull() & found.notin(column.values), found, wanted)
    if column.required:
        wanted = "a value in every row; give a default, or require a source column to leave such rows out"
        reader.doubt(value, found.isnull(), found, wanted)
    return typed


def _distinct(typed: ir.Table, contract: TableContract) -> ir.Table:
    first = typed.group_by([BLOCK, *contract.names]).aggregate(**{ROW: typed[ROW].min()})
    return first.select(*typed.columns)

"""Counting what an import does: one scan for all counts of a block; examples are fetched only for what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from salesops.tables.imports.blocks import looked_at
from salesops.tables.imports.files import ROW
from salesops.tables.imports.report import Change

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import ibis
    import ibis.expr.types as ir

    from salesops.tables.contract import TableContract
    from salesops.tables.imports.blocks import BlockPlan
    from salesops.tables.imports.files import SourceFile
    from salesops.tables.imports.mapping import Block
    from salesops.tables.imports.values import Count, Doubt

EXAMPLES = 3
OF_SOURCE_COLUMNS = ("dropped", "filtered", "unmatched", "several")
TIMES = "__times__"
KEYS = "__keys__"


def count_true(connection: ibis.BaseBackend, table: ir.Table, conditions: Sequence[ir.BooleanValue]) -> list[int]:
    """Return in how many rows of `table` each condition holds, in one scan."""
    if not conditions:
        return []
    # As columns first: a condition on a constant is a single value, which cannot be summed.
    flags = table.select(**{str(i): condition.cast("int64") for i, condition in enumerate(conditions)})
    totals = flags.aggregate(**{name: flags[name].sum().fill_null(0) for name in flags.columns})
    return [int(n) for n in connection.execute(totals).iloc[0]]


def changes(connection: ibis.BaseBackend, plan: BlockPlan) -> list[Change]:
    """Return what a block changes, without what occurs in no row."""
    left_out = _counted(connection, plan.read, plan.dropped)
    return [*left_out, *_counted(connection, plan.kept, plan.counts)]


def _counted(connection: ibis.BaseBackend, table: ir.Table, counts: list[Count]) -> list[Change]:
    rows = count_true(connection, table, [count.rows for count in counts])
    # The target is table.column; under the table's own heading its column is enough.
    return [
        Change(
            count.kind,
            count.column if count.kind in OF_SOURCE_COLUMNS else count.column.split(".", 1)[-1],
            count.detail,
            n,
        )
        for count, n in zip(counts, rows, strict=True)
        if n
    ]


def spelling_changes(connection: ibis.BaseBackend, file: SourceFile) -> tuple[Change, ...]:
    """Return how many cells of each column of a file have their spelling corrected."""
    columns = [column for column in file.spec.spellings if column in file.columns]
    wrong = [file.table[column].isin(list(file.spec.spellings[column])) for column in columns]
    rows = count_true(connection, file.table, wrong)
    return tuple(Change("spelling", column, "", n) for column, n in zip(columns, rows, strict=True) if n)


def row_faults(connection: ibis.BaseBackend, plan: BlockPlan) -> Iterator[str]:
    """Yield one sentence per kind of value in a block that cannot be used, with its first rows."""
    counts = count_true(connection, plan.kept, [doubt.rows for doubt in plan.doubts])
    for doubt, count in zip(plan.doubts, counts, strict=True):
        if count:
            yield _sentence(plan.file, doubt, count, _examples(connection, plan, doubt))


def _examples(connection: ibis.BaseBackend, plan: BlockPlan, doubt: Doubt) -> pd.DataFrame:
    shown = plan.kept.select(row=plan.kept[ROW], found=doubt.found, bad=doubt.rows)
    first: pd.DataFrame = connection.execute(shown.filter(shown.bad).order_by("row").limit(EXAMPLES))
    return first


def _sentence(file: SourceFile, doubt: Doubt, count: int, first: pd.DataFrame) -> str:
    names = [file.headers.get(name, name) for name in doubt.source_columns]
    columns = f"column{'' if len(names) == 1 else 's'} {', '.join(names)}" if names else "a constant"
    found = [f'"{value}"' if pd.notna(value) else "empty" for value in first["found"]]
    lines = ", ".join(f"line {row + file.line_of_row_0}: {text}" for row, text in zip(first["row"], found, strict=True))
    rows = f"{count:,} value{'' if count == 1 else 's'} cannot be used for {doubt.target}"
    return f"{file.spec.shown}, {columns}: {rows} ({lines}); wanted {doubt.wanted}"


def join_faults(connection: ibis.BaseBackend, block: Block, files: Mapping[str, SourceFile]) -> Iterator[str]:
    """Yield one sentence per joined file whose key is not unique, because rows would be counted twice."""
    for join in (join for join in block.join if join.take is None):
        doubles = _doubles(connection, looked_at(join, files[join.source]), list(join.match))
        if len(doubles):
            path, key = files[join.source].spec.shown, ", ".join(join.match)
            cure = "a file that is joined needs each key only once, or say which to take"
            yield f"{path}, column {key}: {_several(doubles)}; {cure}"


def key_faults(connection: ibis.BaseBackend, contract: TableContract, table: ir.Table) -> Iterator[str]:
    """Yield one sentence if keys of a finished table are not unique."""
    doubles = _doubles(connection, table, list(contract.key)) if contract.key else pd.DataFrame()
    if len(doubles):
        cure = "map the key to what is unique, or write equal rows once with distinct"
        yield f"{contract.name}, key {', '.join(contract.key)}: {_several(doubles)}; {cure}"


def _doubles(connection: ibis.BaseBackend, table: ir.Table, key: list[str]) -> pd.DataFrame:
    table = table.filter(*[table[name].notnull() for name in key])
    found = table.group_by(key).aggregate(**{TIMES: table.count()})
    found = found.filter(found[TIMES] > 1)
    found = found.mutate(**{KEYS: found.count().over()})
    first: pd.DataFrame = connection.execute(found.order_by(key).limit(EXAMPLES))
    return first


def _several(doubles: pd.DataFrame) -> str:
    keys = doubles.drop(columns=[TIMES, KEYS]).astype(str).agg(", ".join, axis=1)
    first = "; ".join(f'"{key}" {times} times' for key, times in zip(keys, doubles[TIMES], strict=True))
    total = doubles[KEYS].iloc[0]
    return f"{total:,} key{'' if total == 1 else 's'} more than once ({first})"

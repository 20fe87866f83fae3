"""The import: a mapping, an export and an empty folder in; tables of the contract and a report out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from salesops.errors import InputError
from salesops.tables.imports.blocks import BLOCK, BlockPlan, plan_block, stacked
from salesops.tables.imports.checking import mapping_faults, tables_in_order, unused_columns, used_by_file
from salesops.tables.imports.counting import changes, join_faults, key_faults, row_faults, spelling_changes
from salesops.tables.imports.files import ROW, SourceFile, absent_file, connect, open_files
from salesops.tables.imports.loading import load_mapping
from salesops.tables.imports.mapping import Block, FileSpec, Value, finished
from salesops.tables.imports.report import Change, ImportReport, TableReport
from salesops.tables.imports.writing import aside, put_in_place, refuse_foreign
from salesops.tables.schemas import CONTRACT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import ibis.expr.types as ir

    from salesops.tables.imports.mapping import Mapping

WRITTEN_OUT = "rows written out"
LEFT_OUT = ("dropped", "filtered")


@dataclass(frozen=True)
class TablePlan:
    """One contract table: its blocks, as described and as planned, and their rows stacked."""

    name: str
    described: list[Block]
    blocks: list[BlockPlan]
    rows: ir.Table


def import_tables(mapping: Path, source: Path, out: Path, date_formats: Sequence[str] = ()) -> ImportReport:
    """Make contract tables from an export.

    Parameters
    ----------
    mapping
        YAML file that says how; docs/imports.md describes it.
    source
        Folder of the export; it is only read.
    out
        Folder for one Parquet file per table. Tables of an earlier import there are replaced all together,
        or stay as they were if anything fails.
    date_formats
        How dates are written, as %d.%m.%Y, besides 2026-09-30 and what the mapping says.

    Returns
    -------
    ImportReport
        Rows read and written, what was filled, left out or translated, and what the mapping leaves unused.

    Raises
    ------
    InputError
        For a fault in the mapping, or one between mapping, contract and files, or in the rows: all of a kind at once.
    """
    described = load_mapping(mapping)
    described = described.model_copy(update={"date_formats": [*date_formats, *described.date_formats]})
    if not source.is_dir():
        raise InputError(f"source {source} is not a folder: give the folder that holds the export")
    out = out.resolve()
    refuse_foreign(out)
    with aside(out) as scratch:
        connection = connect(scratch / "import.duckdb")
        try:
            report = _import(connection, described, source, scratch / "tables")
        finally:
            connection.disconnect()
        put_in_place(scratch / "tables", out, scratch)
    return report


def _import(connection: ibis.BaseBackend, mapping: Mapping, source: Path, folder: Path) -> ImportReport:
    files, faults = open_files(connection, mapping, source, used_by_file(mapping))
    _stop_at(faults + mapping_faults(mapping, files))
    plans, known = _plans(connection, mapping, files)
    blocks = [block for plan in plans for block in plan.described]
    _stop_at(list(dict.fromkeys(f for block in blocks for f in join_faults(connection, block, known))))
    _stop_at([fault for plan in plans for block in plan.blocks for fault in row_faults(connection, block)])
    _stop_at([fault for plan in plans for fault in key_faults(connection, CONTRACT[plan.name], plan.rows)])
    folder.mkdir()
    return ImportReport(
        tables={plan.name: _write(connection, plan, folder) for plan in plans},
        spellings={f.spec.shown: c for f in files.values() if (c := spelling_changes(connection, f))},
        unused_files=_unused_files(files, source),
        unused_columns=unused_columns(mapping, files),
        missing_files=tuple(file.spec.shown for file in files.values() if file.absent),
        missing_columns={file.spec.shown: file.missing for file in files.values() if file.missing},
        currency=mapping.currency,
        notes=tuple(mapping.notes),
    )


def _stop_at(faults: list[str]) -> None:
    if faults:
        raise InputError(*faults)


def _plans(
    connection: ibis.BaseBackend, mapping: Mapping, files: dict[str, SourceFile]
) -> tuple[list[TablePlan], dict[str, SourceFile]]:
    """Return a plan for each table of which the export has a file, in the contract's order, and all that is joined."""
    known = dict(files)
    plans: dict[str, TablePlan] = {}
    joined = {join.table for blocks in mapping.tables.values() for block in blocks for join in block.join}
    for name in tables_in_order(mapping):
        blocks = [block for block in mapping.tables[name] if _is_there(block, files)]
        if all(block.rows is not None for block in blocks) and blocks != mapping.tables[name]:
            blocks = []
        if blocks:
            plans[name] = _plan(connection, name, blocks, known, mapping.date_formats)
        if name in joined:
            known[finished(name)] = _finished(connection, name, plans.get(name))
    return [plans[name] for name in CONTRACT if name in plans], known


def _is_there(block: Block, files: dict[str, SourceFile]) -> bool:
    replaced = block.unless is not None and not files[block.unless].absent
    return not replaced and (block.from_ is None or not files[block.from_].absent)


def _finished(connection: ibis.BaseBackend, name: str, plan: TablePlan | None) -> SourceFile:
    """Return a planned table as if it were a file, for other tables to look up columns in."""
    spec = FileSpec(path=f"table {name}")
    if plan is None:
        return absent_file(connection, f"finished_{name}", spec, CONTRACT[name].names)
    # As text, like all files: what cannot be read is empty here, and stops the import where it is reported.
    text = {
        column: plan.rows[column].cast("string") if column in plan.rows.columns else ibis.null("string")
        for column in CONTRACT[name].names
    }
    rows = plan.rows.select(**text, **{ROW: ibis.row_number().over(order_by=[BLOCK, ROW])})
    return SourceFile(spec, connection.create_table(f"finished_{name}", rows))


def _plan(
    connection: ibis.BaseBackend,
    name: str,
    blocks: list[Block],
    files: dict[str, SourceFile],
    date_formats: list[str],
) -> TablePlan:
    contract = CONTRACT[name]
    plans: list[BlockPlan] = []
    further = list(dict.fromkeys(column for block in blocks for column in block.further))
    for number, block in enumerate(blocks):
        if block.rows is None:
            plans.append(plan_block(connection, contract, block, files, number, date_formats, further))
        else:
            written = _written_out(connection, name, block.rows, number)
            columns = {column: Value(column=column) for column in written.columns}
            as_file = Block(from_=WRITTEN_OUT, columns=columns)
            plans.append(plan_block(connection, contract, as_file, {WRITTEN_OUT: written}, number, further=further))
    mapped = {column for block in blocks for columns in block.mapped for column in columns}
    kept = [column for column in contract.names if column in mapped]
    rows = stacked(blocks, plans).select(*kept, *further, BLOCK, ROW)
    return TablePlan(name, blocks, plans, connection.create_table(f"planned_{name}", rows))


def _written_out(connection: ibis.BaseBackend, table: str, rows: list[dict[str, str]], number: int) -> SourceFile:
    """Return rows that stand in the mapping as if they had come from a file."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    cells = {column: [row.get(column) for row in rows] for column in columns}
    schema = ibis.schema(dict.fromkeys(columns, "string") | {ROW: "int64"})
    frame = ibis.memtable(cells | {ROW: list(range(len(rows)))}, schema=schema)
    spec = FileSpec(path=f"rows of tables.{table} in the mapping", columns=columns)
    return SourceFile(spec, connection.create_table(f"rows_{table}_{number}", frame))


def _write(connection: ibis.BaseBackend, plan: TablePlan, folder: Path) -> TableReport:
    # In the order of the file: entries of one day stay in their sequence, and the same export gives the same file.
    ordered = plan.rows.order_by([BLOCK, ROW]).drop(BLOCK, ROW)
    connection.to_parquet(ordered, folder / f"{plan.name}.parquet")
    read = sum(int(connection.execute(block.read.count())) for block in plan.blocks)
    written = int(connection.execute(plan.rows.count()))
    done = [change for block in plan.blocks for change in changes(connection, block)]
    merged = read - written - sum(change.rows for change in done if change.kind in LEFT_OUT)
    if merged:
        done.append(Change("merged", "", "", merged))
    return TableReport(plan.name, read, written, tuple(done))


def _unused_files(files: dict[str, SourceFile], source: Path) -> tuple[str, ...]:
    named = {(source / file.spec.path).resolve() for file in files.values() if not file.absent}
    left = sorted(path for path in source.rglob("*") if path.is_file() and path.resolve() not in named)
    return tuple(path.relative_to(source).as_posix() for path in left)

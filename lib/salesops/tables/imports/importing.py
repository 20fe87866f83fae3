"""The import: a mapping, an export and an empty folder in; tables of the contract and a report out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from salesops.errors import InputError
from salesops.tables.imports.blocks import BLOCK, BlockPlan, plan_block
from salesops.tables.imports.checking import mapping_faults, unused_columns
from salesops.tables.imports.counting import changes, join_faults, key_faults, row_faults, spelling_changes
from salesops.tables.imports.files import ROW, SourceFile, open_files
from salesops.tables.imports.loading import load_mapping
from salesops.tables.imports.mapping import Block, FileSpec, Value
from salesops.tables.imports.report import Change, ImportReport, TableReport
from salesops.tables.imports.writing import aside, put_in_place, refuse_foreign
from salesops.tables.schemas import CONTRACT

if TYPE_CHECKING:
    from pathlib import Path

    import ibis.expr.types as ir

    from salesops.tables.imports.mapping import Mapping

WRITTEN_OUT = "rows written out"


@dataclass(frozen=True)
class TablePlan:
    """One contract table: its blocks, and their rows stacked."""

    name: str
    blocks: list[BlockPlan]
    rows: ir.Table


def import_tables(mapping: Path, source: Path, out: Path) -> ImportReport:
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
    if not source.is_dir():
        raise InputError(f"source {source} is not a folder: give the folder that holds the export")
    out = out.resolve()
    refuse_foreign(out)
    with aside(out) as scratch:
        connection = ibis.duckdb.connect(scratch / "import.duckdb")
        try:
            report = _import(connection, described, source, scratch / "tables")
        finally:
            connection.disconnect()
        put_in_place(scratch / "tables", out, scratch)
    return report


def _import(connection: ibis.BaseBackend, mapping: Mapping, source: Path, folder: Path) -> ImportReport:
    files, faults = open_files(connection, mapping, source)
    _stop_at(faults + mapping_faults(mapping, files))
    _stop_at([f for blocks in mapping.tables.values() for b in blocks for f in join_faults(connection, b, files)])
    plans = [_plan(connection, name, mapping.tables[name], files) for name in CONTRACT if name in mapping.tables]
    _stop_at([fault for plan in plans for block in plan.blocks for fault in row_faults(connection, block)])
    _stop_at([fault for plan in plans for fault in key_faults(connection, CONTRACT[plan.name], plan.rows)])
    folder.mkdir()
    return ImportReport(
        tables={plan.name: _write(connection, plan, folder) for plan in plans},
        spellings={f.spec.path: c for f in files.values() if (c := spelling_changes(connection, f))},
        unused_files=_unused_files(mapping, source),
        unused_columns=unused_columns(mapping, files),
        currency=mapping.currency,
        notes=tuple(mapping.notes),
    )


def _stop_at(faults: list[str]) -> None:
    if faults:
        raise InputError(*faults)


def _plan(connection: ibis.BaseBackend, name: str, blocks: list[Block], files: dict[str, SourceFile]) -> TablePlan:
    contract = CONTRACT[name]
    plans: list[BlockPlan] = []
    for number, block in enumerate(blocks):
        if block.rows is None:
            plans.append(plan_block(contract, block, files, number))
        else:
            written = _written_out(connection, name, block.rows, number)
            columns = {column: Value(column=column) for column in written.columns}
            plans.append(
                plan_block(contract, Block(from_=WRITTEN_OUT, columns=columns), {WRITTEN_OUT: written}, number)
            )
    mapped = {column for block in blocks for columns in block.mapped for column in columns}
    kept = [column for column in contract.names if column in mapped]
    return TablePlan(name, plans, ibis.union(*[plan.typed for plan in plans]).select(*kept, BLOCK, ROW))


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
    merged = read - written - sum(change.rows for change in done if change.kind == "dropped")
    if merged:
        done.append(Change("merged", "", "", merged))
    return TableReport(plan.name, read, written, tuple(done))


def _unused_files(mapping: Mapping, source: Path) -> tuple[str, ...]:
    named = {(source / spec.path).resolve() for spec in mapping.files.values()}
    files = sorted(path for path in source.rglob("*") if path.is_file() and path.resolve() not in named)
    return tuple(path.relative_to(source).as_posix() for path in files)

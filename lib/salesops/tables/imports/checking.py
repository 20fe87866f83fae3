"""Whether a mapping fits the contract and the files it is used on: all faults at once, before any row is read."""

from __future__ import annotations

import graphlib
from typing import TYPE_CHECKING

from salesops.errors import did_you_mean
from salesops.tables.imports.mapping import finished
from salesops.tables.imports.naming import columns_used
from salesops.tables.schemas import CONTRACT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from salesops.tables.contract import TableContract
    from salesops.tables.imports.files import SourceFile
    from salesops.tables.imports.mapping import Block, Mapping

    KnownColumns = dict[str, tuple[str, list[str]]]


def mapping_faults(mapping: Mapping, files: dict[str, SourceFile]) -> list[str]:
    """Return one sentence per thing that a mapping names and that is not there, or that it lacks.

    Parameters
    ----------
    mapping
        The mapping.
    files
        The files that could be opened; columns of others are not looked for.
    """
    known = _known_columns(mapping, files)
    faults = [*_file_spec_faults(mapping, known), *_order_faults(mapping)]
    for table, blocks in mapping.tables.items():
        if table not in CONTRACT:
            faults.append(f'tables: "{table}" is not a table of the contract: {did_you_mean(table, CONTRACT)}')
            continue
        for number, block in enumerate(blocks, start=1):
            place = f"tables.{table}" if len(blocks) == 1 else f"tables.{table}.{number}"
            faults += _contract_faults(CONTRACT[table], block, place)
            faults += _value_faults(block, place)
            faults += _block_faults(mapping, block, known, place)
    return list(dict.fromkeys(faults))


def _known_columns(mapping: Mapping, files: dict[str, SourceFile]) -> KnownColumns:
    """Return, for each file and finished table, what it is called in a sentence and which columns it has."""
    found = {name: (file.spec.shown, list(file.columns)) for name, file in files.items()}
    for table, blocks in mapping.tables.items():
        columns = sorted({column for block in blocks for row in block.mapped for column in row})
        found[finished(table)] = (f"the table {table}, as mapped,", columns)
    return found


def _file_spec_faults(mapping: Mapping, known: KnownColumns) -> Iterator[str]:
    for name, spec in mapping.files.items():
        for part in ("spellings", "flags", "decimal_comma"):
            for column in getattr(spec, part):
                if not spec.optional and column not in spec.optional_columns:
                    yield from _column_faults(known, name, column, f"files.{name}.{part}")


def _order_faults(mapping: Mapping) -> Iterator[str]:
    try:
        tables_in_order(mapping)
    except graphlib.CycleError as error:
        yield f"tables: {' needs '.join(reversed(error.args[1]))}: a table cannot look itself up; remove one join"


def tables_in_order(mapping: Mapping) -> list[str]:
    """Return the tables of a mapping so that each comes after those that it joins.

    Raises
    ------
    graphlib.CycleError
        If two tables join each other.
    """
    needs = {
        table: [join.table for block in blocks for join in block.join if join.table in mapping.tables]
        for table, blocks in mapping.tables.items()
    }
    return [table for table in graphlib.TopologicalSorter(needs).static_order() if table is not None]


def _contract_faults(contract: TableContract, block: Block, place: str) -> Iterator[str]:
    for columns in block.mapped:
        for column in columns:
            if column not in contract.names:
                hint = did_you_mean(column, contract.names)
                yield f'{place}: "{column}" is not a column of {contract.name} in the contract: {hint}'
        for column in sorted(block.further.keys() & set(contract.names)):
            yield f"{place}.further: {column} is a column of the contract; set it under columns"
        for wanted in contract.columns:
            if wanted.required and wanted.name not in columns:
                yield f"{place}: {wanted.name} is required and not mapped: add where to find the {wanted.description}"


def _value_faults(block: Block, place: str) -> Iterator[str]:
    for column, value in block.found.items():
        for question in value.open_questions:
            yield f"{place}.{column} is still to be decided: {question}"
        for name in value.conditions:
            if name not in block.columns:
                yield f'{place}.{column}: "{name}" after if is not mapped here: {did_you_mean(name, block.columns)}'
            elif block.columns[name].conditions:
                yield f"{place}.{column}: {name} after if depends on another column itself; name that one"


def _block_faults(mapping: Mapping, block: Block, known: KnownColumns, place: str) -> Iterator[str]:
    named = [block.from_, block.unless, *(join.file for join in block.join)]
    for name in named:
        if name is not None and name not in mapping.files:
            yield f'{place}: "{name}" is not one of files: {did_you_mean(name, mapping.files)}'
    for table in (join.table for join in block.join):
        if table is not None and table not in mapping.tables:
            yield f'{place}: "{table}" is not a table of this mapping: {did_you_mean(table, mapping.tables)}'
    if block.from_ is None:
        return
    short = [block.from_, *(join.alias for join in block.join)]
    for alias in sorted({alias for alias in short if short.count(alias) > 1}):
        yield f'{place}: "{alias}" is joined under a name that is taken: give it another with "as"'
    for name, column in columns_used(block):
        yield from _column_faults(known, name, column, place)


def _column_faults(known: KnownColumns, name: str, column: str, place: str) -> Iterator[str]:
    if name not in known:
        return
    path, columns = known[name]
    if column not in columns:
        yield f'{place}: {path} has no column "{column}": {did_you_mean(column, columns)}'


def used_by_file(mapping: Mapping) -> dict[str, list[str]]:
    """Return, by file, the columns that some block reads."""
    pairs = [pair for blocks in mapping.tables.values() for block in blocks for pair in columns_used(block)]
    return {name: [column for file, column in dict.fromkeys(pairs) if file == name] for name in mapping.files}


def unused_columns(mapping: Mapping, files: dict[str, SourceFile]) -> dict[str, tuple[str, ...]]:
    """Return, by file, the columns that no block reads, as the file calls them."""
    used = used_by_file(mapping)
    left = {file.spec.shown: _unused(file, used[name]) for name, file in files.items() if not file.absent}
    return {path: columns for path, columns in left.items() if columns}


def _unused(file: SourceFile, used: list[str]) -> tuple[str, ...]:
    own = [column for column in file.columns if column not in used and column not in file.missing]
    return (*(file.headers.get(column, column) for column in own), *file.set_aside)

"""Whether a mapping fits the contract and the files it is used on: all faults at once, before any row is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesops.errors import did_you_mean
from salesops.tables.imports.blocks import aliases, locate
from salesops.tables.schemas import CONTRACT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from salesops.tables.contract import TableContract
    from salesops.tables.imports.files import SourceFile
    from salesops.tables.imports.mapping import Block, Mapping


def mapping_faults(mapping: Mapping, files: dict[str, SourceFile]) -> list[str]:
    """Return one sentence per thing that a mapping names and that is not there, or that it lacks.

    Parameters
    ----------
    mapping
        The mapping.
    files
        The files that could be opened; columns of others are not looked for.
    """
    faults = [*_spelling_faults(mapping, files)]
    for table, blocks in mapping.tables.items():
        if table not in CONTRACT:
            faults.append(f'tables: "{table}" is not a table of the contract: {did_you_mean(table, CONTRACT)}')
            continue
        for number, block in enumerate(blocks, start=1):
            place = f"tables.{table}" if len(blocks) == 1 else f"tables.{table}.{number}"
            faults += _contract_faults(CONTRACT[table], block, place)
            faults += _file_faults(mapping, block, files, place)
    return list(dict.fromkeys(faults))


def _spelling_faults(mapping: Mapping, files: dict[str, SourceFile]) -> Iterator[str]:
    for name, spec in mapping.files.items():
        for column in spec.spellings:
            yield from _column_faults(files, name, column, f"files.{name}.spellings")


def _contract_faults(contract: TableContract, block: Block, place: str) -> Iterator[str]:
    for columns in block.mapped:
        for column in columns:
            if column not in contract.names:
                hint = did_you_mean(column, contract.names)
                yield f'{place}: "{column}" is not a column of {contract.name} in the contract: {hint}'
        for wanted in contract.columns:
            if wanted.required and wanted.name not in columns:
                yield f"{place}: {wanted.name} is required and not mapped: add where to find the {wanted.description}"


def _file_faults(mapping: Mapping, block: Block, files: dict[str, SourceFile], place: str) -> Iterator[str]:
    if block.from_ is None:
        return
    named = [block.from_, *(join.file for join in block.join)]
    for name in named:
        if name not in mapping.files:
            yield f'{place}: "{name}" is not one of files: {did_you_mean(name, mapping.files)}'
    short = [block.from_, *(join.alias for join in block.join)]
    for alias in sorted({alias for alias in short if short.count(alias) > 1}):
        yield f'{place}: "{alias}" is joined under a name that is taken: give it another with "as"'
    for name, column in columns_used(block):
        yield from _column_faults(files, name, column, place)


def _column_faults(files: dict[str, SourceFile], name: str, column: str, place: str) -> Iterator[str]:
    if name in files and column not in files[name].columns:
        hint = did_you_mean(column, files[name].columns)
        yield f'{place}: {files[name].spec.path} has no column "{column}": {hint}'


def columns_used(block: Block) -> list[tuple[str, str]]:
    """Return the columns that a block reads, each as the file's name in the mapping and the column."""
    known = aliases(block)
    used = [*block.require, *(name for value in block.columns.values() for name in value.source_columns)]
    found = [locate(block, name, known) for name in used]
    for position, join in enumerate(block.join):
        earlier = aliases(block, position)
        found += [locate(block, n, earlier) for value in join.match.values() for n in value.source_columns]
        found += [(join.alias, column) for column in join.match]
    return list(dict.fromkeys((known[alias], column) for alias, column in found if alias in known))


def unused_columns(mapping: Mapping, files: dict[str, SourceFile]) -> dict[str, tuple[str, ...]]:
    """Return, by file, the columns that no block reads."""
    used = {pair for blocks in mapping.tables.values() for block in blocks for pair in columns_used(block)}
    left = {
        file.spec.path: tuple(column for column in file.columns if (name, column) not in used)
        for name, file in files.items()
    }
    return {path: columns for path, columns in left.items() if columns}

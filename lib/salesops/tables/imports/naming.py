"""Which file and column a name in a block means."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from salesops.tables.imports.mapping import Block


def aliases(block: Block, joins: int | None = None) -> dict[str, str]:
    """Return the files that a block knows after its first `joins` joins (all if not given): name there to file."""
    base = {block.from_: block.from_} if block.from_ else {}
    return base | {join.alias: join.source for join in block.join[:joins]}


def locate(block: Block, name: str, known: Mapping[str, str]) -> tuple[str, str]:
    """Return the file's name in the block and the column that `name` means: `products.price`, or `price`."""
    alias, dot, column = name.partition(".")
    return (alias, column) if dot and alias in known else (str(block.from_), name)


def columns_used(block: Block) -> list[tuple[str, str]]:
    """Return the columns that a block reads, each as the file's name in the mapping and the column."""
    known = aliases(block)
    used = [*block.conditions, *(name for value in block.found.values() for name in value.source_columns)]
    found = [locate(block, name, known) for name in used]
    for position, join in enumerate(block.join):
        earlier = aliases(block, position)
        found += [locate(block, n, earlier) for value in join.match.values() for n in value.source_columns]
        found += [(join.alias, column) for column in join.columns]
    return list(dict.fromkeys((known[alias], column) for alias, column in found if alias in known))

"""What every way of reading ends with: tables by name, and what was noticed on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from salesops.errors import InputError, did_you_mean
from salesops.tables.schemas import CONTRACT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import ibis.expr.types as ir

LINE = "__line__"


@dataclass(frozen=True)
class Source:
    """Tables as they were found, before any check.

    Parameters
    ----------
    place
        Where they lie, fit to be shown: a path, or a URL without its secrets.
    tables
        From the table's name to its rows. The columns of CSV files and workbooks are all text, and `__line__` is their
        line in the file.
    files
        From the table's name to its file; none for tables of a database server.
    notes
        What was not read, and what was read in an unusual way, each as a sentence.
    """

    place: str
    tables: dict[str, ir.Table]
    files: dict[str, Path]
    notes: tuple[str, ...] = ()


def is_table(name: str) -> bool:
    """Return whether the contract knows a table of that name, in capitals or not."""
    return name.strip().lower() in CONTRACT


def not_a_table(shown: str, name: str) -> str:
    """Return the note on something whose name is no table's, with the nearest right one."""
    return f"{shown} is not a table of the contract and is not read: {did_you_mean(name.strip().lower(), CONTRACT)}"


def refuse_doubles(found: Iterable[tuple[str, str]]) -> None:
    """Raise an `InputError` if a table comes more than once.

    Parameters
    ----------
    found
        Name of each table found, and where.
    """
    places: dict[str, list[str]] = {}
    for name, place in found:
        places.setdefault(name.strip().lower(), []).append(place)
    doubles = {name: there for name, there in sorted(places.items()) if len(there) > 1}
    if doubles:
        raise InputError(
            *(f"table {name} comes twice, as {' and '.join(there)}: remove one" for name, there in doubles.items())
        )


def checked_header(names: Iterable[str], place: str) -> list[str]:
    """Return the names of a header line, trimmed.

    Raises
    ------
    InputError
        If a name comes twice or is missing.
    """
    names = [name.strip() for name in names]
    doubles = sorted({name for name in names if name and names.count(name) > 1})
    if doubles:
        raise InputError(f"{place} has column {doubles[0]} twice: rename or remove one")
    if not names or "" in names:
        raise InputError(f"{place} has no name for column {[*names, ''].index('') + 1} in its first line: name it")
    return names

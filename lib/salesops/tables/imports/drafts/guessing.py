"""Which file of an unknown export is which table, and which of its columns is which column of the contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from salesops.tables.imports.drafts.words import dictionary, likeness, outcome
from salesops.tables.schemas import CONTRACT

if TYPE_CHECKING:
    from salesops.tables.contract import Column, TableContract
    from salesops.tables.imports.drafts.profiles import ColumnProfile, FileProfile

SURE = 0.85
LEAST = 0.5
WEIGHT_OF_FILE_NAME = 1.5
LEAST_SHARE_OF_REQUIRED = 0.5


@dataclass(frozen=True)
class Guess:
    """A source column for a contract column, and how sure that is from 0 to 1."""

    source: str
    score: float


@dataclass(frozen=True)
class TableGuess:
    """A file taken for a contract table."""

    table: str
    file: FileProfile
    columns: dict[str, Guess]
    score: float


def guess_tables(files: list[FileProfile]) -> tuple[list[TableGuess], list[str]]:
    """Return one guess per table, in the contract's order, and what could not be placed, in words.

    Parameters
    ----------
    files
        What the files hold.

    Returns
    -------
    tuple
        The guesses, each file in one of them at most; and a sentence for each file in none.
    """
    candidates = [guess for file in files for table in CONTRACT if (guess := _as_table(table, file)) is not None]
    candidates.sort(key=lambda guess: -guess.score)
    chosen: dict[str, TableGuess] = {}
    taken: dict[str, str] = {}
    for guess in candidates:
        if guess.table not in chosen and guess.file.name not in taken:
            chosen[guess.table] = guess
            taken[guess.file.name] = guess.table
    left = [_unplaced(file, candidates, chosen) for file in files if file.name not in taken]
    return [chosen[table] for table in CONTRACT if table in chosen], left


def _unplaced(file: FileProfile, candidates: list[TableGuess], chosen: dict[str, TableGuess]) -> str:
    nearest = next((guess for guess in candidates if guess.file is file), None)
    if nearest is None:
        return f"{file.spec.shown}: like no table of the contract ({', '.join(file.columns)})"
    first = chosen[nearest.table].file.spec.shown
    return f"{file.spec.shown}: could be {nearest.table}, but {first} fits better; if it holds more rows, add a block"


def _as_table(table: str, file: FileProfile) -> TableGuess | None:
    contract = CONTRACT[table]
    columns = _assigned(contract, file)
    required = [column.name for column in contract.columns if column.required]
    found = sum(columns[name].score for name in required if name in columns) / len(required)
    name = likeness(file.name, dictionary()["tables"][table])
    # A column called id alone makes no table, and nor does half of what is needed under a name that says nothing.
    if (found < LEAST_SHARE_OF_REQUIRED and name < SURE) or (len(columns) < 2 and name < LEAST):
        return None
    more = sum(guess.score for column, guess in columns.items() if column not in required)
    return TableGuess(table, file, columns, 2 * found + WEIGHT_OF_FILE_NAME * name + 0.2 * more)


def _assigned(contract: TableContract, file: FileProfile) -> dict[str, Guess]:
    """Return the best source for each contract column; the best pairs are taken first, each source once."""
    pairs = [
        (score, column.name, source.name)
        for column in contract.columns
        for source in file.columns.values()
        if (score := _fit(contract, column, source)) >= LEAST
    ]
    found: dict[str, Guess] = {}
    used: set[str] = set()
    for score, name, source in sorted(pairs, key=lambda pair: -pair[0]):
        if name not in found and source not in used:
            found[name] = Guess(source, score)
            used.add(source)
    return found


def _fit(contract: TableContract, column: Column, source: ColumnProfile) -> float:
    """Return how well a source column fits, by its name and by what it holds; 0 where it cannot be it."""
    by_name = likeness(source.name, dictionary().get(contract.name, {}).get(column.name, [column.name]))
    if not by_name or not len(source.values):
        return by_name * 0.9
    if column.type == "date":
        return by_name if source.date_formats else 0.0
    if column.type in ("money", "number", "integer"):
        return by_name if source.is_number and source.date_formats != ("",) else 0.0
    if source.date_formats == ("",) and column.name != "period":
        return 0.0
    if column.name == "status":
        return by_name if any(outcome(value) for value in source.closed_set) else by_name * 0.6
    return by_name * (0.9 if contract.key == (column.name,) and not source.is_unique else 1.0)

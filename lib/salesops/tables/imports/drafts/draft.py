"""A first mapping for an unknown export, with its doubts marked, for a person to correct."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from salesops.tables.imports.drafts.guessing import Guess, TableGuess, guess_tables
from salesops.tables.imports.drafts.lines import UNKNOWN, Line, lines_of, repeats_itself, undecided
from salesops.tables.imports.drafts.profiles import Comma, profile
from salesops.tables.imports.drafts.strays import strays_of
from salesops.tables.schemas import CONTRACT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from salesops.tables.imports.drafts.profiles import FileProfile
    from salesops.tables.imports.drafts.strays import Strays

MOST = 0.95
LEAST = 0.05
HEAD = """\
# A draft, guessed from the names and contents of the files in {source}. Nothing in it is certain: read every line,
# first those with "unsure" and "todo". docs/imports.md says what each key does. Then:
#   salesops import THIS_FILE {source} OUT
"""


@dataclass
class Drafted:
    """One table of the draft."""

    guess: TableGuess
    lines: dict[str, Line]
    joins: list[dict[str, Any]] = field(default_factory=list)
    distinct: bool = False
    require: list[str] = field(default_factory=list)
    strays: list[Strays] = field(default_factory=list)

    @property
    def needs_unknown(self) -> bool:
        """Return whether rows go to the account that stands for none."""
        return "account_id" in self.lines and self.lines["account_id"].value.get("default") == UNKNOWN


def draft_mapping(source: Path) -> str:
    """Return a mapping for the export in a folder, as YAML with comments.

    Parameters
    ----------
    source
        Folder with CSV, Parquet or Excel files of any system; they are only read.

    Returns
    -------
    str
        A mapping that `load_mapping` takes. A guess that may be wrong has a comment `# unsure: …` in its line; a
        required column that nothing fits is a `todo`, at which an import stops; what found no place is listed last.

    Raises
    ------
    InputError
        If there is nothing to read.
    """
    files, unread = profile(source)
    guesses, unplaced = guess_tables(files)
    tables = {
        guess.table: Drafted(guess, lines_of(guess), distinct=repeats_itself(guess)) for guess in guesses
    } or _nothing_found(files[0])
    for drafted in tables.values():
        _check_references(drafted, tables)
    tables |= _accounts_of(tables) if "accounts" not in tables else {}
    ordered = [tables[name] for name in CONTRACT if name in tables]
    lines = [*_files(ordered, _has_commas(files)), *_tables(ordered), *_left(ordered, [*unplaced, *unread])]
    head = HEAD.format(source=source.name) + f"description: {_flow(f'Draft for {source.name}')}"
    return "\n".join([head, *lines]) + "\n"


def _nothing_found(file: FileProfile) -> dict[str, Drafted]:
    """Return orders with nothing decided, for an export in which no file looks like any table."""
    guess = TableGuess("orders", file, {}, 0)
    return {"orders": Drafted(guess, undecided(guess))}


def _check_references(drafted: Drafted, tables: dict[str, Drafted]) -> None:
    for name, target in CONTRACT[drafted.guess.table].references:
        if name in drafted.guess.columns and target in tables and target != drafted.guess.table:
            _check_reference(drafted, name, tables[target])


def _check_reference(drafted: Drafted, name: str, target: Drafted) -> None:
    """Compare the values of a reference with the key that they should be in, or with the names beside it."""
    other = target.guess
    source = drafted.guess.file.columns[drafted.guess.columns[name].source]
    found = other.columns.get(CONTRACT[other.table].key[0], other.columns.get("name"))
    if found is None or not len(source.values):
        return
    key, line = other.file.columns[found.source], drafted.lines[name]
    share = source.share_in(key)
    names = other.file.columns[other.columns["name"].source] if "name" in other.columns else key
    if share < MOST and names.is_unique and source.share_in(names) >= MOST:
        drafted.joins.append({"file": other.file.name, "match": {names.name: source.name}})
        line.value["column"] = f"{other.file.name}.{key.name}"
        line.doubts.append(f"{source.name} holds names, which are looked up in {other.file.spec.shown}")
    elif share < LEAST and not CONTRACT[drafted.guess.table].column(name).required:
        del drafted.lines[name], drafted.guess.columns[name]
    else:
        target.strays += strays_of(other.table, drafted.guess.file, source, other.file, key)
        if share < MOST:
            line.doubts.append(f"only {share:.0%} of its values are in {other.file.spec.shown}, column {key.name}")


def _accounts_of(tables: dict[str, Drafted]) -> dict[str, Drafted]:
    """Return accounts made of those that orders or deals name, for an export without a file of customers."""
    place = next((tables[n] for n in ("orders", "opportunities") if n in tables), None)
    found = place.guess.columns.get("account_id") if place is not None else None
    if place is None or found is None:
        return {}
    guess = TableGuess("accounts", place.guess.file, {"account_id": Guess(found.source, 0)}, 0)
    doubt = f"there is no file of accounts, so they are those in {place.guess.file.spec.shown}"
    lines = {"account_id": Line({"column": found.source}, [doubt]), "name": Line({"column": found.source})}
    return {"accounts": Drafted(guess, lines, distinct=True, require=[found.source])}


def _has_commas(files: list[FileProfile]) -> bool:
    return any(column.comma == Comma.surely for file in files for column in file.columns.values())


def _files(tables: list[Drafted], commas: bool) -> Iterator[str]:
    yield "files:"
    for file in {drafted.guess.file.name: drafted.guess.file for drafted in tables}.values():
        yield f"  {file.name}:"
        yield f"    path: {_flow(file.spec.path)}"
        if file.spec.delimiter != ",":
            yield f"    delimiter: {_flow(file.spec.delimiter)}"
        if file.spec.sheet:
            yield f"    sheet: {_flow(file.spec.sheet)}"
        used = {
            guess.source for drafted in tables if drafted.guess.file is file for guess in drafted.guess.columns.values()
        }
        yield from _decimal_commas({n: c for n, c in file.decimal_commas(others=commas).items() if n in used})


def _decimal_commas(columns: dict[str, Comma]) -> Iterator[str]:
    """Yield which columns have a decimal comma, with a doubt about those that other columns alone speak for."""
    if columns:
        unclear = [name for name, comma in columns.items() if comma == Comma.perhaps]
        doubt = [f"1.234 in {', '.join(unclear)} is taken as 1234, as other columns have a decimal comma"]
        yield f"    decimal_comma: {_written(Line({'column': [*columns]}, doubt if unclear else []))}"


def _tables(tables: list[Drafted]) -> Iterator[str]:
    yield "tables:"
    unknown = any(drafted.needs_unknown for drafted in tables)
    for drafted in tables:
        yield f"  {drafted.guess.table}:"
        yield f"    - from: {drafted.guess.file.name}"
        if drafted.distinct:
            yield "      distinct: true"
        for key in ("require", "joins"):
            if getattr(drafted, key):
                yield f"      {key.removesuffix('s')}: {_flow(getattr(drafted, key))}"
        yield "      columns:"
        yield from (f"        {name}: {_written(line)}" for name, line in drafted.lines.items())
        for strays in drafted.strays:
            yield f"    - from: {strays.file.name}   # unsure: {' '.join(strays.doubt.splitlines())}"
            yield from (f"      {key}: {_flow(value)}" for key, value in strays.block.items())
        if drafted.guess.table == "accounts" and unknown:
            yield "    - rows:   # for rows without a customer; remove it if none is kept"
            yield f"        - {_flow({'account_id': UNKNOWN, 'name': 'Unknown account'})}"


def _written(line: Line) -> str:
    value = line.value["column"] if set(line.value) == {"column"} else line.value
    doubts = f"   # unsure: {'; '.join(line.doubts)}" if line.doubts else ""
    return _flow(value) + " ".join(doubts.splitlines())


def _flow(value: Any) -> str:
    """Return a value as YAML on one line; any text with a sign or an odd word in it is quoted."""
    text: str = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10**6)
    return text.removesuffix("\n").removesuffix("\n...")


def _left(tables: list[Drafted], files: list[str]) -> Iterator[str]:
    """Yield comments about what found no place."""
    used: dict[str, set[str]] = {}
    for drafted in tables:
        columns = used.setdefault(drafted.guess.file.name, set())
        columns |= {guess.source for guess in drafted.guess.columns.values()}
    named = {drafted.guess.file.name: drafted.guess.file for drafted in tables}
    columns_left = {file.spec.shown: [c for c in file.columns if c not in used[name]] for name, file in named.items()}
    lines = [f"{path}: {', '.join(columns)}" for path, columns in columns_left.items() if columns]
    if lines or files:
        yield "# What found no place:"
    for line in [*lines, *files]:
        yield f"#   {' '.join(line.splitlines())}"

"""CSV files: their encoding, what separates their columns, and their rows as text."""

from __future__ import annotations

import codecs
import csv
import glob
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from salesops.errors import InputError
from salesops.tables.reading.engine import create_table, literal, quoted
from salesops.tables.reading.source import LINE, checked_header
from salesops.tables.schemas import CONTRACT

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir

SEPARATORS = (",", ";", "\t")
ENCODINGS = ("utf-8-sig", "gb18030")
BLOCK_BYTES = 1 << 20


def read_csv(connection: ibis.BaseBackend, path: Path, name: str) -> tuple[ir.Table, list[str]]:
    """Return the rows of a CSV file as text with their line, and notes on how it was read.

    Parameters
    ----------
    connection
        DuckDB.
    path
        The file: in UTF-8 (with or without byte-order mark) or GB18030; columns separated by comma, semicolon or tab.
    name
        Table of the contract that it holds.

    Raises
    ------
    InputError
        If it is in another encoding, or its header is not usable.
    """
    encoding = find_encoding(path)
    header, separator = _header(path, encoding, name)
    if encoding == ENCODINGS[0]:
        return _rows(connection, path, name, header, separator), []
    with tempfile.TemporaryDirectory(prefix="salesops-") as folder:
        copy = _in_utf8(path, Path(folder) / "copy.csv", encoding)
        return _rows(connection, copy, name, header, separator), [f"{path.name} is read as GB18030: it is not UTF-8"]


def find_encoding(path: Path) -> str:
    """Return the first of UTF-8 and GB18030 in which every byte of the file can be read.

    Raises
    ------
    InputError
        If neither can, with the first byte that is wrong in both.
    """
    with path.open("rb") as file:
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            raise InputError(f'{path.name} is in UTF-16: save it again as "CSV UTF-8"')
    stops = {encoding: _first_wrong_line(path, encoding) for encoding in ENCODINGS[:1]}
    if not stops[ENCODINGS[0]]:
        return ENCODINGS[0]
    wrong = _first_wrong_line(path, ENCODINGS[1])
    if wrong:
        raise InputError(
            f"{path.name} is neither UTF-8 (line {stops[ENCODINGS[0]]}) nor GB18030 (line {wrong}): "
            'save it again as "CSV UTF-8"'
        )
    return ENCODINGS[1]


def _first_wrong_line(path: Path, encoding: str) -> int:
    """Return the line of the first byte that cannot be read; 0 if all can."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 1
    with path.open("rb") as file:
        while True:
            block = file.read(BLOCK_BYTES)
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return lines + error.object.count(b"\n", 0, error.start)
            if not block:
                return 0
            lines += block.count(b"\n")


def _header(path: Path, encoding: str, name: str) -> tuple[list[str], str]:
    """Return the names in the first line, and what separates them: what yields most of the contract's names."""
    with path.open(encoding=encoding, newline="") as file:
        lines = [line for line in (file.readline(),) if line.strip()]
    if not lines:
        raise InputError(f"{path.name} has no header: its first line must name the columns")
    split = {separator: next(csv.reader(lines, delimiter=separator)) for separator in SEPARATORS}
    known = set(CONTRACT[name].names)
    separator = max(split, key=lambda s: (len(known & {part.strip() for part in split[s]}), len(split[s])))
    return checked_header(split[separator], path.name), separator


def _in_utf8(path: Path, copy: Path, encoding: str) -> Path:
    with path.open(encoding=encoding, newline="") as source, copy.open("w", encoding="utf-8", newline="") as target:
        while block := source.read(BLOCK_BYTES):
            target.write(block)
    return copy


def _rows(connection: ibis.BaseBackend, path: Path, name: str, header: list[str], separator: str) -> ir.Table:
    # Text first: the contract says what each column is, so that 00123 stays an identifier
    # and a value that is not what it should be can be shown as it was written.
    columns = ", ".join(f"{literal(column)}: 'VARCHAR'" for column in header)
    header = [column for column in header if column != LINE]
    query = f"""
        SELECT {", ".join(map(quoted, header))}, row_number() OVER () + 1 AS {quoted(LINE)}
        FROM read_csv({literal(glob.escape(str(path)))}, columns = {{{columns}}}, auto_detect = false, header = true,
                      delim = {literal(separator)}, quote = '"', escape = '"')
    """
    return create_table(connection, name, query, dict.fromkeys(header, "string") | {LINE: "int64"})

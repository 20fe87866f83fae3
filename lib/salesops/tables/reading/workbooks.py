"""Excel workbooks: sheets named after tables, or one table per workbook."""

from __future__ import annotations

import warnings
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from salesops.errors import InputError
from salesops.tables.reading.source import LINE, checked_header, is_table, not_a_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import ibis
    import ibis.expr.types as ir

EXACT_TO = 10**15
"""Excel itself keeps fifteen digits of a number."""


def read_workbook(connection: ibis.BaseBackend, path: Path) -> tuple[dict[str, ir.Table], list[str]]:
    """Return the tables of a workbook as text with their line, and notes on the sheets that are not read.

    Parameters
    ----------
    connection
        DuckDB.
    path
        An .xlsx file. Sheets named after tables are read; a workbook that has none, but is itself named after
        a table and has one sheet, is that table. The first line of a sheet names the columns.

    Raises
    ------
    InputError
        If it is no workbook, or a header is not usable.
    """
    book = open_workbook(path)
    try:
        sheets, notes = _sheets(book, path)
        return {name: _table(connection, name, book[sheet], path) for name, sheet in sheets.items()}, notes
    finally:
        book.close()


def open_workbook(path: Path) -> Any:
    """Return a workbook of openpyxl, to be read row by row and closed.

    Raises
    ------
    InputError
        If it is no workbook.
    """
    # Importing it takes a third of a second, which a run without workbooks need not spend.
    import openpyxl

    with warnings.catch_warnings():
        # It warns of decorations that it does not keep, which no table needs.
        warnings.simplefilter("ignore")
        try:
            return openpyxl.load_workbook(path, read_only=True, data_only=True)
        except Exception as error:
            raise InputError(
                f"{path.name} cannot be read as an Excel workbook: {error}; save it again as .xlsx"
            ) from None


def _sheets(book: Any, path: Path) -> tuple[dict[str, str], list[str]]:
    """Return the sheet of each table, and a note on every other sheet."""
    names = [sheet.title for sheet in book.worksheets]
    known = {name.strip().lower(): name for name in names if is_table(name)}
    if known:
        notes = [not_a_table(f"sheet {name} of {path.name}", name) for name in names if not is_table(name)]
        return known, notes
    if not is_table(path.stem):
        return {}, [not_a_table(f"{path.name} (sheets {', '.join(names)})", path.stem)]
    if len(names) != 1:
        raise InputError(f"{path.name} has sheets {', '.join(names)}: name the one to be read {path.stem.lower()}")
    return {path.stem.lower(): names[0]}, []


def _table(connection: ibis.BaseBackend, name: str, sheet: Any, path: Path) -> ir.Table:
    header, columns, lines = sheet_columns(sheet, f"{path.name}, sheet {sheet.title}")
    arrays = [pa.array([cell_text(cell) or None for cell in column], pa.string()) for column in columns]
    table = pa.table([*arrays, pa.array(lines, pa.int64())], names=[*header, LINE])
    return connection.create_table(name, table, temp=True)


def sheet_columns(sheet: Any, place: str) -> tuple[list[str], list[Sequence[object]], list[int]]:
    """Return a sheet's header, the cells below it by column, and the line of each row; empty lines are left out.

    Raises
    ------
    InputError
        If its first line does not name the columns; `place` says where.
    """
    # Some programs write a wrong size into the sheet; without it, all rows are read.
    sheet.reset_dimensions()
    rows = ((line, row) for line, row in enumerate(sheet.iter_rows(values_only=True), 1))
    filled = [(line, row) for line, row in rows if any(cell_text(cell) for cell in row)]
    if not filled or filled[0][0] != 1:
        raise InputError(f"{place} has no header: its first line must name the columns")
    width = max(max(i for i, cell in enumerate(row) if cell_text(cell)) + 1 for _, row in filled)
    header = checked_header(map(cell_text, _padded(filled[0][1], width)), place)
    cells = [_padded(row, width) for _, row in filled[1:]]
    columns: list[Sequence[object]] = [*zip(*cells, strict=True)] or [()] * width
    return header, columns, [line for line, _ in filled[1:]]


def _padded(row: tuple[object, ...], width: int) -> tuple[object, ...]:
    return (row + (None,) * width)[:width]


def cell_text(cell: object) -> str:
    """Return a cell as it would stand in a CSV file: whole numbers without a point, dates as 2026-09-30.

    Examples
    --------
    >>> cell_text(3.0), cell_text(date(2026, 9, 30)), cell_text(" 007 "), cell_text(None)
    ('3', '2026-09-30', '007', '')
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < EXACT_TO else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    return cell.isoformat() if isinstance(cell, date) else str(cell).strip()


def worksheet_names(tables: Iterable[str], path: Path) -> dict[str, str]:
    """Return where each table of a workbook was found, in words."""
    return {name: f"sheet {name} of {path.name}" for name in tables}

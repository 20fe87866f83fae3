"""Sheets of Excel workbooks as files of an export: every cell as text, under the line that a spreadsheet shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from salesops.errors import InputError, did_you_mean
from salesops.tables.reading.workbooks import cell_text, open_workbook, sheet_columns

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import ibis
    import ibis.expr.types as ir

    from salesops.tables.imports.file_spec import FileSpec

WORKBOOK = ".xlsx"


def is_workbook(path: str) -> bool:
    """Return whether a file is an Excel workbook, by its name."""
    return path.lower().endswith(WORKBOOK)


def sheet_names(path: Path) -> list[str]:
    """Return the names of a workbook's sheets in which anything is written."""
    book = open_workbook(path)
    try:
        return [sheet.title for sheet in book.worksheets if any(map(any, sheet.iter_rows(values_only=True)))]
    finally:
        book.close()


def read_sheet(connection: ibis.BaseBackend, path: Path, spec: FileSpec, row: str) -> ir.Table:
    """Return the rows of one sheet as text, and in the column `row` which line they are, the first below the header 0.

    A number that the workbook holds as one is written with a comma in columns of which the mapping says that.

    Raises
    ------
    InputError
        If there is no such sheet, or several of which none is named, or a header is not usable.
    """
    book = open_workbook(path)
    try:
        sheet = book[_name(spec, [sheet.title for sheet in book.worksheets])]
        header, columns, lines = sheet_columns(sheet, f"{spec.path}, sheet {sheet.title}")
    finally:
        book.close()
    commas = [name.casefold() in spec.decimal_comma_headers for name in header]
    arrays = [_texts(cells, comma=comma) for cells, comma in zip(columns, commas, strict=True)]
    below = pa.array([line - 2 for line in lines], pa.int64())
    name = f"sheet_{connection.raw_sql('SELECT count(*) FROM duckdb_tables()').fetchall()[0][0]}"
    return connection.create_table(name, pa.table([*arrays, below], names=[*header, row]))


def _name(spec: FileSpec, names: list[str]) -> str:
    if spec.sheet is None and len(names) > 1:
        raise InputError(f"{spec.path} has sheets {', '.join(names)}: name one as sheet in the mapping")
    if spec.sheet is not None and spec.sheet not in names:
        raise InputError(f'{spec.path} has no sheet "{spec.sheet}": {did_you_mean(spec.sheet, names)}')
    return spec.sheet or names[0]


def _texts(cells: Sequence[object], *, comma: bool) -> pa.Array:
    texts = (
        cell_text(cell).replace(".", ",") if comma and isinstance(cell, float) else cell_text(cell) for cell in cells
    )
    return pa.array([text or None for text in texts], pa.string())

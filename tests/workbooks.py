"""Excel files for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl

if TYPE_CHECKING:
    from pathlib import Path


def write_workbook(path: Path, **sheets: list[list[object]]) -> Path:
    """Write a workbook with these rows in these sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path

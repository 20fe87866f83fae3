"""A folder of files, each named after a table; or one workbook."""

from __future__ import annotations

import glob
import itertools
from typing import TYPE_CHECKING

from salesops.errors import InputError
from salesops.tables.reading.csv_files import read_csv
from salesops.tables.reading.engine import embedded
from salesops.tables.reading.source import Source, is_table, not_a_table, refuse_doubles
from salesops.tables.reading.workbooks import read_workbook, worksheet_names

if TYPE_CHECKING:
    from pathlib import Path

    import ibis
    import ibis.expr.types as ir

WORKBOOK = ".xlsx"
FILE_TYPES = (".csv", ".parquet", WORKBOOK)
NEEDS = (
    "it needs orders or opportunities, as .csv, .parquet or .xlsx. If its tables have other names and columns, "
    "`salesops import --draft FOLDER` drafts a mapping that makes ours of them"
)


def read_folder(folder: Path) -> Source:
    """Return the tables of a folder.

    Parameters
    ----------
    folder
        Holds files named after tables (orders.csv, orders.parquet, orders.xlsx), or workbooks whose sheets are.

    Raises
    ------
    InputError
        If there is no such folder, it holds no table, a file is empty or cannot be read, or a table comes twice.
    """
    if not folder.is_dir():
        raise InputError(
            f"data source {folder} is not a folder: give a folder of CSV, Parquet or Excel files, a workbook (.xlsx), "
            "a DuckDB file (.duckdb), or a URL of files or of a database"
        )
    try:
        files = [file for file in sorted(folder.iterdir()) if is_ours(file.name)]
    except OSError as error:
        raise cannot_be_opened(folder, error) from error
    return read_files(str(folder), files)


def cannot_be_opened(place: Path, error: OSError) -> InputError:
    """Return what to tell of a file or folder that the system does not open."""
    reason = error.strerror or type(error).__name__
    return InputError(f"{place} cannot be opened ({reason}): give yourself the right to read it, or remove it")


def is_ours(name: str) -> bool:
    """Return whether a file may hold tables, by its name."""
    # A name that begins with ~$ is the mark that Excel leaves beside a workbook while it is open.
    return name.lower().endswith(FILE_TYPES) and not name.startswith(("~$", "."))


def read_files(shown: str, files: list[Path]) -> Source:
    """Return the tables that files hold, all on one DuckDB connection; `shown` is where they come from."""
    connection = embedded()
    named = [file for file in files if file.suffix.lower() != WORKBOOK and is_table(file.stem)]
    others = [file for file in files if file.suffix.lower() != WORKBOOK and not is_table(file.stem)]
    refuse_doubles((file.stem, file.name) for file in files if is_table(file.stem))
    notes = [not_a_table(file.name, file.stem) for file in others]
    tables: dict[str, ir.Table] = {}
    origins: dict[str, Path] = {}
    found = [(file.stem, file.name) for file in named]
    for file in (file for file in files if file.suffix.lower() == WORKBOOK):
        _refuse_empty(file)
        sheets, more = read_workbook(connection, file)
        found += [(name, where) for name, where in worksheet_names(sheets, file).items()]
        refuse_doubles(found)
        tables, origins, notes = {**tables, **sheets}, {**origins, **dict.fromkeys(sheets, file)}, notes + more
    for file in named:
        name = file.stem.lower()
        tables[name], more = _read(connection, file, name)
        origins[name], notes = file, notes + more
    if not tables:
        raise InputError(f"data source {shown} holds no table: {NEEDS}", *notes)
    return Source(shown, tables, origins, tuple(notes))


def _refuse_empty(file: Path) -> None:
    if file.stat().st_size == 0:
        raise InputError(f"{file.name} is empty: export it again, or remove it")


def _read(connection: ibis.BaseBackend, file: Path, name: str) -> tuple[ir.Table, list[str]]:
    _refuse_empty(file)
    try:
        if file.suffix.lower() == ".csv":
            return read_csv(connection, file, name)
        return connection.read_parquet(glob.escape(str(file))), []
    except InputError:
        raise
    except OSError as error:
        raise cannot_be_opened(file, error) from error
    except Exception as error:
        kind = "CSV" if file.suffix.lower() == ".csv" else "Parquet"
        cure = "correct it, or export it again if it was written only in part"
        raise InputError(f"{file.name} cannot be read as {kind}: {_reason(error)}; {cure}") from error


def _reason(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    # What follows is our own query, which nobody has to correct.
    lines = list(itertools.takewhile(lambda line: not line.startswith("LINE "), lines))
    return "; ".join(lines[:3]) or type(error).__name__

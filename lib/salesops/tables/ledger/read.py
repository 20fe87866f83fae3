"""Reading the ledger: DuckDB takes all its files as one table."""

from __future__ import annotations

import glob
from typing import TYPE_CHECKING

from salesops.errors import InputError
from salesops.tables.ledger.columns import as_frame, schema

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    import pyarrow as pa

    from salesops.tables.ledger.columns import Kind

RUN_COLUMNS = ("run_id", "started_at", "plan", "scenario", "as_of")


def read_ledger(
    folder: Path,
    *,
    kind: Kind | None = None,
    topic: str | None = None,
    plan: str | None = None,
    run_id: str | None = None,
) -> pd.DataFrame:
    """Return the ledger's rows, those of earlier runs first.

    Parameters
    ----------
    folder
        The ledger, or one file of it. A folder that is empty or not there yet gives a frame without rows.
    kind, topic, plan, run_id
        Only rows of this kind, topic, plan or run.

    Raises
    ------
    InputError
        If a file of it is not one of the ledger's, naming each such file.
    """
    wanted = {"kind": kind, "topic": topic, "plan": plan, "run_id": run_id}
    given = {name: value for name, value in wanted.items() if value is not None}
    columns = ", ".join(schema().names)
    where = " AND ".join(f"{name} = ${name}" for name in given) or "true"
    return as_frame(_query(folder, f"SELECT {columns} FROM read_parquet($files) WHERE {where}", given))


def ledger_runs(folder: Path) -> pd.DataFrame:
    """Return one row per run of the ledger, earlier runs first: run_id, started_at, plan, scenario, as_of.

    Raises
    ------
    InputError
        As `read_ledger`.
    """
    columns = ", ".join(RUN_COLUMNS)
    query = f"SELECT DISTINCT {columns} FROM read_parquet($files) ORDER BY started_at, run_id"
    runs: pd.DataFrame = _query(folder, query, {}).select(list(RUN_COLUMNS)).to_pandas(date_as_object=False)
    return runs


def _query(folder: Path, query: str, values: dict[str, str]) -> pa.Table:
    import duckdb

    files = _files(folder)
    if not files:
        return schema().empty_table()
    # DuckDB takes each name for a pattern.
    names = [glob.escape(str(path)) for path in files]
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        try:
            return connection.sql(query, params={"files": names, **values}).to_arrow_table()
        except duckdb.Error as error:
            raise _unreadable(folder, error) from None


def _files(folder: Path) -> list[Path]:
    return [folder] if folder.is_file() else sorted(folder.glob("*.parquet"))


def _unreadable(folder: Path, error: Exception) -> InputError:
    faults = [
        f"ledger file {path} {fault}: move it out of the folder; the other entries are whole"
        for path in _files(folder)
        if (fault := _fault(path))
    ]
    return InputError(*(faults or [f"ledger {folder} cannot be read: {error}"]))


def _fault(path: Path) -> str:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with path.open("rb") as file:
            table = pq.read_table(file)
    except (OSError, pa.ArrowException) as error:
        return f"cannot be read as Parquet ({error})"
    return "" if table.schema.equals(schema()) else "has other columns than the ledger"

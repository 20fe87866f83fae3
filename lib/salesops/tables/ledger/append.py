"""Adding a run to the ledger: whole or not at all, and never over another entry."""

from __future__ import annotations

import os
import time
import uuid
from contextlib import suppress
from typing import TYPE_CHECKING

from salesops.errors import RunError
from salesops.storage import storage_error
from salesops.tables.ledger.columns import schema

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

LEFT_OVER_SECONDS = 24 * 3600
"""A file that has been in the making for longer than this was left by a crash."""


def append(folder: Path, run_id: str, rows: pd.DataFrame) -> Path:
    """Add one run's rows to the ledger as a file of their own.

    Parameters
    ----------
    folder
        The ledger; it is made if it is not there yet.
    run_id
        The run's name. A run that is already there stays as it is, so that appending can be repeated after a crash.
    rows
        The rows of one run, at least one, with all columns of the ledger, as `ledger_rows` makes them.

    Returns
    -------
    Path
        The run's file.

    Raises
    ------
    RunError
        If the folder takes no file; what was there before stays readable.
    """
    path = folder / _file_name(run_id, rows)
    if path.exists():
        return path
    # Hidden and with another ending, so that no reader of *.parquet comes upon half a file.
    aside = folder / f".{path.name}.{os.getpid()}-{uuid.uuid4().hex[:8]}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(aside, rows.assign(run_id=run_id))
        # All that could come in between is another append of the same run, with the same rows.
        os.replace(aside, path)
    except OSError as error:
        raise _refused(folder, error) from None
    finally:
        with suppress(OSError):
            aside.unlink()
    _flush_folder(folder)
    _remove_left_overs(folder)
    return path


def _file_name(run_id: str, rows: pd.DataFrame) -> str:
    run = rows.iloc[0]
    started = run["started_at"].tz_convert("UTC")
    return f"{started:%Y%m%dT%H%M%SZ}-{run['plan']}-{run['scenario']}-{run_id}.parquet"


def _write(path: Path, rows: pd.DataFrame) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(rows, schema(), preserve_index=False).replace_schema_metadata(None)
    with path.open("xb") as file:
        pq.write_table(table, file, compression="zstd")
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Make a rename outlast a power failure; not every system opens folders, and there is nothing to do there."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _remove_left_overs(folder: Path) -> None:
    for path in folder.glob(".*.part"):
        # Another append may be removing the same one, or it may be another user's.
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > LEFT_OVER_SECONDS:
                path.unlink()


def _refused(folder: Path, error: OSError) -> RunError:
    return RunError(f"ledger takes no entry: {storage_error(error, folder)}; the earlier entries are as they were")

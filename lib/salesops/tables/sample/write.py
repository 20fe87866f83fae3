"""Writing the sample company as CSV: fixed formats, so that equal tables are equal bytes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from salesops.tables.sample.generate import parts
from salesops.tables.schemas import CONTRACT

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

    from salesops.tables.contract import Column

_PLAIN = pyarrow.csv.WriteOptions(include_header=False, quoting_style="none")


def write_sample(out: Path, accounts: int = 700, seed: int = 2026, truth_dir: Path | None = None) -> None:
    """Write a sample company as CSV files, chunk by chunk, each renamed into place once all are whole.

    Parameters
    ----------
    out
        Folder for the tables of the input contract; made if absent, files of the same names are replaced.
    accounts, seed
        As for `generate`.
    truth_dir
        Folder for the truth; without it the truth is not written.
    """
    begun: set[Path] = set()
    for part in parts(accounts, seed, with_truth=truth_dir is not None):
        for name, frame in part.tables.items():
            columns = {column.name: column for column in CONTRACT[name].columns}
            _append(out / f"{name}.csv", frame, columns, begun)
        if truth_dir is not None:
            for name, frame in part.truth.items():
                _append(truth_dir / f"{name}.csv", frame, {}, begun)
    for path in begun:
        os.replace(_aside(path), path)


def _aside(path: Path) -> Path:
    return path.with_name(path.name + ".part")


def _append(path: Path, frame: pd.DataFrame, columns: dict[str, Column], begun: set[Path]) -> None:
    first = path not in begun
    begun.add(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with _aside(path).open("wb" if first else "ab") as file:
        if first:
            file.write((",".join(frame.columns) + "\n").encode())
        written = {name: _as_written(frame[name], columns.get(name)) for name in frame.columns}
        pyarrow.csv.write_csv(pa.table(written), file, _PLAIN)


def _as_written(values: pd.Series, column: Column | None) -> pa.Array:
    """Return values as they stand in the file: money with two decimals, dates as 2026-09-30, no quotes."""
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return pa.array(values.to_numpy().astype("datetime64[D]"), from_pandas=True)
    if pd.api.types.is_float_dtype(values.dtype):
        return _number(values.to_numpy(), column)
    return pa.array(values, from_pandas=True)


def _number(values: np.ndarray, column: Column | None) -> pa.Array:
    kind = column.type if column is not None else "number"
    array = pa.array(values, from_pandas=True)
    if kind == "integer":
        return pc.cast(array, pa.int64())
    if kind == "money":
        return pc.cast(pc.cast(pc.round(array, 2), pa.decimal128(18, 2)), pa.string())
    return array

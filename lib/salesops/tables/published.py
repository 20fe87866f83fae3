"""The output contract: tables that notebooks publish for each other, for spreadsheets and for checks."""

from __future__ import annotations

import os
import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from salesops.errors import InputError, did_you_mean
from salesops.not_enough_data import NotEnoughData
from salesops.paths import resolve
from salesops.tables.output_contract import OUTPUT_CONTRACT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import pandas as pd

KPI_COLUMNS = ("topic", "kpi", "label", "value", "low", "high", "unit", "better")

# A spreadsheet takes a cell that begins with one of these for a formula.
FORMULA = re.compile(r"^\s*[=+\-@\t\r]")


def publish(run_dir: str | Path, topic: str, **frames: pd.DataFrame | NotEnoughData) -> list[str]:
    """Write a topic's tables as Parquet, with a CSV beside each.

    Parameters
    ----------
    run_dir
        Folder of the run; tables go to `tables/<topic>/`.
    topic
        The notebook's name.
    **frames
        Tables by name. One that is `NotEnoughData` is not written, and an older one of that name is removed.

    Returns
    -------
    list of str
        Names of the tables written.

    Raises
    ------
    InputError
        If a table is not in the output contract or lacks one of its columns.
    """
    folder = resolve(run_dir) / "tables" / topic
    return [name for name, frame in frames.items() if _publish_one(folder, topic, name, frame)]


def publish_kpis(run_dir: str | Path, topic: str, kpis: Sequence[Any]) -> dict[str, float]:
    """Write a topic's KPIs and return the values of the run before, by KPI, as far as there was one.

    Parameters
    ----------
    run_dir
        Folder of the run.
    topic
        The notebook's name.
    kpis
        Figures (`salesops.report.Kpi`, or any dataclass with the fields of `KPI_COLUMNS`).
    """
    import pandas as pd

    before = published(run_dir, topic, "kpis")
    rows = [{**asdict(kpi), "topic": topic} for kpi in kpis]
    frame = pd.DataFrame(rows, columns=list(KPI_COLUMNS))
    publish(run_dir, topic, kpis=frame.astype(dict.fromkeys(("value", "low", "high"), "float64")))
    return {} if isinstance(before, NotEnoughData) else dict(zip(before["kpi"], before["value"], strict=True))


def published(run_dir: str | Path, topic: str, name: str) -> pd.DataFrame | NotEnoughData:
    """Return a table that another notebook has published into this run, or say which notebook to run first."""
    # Imported here: a run that finds nothing changed has no use for it.
    import pandas as pd

    path = resolve(run_dir) / "tables" / topic / f"{name}.parquet"
    if not path.is_file():
        return NotEnoughData(f"table {name} of {topic}", f"run the notebook {topic} first")
    return pd.read_parquet(path)


def neutralised(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose text cells no spreadsheet takes for a formula.

    Examples
    --------
    >>> import pandas as pd
    >>> neutralised(pd.DataFrame({"name": ["=1+1", "Hefei"], "n": [-1, 2]}))["name"].tolist()
    ["'=1+1", 'Hefei']
    """
    text = frame.select_dtypes(include=["object", "string", "category"]).columns
    safe: Callable[[object], object] = lambda v: f"'{v}" if isinstance(v, str) and FORMULA.match(v) else v  # noqa: E731
    return frame.assign(**{column: frame[column].map(safe) for column in text}).rename(columns=lambda c: str(safe(c)))


def publish_frame(folder: Path, name: str, frame: pd.DataFrame) -> None:
    """Write one table as Parquet and as a CSV that spreadsheets open cleanly, each renamed into place."""
    folder.mkdir(parents=True, exist_ok=True)
    _replace(folder / f"{name}.parquet", lambda path: frame.to_parquet(path, index=False))
    # With the byte-order mark, spreadsheets read Chinese names right.
    _replace(folder / f"{name}.csv", lambda path: neutralised(frame).to_csv(path, index=False, encoding="utf-8-sig"))


def _publish_one(folder: Path, topic: str, name: str, frame: pd.DataFrame | NotEnoughData) -> bool:
    if isinstance(frame, NotEnoughData):
        for kind in ("parquet", "csv"):
            (folder / f"{name}.{kind}").unlink(missing_ok=True)
        return False
    _check_columns(topic, name, frame)
    publish_frame(folder, name, frame)
    return True


def _check_columns(topic: str, name: str, frame: pd.DataFrame) -> None:
    contract = {**OUTPUT_CONTRACT.get(topic, {}), "kpis": KPI_COLUMNS}
    if name not in contract:
        raise InputError(f'table "{name}" of {topic} is not in the output contract: {did_you_mean(name, contract)}')
    missing = [column for column in contract[name] if column not in frame.columns]
    if missing:
        raise InputError(f"table {name} of {topic} lacks {', '.join(missing)}: the output contract promises them")


def _replace(path: Path, write: Callable[[Path], object]) -> None:
    aside = path.with_name(path.name + ".part")
    write(aside)
    os.replace(aside, path)

"""A run is built aside and put in place in one step, so that there is a whole report at every moment."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import pandas as pd

BUILDING, OLD, FAILED = "building", "old", ".failed"
AT_FDCWD, RENAME_EXCHANGE = -100, 2


@contextmanager
def built_aside(place: Path, topics: Sequence[str]) -> Iterator[Path]:
    """Give a folder to build a report in; what is still there at the end is removed.

    The KPIs of the report now in place are laid into it, so that notebooks can show what has changed.

    Parameters
    ----------
    place
        Where the report will be.
    topics
        Its notebooks.
    """
    aside = _aside(place, BUILDING)
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    try:
        for topic in topics:
            kpis, folder = place / "tables" / topic / "kpis.parquet", aside / "tables" / topic
            if kpis.is_file():
                folder.mkdir(parents=True)
                shutil.copy2(kpis, folder)
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def put_in_place(aside: Path, place: Path) -> None:
    """Put a finished report in place of the one before it, which is then removed."""
    if not place.exists():
        aside.rename(place)
    elif _exchanged(aside, place):
        shutil.rmtree(aside, ignore_errors=True)
    else:
        old = _aside(place, OLD)
        place.rename(old)
        aside.rename(place)
        shutil.rmtree(old, ignore_errors=True)


def keep_failed(aside: Path, place: Path) -> Path:
    """Keep a report that failed beside the last good one, and return where it is."""
    failed = place.with_name(place.name + FAILED)
    shutil.rmtree(failed, ignore_errors=True)
    aside.rename(failed)
    return failed


def sweep(folder: Path) -> None:
    """Clear what runs that were killed have left in a plan's folder; to be called by the one run that holds its lock.

    Where a file system cannot exchange two folders, a kill between two renames leaves the last good report
    under its other name: it is put back.
    """
    for path in folder.glob(f".*.{OLD}-*"):
        place = path.with_name(path.name[1:].rpartition(f".{OLD}-")[0])
        if not place.exists():
            path.rename(place)
    for path in (*folder.glob(f".*.{OLD}-*"), *folder.glob(f".*.{BUILDING}-*")):
        shutil.rmtree(path, ignore_errors=True)


def collect_kpis(run_dir: Path, topics: Sequence[str]) -> pd.DataFrame:
    """Write the KPIs of all notebooks of a run as one table, and return it."""
    import pandas as pd

    from salesops.tables.published import KPI_COLUMNS, publish_frame

    paths = [run_dir / "tables" / topic / "kpis.parquet" for topic in topics]
    frames = [pd.read_parquet(path) for path in paths if path.is_file()]
    kpis = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(KPI_COLUMNS))
    publish_frame(run_dir / "tables", "kpis", kpis)
    return kpis


def _aside(place: Path, what: str) -> Path:
    return place.with_name(f".{place.name}.{what}-{os.getpid()}")


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two folders in one step, where the system can; two renames leave a moment without a report."""
    if not sys.platform.startswith("linux"):
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    return bool(rename(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE) == 0)

"""A run is built aside and renamed into place, so that the last good report is never half replaced."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pandas as pd

from salesops.tables.published import KPI_COLUMNS, publish_frame

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def built_aside(place: Path) -> Iterator[Path]:
    """Give a folder to build a report in; what is still there at the end is removed.

    The KPIs of the report now in place are laid into it, so that notebooks can show what has changed.

    Parameters
    ----------
    place
        Where the report will be.
    """
    aside = place.with_name(f".{place.name}.building-{os.getpid()}")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    try:
        for path in place.glob("tables/*/kpis.parquet"):
            copy = aside / path.relative_to(place)
            copy.parent.mkdir(parents=True)
            shutil.copy2(path, copy)
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def put_in_place(aside: Path, place: Path) -> None:
    """Rename a finished report into place; the one before it goes once the new one is there."""
    old = place.with_name(f".{place.name}.old-{os.getpid()}")
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        place.rename(old)
    aside.rename(place)
    shutil.rmtree(old, ignore_errors=True)


def collect_kpis(run_dir: Path, topics: list[str]) -> pd.DataFrame:
    """Write the KPIs of all notebooks of a run as one table, and return it."""
    paths = [run_dir / "tables" / topic / "kpis.parquet" for topic in topics]
    frames = [pd.read_parquet(path) for path in paths if path.is_file()]
    kpis = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(KPI_COLUMNS))
    publish_frame(run_dir / "tables", "kpis", kpis)
    return kpis

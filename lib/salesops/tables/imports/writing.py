"""Writing a folder of tables so that it is there whole, or as it was before."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from salesops.errors import InputError
from salesops.tables.schemas import CONTRACT

if TYPE_CHECKING:
    from collections.abc import Iterator


def refuse_foreign(out: Path) -> None:
    """Refuse a folder that holds anything but tables of an earlier import, because all of it is replaced.

    Raises
    ------
    InputError
        If `out` is a file, or a folder with files that no import writes.
    """
    if out.exists() and not out.is_dir():
        raise InputError(f"{out} is a file: give a folder for the tables")
    ours = {f"{table}.parquet" for table in CONTRACT}
    foreign = sorted(path.name for path in out.iterdir() if path.name not in ours) if out.is_dir() else []
    if foreign:
        raise InputError(
            f"{out} holds {', '.join(foreign[:3])}, which no import wrote, and would be replaced: give an empty folder"
        )


@contextmanager
def aside(out: Path) -> Iterator[Path]:
    """Give a scratch folder on the same disk as `out`, and remove it afterwards whatever happened."""
    there = next(parent for parent in out.parents if parent.exists())
    try:
        scratch = tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=there)
    except OSError as error:
        raise InputError(f"{out} cannot be written: {error.strerror}; give a folder where you may write") from None
    with scratch as name:
        yield Path(name)


def put_in_place(new: Path, out: Path, scratch: Path) -> None:
    """Rename `new` to `out`; what was there is removed with the scratch folder, or put back if this fails."""
    before = scratch / "before"
    out.parent.mkdir(parents=True, exist_ok=True)
    if out.exists():
        out.rename(before)
    try:
        new.rename(out)
    except BaseException:
        if before.exists():
            before.rename(out)
        raise

"""Files behind a URL: each version of a file is fetched once, into a cache that all processes share.

A copy lies in a folder named after the version it is of, and comes there by being renamed when it is complete. So a
copy never changes: whoever reads one is not disturbed by another process that fetches what has come since.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from salesops.errors import InputError
from salesops.paths import cache_folder
from salesops.tables.reading.databases import DUCKDB_FILES, read_duckdb
from salesops.tables.reading.file_systems import in_words, open_store, version
from salesops.tables.reading.folders import FILE_TYPES, NEEDS, WORKBOOK, is_ours, read_files
from salesops.tables.reading.source import Source, is_table, not_a_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from salesops.tables.reading.places import Place

ATTEMPTS = 4
ONE_FILE = (*FILE_TYPES, *DUCKDB_FILES)
DAY = 24 * 60 * 60
SUPERSEDED_KEPT = DAY
"""Seconds that a copy stays after its last use once there is a newer one: a run may still read it."""
UNUSED_KEPT = 90 * DAY


@dataclass(frozen=True)
class RemoteFile:
    """One file as its store lists it.

    Parameters
    ----------
    path
        What the store calls it.
    name
        Its name.
    size
        How many bytes it has, if the store says so.
    version
        What differs when the file does; empty if the store says nothing.
    """

    path: str
    name: str
    size: int | None
    version: str


def read_fetched(place: Place) -> Source:
    """Return the tables of the folder or file at a URL, read from local copies.

    Raises
    ------
    InputError
        If there is no such place, it cannot be reached or read, or holds no table.
    """
    copies, others = fetch(place)
    notes = tuple(not_a_table(name, PurePosixPath(name).stem) for name in others)
    if not copies:
        raise InputError(f"data source {place.shown} holds no table: {NEEDS}", *notes)
    if copies[0].suffix.lower() in DUCKDB_FILES:
        return read_duckdb(copies[0], place.shown)
    source = read_files(place.shown, copies)
    return replace(source, notes=notes + source.notes)


def fetch(place: Place) -> tuple[list[Path], list[str]]:
    """Return local copies of a URL's files, those of the folder as they lay there together at one moment.

    Parameters
    ----------
    place
        A folder, or one file. Of a folder, workbooks and files named after tables are fetched that lie directly in it.

    Returns
    -------
    tuple
        The copies, by name; and the names of further files that could hold tables but are named after none.

    Raises
    ------
    InputError
        If the place cannot be read, the cache cannot be written, or files change faster than they can be fetched.
    """
    store, path = open_store(place)
    folder = cache_folder() / "inputs" / hashlib.sha256(place.url.encode()).hexdigest()[:20]
    copies: dict[RemoteFile, Path] = {}
    for _ in range(ATTEMPTS):
        listed = _listed(place, store, path)
        wanted = [file for file in listed if _holds_tables(file.name)]
        copies |= {file: copy for file in wanted if file.version and _is_whole(copy := _copy(folder, file), file)}
        missing = [file for file in wanted if file not in copies]
        if not missing:
            found = [copies[file] for file in wanted]
            _tidy(folder, found)
            return found, [file.name for file in listed if file not in wanted]
        with _aside(folder) as aside:
            parts = _parts(place, store, missing, aside)
            # What is replaced while it is fetched must not pass for what was listed before.
            still = _listed(place, store, path)
            copies |= {file: _put_in_place(parts[file], folder, file) for file in parts if file in still}
    raise InputError(f"{place.shown} changes while it is read: try again when all files are there")


def _listed(place: Place, store: Any, path: str) -> list[RemoteFile]:
    store.invalidate_cache()
    one = _name(path).lower().endswith(ONE_FILE)
    with in_words(place):
        details = [store.info(path)] if one else store.ls(path, detail=True)
        found = [_remote_file(store, detail) for detail in details if detail["type"] == "file"]
    ours = [file for file in found if is_ours(file.name) or (one and file.name.lower().endswith(DUCKDB_FILES))]
    return sorted(ours, key=lambda file: file.name)


def _remote_file(store: Any, detail: Mapping[str, Any]) -> RemoteFile:
    path = detail["name"]
    # A web server's page that lists files says no more than their names.
    known = detail if version(detail) else store.info(path)
    return RemoteFile(path, _name(path), known.get("size"), version(known))


def _name(path: str) -> str:
    # A name that leads out of its folder, in the way of any system, must not lead out of the cache.
    return PureWindowsPath(unquote(urlsplit(path).path) if "://" in path else path).name


def _holds_tables(name: str) -> bool:
    path = PurePosixPath(name)
    return path.suffix.lower() in (WORKBOOK, *DUCKDB_FILES) or is_table(path.stem)


def _copy(folder: Path, file: RemoteFile) -> Path:
    return folder / file.version / file.name


def _is_whole(copy: Path, file: RemoteFile) -> bool:
    return copy.is_file() and file.size in (None, copy.stat().st_size)


def _parts(place: Place, store: Any, files: list[RemoteFile], aside: Path) -> dict[RemoteFile, Path]:
    """Fetch files side by side and return those that came as long as they should be."""
    parts = {file: aside / str(number) for number, file in enumerate(files)}
    with in_words(place):
        store.get([file.path for file in files], [str(part) for part in parts.values()])
    return {file: part for file, part in parts.items() if _is_whole(part, file)}


def _put_in_place(part: Path, folder: Path, file: RemoteFile) -> Path:
    with part.open("rb") as content:
        label = file.version or hashlib.file_digest(content, "sha256").hexdigest()[:20]
    copy = folder / label / file.name
    copy.parent.mkdir(exist_ok=True)
    # Another process may have been quicker, and somebody may be reading its copy already.
    return copy if _is_whole(copy, file) else part.replace(copy)


@contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside = Path(tempfile.mkdtemp(prefix="part-", dir=folder))
    except OSError as error:
        raise InputError(
            f"the cache {folder} cannot be written: {error.strerror}: set SALESOPS_CACHE to a folder that can"
        ) from None
    try:
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _tidy(folder: Path, used: list[Path]) -> None:
    """Remember what was used just now, and remove what has not been for long."""
    kept = {copy.parent for copy in used}
    for place in (folder, *kept):
        with suppress(OSError):  # a cache that may be read but not written still serves
            os.utime(place)
    superseded = [old for old in folder.glob("*") if old not in kept and _unused(old) > SUPERSEDED_KEPT]
    for old in (*superseded, *(old for old in folder.parent.glob("*") if _unused(old) > UNUSED_KEPT)):
        shutil.rmtree(old, ignore_errors=True)


def _unused(place: Path) -> float:
    try:
        return time.time() - place.stat().st_mtime
    except FileNotFoundError:  # another process was quicker
        return 0

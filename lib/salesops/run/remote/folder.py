"""A folder of a store of files: what lies in it, and how files come and go whole."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any

from salesops.errors import InputError
from salesops.tables.reading.file_systems import open_store, version
from salesops.tables.reading.places import find_place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from salesops.errors import SalesopsError
    from salesops.tables.reading.places import Place

OBJECT_STORES = {"s3", "s3a", "gs", "gcs", "abfs", "az"}
"""Where a folder is but the beginning of names, and a file appears whole or not at all."""


@dataclass(frozen=True)
class RemoteFolder:
    """A folder of a store, open.

    Parameters
    ----------
    place
        Its URL.
    store
        The file system of fsspec.
    root
        Its path there.
    """

    place: Place
    store: Any
    root: str

    def path(self, name: str) -> str:
        """Return what the store calls a file of this folder."""
        return f"{self.root}/{name}"

    def versions(self) -> dict[str, str]:
        """Return the version of each file in the folder and below it, by name."""
        self.store.invalidate_cache()
        start = self.path("")
        found = self.store.find(self.root, detail=True)
        names = {path.removeprefix(start): version(detail) for path, detail in found.items() if path.startswith(start)}
        return {name: mark for name, mark in names.items() if _stays_inside(name)}

    def send(self, local: Path, names: Sequence[str]) -> None:
        """Send files of a local folder, side by side where the store can; each appears there whole."""
        if OBJECT_STORES & set(_protocols(self.store)):
            self.store.put([str(local / name) for name in names], [self.path(name) for name in names])
            return
        for name in names:
            part = self._beside(name)
            self.store.put_file(str(local / name), part)
            self.store.mv(part, self.path(name))

    def receive(self, names: Sequence[str], local: Path) -> None:
        """Fetch files into a local folder that nobody reads yet."""
        for name in names:
            (local / name).parent.mkdir(parents=True, exist_ok=True)
        self.store.get([self.path(name) for name in names], [str(local / name) for name in names])

    def remove(self, names: Sequence[str]) -> None:
        """Remove files."""
        for name in names:
            self.store.rm_file(self.path(name))

    def read_json(self, name: str) -> dict[str, Any]:
        """Return what a file holds; nothing if it is no JSON object."""
        try:
            found = json.loads(self.store.cat_file(self.path(name)))
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def write_json(self, name: str, content: Mapping[str, Any]) -> None:
        """Write a small file, which appears whole."""
        text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode()
        if OBJECT_STORES & set(_protocols(self.store)):
            self.store.pipe_file(self.path(name), text)
            return
        part = self._beside(name)
        self.store.pipe_file(part, text)
        self.store.mv(part, self.path(name))

    def _beside(self, name: str) -> str:
        path = PurePosixPath(self.path(name))
        self.store.makedirs(str(path.parent), exist_ok=True)
        return str(path.with_name(f".{path.name}.part-{uuid.uuid4().hex}"))


def open_folder(url: str, error: type[SalesopsError] = InputError) -> RemoteFolder:
    """Open the folder at a URL.

    Parameters
    ----------
    url
        A URL of files, or a path; `${NAME}` stands for what the environment holds.
    error
        What to raise if its driver is not installed.

    Raises
    ------
    InputError
        If the URL is one of a database, holds a secret, or needs a variable that is not set.
    """
    place = find_place(url)
    if place.url and not place.holds_files:
        raise InputError(f"{place.shown} cannot hold reports: give a folder, or its URL, such as s3://bucket/reports")
    store, root = open_store(place, error)
    return RemoteFolder(place, store, root)


def _stays_inside(name: str) -> bool:
    # A store takes any text for a name; one that leads out of a folder here, in the way of any system, is not followed.
    path = PureWindowsPath(name)
    return not path.anchor and ".." not in path.parts


def _protocols(store: Any) -> Sequence[str]:
    return (store.protocol,) if isinstance(store.protocol, str) else store.protocol

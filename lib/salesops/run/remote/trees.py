"""Reports behind a URL: a run works in a mirror on this machine, and sends what has changed when a report is complete.

A store cannot rename a folder into place, so a list of what belongs to a report lies beside it, with the hash of each
file. It says that the report is incomplete while files are on their way, so that no run builds on half of one.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from salesops.errors import InputError, RunError
from salesops.paths import cache_folder
from salesops.run.remote.folder import open_folder
from salesops.tables.reading.file_systems import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from salesops.run.remote.folder import RemoteFolder

MANIFEST = ".files.json"
LAST = ("index.html", "run.json")
"""What says that a report is new comes after all that it leads to."""


def mirror_of(url: str) -> Path:
    """Return the folder of this machine in which a run works whose reports go to a URL; a path is its own mirror.

    Raises
    ------
    InputError
        If the URL is one of a database, holds a secret, or its driver is not installed.
    """
    place = open_folder(url).place
    return place.path or cache_folder() / "reports" / hashlib.sha256(place.url.rstrip("/").encode()).hexdigest()[:20]


def fetch_tree(url: str, local: Path) -> bool:
    """Make a folder of the mirror hold the report that lies at a URL, and return whether it does.

    Where there is no report, or its files are still on their way, the folder stays as it is.

    Parameters
    ----------
    url
        The report, as `s3://bucket/reports/quarterly/base`.
    local
        Its place in the mirror.

    Raises
    ------
    InputError
        If the store cannot be read: nothing has been run yet.
    """
    remote = open_folder(url)
    with in_words(remote.place):
        there = remote.versions()
        known = _manifest(remote, there)
    hashes = {name: entry["sha256"] for name, entry in known["files"].items()}
    if not known["complete"] or hashes.keys() - there.keys():
        return False
    if hashes == _hashes(local):
        return True
    with _aside(local) as aside:
        _collect(remote, hashes, local, aside)
        # A newer report may have been on its way meanwhile: what came is then neither.
        whole = _hashes(aside) == hashes
        if whole:
            _put_in_place(aside, local)
        return whole


def publish_tree(local: Path, url: str) -> None:
    """Send a complete report: what has changed, then its index and record; then remove what no longer belongs to it.

    What was not sent by this function is never touched.

    Parameters
    ----------
    local
        The report.
    url
        Where it goes, as `s3://bucket/reports/quarterly/base`.

    Raises
    ------
    RunError
        If that fails on the way. Calling it again sends what is missing.
    """
    with _sending(local, url) as remote:
        hashes, there = _hashes(local), remote.versions()
        known = _manifest(remote, there)
        kept = {name: entry["sha256"] for name, entry in known["files"].items() if _is_as_sent(entry, there.get(name))}
        changed = [name for name, digest in hashes.items() if kept.get(name) != digest]
        stale = [name for name in known["files"] if name in there and name not in hashes]
        if changed or stale or not known["complete"]:
            _replace(remote, local, known["files"], hashes, changed, stale)


def publish_file(local: Path, url: str) -> None:
    """Send one file, such as a plan's index page.

    Parameters
    ----------
    local
        The file.
    url
        The folder that it goes to, as `s3://bucket/reports/quarterly`.

    Raises
    ------
    RunError
        If that fails.
    """
    with _sending(local, url) as remote:
        remote.send(local.parent, [local.name])


def merge_ledger(local: Path, url: str) -> None:
    """Give the ledger of the mirror and the one at a URL the entries of both; none is ever changed or removed.

    Parameters
    ----------
    local
        The ledger in the mirror.
    url
        The ledger, as `s3://bucket/reports/ledger`.

    Raises
    ------
    RunError
        If that fails on the way. Calling it again completes it.
    """
    local.mkdir(parents=True, exist_ok=True)
    with _sending(local, url) as remote:
        there = {name for name in remote.versions() if _is_entry(name)}
        here = {path.name for path in local.glob("*") if _is_entry(path.name)}
        with _aside(local) as aside:
            remote.receive(sorted(there - here), aside)
            for part in aside.iterdir():
                part.replace(local / part.name)
        remote.send(local, sorted(here - there))


@contextmanager
def _sending(local: Path, url: str) -> Iterator[RemoteFolder]:
    remote = open_folder(url, RunError)
    try:
        with in_words(remote.place, RunError):
            yield remote
    except RunError as error:
        raise RunError(f"{error}; nothing is lost, it lies in {local}: run again to send what is missing") from None


def _manifest(remote: RemoteFolder, there: Mapping[str, str]) -> dict[str, Any]:
    found = remote.read_json(MANIFEST) if MANIFEST in there else {}
    files = found.get("files")
    entries = files.values() if isinstance(files, dict) else [None]
    ours = all(isinstance(entry, dict) and {"sha256", "version"} <= entry.keys() for entry in entries)
    return {"complete": found.get("complete") is True, "files": files} if ours else {"complete": False, "files": {}}


def _is_as_sent(entry: Mapping[str, str], version: str | None) -> bool:
    # Somebody else may have replaced it since; and where a store gives no versions, nobody can tell.
    return entry["version"] != "" and entry["version"] == version


def _replace(
    remote: RemoteFolder,
    local: Path,
    files: Mapping[str, Any],
    hashes: Mapping[str, str],
    changed: list[str],
    stale: list[str],
) -> None:
    # Written first, it keeps half a report from being taken for a whole one, and names all that may have to go.
    begun = {name: {"sha256": hashes[name], "version": ""} for name in changed}
    remote.write_json(MANIFEST, {"complete": False, "files": {**files, **begun}})
    remote.send(local, [name for name in changed if name not in LAST])
    for name in LAST:
        remote.send(local, [name] if name in changed else [])
    remote.remove(stale)
    there = remote.versions()
    sent = {name: {"sha256": digest, "version": there.get(name, "")} for name, digest in hashes.items()}
    remote.write_json(MANIFEST, {"complete": True, "files": sent})


def _hashes(folder: Path) -> dict[str, str]:
    """Return the hash of each file of a report by name; what begins with a point belongs to none."""
    paths = {path.relative_to(folder): path for path in sorted(folder.rglob("*")) if path.is_file()}
    ours = {name.as_posix(): path for name, path in paths.items() if not any(p.startswith(".") for p in name.parts)}
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in ours.items()}


def _collect(remote: RemoteFolder, hashes: Mapping[str, str], local: Path, aside: Path) -> None:
    """Lay the files of a report together: those that are here already, and the others from the store."""
    here = _hashes(local)
    same = [name for name, digest in hashes.items() if here.get(name) == digest]
    for name in same:
        (aside / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(local / name, aside / name)
    with in_words(remote.place):
        remote.receive([name for name in hashes if name not in same], aside)


@contextmanager
def _aside(local: Path) -> Iterator[Path]:
    try:
        local.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{local.name}.fetching-", dir=local.parent))
    except OSError as error:
        raise InputError(
            f"{local.parent} cannot be written: {error.strerror}: set SALESOPS_CACHE to a folder that can"
        ) from None
    try:
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _put_in_place(aside: Path, local: Path) -> None:
    old = aside.with_name(f"{aside.name}.old")
    if local.exists():
        local.rename(old)
    aside.rename(local)
    shutil.rmtree(old, ignore_errors=True)


def _is_entry(name: str) -> bool:
    return name.endswith(".parquet") and not name.startswith(".") and "/" not in name

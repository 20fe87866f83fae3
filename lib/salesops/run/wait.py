"""One run of a plan at a time: a second one waits for the first, and a crash leaves nothing that blocks the next."""

from __future__ import annotations

import errno
import json
import os
import socket
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from salesops.errors import RunError
from salesops.storage import writing_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from filelock import BaseFileLock

LOCK = ".lock"
# A lock of its own name: what the first kind leaves there is not what the second kind looks for.
LOCK_WITHOUT_SYSTEM = ".lock.held"
HOLDER = ".lock.json"
NO_LOCKS = (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP)
POLL_SECONDS = 0.2


@dataclass(frozen=True)
class Holder:
    """The process that runs a plan.

    Parameters
    ----------
    pid
        Its number.
    host
        Machine that it is on.
    since
        When it began, in UTC, ISO 8601.
    """

    pid: int
    host: str
    since: str

    @property
    def is_here(self) -> bool:
        """Whether it is on this machine."""
        return self.host == socket.gethostname()

    def __str__(self) -> str:
        """Return who it is and since when, in local time."""
        began = datetime.fromisoformat(self.since).astimezone()
        day = "" if began.date() == datetime.now().date() else f"{began:%Y-%m-%d} "
        place = "" if self.is_here else f" on {self.host}"
        return f"process {self.pid}{place}, since {day}{began:%H:%M}"


@contextmanager
def plan_lock(folder: Path, wait_seconds: float, say: Callable[[str], None]) -> Iterator[None]:
    """Hold a plan for this run; wait, and say so, while another run holds it.

    Parameters
    ----------
    folder
        The plan's folder under the reports; made if there is none.
    wait_seconds
        How long to wait.
    say
        Takes the line that tells why nothing happens.

    Raises
    ------
    InputError
        If the folder cannot be written to.
    RunError
        If the other run has not ended in time, or the disk is full.
    """
    with writing_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = _taken(folder, wait_seconds, say)
    try:
        with writing_to(folder):
            _write_holder(folder)
        yield
    finally:
        with suppress(OSError):
            (folder / HOLDER).unlink()
        lock.release()


def holder_of(folder: Path) -> Holder | None:
    """Return who has noted that it runs the plan, or None if nobody that still lives has."""
    try:
        noted = Holder(**json.loads((folder / HOLDER).read_text(encoding="utf-8")))
        datetime.fromisoformat(noted.since)
        return noted if not noted.is_here or _lives(noted.pid) else None
    except (OSError, ValueError, TypeError, OverflowError):  # somebody else's file, or half a file
        return None


def _taken(folder: Path, wait_seconds: float, say: Callable[[str], None]) -> BaseFileLock:
    from filelock import FileLock, SoftFileLock

    try:
        return _waited_for(FileLock(folder / LOCK), folder, wait_seconds, say)
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise
    # A network drive without locks: a file that names its holder's process, passed over once that is dead.
    return _waited_for(SoftFileLock(folder / LOCK_WITHOUT_SYSTEM), folder, wait_seconds, say)


def _waited_for(lock: BaseFileLock, folder: Path, wait_seconds: float, say: Callable[[str], None]) -> BaseFileLock:
    from filelock import Timeout

    with suppress(Timeout):
        lock.acquire(blocking=False)
        return lock
    if wait_seconds > 0:
        say(f"{_another_run(folder)} is under way: waiting up to {_in_words(wait_seconds)}")
    try:
        lock.acquire(timeout=wait_seconds, poll_interval=POLL_SECONDS)
    except Timeout:
        raise RunError(_gave_up(folder, wait_seconds)) from None
    say("the other run has ended: this one begins")
    return lock


def _another_run(folder: Path) -> str:
    holder = holder_of(folder)
    return "another run of this plan" + (f" ({holder})" if holder else "")


def _gave_up(folder: Path, wait_seconds: float) -> str:
    holder = holder_of(folder)
    stop = f" (kill {holder.pid})" if holder and holder.is_here else f" on {holder.host}" if holder else ""
    state = f"still under way after {_in_words(wait_seconds)}" if wait_seconds > 0 else "under way"
    return f"{_another_run(folder)} is {state}: run again when it has ended, or stop it{stop}"


def _in_words(seconds: float) -> str:
    from salesops.report.numbers import plural

    return plural(round(seconds / 60), "minute") if seconds >= 60 else plural(round(seconds), "second")


def _write_holder(folder: Path) -> None:
    holder = Holder(os.getpid(), socket.gethostname(), datetime.now(UTC).isoformat(timespec="seconds"))
    aside = folder / f"{HOLDER}.{holder.pid}"
    try:
        aside.write_text(json.dumps(asdict(holder)) + "\n", encoding="utf-8")
        aside.replace(folder / HOLDER)
    finally:
        aside.unlink(missing_ok=True)


def _lives(pid: int) -> bool:
    import psutil

    return bool(psutil.pid_exists(pid))

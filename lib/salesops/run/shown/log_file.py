"""The log of a run: every line with its time, whatever the screen shows."""

from __future__ import annotations

import os
import re
import sys
import threading
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from salesops.errors import InputError, RunError
from salesops.run.stopping import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEPT_LOGS = 50
LOG_NAME = re.compile(r"\d{8}T\d{6}Z-\d+\.log")


class LogFile:
    """A run's log. It is written from its first line on, and one that cannot be written never stops the run.

    Parameters
    ----------
    folder
        Where the logs of the plan are; the newest fifty are kept.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{os.getpid()}.log"
        self._descriptor: int | None = None
        self._is_given_up = False
        self._lock = threading.RLock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def line(self, text: str) -> None:
        """Write a line behind the present time, in UTC."""
        with self._lock:
            if self._is_given_up:
                return
            try:
                self._write(f"{datetime.now(UTC).isoformat(timespec='seconds')} {text}\n")
            except OSError as error:
                self._give_up(error)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None

    def _write(self, text: str) -> None:
        if self._descriptor is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
            remove_old_logs(self.path.parent)
        # Straight to the system: nothing is lost when the process is killed, and a signal's handler may write too.
        content = text.encode("utf-8", errors="backslashreplace")
        while content:
            content = content[os.write(self._descriptor, content) :]

    def _give_up(self, error: OSError) -> None:
        self._is_given_up = True
        reason = error.strerror or type(error).__name__
        words = f"salesops: the log {self.path} cannot be written ({reason}): the run goes on without it"
        with suppress(OSError, ValueError):  # stderr may be closed as well
            print(words, file=sys.stderr)


def remove_old_logs(folder: Path, keep: int = KEPT_LOGS) -> None:
    """Remove all but the newest logs of a folder; other files in it stay."""
    logs = sorted(path for path in folder.iterdir() if LOG_NAME.fullmatch(path.name))
    for path in logs[: max(0, len(logs) - keep)]:
        # Another run may be removing it as well.
        path.unlink(missing_ok=True)


@contextmanager
def ends_in_log(log: LogFile) -> Iterator[None]:
    """Write into the log how a run ended badly; wrong input is told on the screen alone, since nothing was run."""
    try:
        yield
    except (RunError, Stopped) as end:
        for line in (str(end) if isinstance(end, RunError) else f"stopped by {end}").splitlines():
            log.line(line)
        raise
    except InputError:
        raise
    except Exception as error:
        log.line(f"the run broke off: {' '.join(f'{type(error).__name__}: {error}'.split())}")
        raise

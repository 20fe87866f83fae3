"""The kernels and the fork server that this process has started, and the end of all of them."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from salesops.run.kernels.warm import ForkServer

END_TIMEOUT_SECONDS = 10


class Process(Protocol):
    """A kernel's process: a `subprocess.Popen`, or what the fork server hands out instead."""

    pid: int

    def poll(self) -> int | None:
        """Return how it ended, None while it runs."""

    def wait(self, timeout: float | None = None) -> int:
        """Return how it ended, as soon as it has."""

    def kill(self) -> None:
        """End it."""


@dataclass
class Running:
    """What this process has started. Stopping takes no lock: it may be a signal's handler that came in at any line.

    Parameters
    ----------
    server
        Forks warm kernels.
    kernels
        Those that were started, by their connection files; None for one that is being started.
    stops
        How often all were stopped: a kernel that was being started meanwhile sees it, and ends too.
    starting
        Held while a server is started.
    """

    server: ForkServer | None = None
    kernels: dict[Path, Process | None] = field(default_factory=dict)
    stops: int = 0
    starting: threading.Lock = field(default_factory=threading.Lock)


running = Running()


def stop_kernels() -> None:
    """Kill every kernel that this process has started, and their server, at once.

    It may be called again, and from a signal handler. Connection files go too.
    """
    running.stops += 1
    kernels = {file: running.kernels.pop(file, None) for file in list(running.kernels)}
    processes = [process for process in kernels.values() if process]
    for process in processes:
        kill_group(process)
    for connection_file in kernels:
        connection_file.unlink(missing_ok=True)
    server, running.server = running.server, None
    if server:
        server.close()
    for process in processes:
        with suppress(subprocess.TimeoutExpired):
            process.wait(END_TIMEOUT_SECONDS)


def kill_group(process: Process) -> None:
    """Kill a kernel with all that it has started, if it still runs."""
    if process.poll() is None:
        end_group(process.pid)
        with suppress(OSError):
            process.kill()


def end_group(leader: int) -> None:
    """Kill what is left of the group of processes that a kernel leads, or has just ceased to lead."""
    if hasattr(os, "killpg"):
        with suppress(OSError):
            os.killpg(leader, signal.SIGKILL)


def _forget() -> None:
    # A forked process must not end or use what is its parent's.
    if running.server:
        running.server.forget()
    running.server = None
    running.kernels = {}
    running.starting = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
